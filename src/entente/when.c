#include "entente/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Exactly n digits at *s, which moves past them; -1 when there are not. */
static int
digits(const char **s, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (*(*s)++ - '0');
	}
	return v;
}

static bool
literal(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* The instant when the local clock shows tm; false when it never does. */
static bool
local(msec *out, struct tm tm)
{
	struct tm shown;
	time_t t;

	tm.tm_isdst = -1;
	t = mktime(&tm);
	if (t < 0 || localtime_r(&t, &shown) == NULL)
		return false;
	*out = (msec)t * SECOND;
	return *out <= TIME_MAX;
}

static bool
next_clock(msec *out, int hour, int minute, msec now)
{
	time_t t = (time_t)(now / SECOND);
	struct tm tm, shown;

	if (localtime_r(&t, &tm) == NULL)
		return false;
	tm.tm_hour = hour;
	tm.tm_min = minute;
	tm.tm_sec = 0;
	if (!local(out, tm))
		return false;
	if (*out <= now) {
		tm.tm_mday++;
		if (!local(out, tm))
			return false;
	}
	t = (time_t)(*out / SECOND);
	return localtime_r(&t, &shown) != NULL && shown.tm_hour == hour &&
	    shown.tm_min == minute;
}

static bool
parse_clock(msec *out, const char *s, msec now)
{
	const char *start = s;
	int hour, minute;

	hour = digits(&s, 2);
	if (hour < 0) {
		s = start;
		hour = digits(&s, 1);
	}
	if (hour < 0 || hour > 23 || !literal(&s, ':'))
		return false;
	minute = digits(&s, 2);
	if (minute < 0 || minute > 59 || *s != '\0')
		return false;
	return next_clock(out, hour, minute, now);
}

static bool
parse_after(msec *out, const char *s, msec now)
{
	msec n = 0, unit;

	if (!literal(&s, '+') || *s < '0' || *s > '9')
		return false;
	while (*s >= '0' && *s <= '9' && n < 1000000)
		n = n * 10 + (*s++ - '0');
	if (strcmp(s, "m") == 0 || strcmp(s, "min") == 0)
		unit = MINUTE;
	else if (strcmp(s, "h") == 0)
		unit = HOUR;
	else if (strcmp(s, "d") == 0)
		unit = DAY;
	else if (strcmp(s, "w") == 0)
		unit = 7 * DAY;
	else
		return false;
	*out = now + n * unit;
	return *out <= TIME_MAX;
}

/* "Z", "+01:00", "-03:30". */
static bool
offset(const char *s, msec *ms)
{
	int sign = *s == '-' ? -1 : 1, h, m;

	if (strcmp(s, "Z") == 0 || strcmp(s, "z") == 0) {
		*ms = 0;
		return true;
	}
	if (*s != '+' && *s != '-')
		return false;
	s++;
	h = digits(&s, 2);
	if (h < 0 || h > 23 || !literal(&s, ':'))
		return false;
	m = digits(&s, 2);
	if (m < 0 || m > 59 || *s != '\0')
		return false;
	*ms = sign * (h * HOUR + m * MINUTE);
	return true;
}

static bool
fraction(const char **s, msec *ms)
{
	msec scale = 100;

	*ms = 0;
	if (!literal(s, '.'))
		return true;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++, scale /= 10)
		*ms += (**s - '0') * scale;
	return true;
}

static bool
calendar(const char **s, struct tm *tm)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y, m, d;
	bool leap;

	y = digits(s, 4);
	if (y < 1970 || !literal(s, '-'))
		return false;
	m = digits(s, 2);
	if (m < 1 || m > 12 || !literal(s, '-'))
		return false;
	d = digits(s, 2);
	leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (d < 1 || d > days[m - 1] + (m == 2 && leap))
		return false;
	tm->tm_year = y - 1900;
	tm->tm_mon = m - 1;
	tm->tm_mday = d;
	return true;
}

static bool
parse_date(msec *out, const char *s)
{
	struct tm tm = { 0 }, shown;
	msec ms, away;
	time_t t;

	if (!calendar(&s, &tm) || (*s != ' ' && *s != 'T' && *s != 't'))
		return false;
	s++;
	tm.tm_hour = digits(&s, 2);
	if (tm.tm_hour < 0 || tm.tm_hour > 23 || !literal(&s, ':'))
		return false;
	tm.tm_min = digits(&s, 2);
	if (tm.tm_min < 0 || tm.tm_min > 59)
		return false;
	if (literal(&s, ':')) {
		tm.tm_sec = digits(&s, 2);
		if (tm.tm_sec < 0 || tm.tm_sec > 59)
			return false;
	}
	if (!fraction(&s, &ms))
		return false;
	if (*s != '\0') {
		if (!offset(s, &away))
			return false;
		*out = (msec)timegm(&tm) * SECOND + ms - away;
		return *out >= 0 && *out <= TIME_MAX;
	}
	if (!local(out, tm))
		return false;
	t = (time_t)(*out / SECOND);
	*out += ms;
	/* In spring a zone skips an hour: what never is, is no deadline. */
	return localtime_r(&t, &shown) != NULL &&
	    shown.tm_hour == tm.tm_hour && shown.tm_min == tm.tm_min;
}

/* "P90D", as kinds and prepared answers say it. */
static bool
parse_duration(msec *out, const char *text, msec now)
{
	struct duration d;

	if (!duration_parse(&d, slice_str(text)))
		return false;
	*out = duration_add(now, d);
	return true;
}

bool
when_parse(msec *out, const char *text, msec now)
{
	return parse_duration(out, text, now) || parse_after(out, text, now) ||
	    parse_clock(out, text, now) || parse_date(out, text);
}

const char *
when_print(struct arena *a, msec at)
{
	time_t t = (time_t)(at / SECOND);
	char day[40], zone[40];
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(day, sizeof(day), "%Y-%m-%d %H:%M", &tm) == 0 ||
	    strftime(zone, sizeof(zone), "%Z", &tm) == 0)
		return "";
	return arena_printf(a, "%s %s", day, zone);
}

const char *
when_zone(struct arena *a)
{
	const char *tz = getenv("TZ"), *name;
	char path[256];
	ssize_t n;

	if (tz != NULL && *tz == ':')
		tz++;
	if (tz != NULL && *tz != '\0' && (strchr(tz, '/') != NULL) && *tz != '/')
		return arena_strdup(a, tz);
	if (tz != NULL)
		return "UTC";
	n = readlink("/etc/localtime", path, sizeof(path) - 1);
	if (n <= 0)
		return "UTC";
	path[n] = '\0';
	name = strstr(path, "zoneinfo/");
	return name == NULL ? "UTC" : arena_strdup(a, name + strlen("zoneinfo/"));
}
