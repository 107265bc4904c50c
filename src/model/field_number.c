#include "model/field_ops.h"

#include "model/message.h"

static bool
integer_within(const struct field_at *at, const json_t *v, int64_t min,
    int64_t max)
{
	int64_t n = json_integer_value(v);

	if (!json_is_integer(v))
		return field_fail(at, "E-FIELD-TYPE", "must be a whole number");
	if (n < min || n > max)
		return field_fail(at, "E-FIELD-VALUE", "must be %lld to %lld",
		    (long long)min, (long long)max);
	return true;
}

static bool
integer_check(const struct field_at *at, const json_t *v)
{
	return integer_within(at, v, at->field->min, at->field->max_value);
}

static bool
port_check(const struct field_at *at, const json_t *v)
{
	return integer_within(at, v, 1, 65535);
}

static bool
file_check(const struct field_at *at, const json_t *v)
{
	return integer_within(at, v, 0, MESSAGE_BLOBS - 1);
}

/* People count from one. */
static void
file_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	(void)f;
	(void)lang;
	buf_printf(out, "#%lld", (long long)json_integer_value(v) + 1);
}

/* Digits from *i on; how many, or 0. */
static size_t
digits(struct slice s, size_t *i)
{
	size_t from = *i;

	while (*i < s.n && field_is_digit(s.p[*i]))
		(*i)++;
	return *i - from;
}

/* One way to write each precision: no plus, no leading zeros, no minus
 * before a zero, a digit on both sides of the point. */
bool
field_decimal_valid(struct slice s)
{
	bool minus = s.n != 0 && s.p[0] == '-', zero = true;
	size_t i = minus, whole, start = i;

	whole = digits(s, &i);
	if (whole == 0 || whole > 15 || (whole > 1 && s.p[start] == '0'))
		return false;
	if (i < s.n) {
		size_t fraction;

		if (s.p[i++] != '.')
			return false;
		fraction = digits(s, &i);
		if (fraction == 0 || fraction > 9 || i != s.n)
			return false;
	}
	for (size_t k = start; k < s.n; k++)
		if (s.p[k] != '0' && s.p[k] != '.')
			zero = false;
	return !(minus && zero);
}

static bool
decimal_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 26, field_decimal_valid,
	    "must be a number such as 12.50");
}

static bool
amount_valid(struct slice s)
{
	return field_decimal_valid(s) && s.p[0] != '-';
}

/* ISO 4217. */
static bool
currency_valid(struct slice s)
{
	return s.n == 3 && field_is_upper(s.p[0]) && field_is_upper(s.p[1]) &&
	    field_is_upper(s.p[2]);
}

static bool
money_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;

	jobj_begin(&o, v, at->path, at->err);
	field_part_must(&o, "amount", 26, amount_valid,
	    "must be an amount such as 12.50");
	field_part_must(&o, "currency", 3, currency_valid,
	    "must be three capital letters such as EUR");
	return jobj_end(&o);
}

static void
money_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	(void)f;
	(void)lang;
	buf_slice(out, field_key(v, "amount"));
	buf_u8(out, ' ');
	buf_slice(out, field_key(v, "currency"));
}

/* A decimal from -max to max degrees. */
static bool
degrees_valid(struct slice s, int max)
{
	int whole = 0;
	size_t i;

	if (!field_decimal_valid(s))
		return false;
	for (i = s.p[0] == '-'; i < s.n && s.p[i] != '.' && whole <= max; i++)
		whole = whole * 10 + (s.p[i] - '0');
	if (whole != max)
		return whole < max;
	for (; i < s.n; i++)
		if (s.p[i] != '.' && s.p[i] != '0')
			return false;
	return true;
}

static bool
latitude_valid(struct slice s)
{
	return degrees_valid(s, 90);
}

static bool
longitude_valid(struct slice s)
{
	return degrees_valid(s, 180);
}

static bool
geo_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;

	jobj_begin(&o, v, at->path, at->err);
	field_part_must(&o, "lat", 26, latitude_valid,
	    "must be degrees from -90 to 90 such as 48.8566");
	field_part_must(&o, "lon", 26, longitude_valid,
	    "must be degrees from -180 to 180 such as 2.3522");
	return jobj_end(&o);
}

static void
geo_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	(void)f;
	(void)lang;
	buf_slice(out, field_key(v, "lat"));
	buf_str(out, ", ");
	buf_slice(out, field_key(v, "lon"));
}

const struct field_ops field_number_integer = {
	"integer", NULL, integer_check, NULL, NULL
};
const struct field_ops field_number_decimal = {
	"decimal", NULL, decimal_check, NULL, NULL
};
const struct field_ops field_number_money = {
	"money", NULL, money_check, NULL, money_render
};
const struct field_ops field_number_port = { "port", NULL, port_check, NULL, NULL };
const struct field_ops field_number_file = {
	"file", NULL, file_check, NULL, file_render
};
const struct field_ops field_number_geo = {
	"geo", NULL, geo_check, NULL, geo_render
};
