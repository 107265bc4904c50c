#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * Times are milliseconds since 1970, UTC, between year 1970 and 9999.
 * On the wire they read "2026-11-21T18:20:00.123Z", always with three
 * decimals (RFC 3339); dates read "2026-11-21".
 */
typedef int64_t msec;
enum {
	TIME_TEXT = 25,		/* with the NUL */
	DATE_TEXT = 11,
};
#define TIME_MAX	((msec)253402300799999)	/* 9999-12-31T23:59:59.999Z */
#define SECOND		((msec)1000)
#define MINUTE		(60 * SECOND)
#define HOUR		(60 * MINUTE)
#define DAY		(24 * HOUR)

msec	clock_now(void);	/* the wall, UTC */
msec	clock_steady(void);	/* for timers: never jumps */

void	time_print(char out[static TIME_TEXT], msec);
bool	time_parse(msec *, struct slice);	/* the one wire form only */
void	date_print(char out[static DATE_TEXT], msec);
bool	date_parse(msec *, struct slice);	/* midnight UTC */

/*
 * ISO 8601 durations of the forms PnYnMnDTnHnMnS and PnW, whole numbers.
 * Years and months are calendar steps, so they are added, not multiplied.
 */
struct duration {
	int32_t	months;
	msec	rest;
};
bool	duration_parse(struct duration *, struct slice);
/* t + d; a day that the month lacks becomes its last (31 Jan + P1M = 28 Feb).*/
msec	duration_add(msec t, struct duration d);

/* Year and month of t, month 1..12. */
void	time_month(msec t, int *year, int *month);

#endif
