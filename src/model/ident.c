#include "model/ident.h"

#include <assert.h>

const char *const lang_names[LANGS] = {
	[LANG_EN] = "en", [LANG_AR] = "ar", [LANG_ES] = "es", [LANG_FR] = "fr",
};

static bool
lower_or_digit(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* [a-z0-9-]{1,max}, no dash at either end. */
static bool
label_ok(struct slice s, size_t max)
{
	if (s.n == 0 || s.n > max || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!lower_or_digit(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

/* The names of the roots' keys are <network>/root/<n>. */
static bool
member_ok(struct slice s)
{
	return label_ok(s, 32) && !slice_eq(s, slice_str("root"));
}

static void
keep(char *out, struct slice s)
{
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

bool
member_id_parse(struct member_id *m, struct slice s)
{
	*m = (struct member_id){ .s = "" };
	if (!member_ok(s))
		return false;
	keep(m->s, s);
	return true;
}

bool
member_id_eq(const struct member_id *a, const struct member_id *b)
{
	return strcmp(a->s, b->s) == 0;
}

bool
address_parse(struct address *a, struct slice s)
{
	struct slice rest = s, segment;
	size_t n = 1;

	*a = (struct address){ .s = "" };
	if (s.n >= sizeof(a->s))
		return false;
	if (!slice_cut(&segment, &rest, '/'))
		segment = s, rest = slice_of(NULL, 0);
	else
		n = 2;
	if (!member_ok(segment))
		return false;
	for (; n >= 2 && slice_cut(&segment, &rest, '/'); n++)
		if (n == 4 || !label_ok(segment, 32))
			return false;
	if (n >= 2 && !label_ok(rest, 32))
		return false;
	keep(a->s, s);
	return true;
}

bool
address_eq(const struct address *a, const struct address *b)
{
	return strcmp(a->s, b->s) == 0;
}

void
address_member(struct member_id *m, const struct address *a)
{
	size_t n = strcspn(a->s, "/");

	*m = (struct member_id){ .s = "" };
	assert(n < sizeof(m->s));
	memcpy(m->s, a->s, n);
}

bool
badge_parse(struct badge *b, struct slice s)
{
	static const char *const reserved[] = { "card", "root", "log" };

	*b = (struct badge){ .s = "" };
	if (s.n == 0 || s.n >= sizeof(b->s))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		bool upper = c >= 'A' && c <= 'Z';

		/* A first dot or dash would read as a path or an option. */
		if (!lower_or_digit(c) && !upper &&
		    (i == 0 || (c != '.' && c != '-')))
			return false;
	}
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (slice_eq(s, slice_str(reserved[i])))
			return false;
	keep(b->s, s);
	return true;
}

bool
network_name_valid(struct slice s)
{
	return s.n <= 64 && !slice_eq(s, slice_str("entente")) &&
	    host_name_valid(s);
}

bool
host_name_valid(struct slice s)
{
	struct slice label, rest = s;

	if (s.n > 253)
		return false;
	while (slice_cut(&label, &rest, '.'))
		if (!label_ok(label, 63))
			return false;
	return label_ok(rest, 63);
}

struct member_id
jobj_member(struct jobj *j, const char *key)
{
	const char *s = jobj_str(j, key, 32);
	struct member_id m = { .s = "" };

	if (!j->bad && !member_id_parse(&m, slice_str(s)))
		jobj_fail(j, "E-FIELD-VALUE", key, "is no member's id");
	return m;
}

struct address
jobj_address(struct jobj *j, const char *key)
{
	struct address a = { .s = "" };
	const char *s = jobj_str(j, key, sizeof(a.s) - 1);

	if (!j->bad && !address_parse(&a, slice_str(s)))
		jobj_fail(j, "E-FIELD-VALUE", key, "is no desk's address");
	return a;
}

bool
hash_is_zero(const struct hash *h)
{
	static const struct hash zero;

	return hash_eq(h, &zero);
}

/* Zeros mean absent in a struct, so they must not be written as a hash. */
static void
refuse_zero(struct jobj *j, const char *key, const struct hash *h)
{
	if (!j->bad && hash_is_zero(h))
		jobj_fail(j, "E-FIELD-VALUE", key, "is all zeros");
}

struct hash
jobj_hash(struct jobj *j, const char *key)
{
	struct hash h;

	jobj_hex(j, key, h.b, sizeof(h.b));
	refuse_zero(j, key, &h);
	return h;
}

struct hash
jobj_hash_opt(struct jobj *j, const char *key)
{
	struct hash h;

	if (jobj_hex_opt(j, key, h.b, sizeof(h.b)))
		refuse_zero(j, key, &h);
	return h;
}

void
jout_hash(struct jout *j, const char *key, const struct hash *h)
{
	jout_hex(j, key, slice_of(h->b, sizeof(h->b)));
}

void
jout_hash_opt(struct jout *j, const char *key, const struct hash *h)
{
	if (!hash_is_zero(h))
		jout_hash(j, key, h);
}

bool
lang_parse(enum lang *lang, const char *s)
{
	for (unsigned i = 0; i < LANGS; i++)
		if (strcmp(lang_names[i], s) == 0) {
			*lang = (enum lang)i;
			return true;
		}
	return false;
}

enum lang
lang_near(const char *code)
{
	enum lang lang;

	return lang_parse(&lang, code) ? lang : LANG_EN;
}
