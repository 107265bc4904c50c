/*
 * What trust notes, accounts, sessions and kept answers promise.  Run with a
 * directory for a store.
 */
#include "store/account_store.h"
#include "store/session_store.h"
#include "store/trust_store.h"
#include "model/message.h"
#include "store/schema.h"
#include "store_fixture.h"

static void
test_network(struct store *st)
{
	struct hash id = named("net", 1), other = named("net", 2), got;
	struct arena a = ARENA_INIT;
	struct slice note;

	OK(!trust_store_network(st, &a, &note, &got, &err) &&
	    is_rule("E-NOT-FOUND"), "no network yet");
	OK(fine(trust_store_put_network(st, slice_str("net"), &id, &err)) &&
	    fine(trust_store_put_network(st, slice_str("net"), &id, &err)),
	    "a network is put, and again");
	OK(!trust_store_put_network(st, slice_str("evil"), &other, &err) &&
	    is_rule("E-STORE-CONFLICT"), "another one is a conflict");
	OK(fine(trust_store_network(st, &a, &note, &got, &err)) &&
	    text_is(note, "net") && hash_eq(&got, &id), "the first stands");
	arena_free(&a);
}

static bool
directory(struct store *st, int64_t number, const char *note)
{
	struct hash name = hash_of(slice_str(note));

	return fine(trust_store_put_directory(st, slice_str(note), number, &name,
	    &err));
}

static bool
directory_is(struct store *st, int64_t number, const char *want)
{
	struct arena a = ARENA_INIT;
	struct slice note;
	struct hash name;
	bool ok = fine(trust_store_directory(st, &a, number, &note, &name, &err)) &&
	    text_is(note, want);

	arena_free(&a);
	return ok;
}

static void
test_directories(struct store *st)
{
	OK(directory(st, 1, "one") && directory(st, 10, "ten") &&
	    directory(st, 9, "nine") && directory(st, 9, "nine"),
	    "directories come in any order, and twice");
	OK(directory_is(st, 0, "ten"), "the newest has the highest number");
	OK(directory_is(st, 9, "nine") && directory_is(st, 1, "one"),
	    "older ones are there");
	OK(directory(st, 10, "forked") && directory_is(st, 10, "ten") &&
	    directory_is(st, 0, "ten"),
	    "of two with one number the first stands");
}

static bool
card(struct store *st, const char *peer, int64_t seq, const char *note)
{
	struct hash name = hash_of(slice_str(note));

	return fine(trust_store_put_card(st, slice_str(note), peer, seq, &name, NOW,
	    &err));
}

static void
test_cards(struct store *st)
{
	struct hash old = hash_of(slice_str("rs 2")), name;
	struct arena a = ARENA_INIT;
	struct slice note, *notes;
	size_t n;

	OK(card(st, "rs", 1, "rs 1") && card(st, "rs", 2, "rs 2") &&
	    card(st, "fr", 7, "fr 7") && card(st, "rs", 1, "rs 1, new key") &&
	    card(st, "rs", 2, "rs 2"), "cards come, one of them twice");
	OK(fine(trust_store_card(st, &a, "rs", &note, &name, &err)) &&
	    text_is(note, "rs 1, new key"),
	    "under a new key seq starts again: the last to come is newest");
	OK(fine(trust_store_card_marked(st, &a, "rs", old.b, &note, &err)) &&
	    text_is(note, "rs 2"), "a mark finds its card");
	old.b[CARD_MARK - 1] ^= 1;
	OK(!trust_store_card_marked(st, &a, "rs", old.b, &note, &err) &&
	    is_rule("E-NOT-FOUND"), "another mark finds none");
	OK(fine(trust_store_cards(st, &a, "rs", &notes, &n, &err)) && n == 3 &&
	    text_is(notes[0], "rs 1") && text_is(notes[2], "rs 1, new key"),
	    "old cards stay, for proofs");
	OK(!trust_store_card(st, &a, "ee", &note, &name, &err), "no card of another");
	arena_free(&a);
}

static bool
agree(struct store *st, const char *id, int64_t version, const char *note)
{
	struct hash name = hash_of(slice_str(note));

	return fine(trust_store_put_agreement(st, slice_str(note), id, version,
	    &name, &err));
}

static void
test_agreements(struct store *st)
{
	struct arena a = ARENA_INIT;
	struct slice *notes;
	size_t n;

	OK(agree(st, "benelux", 1, "b1") && agree(st, "charter", 1, "c1") &&
	    agree(st, "charter", 3, "c3") && agree(st, "charter", 2, "c2") &&
	    agree(st, "zz", 1, "z1") && agree(st, "zz", 1, "z1 forked"),
	    "agreements come");
	OK(fine(trust_store_agreements(st, &a, &notes, &n, &err)) && n == 6 &&
	    text_is(notes[0], "c1") && text_is(notes[1], "c2") &&
	    text_is(notes[2], "c3") && text_is(notes[3], "b1") &&
	    text_is(notes[4], "z1") && text_is(notes[5], "z1 forked"),
	    "every version in a row, the charter first, two of one id as they came");
	arena_free(&a);
}

/* Accounts and sessions. */

static struct account
some_account(const char *badge, int64_t uid)
{
	struct account a = {
		.name = "Ana Petrović", .roles = ACCOUNT_DUTY | ACCOUNT_ADMIN,
		.desks = "fr/cyber fr/night", .lang = "fr", .uid = uid,
		.vkey = "net/fr/1+00000000+AAAA", .made_by = { "1" },
		.made = NOW, .giver = { "2" }, .gives = -1,
		.kinds = "request.* ping/1", .urgency = URGENCY_URGENT,
		.tlp = TLP_AMBER, .level = LEVEL_RESTRICTED, .until = NOW + 1,
		.initial = true, .reset_by = { "3" }, .reset_ok = { "4" },
		.reset_at = NOW + 2,
	};

	(void)snprintf(a.badge.s, sizeof(a.badge.s), "%s", badge);
	return a;
}

static void
test_roles(void)
{
	unsigned bit = 0;

	for (unsigned b = ACCOUNT_DUTY; b <= ACCOUNT_ADMIN; b <<= 1)
		OK(account_role_parse(&bit, account_role_name(b)) && bit == b,
		    "role %s has a bit and a name", account_role_name(b));
	OK(!account_role_parse(&bit, "root") && !account_role_parse(&bit, ""),
	    "other words are no roles");
}

static void
test_accounts(struct store *st)
{
	struct account a = some_account("4711", 1000), got, *all;
	struct account b = some_account("12", -1), c = some_account("13", -1);
	struct arena arena = ARENA_INIT;
	size_t n;

	OK(!account_get(st, "4711", &got, &err) && is_rule("E-NOT-FOUND"),
	    "no account yet");
	OK(fine(account_put(st, &a, &err)) && fine(account_put(st, &b, &err)) &&
	    fine(account_put(st, &c, &err)), "three accounts");
	OK(fine(account_get(st, "4711", &got, &err)) &&
	    strcmp(got.name, a.name) == 0 && got.roles == a.roles &&
	    strcmp(got.desks, a.desks) == 0 && strcmp(got.lang, "fr") == 0 &&
	    got.uid == 1000 && strcmp(got.vkey, a.vkey) == 0 &&
	    strcmp(got.made_by.s, "1") == 0 && !got.disabled &&
	    got.made == NOW, "all of it comes back");
	OK(strcmp(got.giver.s, "2") == 0 && got.gives == -1 &&
	    strcmp(got.kinds, a.kinds) == 0 && got.urgency == a.urgency &&
	    got.tlp == a.tlp && got.level == a.level && got.until == a.until,
	    "its scope, too");
	OK(got.initial && strcmp(got.reset_by.s, "3") == 0 &&
	    strcmp(got.reset_ok.s, "4") == 0 && got.reset_at == a.reset_at,
	    "and whose its password is");
	OK(fine(account_by_uid(st, 1000, &got, &err)) &&
	    strcmp(got.badge.s, "4711") == 0, "a Unix user leads to it");
	OK(!account_by_uid(st, -1, &got, &err) &&
	    !account_by_uid(st, 1001, &got, &err), "-1 leads to nobody");
	b.uid = 1000;
	OK(began(st) && !account_put(st, &b, &err) &&
	    is_rule("E-STORE-CONFLICT"), "a Unix user is one account");
	db_rollback(st->db);
	OK(fine(account_list(st, &arena, &all, &n, &err)) && n == 3 &&
	    strcmp(all[0].badge.s, "12") == 0 &&
	    strcmp(all[2].badge.s, "4711") == 0, "all are listed");
	arena_free(&arena);
}

/* Before there were scopes everybody had all of the member. */
static void
test_old_accounts(const char *dir)
{
	enum { BEFORE_SCOPES = 7 };
	struct store old = { .member = "fr" };
	struct account got;
	char url[600];

	(void)snprintf(url, sizeof(url), "sqlite:%s/old.db", dir);
	old.db = db_open(url, DB_WRITE, &err);
	OK(old.db != NULL && fine(db_migrate(old.db, schema_steps,
	    BEFORE_SCOPES, &err)) && fine(db_exec(old.db,
	    "INSERT INTO account (member, badge, name, roles, desks, lang, uid,"
	    " vkey, made_by, disabled, made) VALUES ('fr', '1', 'A', 1, '',"
	    " 'fr', -1, '', '2', 0, 5)", &err)), "an account of before");
	OK(fine(db_migrate(old.db, schema_steps, SCHEMA_STEPS, &err)) &&
	    fine(account_get(&old, "1", &got, &err)) &&
	    got.giver.s[0] == '\0' && got.gives == -1 && got.kinds[0] == '\0' &&
	    got.urgency == URGENCY_FLASH && got.tlp == TLP_RED &&
	    got.level == LEVEL_CONFIDENTIAL && got.until == 0 && !got.initial,
	    "goes on without limits, and hangs on nobody");
	db_close(old.db);
}

static bool
begin_session(struct store *st, int n, const char *badge, msec expires)
{
	struct session s = {
		.secret = named("session", n), .type = SESSION_TOKEN,
		.label = "phone", .made = NOW + n, .used = NOW + n,
		.expires = expires,
	};

	(void)snprintf(s.badge.s, sizeof(s.badge.s), "%s", badge);
	return fine(session_put(st, &s, &err));
}

static bool
session_is_good(struct store *st, int n, msec now)
{
	struct hash secret = named("session", n);
	struct session got;

	return session_get(st, &secret, now, &got, &err) &&
	    hash_eq(&got.secret, &secret);
}

static void
test_sessions(struct store *st)
{
	struct account a = some_account("4711", 1000);
	struct hash first = named("session", 1);
	struct arena arena = ARENA_INIT;
	struct session got, *all;
	size_t n;

	OK(!session_is_good(st, 1, NOW) && is_rule("E-SESSION-NONE") &&
	    err.class == ERR_DENIED, "no session");
	OK(begin_session(st, 1, "4711", NOW + HOUR) &&
	    begin_session(st, 2, "4711", NOW + DAY) &&
	    begin_session(st, 3, "12", NOW + DAY), "three begin");
	OK(fine(session_get(st, &first, NOW, &got, &err)) &&
	    strcmp(got.badge.s, "4711") == 0 && got.type == SESSION_TOKEN &&
	    strcmp(got.label, "phone") == 0 && got.made == NOW + 1 &&
	    got.expires == NOW + HOUR, "one comes back");
	OK(session_is_good(st, 1, NOW + HOUR - 1) &&
	    !session_is_good(st, 1, NOW + HOUR), "it ends when it expires");
	OK(fine(session_list(st, &arena, "4711", &all, &n, &err)) && n == 2 &&
	    hash_eq(&all[1].secret, &first), "an officer's are listed");
	a.disabled = true;
	fine(account_put(st, &a, &err));
	OK(!session_is_good(st, 2, NOW) && is_rule("E-SESSION-NONE"),
	    "a disabled account has no sessions");
	a.disabled = false;
	fine(account_put(st, &a, &err));
	OK(session_is_good(st, 2, NOW), "enabled again, it has");
	OK(fine(session_end(st, &first, &err)) &&
	    !session_is_good(st, 1, NOW) && session_is_good(st, 2, NOW),
	    "one ends");
	OK(fine(session_end_all(st, "4711", &err)) &&
	    !session_is_good(st, 2, NOW) && session_is_good(st, 3, NOW),
	    "all of an officer end");
	OK(begin_session(st, 4, "12", NOW + 5) &&
	    begin_session(st, 5, "12", NOW + DAY) &&
	    session_list(st, &arena, "12", &all, &n, &err) && n == 2,
	    "what has expired is cleared away by the next");
	arena_free(&arena);
}

static void
test_answers(struct store *st)
{
	struct hash request = named("request", 1), other = named("request", 2);
	struct arena a = ARENA_INIT;
	struct slice body;
	unsigned status;

	OK(!answer_get(st, &a, "12", "key", &request, &status, &body, &err) &&
	    is_rule("E-NOT-FOUND"), "a new key has no answer");
	OK(fine(answer_put(st, "12", "key", &request, 201,
	    slice_str("{\"id\":1}"), NOW, &err)) &&
	    fine(answer_put(st, "13", "key", &other, 200, slice_str(""), NOW,
	    &err)), "answers are kept, two officers use one key");
	OK(fine(answer_get(st, &a, "12", "key", &request, &status, &body,
	    &err)) && status == 201 && text_is(body, "{\"id\":1}"),
	    "the same request has the same answer");
	OK(fine(answer_get(st, &a, "13", "key", &other, &status, &body,
	    &err)) && status == 200 && body.n == 0, "each its own");
	OK(!answer_get(st, &a, "12", "key", &other, &status, &body, &err) &&
	    is_rule("E-IDEMPOTENCY") && err.class == ERR_CONFLICT,
	    "another request with this key is a conflict");
	OK(fine(answer_put(st, "12", "next", &request, 201, slice_str("b"),
	    NOW + DAY + 1, &err)) && !answer_get(st, &a, "12", "key", &request,
	    &status, &body, &err) && is_rule("E-NOT-FOUND"),
	    "a day later it is cleared away");
	arena_free(&a);
}

static void
tests(struct store *st, const char *dir)
{
	test_old_accounts(dir);
	test_network(st);
	test_directories(st);
	test_cards(st);
	test_agreements(st);
	test_roles();
	test_accounts(st);
	test_sessions(st);
	test_answers(st);
}

int
main(int argc, char *argv[])
{
	return store_tests(argc, argv, tests);
}
