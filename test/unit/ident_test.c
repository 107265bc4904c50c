#include "base/secret.h"
#include "model/ident.h"

#include "tap.h"

#define LONG32	"abcdefghijklmnopqrstuvwxyz012345"

static void
members(void)
{
	static const char *const good[] = { "fr", "cert-ee", "9", LONG32, "a-b-c" };
	static const char *const bad[] = {
		"", "-fr", "fr-", "Fr", "f_r", "f r", "fr/", "f\xc3\xa9",
		LONG32 "6", "root", "fr.ee", "fr+", "fr\n",
	};
	struct member_id m, n;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(member_id_parse(&m, slice_str(good[i])) &&
		    strcmp(m.s, good[i]) == 0, "%s is a member's id", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!member_id_parse(&m, slice_str(bad[i])) && m.s[0] == '\0',
		    "bad id %zu is none", i);
	OK(!member_id_parse(&m, slice_of("f\0r", 3)), "a NUL is in no id");
	(void)member_id_parse(&m, slice_str("fr"));
	(void)member_id_parse(&n, slice_str("fra"));
	OK(member_id_eq(&m, &m) && !member_id_eq(&m, &n), "ids compare whole");
}

static void
addresses(void)
{
	static const char *const good[] = {
		"fr", "fr/cyber", "fr/dcpj/cyber", "fr/dcpj/cyber/night",
		LONG32 "/" LONG32 "/" LONG32 "/" LONG32, "fr/root",
	};
	static const char *const bad[] = {
		"", "/", "fr/", "/fr", "fr//cyber", "fr/Cyber", "fr/-a", "root/a",
		"fr/a/b/c/d", "fr/a/b/c/", LONG32 "6/a", "fr/" LONG32 "6", "fr/a/b/",
	};
	struct address a, b;
	struct member_id m;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(address_parse(&a, slice_str(good[i])) &&
		    strcmp(a.s, good[i]) == 0, "%s is an address", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!address_parse(&a, slice_str(bad[i])) && a.s[0] == '\0',
		    "bad address %zu is none", i);
	(void)address_parse(&a, slice_str("fr/dcpj/cyber"));
	(void)address_parse(&b, slice_str("fr"));
	OK(address_eq(&a, &a) && !address_eq(&a, &b), "addresses compare whole");
	address_member(&m, &a);
	EQ_STR(m.s, "fr", "the first segment is the member");
	address_member(&m, &b);
	EQ_STR(m.s, "fr", "a member alone is its own address");
}

static void
badges_and_names(void)
{
	static const char *const good[] = { "4711", "a.b-c", "Z9", LONG32, "Card" };
	static const char *const bad[] = {
		"", "card", "root", "log", ".", "..", "-1", ".a", "a/b", "a b",
		"a+b", LONG32 "6", "a_b",
	};
	static const char *const names[] = { "demo.example", "x", "a-b.c9" };
	static const char *const none[] = {
		"", "entente", "Demo", ".a", "a.", "a..b", "-a", "a-", "a.-b",
		"a/b", "a+b",
		LONG32 "." LONG32 "." LONG32,
	};
	struct badge b;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(badge_parse(&b, slice_str(good[i])) &&
		    strcmp(b.s, good[i]) == 0, "%s is a badge", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!badge_parse(&b, slice_str(bad[i])) && b.s[0] == '\0',
		    "bad badge %zu is none", i);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		OK(network_name_valid(slice_str(names[i])),
		    "%s names a network", names[i]);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		OK(!network_name_valid(slice_str(none[i])),
		    "bad name %zu names no network", i);
}

static const char *
refusal(const char *text, void (*read)(struct jobj *))
{
	static struct err err;
	struct jobj j;
	json_t *v = json_read(slice_str(text), 1024, &err);

	jobj_begin(&j, v, "", &err);
	read(&j);
	if (jobj_end(&j))
		err.rule[0] = '\0';
	json_decref(v);
	return err.rule;
}

static void
read_member(struct jobj *j)
{
	(void)jobj_member(j, "x");
}

static void
read_address(struct jobj *j)
{
	(void)jobj_address(j, "x");
}

static void
read_hash(struct jobj *j)
{
	(void)jobj_hash(j, "x");
}

static void
read_hash_opt(struct jobj *j)
{
	struct hash h = jobj_hash_opt(j, "x");

	OK(j->bad || hash_is_zero(&h) == !jobj_has(j, "x"),
	    "zeros mean absent, and only that");
}

#define HEX "00112233445566778899aabbccddeeff"
#define ZERO "00000000000000000000000000000000"

static void
from_json(void)
{
	struct buf b = BUF_INIT;
	struct jout out = jout_to(&b);
	struct hash h = { { 1, 0xab } }, zero = { { 0 } };

	EQ_STR(refusal("{\"x\":\"fr\"}", read_member), "", "a member is read");
	EQ_STR(refusal("{\"x\":\"FR\"}", read_member), "E-FIELD-VALUE", "FR is none");
	EQ_STR(refusal("{}", read_member), "E-FIELD-MISSING", "none is missing");
	EQ_STR(refusal("{\"x\":7}", read_member), "E-FIELD-TYPE", "7 is no text");
	EQ_STR(refusal("{\"x\":\"fr/a\"}", read_address), "", "a desk is read");
	EQ_STR(refusal("{\"x\":\"fr/\"}", read_address), "E-FIELD-VALUE",
	    "half a desk is none");
	EQ_STR(refusal("{\"x\":\"" HEX HEX "\"}", read_hash), "", "a hash is read");
	EQ_STR(refusal("{\"x\":\"" HEX "\"}", read_hash), "E-FIELD-VALUE",
	    "half a hash is none");
	EQ_STR(refusal("{\"x\":\"" ZERO ZERO "\"}", read_hash), "E-FIELD-VALUE",
	    "zeros are not written");
	EQ_STR(refusal("{\"x\":\"" ZERO ZERO "\"}", read_hash_opt),
	    "E-FIELD-VALUE", "zeros are not written where absent would do");
	EQ_STR(refusal("{}", read_hash_opt), "", "a hash may be absent");
	EQ_STR(refusal("{\"x\":\"" HEX HEX "\"}", read_hash_opt), "",
	    "or be there");
	jout_object(&out, NULL);
	jout_hash_opt(&out, "a", &zero);
	jout_hash_opt(&out, "b", &h);
	jout_end_object(&out);
	EQ_STR(buf_cstr(&b), "{\"b\":\"01ab0000000000000000000000000000"
	    ZERO "\"}", "zeros are left out when written");
	buf_free(&b);
}

int
main(void)
{
	enum lang lang = LANG_EN;

	secret_process_init();
	members();
	addresses();
	badges_and_names();
	from_json();
	OK(lang_parse(&lang, "ar") && lang == LANG_AR, "ar is Arabic");
	OK(!lang_parse(&lang, "de") && lang == LANG_AR,
	    "de is none of the four, and nothing changed");
	return tap_done();
}
