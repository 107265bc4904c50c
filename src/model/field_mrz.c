#include "model/field_ops.h"

/*
 * The machine-readable zone of travel documents, ICAO 9303 parts 4 to 7, its
 * lines parted by newlines.
 */
enum { MRZ_MAX = 92 };

struct part {
	size_t	at, n;
};

struct layout {
	size_t		lines, width;
	struct part	number;		/* its check digit follows each of these */
	struct part	birth, expiry;
	struct part	checked[4];	/* under the composite digit, in order */
	size_t		composite;	/* 0: none */
};

/* Offsets count the lines without their newlines. */
static const struct layout td1 = {
	3, 30, { 5, 9 }, { 30, 6 }, { 38, 6 },
	{ { 5, 25 }, { 30, 7 }, { 38, 7 }, { 48, 11 } }, 59
};
static const struct layout td2 = {
	2, 36, { 36, 9 }, { 49, 6 }, { 57, 6 },
	{ { 36, 10 }, { 49, 7 }, { 57, 14 } }, 71
};
static const struct layout td3 = {
	2, 44, { 44, 9 }, { 57, 6 }, { 65, 6 },
	{ { 44, 10 }, { 57, 7 }, { 65, 22 } }, 87
};

struct mrz {
	uint8_t			c[MRZ_MAX];
	const struct layout	*layout;
	bool			visa;	/* has no composite digit */
};

static int
value(uint8_t c)
{
	return field_is_digit(c) ? c - '0' : field_is_upper(c) ? c - 'A' + 10 : 0;
}

/* Weights 7, 3, 1, running on from *i. */
static int
weigh(const struct mrz *m, struct part p, size_t *i)
{
	static const int weight[] = { 7, 3, 1 };
	int sum = 0;

	for (size_t k = 0; k < p.n; k++, (*i)++)
		sum += value(m->c[p.at + k]) * weight[*i % 3];
	return sum;
}

static bool
part_holds(const struct mrz *m, struct part p)
{
	size_t i = 0;
	uint8_t digit = m->c[p.at + p.n];

	return field_is_digit(digit) && weigh(m, p, &i) % 10 == digit - '0';
}

static bool
composite_holds(const struct mrz *m)
{
	const struct layout *l = m->layout;
	size_t i = 0;
	int sum = 0;

	for (size_t k = 0; k < 4; k++)
		sum += weigh(m, l->checked[k], &i);
	return sum % 10 == value(m->c[l->composite]) &&
	    field_is_digit(m->c[l->composite]);
}

/* A number longer than nine signs runs on in the optional part, which then
 * holds the check digit too; its place bears a filler (part 5, note j). */
static bool
number_is_long(const struct mrz *m)
{
	return m->layout == &td1 && m->c[14] == '<';
}

static bool
lines_parse(struct mrz *m, struct slice s)
{
	static const struct layout *const layouts[] = { &td1, &td2, &td3 };
	size_t n = 0;

	m->layout = NULL;
	for (size_t i = 0; i < 3; i++)
		if (s.n == layouts[i]->lines * (layouts[i]->width + 1) - 1)
			m->layout = layouts[i];
	if (m->layout == NULL)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool end = (i + 1) % (m->layout->width + 1) == 0;

		if (end && s.p[i] == '\n')
			continue;
		if (end || (!field_is_digit(s.p[i]) && !field_is_upper(s.p[i]) &&
		    s.p[i] != '<'))
			return false;
		m->c[n++] = s.p[i];
	}
	m->visa = m->c[0] == 'V';
	return true;
}

static bool
mrz_parse(struct mrz *m, struct slice s)
{
	if (!lines_parse(m, s))
		return false;
	/* A date that is not known is all fillers, its digit may be too. */
	if (!number_is_long(m) && !part_holds(m, m->layout->number))
		return false;
	if (!part_holds(m, m->layout->birth) || !part_holds(m, m->layout->expiry))
		return false;
	return m->visa || composite_holds(m);
}

static bool
mrz_check(const struct field_at *at, const json_t *v)
{
	struct mrz m;

	if (!json_is_string(v))
		return field_fail(at, "E-FIELD-TYPE", "must be text");
	if (field_text(v).n == 0)
		return field_fail(at, "E-FIELD-MISSING", "is empty");
	return mrz_parse(&m, field_text(v)) || field_fail(at, "E-FIELD-VALUE",
	    "must be two or three whole lines whose check digits hold");
}

/* Matched as the number of the document. */
static bool
mrz_normal(struct buf *out, const json_t *v)
{
	struct mrz m;
	struct slice more;
	size_t n = 0;

	if (!mrz_parse(&m, field_text(v)))
		return false;
	more = slice_of(m.c + 15, 15);
	if (number_is_long(&m))
		while (n < more.n && more.p[n] != '<')
			n++;
	if (!field_put_number(out, slice_of(m.c + m.layout->number.at, 9)))
		return false;
	/* The last sign before the filler is the check digit. */
	if (n > 1)
		(void)field_put_number(out, slice_of(more.p, n - 1));
	return true;
}

const struct field_ops field_mrz = {
	"mrz", "document-number", mrz_check, mrz_normal, NULL
};
