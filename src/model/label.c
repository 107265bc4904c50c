#include "model/label.h"

#include <string.h>

#include "model/label_marks.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* How many bytes of s the word takes, 0: it does not stand there.  A mark ends
 * where another may begin. */
static size_t
begins(const char *s, const char *word)
{
	size_t n = 0;

	while (word[n] != '\0' && lower(s[n]) == lower(word[n]))
		n++;
	return word[n] == '\0' && (s[n] == '\0' || s[n] == ' ' || s[n] == ',') ?
	    n : 0;
}

/* -- levels ------------------------------------------------------------------- */

struct found {
	size_t		n;		/* bytes */
	enum level	level;
	bool		torn;		/* schemes mean different levels */
};

static void
better(struct found *f, size_t n, enum level level)
{
	if (n == 0 || n < f->n)
		return;
	f->torn = n == f->n && (f->torn || level != f->level);
	f->n = n;
	f->level = level;
}

/* "DE VS-NfD": with its scheme before it, a mark is that scheme's alone. */
static size_t
begins_with_scheme(const char *s, const struct label_mark *m)
{
	size_t scheme = begins(s, m->scheme), n;

	if (scheme == 0 || s[scheme] != ' ')
		return 0;
	n = begins(s + scheme + 1, m->mark);
	return n == 0 ? 0 : scheme + 1 + n;
}

static size_t
level_read(struct handling *h, const char *s, struct err *err)
{
	struct found f = { .n = 0 };

	for (unsigned i = 1; i < LEVELS; i++)
		better(&f, begins(s, level_names[i]), (enum level)i);
	for (size_t i = 0; i < label_marks_count; i++) {
		const struct label_mark *m = &label_marks[i];

		better(&f, begins(s, m->mark), m->level);
		better(&f, begins_with_scheme(s, m), m->level);
	}
	if (f.n == 0)
		return 0;
	if (f.torn) {
		err_field(err, ERR_INVALID, "E-HANDLING-LABEL", "handling",
		    "\"%.*s\" means different levels in different places: write "
		    "whose before it, as in \"PT RESERVADO\"", (int)f.n, s);
		return 0;
	}
	if (f.level == LEVELS) {
		err_field(err, ERR_INVALID, "E-HANDLING-ABOVE", "handling",
		    "\"%.*s\" is above CONFIDENTIAL", (int)f.n, s);
		return 0;
	}
	if (f.level > h->level)
		h->level = f.level;
	return f.n;
}

/* -- all others --------------------------------------------------------------- */

/* One of names after a prefix: "TLP:", "PAP:". */
static size_t
prefixed(const char *s, const char *prefix, const char *const *names,
    unsigned count, unsigned *which)
{
	size_t n = strlen(prefix), word;

	for (size_t i = 0; i < n; i++)
		if (lower(s[i]) != lower(prefix[i]))
			return 0;
	for (unsigned i = 0; i < count; i++) {
		word = names[i][0] == '\0' ? 0 : begins(s + n, names[i]);
		if (word != 0) {
			*which = i;
			return n + word;
		}
	}
	return 0;
}

static bool
begins_tlp(const char *s)
{
	return lower(s[0]) == 't' && lower(s[1]) == 'l' &&
	    lower(s[2]) == 'p' && s[3] == ':';
}

static size_t
colour_read(struct handling *h, const char *s)
{
	unsigned i = 0;
	size_t n = prefixed(s, "TLP:", tlp_names, TLPS, &i);

	if (n != 0 && i > h->tlp)
		h->tlp = (enum tlp)i;
	if (n != 0)
		return n;
	n = prefixed(s, "PAP:", pap_names, PAPS, &i);
	if (n == 0) {
		/* Older texts say WHITE. */
		n = begins(s, "PAP:WHITE");
		i = PAP_CLEAR;
	}
	if (n != 0 && i > h->pap)
		h->pap = (enum pap)i;
	return n != 0 ? n : begins(s, "TLP:WHITE");
}

static size_t
short_read(struct handling *h, const char *s)
{
	static const char *const codes[] = { "H0", "H1", "H2", "H3" };
	char two[3] = { s[0], s[0] == '\0' ? '\0' : s[1], '\0' };

	for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (begins(s, codes[i]) != 0) {
			h->codes |= 1u << i;
			return 2;
		}
	for (unsigned i = 0; i < 2; i++)
		if (two[i] >= 'a' && two[i] <= 'z')
			two[i] = (char)(two[i] - 32);
	if (begins(s, two) == 2 && grade_parse(&h->grade, two))
		return 2;
	if (begins(s, "ONWARD") != 0) {
		h->onward = true;
		return strlen("ONWARD");
	}
	return 0;
}

bool
label_names_tlp(const char *s)
{
	for (; *s != '\0'; s++)
		if (begins_tlp(s))
			return true;
	return false;
}

bool
label_read(struct handling *h, const char *s, struct err *err)
{
	struct handling read = *h;
	const char *all = s;

	s += strspn(s, " ,");
	while (*s != '\0') {
		size_t n = colour_read(&read, s);

		err->rule[0] = '\0';
		if (n == 0)
			n = short_read(&read, s);
		if (n == 0)
			n = level_read(&read, s, err);
		if (n == 0)
			return err->rule[0] != '\0' ? false : err_field(err,
			    ERR_INVALID, "E-HANDLING-LABEL", "handling",
			    "no mark known here stands at place %zu",
			    (size_t)(s - all) + 1);
		s += n;
		s += strspn(s, " ,");
	}
	*h = read;
	return true;
}

void
label_print(struct buf *b, const struct handling *h)
{
	char grade[GRADE_TEXT], code[] = " H0";

	grade_print(grade, h->grade);
	buf_str(b, "TLP:");
	buf_str(b, tlp_names[h->tlp]);
	if (h->level != LEVEL_NONE) {
		buf_u8(b, ' ');
		buf_str(b, level_names[h->level]);
	}
	for (; code[2] < '4'; code[2]++)
		if ((h->codes & 1u << (code[2] - '0')) != 0)
			buf_str(b, code);
	if (h->pap != PAP_NONE) {
		buf_str(b, " PAP:");
		buf_str(b, pap_names[h->pap]);
	}
	if (grade[0] != '\0') {
		buf_u8(b, ' ');
		buf_str(b, grade);
	}
	if (h->onward)
		buf_str(b, " ONWARD");
}

const char *
label_of_level(const char *scheme, enum level level)
{
	for (size_t i = 0; i < label_marks_count; i++)
		if (label_marks[i].level == level &&
		    strcmp(label_marks[i].scheme, scheme) == 0)
			return label_marks[i].mark;
	return NULL;
}

const char *
label_scheme(size_t i)
{
	/* Rows of a scheme stand together. */
	for (size_t k = 0; k < label_marks_count; k++)
		if ((k == 0 || strcmp(label_marks[k].scheme,
		    label_marks[k - 1].scheme) != 0) && i-- == 0)
			return label_marks[k].scheme;
	return NULL;
}
