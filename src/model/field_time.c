#include "base/clock.h"
#include "model/field_ops.h"

/* n digits at p as a number, or -1. */
static int
number(struct slice s, size_t at, size_t n)
{
	int v = 0;

	if (at + n > s.n)
		return -1;
	for (size_t i = at; i < at + n; i++) {
		if (!field_is_digit(s.p[i]))
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

/* Dates of people and papers reach back before base/clock's 1970. */
static bool
day_valid(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

static bool
partial_valid(struct slice s)
{
	int year = number(s, 0, 4), month;

	if (year < 1000)
		return false;
	if (s.n == 4)
		return true;
	month = number(s, 5, 2);
	if (s.p[4] != '-' || month < 1 || month > 12)
		return false;
	if (s.n == 7)
		return true;
	return s.n == 10 && s.p[7] == '-' &&
	    day_valid(year, month, number(s, 8, 2));
}

static bool
date_valid(struct slice s)
{
	return s.n == 10 && partial_valid(s);
}

static bool
date_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 10, date_valid,
	    "must be a date such as 2026-11-21");
}

static bool
partial_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 10, partial_valid,
	    "must be a year, a month or a date: 2026, 2026-11, 2026-11-21");
}

bool
field_time_valid(struct slice s)
{
	msec t;

	return time_parse(&t, s);
}

/* A name of the tz database by its form: which of them exist differs from
 * node to node. */
bool
field_zone_valid(struct slice s)
{
	bool first = true;
	int parts = 1;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (first) {
			if (!field_is_alnum(c) || field_is_digit(c))
				return false;
			first = false;
		} else if (c == '/') {
			first = true;
			parts++;
		} else if (!field_is_alnum(c) && c != '_' && c != '-' && c != '+') {
			return false;
		}
	}
	return !first && parts <= 3;
}

static bool
zoned_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;

	jobj_begin(&o, v, at->path, at->err);
	(void)jobj_time(&o, "at");
	field_part_must(&o, "zone", 64, field_zone_valid,
	    "must be a time zone such as Europe/Paris");
	return jobj_end(&o);
}

/* Thousandths are shown when there are any. */
void
field_put_time(struct buf *out, struct slice at)
{
	if (at.n != TIME_TEXT - 1)
		return;
	buf_put(out, at.p, 10);
	buf_u8(out, ' ');
	buf_put(out, at.p + 11, memcmp(at.p + 19, ".000", 4) == 0 ? 8 : 12);
	buf_str(out, " UTC");
}

static void
zoned_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	(void)f;
	(void)lang;
	field_put_time(out, field_key(v, "at"));
	buf_str(out, " (");
	buf_slice(out, field_key(v, "zone"));
	buf_u8(out, ')');
}

static bool
period_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;
	msec from, to;

	jobj_begin(&o, v, at->path, at->err);
	from = jobj_time(&o, "from");
	to = jobj_time(&o, "to");
	if (!o.bad && from > to)
		jobj_fail(&o, "E-FIELD-VALUE", "to", "is before its beginning");
	return jobj_end(&o);
}

static void
period_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	(void)f;
	(void)lang;
	field_put_time(out, field_key(v, "from"));
	buf_str(out, " – ");
	field_put_time(out, field_key(v, "to"));
}

static bool
duration_valid(struct slice s)
{
	struct duration d;

	return duration_parse(&d, s);
}

static bool
duration_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 40, duration_valid,
	    "must be a duration such as PT4H or P30D");
}

/* Short signs of the units, so that no plural is needed in any language. */
static const char *
unit_sign(uint8_t unit, bool in_time, enum lang lang)
{
	static const struct {
		uint8_t		unit;
		bool		in_time;
		const char	*sign[LANGS];	/* en ar es fr */
	} units[] = {
		{ 'Y', false, { "y", "سنة", "a", "an" } },
		{ 'M', false, { "mo", "شهر", "mes", "mois" } },
		{ 'W', false, { "wk", "أسبوع", "sem", "sem" } },
		{ 'D', false, { "d", "يوم", "d", "j" } },
		{ 'H', true, { "h", "س", "h", "h" } },
		{ 'M', true, { "min", "د", "min", "min" } },
		{ 'S', true, { "s", "ث", "s", "s" } },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].unit == unit && units[i].in_time == in_time)
			return units[i].sign[lang];
	return "";
}

static void
duration_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	struct slice s = field_text(v);
	bool in_time = false, first = true;

	(void)f;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == 'T') {
			in_time = true;
		} else if (field_is_digit(s.p[i])) {
			if (!first && !field_is_digit(s.p[i - 1]))
				buf_u8(out, ' ');
			first = false;
			buf_u8(out, s.p[i]);
		} else {
			buf_u8(out, ' ');
			buf_str(out, unit_sign(s.p[i], in_time,
			    lang_near(lang)));
		}
	}
}

const struct field_ops field_time_date = { "date", NULL, date_check, NULL, NULL };
const struct field_ops field_time_partial = {
	"partial-date", NULL, partial_check, NULL, NULL
};
const struct field_ops field_time_zoned = {
	"datetime-zone", NULL, zoned_check, NULL, zoned_render
};
const struct field_ops field_time_period = {
	"period", NULL, period_check, NULL, period_render
};
const struct field_ops field_time_duration = {
	"duration", NULL, duration_check, NULL, duration_render
};
