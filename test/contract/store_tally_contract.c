/*
 * What the numbers of a pair promise: both sides of it, rs who sends and fr
 * who receives, here with two stores' rows in one.  Run with a directory.
 */
#include "store/outbox_store.h"
#include "store/receipt_store.h"
#include "store/slip_store.h"
#include "store_fixture.h"

static const struct member_id rs = { "rs" }, to = { "ee" };

/* A message that came, whole, under this number. */
static bool
came(struct store *st, int64_t number, int text)
{
	struct hash name = named("tally", text);
	struct message_row m = some_message(&name, "rs-2026-000001");
	enum slip_seen seen;

	(void)snprintf(m.ref, sizeof(m.ref), "rs-2026-%06d", text);
	return fine(message_put(st, &m, slice_str("said"), &err)) &&
	    fine(slip_note(st, &rs, number, &name, &seen, &err)) &&
	    seen == SLIP_NEW;
}

static bool
closed(struct store *st, int64_t number, int text, enum slip_end end)
{
	struct hash name = named("tally", text);

	return fine(slip_close(st, &rs, number, &name, end, &err));
}

static bool
stands(struct store *st, int64_t low, int64_t high, int64_t missing)
{
	struct slip_peer p;
	int64_t n;

	if (!fine(slip_gap(st, &rs, &p, &err)) ||
	    !fine(slip_missing(st, &p, &n, &err)))
		return false;
	if (p.low == low && p.high == high && n == missing)
		return true;
	printf("# low %lld, high %lld, missing %lld\n", (long long)p.low,
	    (long long)p.high, (long long)n);
	return false;
}

static bool
lose(struct store *st, int text)
{
	struct hash name = named("tally", text);
	struct db_stmt *s = db_sql(st->db,
	    "DELETE FROM message WHERE member = $1 AND name = $2");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, &name);
	return fine(db_done(s, &err)) && db_changes(st->db) == 1;
}

static void
test_gaps(struct store *st)
{
	struct hash far = named("tally", 9);
	enum slip_seen seen;
	int64_t holes;

	began(st);
	OK(came(st, 1, 1) && came(st, 4, 4) && came(st, 7, 7) &&
	    stands(st, 2, 7, 4), "four numbers are missing between three");
	OK(closed(st, 2, 2, SLIP_REFUSED) && stands(st, 3, 7, 3),
	    "one that was refused is accounted for");
	OK(closed(st, 5, 5, SLIP_EXPIRED) && stands(st, 3, 7, 2),
	    "and one that expired, wherever it stands");
	OK(fine(slip_pass(st, &rs, 2, &holes, &err)) && holes == 0 &&
	    stands(st, 3, 7, 2), "low never goes back");
	OK(fine(slip_pass(st, &rs, 6, &holes, &err)) && holes == 1 &&
	    stands(st, 6, 7, 1), "a number that was never given out is passed");
	OK(fine(slip_pass(st, &rs, 7, &holes, &err)) && holes == 1 &&
	    stands(st, 8, 7, 0), "and low goes on over what came");
	OK(fine(slip_pass(st, &rs, 12, &holes, &err)) && holes == 4 &&
	    stands(st, 12, 11, 0), "also beyond all that was seen");
	OK(fine(slip_note(st, &rs, 12 + SLIP_REACH, &far, &seen, &err)) &&
	    seen == SLIP_FAR && stands(st, 12, 11, 0),
	    "a number absurdly far ahead opens no gap");
	OK(closed(st, 12 + SLIP_REACH, 9, SLIP_CAME) &&
	    stands(st, 12, 12 + SLIP_REACH, SLIP_REACH),
	    "unless its sender lists it");
	OK(fine(slip_cap(st, &rs, 20, &err)) && stands(st, 12, 20, 9),
	    "what the sender never gave out is no gap");
	OK(fine(slip_cap(st, &rs, 3, &err)) && stands(st, 12, 11, 0),
	    "high never falls below what is accounted for");
	db_rollback(st->db);
}

static bool
same(struct store *st, int64_t from, int64_t until, int64_t count)
{
	struct hash here, there;
	int64_t n, m;

	return fine(slip_digest(st, &rs, from, until, &here, &n, &err)) &&
	    fine(outbox_digest(st, &to, from, until, &there, &m, &err)) &&
	    hash_eq(&here, &there) && n == m && n == count;
}

static void
test_digests(struct store *st)
{
	struct arena a = ARENA_INIT;
	struct slip_row *rows;
	struct hash name;
	int64_t number;
	bool ok = true;
	size_t n;

	began(st);
	for (int i = 1; i <= 5; i++) {
		name = named("tally", i);
		ok = ok && fine(outbox_put(st, &name, &to, 0, NOW, NOW, &err));
	}
	OK(ok && came(st, 1, 1) && came(st, 2, 2) && came(st, 3, 3) &&
	    came(st, 4, 4), "four of five came");
	OK(same(st, 1, 5, 4) && same(st, 2, 4, 2) && same(st, 9, 12, 0),
	    "both sides have the same digest of what was taken");
	OK(!same(st, 1, 6, 5) && closed(st, 5, 5, SLIP_REFUSED) &&
	    same(st, 1, 6, 5), "of what was refused, once that is known");
	OK(fine(slip_newest(st, &rs, &number, &name, &err)) && number == 4,
	    "the highest whose message is here is known");
	OK(lose(st, 3) && !same(st, 1, 6, 5) && same(st, 4, 6, 2),
	    "a message that is gone changes it, though its number stands");
	OK(fine(slip_list(st, &a, &rs, 2, 5, &rows, &n, &err)) && n == 3 &&
	    rows[0].here && rows[1].number == 3 && !rows[1].here &&
	    rows[2].here, "the list tells which");
	OK(closed(st, 3, 3, SLIP_GONE) && same(st, 1, 6, 5),
	    "what cannot come again is accounted for");
	OK(closed(st, 3, 33, SLIP_CAME) && same(st, 1, 6, 5),
	    "another text that is not here does not count");
	OK(came(st, 6, 6) && !same(st, 1, 7, 6),
	    "one that the sender does not know does");
	db_rollback(st->db);
	arena_free(&a);
}

static bool
next_slip_is(struct store *st, int text, int64_t want)
{
	struct hash name = named("out", text);
	struct arena a = ARENA_INIT;
	struct outbox_row *rows;
	size_t n = 0;
	bool ok = fine(outbox_put(st, &name, &to, 0, NOW + DAY, NOW, &err)) &&
	    fine(outbox_of_message(st, &a, &name, &rows, &n, &err)) &&
	    n == 1 && rows[0].slip == want;

	arena_free(&a);
	return ok;
}

static void
test_numbers(struct store *st)
{
	int64_t last;

	began(st);
	OK(fine(outbox_last_slip(st, &to, &last, &err)) && last == 0,
	    "no number was given out");
	OK(next_slip_is(st, 1, 1) && next_slip_is(st, 2, 2) &&
	    fine(outbox_last_slip(st, &to, &last, &err)) && last == 2,
	    "then two were");
	OK(fine(outbox_skip_slips(st, &to, 9, &err)) && next_slip_is(st, 3, 10),
	    "numbers go on behind those that were used");
	OK(fine(outbox_skip_slips(st, &to, 4, &err)) &&
	    next_slip_is(st, 4, 11), "and never back");
	db_rollback(st->db);
}

static struct outbox_row
row_of_slip(struct store *st, int64_t slip)
{
	struct outbox_row row = { .id = 0 }, *rows;
	struct arena a = ARENA_INIT;
	size_t n = 0;

	if (fine(outbox_slips(st, &a, &to, slip, slip + 1, 9, &rows, &n, &err)) &&
	    n == 1)
		row = rows[0];
	arena_free(&a);
	return row;
}

static void
test_lost_there(struct store *st)
{
	struct hash one = named("out", 1), two = named("out", 2);
	struct arena a = ARENA_INIT;
	struct outbox_row *rows;
	bool was, news;
	size_t n;

	began(st);
	OK(next_slip_is(st, 1, 1) && next_slip_is(st, 2, 2) &&
	    next_slip_is(st, 3, 3) &&
	    fine(outbox_slips(st, &a, &to, 2, 9, 1, &rows, &n, &err)) &&
	    n == 1 && rows[0].slip == 2, "rows by their numbers, a few");
	OK(fine(outbox_lost(st, &one, &to, NOW + 1, &was, &err)) && !was,
	    "what is queued still was not lost there");
	OK(fine(outbox_settle(st, &one, &to, OUTBOX_TAKEN, "", NOW, &news,
	    &err)) &&
	    fine(outbox_settle(st, &two, &to, OUTBOX_REFUSED, "E-X", NOW, &news,
	    &err)) &&
	    fine(outbox_lost(st, &two, &to, NOW + 1, &was, &err)) && !was &&
	    row_of_slip(st, 2).status == OUTBOX_REFUSED,
	    "nor what was refused");
	OK(fine(outbox_lost(st, &one, &to, NOW + 2 * DAY, &was, &err)) && was &&
	    row_of_slip(st, 1).status == OUTBOX_QUEUED,
	    "what was taken is queued again, with its number");
	OK(fine(outbox_expire(st, &a, NOW + 3 * DAY, &rows, &n, &err)) &&
	    n == 1 && rows[0].slip == 3,
	    "it does not expire, though its time is over");
	OK(fine(outbox_overdue(st, &a, NOW + 3 * DAY, 9, &rows, &n, &err)) &&
	    n == 0, "nor is its author paged twice");
	OK(fine(outbox_expire(st, &a, NOW + 2 * DAY + OUTBOX_LOST_WAITS + 1,
	    &rows, &n, &err)) && n == 1 && rows[0].slip == 1,
	    "in the end it does");
	db_rollback(st->db);
	arena_free(&a);
}

static void
test_can_be_read(struct store *st)
{
	struct hash name = named("tally", 1), other = named("tally", 2);
	struct message_row m = some_message(&name, "rs-2026-000001");
	struct shelf_label shelf = shelf_for(m.keep_until);
	bool can;

	began(st);
	OK(came(st, 1, 1) && fine(message_can_be_read(st, &name, &can, &err)) &&
	    can, "a message that is here can be read");
	OK(fine(message_can_be_read(st, &other, &can, &err)) && !can,
	    "one that is not cannot");
	OK(fine(store_clear_shelf(st, &shelf, &err)) &&
	    fine(message_can_be_read(st, &name, &can, &err)) && !can &&
	    message_have(st, &name), "nor one whose month is over");
	db_rollback(st->db);
}

static void
test_first_receipt(struct store *st)
{
	struct receipt_entry e = { .name = named("rc", 1) };
	struct receipt first = { .from = member("fr"), .to = member("rs"),
	    .at = NOW, .entries = &e, .n = 1 };
	struct receipt again = first;
	struct arena a = ARENA_INIT;
	enum receipt_result result;
	struct slice note;
	msec at;

	began(st);
	again.at = NOW + DAY;
	OK(fine(receipt_put(st, slice_str("again"), &again, &err)) &&
	    fine(receipt_put(st, slice_str("first"), &first, &err)) &&
	    fine(receipt_get(st, &a, &e.name, "fr", &note, &at, &result,
	    &err)) && text_is(note, "first") && at == NOW,
	    "of two that say taken, the first counts");
	db_rollback(st->db);
	arena_free(&a);
}

static void
tests(struct store *st, const char *dir)
{
	(void)dir;
	test_gaps(st);
	test_digests(st);
	test_numbers(st);
	test_lost_there(st);
	test_can_be_read(st);
	test_first_receipt(st);
}

int
main(int argc, char *argv[])
{
	return store_tests(argc, argv, tests);
}
