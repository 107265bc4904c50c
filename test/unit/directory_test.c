#include "text_frame.h"

TEXT_FRAME(directory);

static void
form(void)
{
	static const char *const optional[] = {
		"members[].keys[].until", "members[].keys[].revoked", NULL
	};
	static const struct mutate_case cases[] = {
		{ "number", "0", "E-FIELD-VALUE", "number" },
		{ "number", "1", "E-FIELD-VALUE", "prev" },
		{ "number", "3", "", "" },
		{ "valid_until", "\"2026-11-28T10:00:00.000Z\"", "E-FIELD-VALUE",
		    "valid_until" },
		{ "valid_until", "\"2026-11-28T10:00:00.001Z\"", "", "" },
		{ "valid_until", "\"2026-12-12T10:00:00.001Z\"", "E-FIELD-VALUE",
		    "valid_until" },
		{ "k", "4", "E-FIELD-VALUE", "k" },
		{ "k", "0", "E-FIELD-VALUE", "k" },
		{ "algorithms", "[]", "E-FIELD-VALUE", "algorithms" },
		{ "algorithms", "[\"ed25519\",\"ml-dsa-44\"]", "E-FIELD-VALUE",
		    "algorithms" },
		{ "algorithms", "[\"p256\"]", "E-FIELD-VALUE", "algorithms" },
		{ "algorithms", "[\"p256\",\"ed25519\"]", "E-FIELD-VALUE",
		    "algorithms" },
		{ "algorithms", "[\"ed25519\",\"ed25519\"]", "E-FIELD-VALUE",
		    "algorithms" },
		{ "algorithms", "[\"ed25519\",\"p256\",\"p256\"]",
		    "E-FIELD-SIZE", "algorithms" },
		{ "algorithms", "[\"ed25519\",\"p256\"]", "", "" },
		{ "algorithms", "[\"ecdsa-p256\"]", "E-FIELD-VALUE",
		    "algorithms" },
		{ "members", "[]", "E-FIELD-VALUE", "members" },
		{ "members[0].id", "\"fr\"", "E-FIELD-VALUE",
		    "members[0].keys[0].vkey" },
		{ "members[0].id", "\"root\"", "E-FIELD-VALUE", "members[0].id" },
		{ "members[1].class", "\"police\"", "E-FIELD-VALUE",
		    "members[1].class" },
		{ "members[1].status", "\"gone\"", "E-FIELD-VALUE",
		    "members[1].status" },
		{ "members[1].status", "\"removed\"", "", "" },
		{ "members[1].keys", "[]", "E-FIELD-VALUE", "members[1].keys" },
		{ "members[1].keys[0].until", "\"2026-11-21T09:30:00.000Z\"",
		    "E-FIELD-VALUE", "members[1].keys[0].until" },
		{ "members[1].keys[0].revoked", "\"2026-11-28T10:00:00.001Z\"",
		    "E-FIELD-VALUE", "members[1].keys[0].revoked" },
		{ "members[1].keys[0].revoked", "\"2026-11-28T10:00:00.000Z\"",
		    "", "" },
	};
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct directory d;

	fixture_directory2(&d, &a);
	d.members[1].keys[0].revoked = at("2026-11-28T09:00:00.000Z");
	directory_print(&b, &d);
	mutate_all(buf_all(&b), "directory", parses, optional);
	mutate_cases(buf_all(&b), "directory", parses, cases,
	    sizeof(cases) / sizeof(cases[0]));
	buf_free(&b);
	arena_free(&a);
}

static void
members_and_keys(void)
{
	struct arena a = ARENA_INIT;
	struct directory_member m;
	struct directory d;

	fixture_directory(&d, &a);
	m = d.members[0];
	d.members[0] = d.members[1];
	d.members[1] = m;
	EQ_STR(refusal(&d), "E-FIELD-VALUE", "members are sorted");
	EQ_STR(err.field, "members[1].id", "and the first that is not is named");
	fixture_directory(&d, &a);
	d.members[2] = d.members[1];
	EQ_STR(refusal(&d), "E-FIELD-VALUE", "each stands there once");
	fixture_directory(&d, &a);
	d.members[1].keys[1] = d.members[1].keys[0];
	d.members[1].nkeys = 2;
	EQ_STR(refusal(&d), "E-FIELD-VALUE", "a key stands there once");
	EQ_STR(err.field, "members[1].keys[1].vkey", "by its place");
	fixture_directory(&d, &a);
	d.members[1].keys[0].vkey = vkey_of(FR);
	EQ_STR(refusal(&d), "E-FIELD-VALUE", "a message key signs no cards");
	d.members[1].keys[0].vkey = vkey_of("other.example/fr/card");
	EQ_STR(refusal(&d), "E-FIELD-VALUE", "nor does another network's key");
	OK(directory_find(&d, &d.members[0].id) == &d.members[0] &&
	    directory_find(&d, &d.members[1].id) == &d.members[1] &&
	    directory_find(&d, &d.members[2].id) == &d.members[2],
	    "every member is found");
	(void)member_id_parse(&m.id, slice_str("de"));
	OK(directory_find(&d, &m.id) == NULL, "nobody else is");
	arena_free(&a);
}

static void
key_times(void)
{
	struct directory_key k = { .from = 100, .until = 200 };

	OK(!directory_key_at(&k, 99) && directory_key_at(&k, 100) &&
	    directory_key_at(&k, 199) && !directory_key_at(&k, 200),
	    "a key is valid from its beginning to before its end");
	k.until = 0;
	OK(directory_key_at(&k, TIME_MAX), "one without end has none");
	k.revoked = 150;
	OK(!directory_key_at(&k, 120), "revoked, it never was");
}

/* -- the chain --------------------------------------------------------------- */

struct chain {
	struct arena		a;
	struct network		network;
	struct hash		net;
	struct directory	first, next;
	struct hash		first_name;
};

static void
chain_begin(struct chain *c)
{
	struct buf b = BUF_INIT;

	*c = (struct chain){ .a = ARENA_INIT };
	fixture_network(&c->network);
	c->net = fixture_net();
	fixture_directory(&c->first, &c->a);
	directory_print(&b, &c->first);
	c->first_name = hash_of(buf_all(&b));
	fixture_directory2(&c->next, &c->a);
	buf_free(&b);
}

/* The verdict over d after prev, signed by these. */
static const char *
verdict(struct chain *c, const struct directory *d,
    const struct directory *prev, const char *const *by)
{
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct directory out;

	err = (struct err){ .class = ERR_NONE };
	directory_print(&text, d);
	if (directory_verify(&out, &c->a, signed_by(&note, buf_all(&text), by),
	    &c->network, &c->net, prev, &c->first_name, &err)) {
		err.rule[0] = '\0';
		OK(out.number == d->number, "it is the one that was signed");
		directory_release(&out);
	}
	buf_free(&text);
	buf_free(&note);
	return err.rule;
}

static void
quorum(struct chain *c)
{
	const struct directory *d = &c->first;

	EQ_STR(verdict(c, d, NULL, BY(ROOT1, ROOT2)), "", "2 of 3 roots");
	EQ_STR(verdict(c, d, NULL, BY(ROOT3, ROOT1)), "", "any 2 of them");
	EQ_STR(verdict(c, d, NULL, BY(ROOT1, ROOT2, ROOT3, ROOT4)), "",
	    "or all, and a stranger");
	EQ_STR(verdict(c, d, NULL, BY(ROOT1)), "E-DIRECTORY-SIGNATURES",
	    "1 of 3 is too few");
	EQ_STR(verdict(c, d, NULL, BY(ROOT1, ROOT4, FR_CARD, RS_CARD)),
	    "E-DIRECTORY-SIGNATURES", "whoever else signs");
	EQ_STR(verdict(c, d, NULL, BY(ROOT1, ROOT1)), "E-NOTE-FORM",
	    "one root does not sign twice");
	EQ_STR(verdict(c, d, NULL, BY(ROOT1, ROOT1 "#2")),
	    "E-DIRECTORY-SIGNATURES", "a key of a root's name is no root");
	EQ_STR(verdict(c, d, NULL, BY(ROOT4)), "E-DIRECTORY-SIGNATURES",
	    "a stranger alone is nobody");
}

/* A signature that does not verify refuses the note, however many do. */
static void
forged(struct chain *c)
{
	struct buf text = BUF_INIT, other = BUF_INIT, note = BUF_INIT;
	struct secret *seed;
	struct note_signer s = signer_of(ROOT3, &seed);
	struct directory out;

	directory_print(&text, &c->first);
	directory_print(&other, &c->next);
	(void)signed_by(&note, buf_all(&text), BY(ROOT1, ROOT2));
	(void)note_signature_line(&note, buf_all(&other), &s, &err);
	OK(!directory_verify(&out, &c->a, buf_all(&note), &c->network, &c->net,
	    NULL, NULL, &err), "a forged line refuses the rest");
	EQ_STR(err.rule, "E-NOTE-SIGNATURE", "as what it is");
	secret_free(seed);
	buf_free(&text);
	buf_free(&other);
	buf_free(&note);
}

static void
numbers(struct chain *c)
{
	struct directory d = c->next;

	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)), "", "2 follows 1");
	EQ_STR(verdict(c, &d, NULL, BY(ROOT1, ROOT2)), "E-DIRECTORY-NUMBER",
	    "2 does not begin");
	EQ_STR(verdict(c, &c->first, &c->first, BY(ROOT1, ROOT2)),
	    "E-DIRECTORY-NUMBER", "1 does not follow 1: no rollback");
	d.number = 3;
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)),
	    "E-DIRECTORY-NUMBER", "3 leaves a gap");
	d = c->next;
	d.prev = seed_of("another directory");
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)),
	    "E-DIRECTORY-CHAIN", "a fork names another");
	EQ_STR(err.field, "prev", "by its field");
	d = c->next;
	d.issued = c->first.issued - 1;
	d.valid_until = d.issued + DAY;
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)),
	    "E-DIRECTORY-CHAIN", "it is not older than the one before");
	d = c->next;
	d.net = seed_of("another network");
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)), "E-TEXT-NET",
	    "another network's is refused");
}

static void
new_roots(struct chain *c)
{
	struct directory d = c->next;
	struct note_vkey swap;

	d.roots = arena_dup(&c->a, d.roots, NETWORK_ROOTS * sizeof(*d.roots));
	swap = d.roots[0];
	d.roots[0] = d.roots[1];
	d.roots[1] = swap;
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)), "",
	    "another order of roots changes nothing");
	d.roots[2] = vkey_of(ROOT4);
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)), "",
	    "one root replaced, by two that stay");
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT4)),
	    "E-DIRECTORY-SIGNATURES", "the new one has no say in the old");
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT3)),
	    "E-DIRECTORY-SIGNATURES", "nor the old one in the new");
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT3, ROOT4)), "",
	    "k of the old and k of the new, one of them both");
	d.k = 3;
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)),
	    "E-DIRECTORY-SIGNATURES", "k raised to 3 needs 3 of the new");
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2, ROOT4)), "",
	    "and has them");
	d = c->next;
	d.k = 1;
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1)), "E-DIRECTORY-SIGNATURES",
	    "k is not lowered by one alone");
	d = c->first;
	d.roots = arena_dup(&c->a, d.roots, NETWORK_ROOTS * sizeof(*d.roots));
	d.roots[0] = vkey_of(ROOT4);
	EQ_STR(verdict(c, &d, NULL, BY(ROOT2, ROOT4)), "E-DIRECTORY-SIGNATURES",
	    "the first directory answers to the founders");
}

/* One change of fr's first key against the directory before. */
static const char *
key_changed(struct chain *c, msec old_until, msec old_revoked,
    struct directory_key key)
{
	struct directory prev = c->first, d = c->next;
	struct directory_member was[3], is[3];
	struct directory_key keys[2];
	struct buf b = BUF_INIT;
	const char *rule;

	memcpy(was, prev.members, sizeof(was));
	memcpy(is, d.members, sizeof(is));
	prev.members = was;
	d.members = is;
	keys[0] = was[1].keys[0];
	keys[0].until = old_until;
	keys[0].revoked = old_revoked;
	was[1].keys = &keys[0];
	keys[1] = key;
	is[1].keys = &keys[1];
	is[1].nkeys = 1;
	prev.issued += DAY;
	prev.valid_until += DAY;
	directory_print(&b, &prev);
	c->first_name = d.prev = hash_of(buf_all(&b));
	rule = verdict(c, &d, &prev, BY(ROOT1, ROOT2));
	buf_free(&b);
	return rule;
}

static void
old_keys(struct chain *c)
{
	struct directory_key k = c->first.members[1].keys[0], n;
	msec t = c->first.issued + HOUR;

	EQ_STR(key_changed(c, 0, 0, k), "", "a key may stay as it was");
	n = k, n.until = t;
	EQ_STR(key_changed(c, 0, 0, n), "", "its end may be set");
	EQ_STR(key_changed(c, t + 1, 0, n), "", "and come nearer");
	EQ_STR(key_changed(c, t - 1, 0, n), "E-DIRECTORY-CHAIN",
	    "but not go further");
	EQ_STR(key_changed(c, t, 0, k), "E-DIRECTORY-CHAIN", "nor be unset");
	EQ_STR(err.field, "fr", "and the member is named");
	n = k, n.revoked = t;
	EQ_STR(key_changed(c, 0, 0, n), "", "it may be revoked");
	EQ_STR(key_changed(c, 0, t, n), "", "and stay so");
	EQ_STR(key_changed(c, 0, t, k), "E-DIRECTORY-CHAIN",
	    "but not be pardoned");
	EQ_STR(key_changed(c, 0, t - 1, n), "E-DIRECTORY-CHAIN",
	    "nor be revoked at another time");
	n = k, n.from++;
	EQ_STR(key_changed(c, 0, 0, n), "E-DIRECTORY-CHAIN",
	    "its beginning stays");
	n = k, n.vkey = vkey_of(FR_CARD "#2");
	EQ_STR(key_changed(c, 0, 0, n), "E-DIRECTORY-CHAIN",
	    "an old key does not disappear");
}

static void
old_members(struct chain *c)
{
	struct directory d = c->next;
	struct directory_member is[4];

	d.members = is;
	is[0] = c->next.members[0];
	is[1] = c->next.members[1];
	d.nmembers = 2;
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)),
	    "E-DIRECTORY-CHAIN", "a member does not disappear");
	EQ_STR(err.field, "rs", "and is named");
	is[2] = c->next.members[2];
	is[2].status = MEMBER_REMOVED;
	d.nmembers = 3;
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)), "",
	    "it is marked as removed");
	is[3] = is[2];
	fixture_member(&is[2], &c->a, "nl", CLASS_BUREAU);
	d.nmembers = 4;
	EQ_STR(verdict(c, &d, &c->first, BY(ROOT1, ROOT2)), "",
	    "and others join");
}

/* What INTERPOL's size would need of a note. */
static void
capacity(void)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct directory d;
	char id[16];
	size_t n;

	fixture_directory(&d, &a);
	d.members = arena_alloc(&a, DIRECTORY_MEMBERS * sizeof(*d.members));
	for (n = 0; n < 200; n++) {
		(void)snprintf(id, sizeof(id), "m%03zu", n);
		fixture_member(&d.members[n], &a, id, CLASS_CONTACT_POINT);
	}
	d.nmembers = n;
	EQ_STR(refusal(&d), "", "200 members with a key each fit in a note");
	directory_print(&b, &d);
	printf("# %zu members: %zu bytes\n", n, b.n);
	buf_free(&b);
	arena_free(&a);
}

int
main(void)
{
	struct chain c;

	secret_process_init();
	form();
	members_and_keys();
	key_times();
	chain_begin(&c);
	quorum(&c);
	forged(&c);
	numbers(&c);
	new_roots(&c);
	old_members(&c);
	old_keys(&c);
	arena_free(&c.a);
	capacity();
	return tap_done();
}
