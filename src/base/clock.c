#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "base/crash.h"

static msec
clock_read(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (msec)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

msec
clock_now(void)
{
	return clock_read(CLOCK_REALTIME) + CRASH_CLOCK_STEP;
}

msec
clock_steady(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

struct civil {
	int	year, month, day;	/* month and day from 1 */
};

/* Days since 1970-01-01 and back, proleptic Gregorian, by the usual count of
 * 400-year eras of 146,097 days that begin on 1 March. */
static int64_t
days_of(struct civil c)
{
	int64_t y = c.month <= 2 ? c.year - 1 : c.year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static struct civil
civil_of(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);

	return (struct civil){
		.year = (int)(yoe + era * 400 + (month <= 2 ? 1 : 0)),
		.month = month,
		.day = (int)(doy - (153 * mp + 2) / 5 + 1),
	};
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* n digits of v at p; returns the place after them. */
static char *
put(char *p, int v, int n, char after)
{
	for (int i = n - 1; i >= 0; i--, v /= 10)
		p[i] = (char)('0' + v % 10);
	p[n] = after;
	return p + n + 1;
}

void
time_print(char out[static TIME_TEXT], msec t)
{
	struct civil c;
	msec rest;

	assert(t >= 0 && t <= TIME_MAX);
	c = civil_of(t / DAY);
	rest = t % DAY;
	out = put(out, c.year, 4, '-');
	out = put(out, c.month, 2, '-');
	out = put(out, c.day, 2, 'T');
	out = put(out, (int)(rest / HOUR), 2, ':');
	out = put(out, (int)(rest / MINUTE % 60), 2, ':');
	out = put(out, (int)(rest / SECOND % 60), 2, '.');
	out = put(out, (int)(rest % SECOND), 3, 'Z');
	*out = '\0';
}

void
date_print(char out[static DATE_TEXT], msec t)
{
	char text[TIME_TEXT];

	time_print(text, t);
	(void)snprintf(out, DATE_TEXT, "%.10s", text);
}

/* n digits at p, or -1. */
static int
digits(const uint8_t *p, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

bool
date_parse(msec *t, struct slice s)
{
	struct civil c;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	c.year = digits(s.p, 4);
	c.month = digits(s.p + 5, 2);
	c.day = digits(s.p + 8, 2);
	if (c.year < 1970 || c.month < 1 || c.month > 12 || c.day < 1 ||
	    c.day > month_days(c.year, c.month))
		return false;
	*t = days_of(c) * DAY;
	return true;
}

bool
time_parse(msec *t, struct slice s)
{
	int hour, minute, second, milli;
	msec day;

	if (s.n != TIME_TEXT - 1 || s.p[10] != 'T' || s.p[13] != ':' ||
	    s.p[16] != ':' || s.p[19] != '.' || s.p[23] != 'Z')
		return false;
	if (!date_parse(&day, (struct slice){ s.p, 10 }))
		return false;
	hour = digits(s.p + 11, 2);
	minute = digits(s.p + 14, 2);
	second = digits(s.p + 17, 2);
	milli = digits(s.p + 20, 3);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 59 || milli < 0)
		return false;
	*t = day + hour * HOUR + minute * MINUTE + second * SECOND + milli;
	return true;
}

/* One "123X" of a duration; false at anything else. */
static bool
part(struct slice *s, int64_t *n, uint8_t *unit)
{
	size_t i = 0;

	*n = 0;
	while (i < s->n && i < 6 && s->p[i] >= '0' && s->p[i] <= '9')
		*n = *n * 10 + (s->p[i++] - '0');
	if (i == 0 || i == s->n)
		return false;
	*unit = s->p[i];
	*s = slice_skip(*s, i + 1);
	return true;
}

/* Units must come in their order; pos remembers how far we are. */
static bool
unit_add(struct duration *d, int64_t n, uint8_t unit, bool in_time, int *pos)
{
	static const struct {
		uint8_t	unit;
		bool	time;
		int32_t	months;
		msec	rest;
	} units[] = {
		{ 'Y', false, 12, 0 }, { 'M', false, 1, 0 },
		{ 'W', false, 0, 7 * DAY }, { 'D', false, 0, DAY },
		{ 'H', true, 0, HOUR }, { 'M', true, 0, MINUTE },
		{ 'S', true, 0, SECOND },
	};

	for (; *pos < (int)(sizeof(units) / sizeof(units[0])); (*pos)++)
		if (units[*pos].unit == unit && units[*pos].time == in_time) {
			d->months += (int32_t)n * units[*pos].months;
			d->rest += n * units[*pos].rest;
			(*pos)++;
			return true;
		}
	return false;
}

bool
duration_parse(struct duration *d, struct slice s)
{
	bool in_time = false;
	uint8_t unit;
	int64_t n;
	int pos = 0;

	*d = (struct duration){ 0 };
	if (s.n < 3 || s.p[0] != 'P')
		return false;
	s = slice_skip(s, 1);
	while (s.n != 0) {
		if (s.p[0] == 'T') {
			if (in_time || s.n == 1)
				return false;
			in_time = true;
			s = slice_skip(s, 1);
		}
		if (!part(&s, &n, &unit) || !unit_add(d, n, unit, in_time, &pos))
			return false;
	}
	return true;
}

msec
duration_add(msec t, struct duration d)
{
	struct civil c = civil_of(t / DAY);
	msec rest = t % DAY;
	int64_t months = (int64_t)c.year * 12 + c.month - 1 + d.months;
	int last;

	c.year = (int)(months / 12);
	c.month = (int)(months % 12) + 1;
	last = month_days(c.year, c.month);
	if (c.day > last)
		c.day = last;
	t = days_of(c) * DAY + rest + d.rest;
	return t > TIME_MAX ? TIME_MAX : t;
}

void
time_month(msec t, int *year, int *month)
{
	struct civil c = civil_of(t / DAY);

	*year = c.year;
	*month = c.month;
}
