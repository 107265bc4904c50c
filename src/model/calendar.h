#ifndef MODEL_CALENDAR_H
#define MODEL_CALENDAR_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

/*
 * Which days a member works: {"calendar":"sa","weekend":["fri","sat"],
 * "holidays":["2026-09-23",...]}.  Days are dates: midnight UTC of the day as
 * it is called where the member is.
 */
enum { CALENDAR_HOLIDAYS = 1000, CALENDAR_NAME = 32 };

extern const char *const calendar_days[7];	/* "mon" */

struct calendar {
	char	 name[CALENDAR_NAME + 1];
	bool	 weekend[7];		/* from Monday; never all seven */
	msec	*holidays;		/* rising, each once */
	size_t	 nholidays;
};

/* Holidays live in the arena.  Rules: E-JSON-*, E-FIELD-*. */
bool	calendar_parse(struct calendar *, struct arena *, struct slice,
	    struct err *);
bool	calendar_works(const struct calendar *, msec day);
/* n working days after `day`: the day itself does not count; n 0 is the day,
 * or the first working day after it. */
msec	calendar_add(const struct calendar *, msec day, unsigned n);
/* Working days after `from` up to and with `to`; 0 when it is not later. */
unsigned calendar_between(const struct calendar *, msec from, msec to);

#endif
