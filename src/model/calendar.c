#include "model/calendar.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { FILE_MAX = 64 * 1024 };

const char *const calendar_days[7] = {
	"mon", "tue", "wed", "thu", "fri", "sat", "sun"
};

static void
weekend_read(struct calendar *c, struct jobj *o)
{
	const json_t *list = jobj_array(o, "weekend", 6);

	for (size_t i = 0; i < json_array_size(list) && !o->bad; i++) {
		const char *s = jobj_item_str(o, "weekend", list, i, 3);
		unsigned d = 0;

		if (o->bad)
			return;
		while (d < 7 && strcmp(calendar_days[d], s) != 0)
			d++;
		if (d == 7 || c->weekend[d]) {
			jobj_fail(o, "E-FIELD-VALUE", "weekend",
			    "item %zu must be a day such as fri, once", i);
			return;
		}
		c->weekend[d] = true;
	}
}

static void
holidays_read(struct calendar *c, struct arena *arena, struct jobj *o)
{
	const json_t *list = jobj_array(o, "holidays", CALENDAR_HOLIDAYS);

	c->holidays = arena_alloc(arena, (json_array_size(list) + 1) *
	    sizeof(*c->holidays));
	for (size_t i = 0; i < json_array_size(list) && !o->bad; i++) {
		const char *s = jobj_item_str(o, "holidays", list, i, 10);
		msec *day = &c->holidays[i];

		if (!o->bad && !date_parse(day, slice_str(s)))
			jobj_fail(o, "E-FIELD-VALUE", "holidays",
			    "item %zu must be a date such as 2026-09-23", i);
		else if (!o->bad && i > 0 && day[0] <= day[-1])
			jobj_fail(o, "E-FIELD-VALUE", "holidays",
			    "item %zu is not later than the one before", i);
		c->nholidays++;
	}
}

static bool
name_valid(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n != 0 && s[n] == '\0' && s[0] != '-';
}

bool
calendar_parse(struct calendar *c, struct arena *arena, struct slice text,
    struct err *err)
{
	json_t *v = json_read(text, FILE_MAX, err);
	struct jobj o;
	const char *name;
	bool ok;

	memset(c, 0, sizeof(*c));
	if (v == NULL)
		return false;
	jobj_begin(&o, v, "", err);
	name = jobj_str(&o, "calendar", CALENDAR_NAME);
	if (!o.bad && !name_valid(name))
		jobj_fail(&o, "E-FIELD-VALUE", "calendar", "is not a name");
	if (!o.bad)
		(void)snprintf(c->name, sizeof(c->name), "%s", name);
	weekend_read(c, &o);
	holidays_read(c, arena, &o);
	ok = jobj_end(&o);
	json_decref(v);
	return ok;
}

static int
by_time(const void *a, const void *b)
{
	msec x = *(const msec *)a, y = *(const msec *)b;

	return x < y ? -1 : x > y;
}

bool
calendar_works(const struct calendar *c, msec day)
{
	/* The first of January 1970 was a Thursday. */
	msec midnight = day - day % DAY;

	assert(day >= 0);
	if (c->weekend[(day / DAY + 3) % 7])
		return false;
	return c->nholidays == 0 || bsearch(&midnight, c->holidays,
	    c->nholidays, sizeof(midnight), by_time) == NULL;
}

msec
calendar_add(const struct calendar *c, msec day, unsigned n)
{
	/* No weekend has seven days and holidays end, so this does. */
	while (n != 0 || !calendar_works(c, day)) {
		if (n == 0) {
			day += DAY;
			continue;
		}
		do
			day += DAY;
		while (!calendar_works(c, day));
		n--;
	}
	return day;
}

unsigned
calendar_between(const struct calendar *c, msec from, msec to)
{
	unsigned n = 0;

	for (msec day = from + DAY; day <= to; day += DAY)
		n += calendar_works(c, day);
	return n;
}
