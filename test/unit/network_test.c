#include "mutate.h"
#include "trust_fixture.h"

static struct err err;

static bool
parses(struct slice text, struct err *e)
{
	struct buf b = BUF_INIT;
	struct network n;
	bool ok = network_parse(&n, text, e);

	if (ok) {
		network_print(&b, &n);
		OK(slice_eq(buf_all(&b), text), "what parses prints the same");
		network_release(&n);
	}
	buf_free(&b);
	return ok;
}

static void
form(struct slice text)
{
	static const char *const optional[] = { NULL };
	static const struct mutate_case cases[] = {
		{ "name", "\"entente\"", "E-FIELD-VALUE", "name" },
		{ "name", "\"Demo\"", "E-FIELD-VALUE", "name" },
		{ "name", "\"other.example\"", "E-FIELD-VALUE", "roots[0]" },
		{ "class", "\"test\"", "E-FIELD-VALUE", "class" },
		{ "class", "\"real\"", "", "" },
		{ "created", "\"2026-11-21\"", "E-FIELD-VALUE", "created" },
		{ "k", "0", "E-FIELD-VALUE", "k" },
		{ "k", "4", "E-FIELD-VALUE", "k" },
		{ "k", "3", "", "" },
		{ "roots", "[]", "E-FIELD-VALUE", "roots" },
		{ "roots[0]", "\"demo.example/root/1+00000000+AAAA\"",
		    "E-FIELD-VALUE", "roots[0]" },
		{ "ext", "{}", "E-FIELD-VALUE", "ext" },
		{ "ext", "[]", "E-FIELD-TYPE", "ext" },
		{ "ext", "{\"b\":[null,{\"a\":-1}],\"a\":\"\\n\"}", "", "" },
	};

	mutate_all(text, "network", parses, optional);
	mutate_cases(text, "network", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
}

/* A network with these roots; the rule that refuses it. */
static const char *
with_roots(const char *const *labels, unsigned k)
{
	struct buf b = BUF_INIT;
	struct network n;

	fixture_network(&n);
	n.k = k;
	for (n.n = 0; labels[n.n] != NULL; n.n++)
		n.roots[n.n] = vkey_of(labels[n.n]);
	network_print(&b, &n);
	if (parses(buf_all(&b), &err))
		err.rule[0] = err.field[0] = '\0';
	buf_free(&b);
	return err.rule;
}

static void
roots(void)
{
	EQ_STR(with_roots(BY(ROOT1), 1), "", "one root is enough");
	EQ_STR(with_roots(BY(ROOT1, ROOT1), 1), "E-FIELD-VALUE",
	    "a root stands there once");
	EQ_STR(err.field, "roots[1]", "and the second place is named");
	EQ_STR(with_roots(BY(ROOT1, ROOT1 "#2"), 1), "E-FIELD-VALUE",
	    "two roots do not share a name");
	EQ_STR(with_roots(BY("demo.example/root/0"), 1), "E-FIELD-VALUE",
	    "roots count from 1");
	EQ_STR(with_roots(BY("demo.example/root/10000"), 1), "E-FIELD-VALUE",
	    "and end at 9999");
	EQ_STR(with_roots(BY("demo.example/root/1x"), 1), "E-FIELD-VALUE",
	    "in digits");
	EQ_STR(with_roots(BY(FR_CARD), 1), "E-FIELD-VALUE",
	    "a member's key is no root");
	EQ_STR(with_roots(BY("other.example/root/1"), 1), "E-FIELD-VALUE",
	    "nor is another network's root");
}

/* One key under two names would be two votes. */
static void
one_key_two_names(void)
{
	struct buf b = BUF_INIT;
	struct network n;

	fixture_network(&n);
	note_vkey_ed25519(&n.roots[1], ROOT2, n.roots[0].key);
	network_print(&b, &n);
	OK(!parses(buf_all(&b), &err) && strcmp(err.field, "roots[1]") == 0,
	    "one key under two names is refused");
	buf_free(&b);
}

static const char *
verdict(struct slice note)
{
	struct network n;
	struct hash id, want = fixture_net();

	if (!network_verify(&n, &id, note, &err))
		return err.rule;
	OK(hash_eq(&id, &want), "the id is the hash of the text");
	network_release(&n);
	return "";
}

static void
signatures(struct slice text)
{
	struct buf b = BUF_INIT;

	EQ_STR(verdict(signed_by(&b, text, BY(ROOT1, ROOT2, ROOT3))), "",
	    "signed by all roots");
	EQ_STR(verdict(signed_by(&b, text, BY(ROOT3, ROOT4, ROOT2, ROOT1))), "",
	    "in any order, strangers ignored");
	EQ_STR(verdict(signed_by(&b, text, BY(ROOT1, ROOT2))),
	    "E-NETWORK-SIGNATURES", "k of n is not enough to found one");
	EQ_STR(verdict(signed_by(&b, text, BY(ROOT1, ROOT2, ROOT4))),
	    "E-NETWORK-SIGNATURES", "a stranger counts for nobody");
	EQ_STR(verdict(signed_by(&b, text, BY(ROOT4))),
	    "E-NETWORK-SIGNATURES", "nor does one alone");
	(void)signed_by(&b, text, BY(ROOT1, ROOT2, ROOT3));
	for (size_t i = 0; i < b.n; i++) {
		uint8_t *p = b.p + i;

		*p ^= 1;
		if (verdict(buf_all(&b))[0] == '\0')
			OK(false, "byte %zu matters", i);
		*p ^= 1;
	}
	OK(true, "every byte of the note matters");
	for (size_t n = 0; n < b.n; n++)
		if (verdict(slice_of(b.p, n))[0] == '\0')
			OK(false, "%zu bytes are no note", n);
	OK(true, "no prefix of the note is one");
	buf_free(&b);
}

int
main(void)
{
	struct buf b = BUF_INIT;
	struct network n;

	secret_process_init();
	fixture_network(&n);
	network_print(&b, &n);
	form(buf_all(&b));
	roots();
	one_key_two_names();
	signatures(buf_all(&b));
	buf_free(&b);
	return tap_done();
}
