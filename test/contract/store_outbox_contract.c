/*
 * What outbox, receipts and slips promise.  Run with a directory for a store.
 */
#include "store/outbox_store.h"
#include "store/receipt_store.h"
#include "store/slip_store.h"
#include "store_fixture.h"

static bool
post(struct store *st, int n, const char *to, enum urgency lane, msec by)
{
	struct hash name = named("out", n);
	struct member_id peer = member(to);

	return fine(outbox_put(st, &name, &peer, lane, by, NOW, &err));
}

static struct outbox_row
outbox_row(struct store *st, int n)
{
	struct outbox_row row = { .id = 0 }, *rows;
	struct hash name = named("out", n);
	struct arena a = ARENA_INIT;
	size_t count;

	if (fine(outbox_of_message(st, &a, &name, &rows, &count, &err)) &&
	    count > 0)
		row = rows[0];
	arena_free(&a);
	return row;
}

/* Of the lanes up to `highest`, due then. */
static size_t
due(struct store *st, struct arena *a, const char *to, enum urgency highest,
    msec now, size_t limit, struct outbox_row **rows)
{
	struct member_id peer = member(to);
	size_t n = 0;

	return fine(outbox_due(st, a, &peer, URGENCY_NORMAL, highest, now,
	    limit, rows, &n, &err)) ? n : SIZE_MAX;
}

static bool
next_is(struct store *st, const char *last, const char *to, msec when)
{
	struct member_id peer;
	msec at;

	return fine(outbox_next_peer(st, last, &peer, &at, &err)) &&
	    strcmp(peer.s, to) == 0 && at == when;
}

static void
test_outbox_order(struct store *st)
{
	struct arena a = ARENA_INIT;
	struct hash want[3] = { named("out", 3), named("out", 5),
	    named("out", 1) };
	struct outbox_row *rows;
	int64_t fr, all;
	bool same = true;
	size_t n;

	began(st);
	OK(next_is(st, "", "", 0), "nothing is queued");
	OK(post(st, 1, "fr", URGENCY_NORMAL, NOW + DAY) &&
	    post(st, 2, "ee", URGENCY_URGENT, NOW + DAY) &&
	    post(st, 3, "fr", URGENCY_FLASH, NOW + DAY) &&
	    post(st, 4, "fr", URGENCY_NORMAL, NOW + DAY) &&
	    post(st, 5, "fr", URGENCY_URGENT, NOW + DAY), "five are posted");
	n = due(st, &a, "fr", URGENCY_FLASH, NOW, 3, &rows);
	for (size_t i = 0; i < n && i < 3; i++)
		same = same && hash_eq(&rows[i].message, &want[i]);
	OK(n == 3 && same,
	    "flash overtakes urgent, urgent normal; the limit holds");
	OK(rows[0].slip == 2 && rows[1].slip == 4 && rows[2].slip == 1,
	    "slips rise by one for each pair");
	n = due(st, &a, "fr", URGENCY_URGENT, NOW, 10, &rows);
	OK(n == 3 && hash_eq(&rows[1].message, &want[2]) &&
	    hash_eq(&rows[0].message, &want[1]),
	    "other lanes without flash, the older one first");
	OK(due(st, &a, "fr", URGENCY_FLASH, NOW - 1, 10, &rows) == 0,
	    "before its time nothing is due");
	OK(next_is(st, "", "ee", NOW) && next_is(st, "ee", "fr", NOW) &&
	    next_is(st, "fr", "", 0), "members are known one by one");
	OK(fine(outbox_count(st, NULL, &all, &err)) && all == 5 &&
	    fine(outbox_count(st, "fr", &fr, &err)) && fr == 4,
	    "they are counted");
	due(st, &a, "fr", URGENCY_FLASH, NOW, 1, &rows);
	OK(!outbox_put(st, &rows[0].message, &rows[0].to, 0, NOW, NOW, &err) &&
	    is_rule("E-STORE-CONFLICT"),
	    "a message is posted to a member once");
	db_rollback(st->db);
	arena_free(&a);
}

static void
test_outbox_retry(struct store *st)
{
	struct hash name = named("out", 1);
	struct member_id fr = member("fr");
	struct arena a = ARENA_INIT;
	struct outbox_row row, *rows;
	bool news;

	began(st);
	post(st, 1, "fr", URGENCY_NORMAL, NOW + DAY);
	post(st, 2, "ee", URGENCY_NORMAL, NOW + DAY);
	row = outbox_row(st, 1);
	OK(fine(outbox_retry(st, row.id, NOW + 60, "E-PEER", &err)),
	    "a try failed");
	row = outbox_row(st, 1);
	OK(row.tries == 1 && row.next_try == NOW + 60 &&
	    strcmp(row.rule, "E-PEER") == 0 && row.status == OUTBOX_QUEUED,
	    "it is tried again later, and why is kept");
	OK(due(st, &a, "fr", URGENCY_FLASH, NOW, 10, &rows) == 0 &&
	    next_is(st, "ee", "fr", NOW + 60) &&
	    due(st, &a, "ee", URGENCY_FLASH, NOW, 10, &rows) == 1,
	    "until then others go");
	OK(fine(outbox_wake(st, &fr, NOW + 9, NOW + 9, &err)) &&
	    outbox_row(st, 1).next_try == NOW + 9 &&
	    outbox_row(st, 2).next_try == NOW, "heard from: due now");
	OK(fine(outbox_settle(st, &name, &fr, OUTBOX_TAKEN, "", NOW + 10,
	    &news, &err)) && news, "its receipt came");
	OK(fine(outbox_settle(st, &name, &fr, OUTBOX_TAKEN, "", NOW + 11,
	    &news, &err)) && !news, "come again it says nothing new");
	row = outbox_row(st, 2);
	OK(fine(outbox_settle(st, &row.message, &fr, OUTBOX_TAKEN, "", NOW,
	    &news, &err)) && !news &&
	    outbox_row(st, 2).status == OUTBOX_QUEUED,
	    "nor does that of a member that was not sent it");
	row = outbox_row(st, 1);
	OK(row.status == OUTBOX_TAKEN && row.settled == NOW + 10,
	    "it is taken");
	OK(fine(outbox_settle(st, &name, &fr, OUTBOX_REFUSED, "E-X", NOW + 11,
	    &news, &err)) && outbox_row(st, 1).status == OUTBOX_TAKEN,
	    "and stays taken");
	outbox_settle(st, &rows[0].message, &rows[0].to, OUTBOX_REFUSED,
	    "E-POLICY", NOW, &news, &err);
	OK(outbox_row(st, 2).status == OUTBOX_REFUSED &&
	    strcmp(outbox_row(st, 2).rule, "E-POLICY") == 0,
	    "a refusal keeps its rule");
	OK(next_is(st, "", "", 0), "all is settled");
	db_rollback(st->db);
	arena_free(&a);
}

static void
test_outbox_expire(struct store *st)
{
	struct hash name = named("out", 1);
	struct member_id fr = member("fr");
	struct arena a = ARENA_INIT;
	struct outbox_row *rows;
	size_t n;
	bool news;

	began(st);
	post(st, 1, "fr", URGENCY_FLASH, NOW + 10);
	post(st, 2, "fr", URGENCY_FLASH, NOW + 20);
	OK(fine(outbox_expire(st, &a, NOW + 10, &rows, &n, &err)) && n == 0,
	    "at deliver_by it may still be delivered");
	OK(fine(outbox_expire(st, &a, NOW + 11, &rows, &n, &err)) && n == 1 &&
	    hash_eq(&rows[0].message, &name) &&
	    rows[0].status == OUTBOX_EXPIRED && rows[0].settled == NOW + 11,
	    "past it, it expires and is told");
	OK(fine(outbox_expire(st, &a, NOW + 11, &rows, &n, &err)) && n == 0,
	    "once");
	OK(fine(outbox_settle(st, &name, &fr, OUTBOX_TAKEN, "", NOW + 12,
	    &news, &err)) && outbox_row(st, 1).status == OUTBOX_TAKEN,
	    "a receipt that comes later still counts");
	db_rollback(st->db);
	arena_free(&a);
}

/* Receipts and slips. */

static void
test_receipts(struct store *st)
{
	struct receipt_entry later = { .name = named("rc", 1),
	    .result = RECEIPT_LATER };
	struct receipt_entry taken[2] = { { .name = named("rc", 1) },
	    { .sealed = named("sealed", 1), .result = RECEIPT_REFUSED } };
	struct receipt one = { .from = member("fr"), .to = member("rs"),
	    .at = NOW + 50, .entries = &later, .n = 1 };
	struct receipt two = { .from = member("fr"), .to = member("rs"),
	    .at = NOW, .entries = taken, .n = 2 };
	struct arena a = ARENA_INIT;
	enum receipt_result result;
	struct slice note, *notes;
	size_t n;
	msec at;

	began(st);
	OK(!receipt_get(st, &a, &later.name, "fr", &note, &at, &result,
	    &err) && is_rule("E-NOT-FOUND"), "no receipt yet");
	OK(fine(receipt_put(st, slice_str("note two"), &two, &err)) &&
	    fine(receipt_put(st, slice_str("note one"), &one, &err)),
	    "two receipts come");
	OK(fine(receipt_put(st, slice_str("note two"), &two, &err)),
	    "one of them again");
	OK(fine(receipt_get(st, &a, &later.name, "fr", &note, &at, &result,
	    &err)) && text_is(note, "note two") && at == NOW &&
	    result == RECEIPT_TAKEN, "taken goes before any other");
	OK(fine(receipt_get(st, &a, &taken[1].sealed, "fr", &note, &at,
	    &result, &err)) && result == RECEIPT_REFUSED,
	    "what could not be opened is meant by its sealed bytes");
	OK(!receipt_get(st, &a, &later.name, "ee", &note, &at, &result, &err),
	    "it is the word of that member alone");
	OK(fine(receipt_of_message(st, &a, &later.name, &notes, &n, &err)) &&
	    n == 2 && text_is(notes[0], "note two") &&
	    text_is(notes[1], "note one"),
	    "both are kept, each once, the older first");
	db_rollback(st->db);
	arena_free(&a);
}

static bool
gap_is(struct store *st, const char *from, int64_t missing, int64_t highest)
{
	struct member_id peer = member(from);
	struct slip_peer p;

	if (!fine(slip_gap(st, &peer, &p, &err)))
		return false;
	if (p.low == missing && p.high == highest)
		return true;
	printf("# missing %lld, highest %lld\n", (long long)p.low,
	    (long long)p.high);
	return false;
}

static enum slip_seen
slip(struct store *st, int64_t number, int text)
{
	struct hash name = named("slip", text);
	struct member_id peer = member("fr");
	enum slip_seen seen = SLIP_OTHER_TEXT;

	fine(slip_note(st, &peer, number, &name, &seen, &err));
	return seen;
}

static void
test_slips(struct store *st)
{
	began(st);
	OK(gap_is(st, "fr", 1, 0), "nothing came yet: no gap");
	OK(slip(st, 1, 1) == SLIP_NEW && gap_is(st, "fr", 2, 1), "the first");
	OK(slip(st, 3, 3) == SLIP_NEW && slip(st, 4, 4) == SLIP_NEW &&
	    gap_is(st, "fr", 2, 4), "the second is missing");
	OK(slip(st, 3, 3) == SLIP_SAME && gap_is(st, "fr", 2, 4),
	    "the same again is nothing new");
	OK(slip(st, 3, 33) == SLIP_OTHER_TEXT, "another text is told");
	OK(slip(st, 3, 33) == SLIP_SAME && slip(st, 3, 3) == SLIP_SAME,
	    "and both are kept");
	OK(slip(st, 2, 2) == SLIP_NEW && gap_is(st, "fr", 5, 4),
	    "the second closes the gap");
	OK(slip(st, 5, 5) == SLIP_NEW && gap_is(st, "fr", 6, 5), "and on");
	OK(gap_is(st, "ee", 1, 0), "each member counts for itself");
	db_rollback(st->db);
}

/* Two members in one database. */
static void
test_members(const char *dir, struct store *st)
{
	struct arena a = ARENA_INIT;
	struct outbox_row *rows;
	struct store other;
	int64_t count;

	began(st);
	OK(post(st, 1, "ee", 0, NOW) && slip(st, 1, 1) == SLIP_NEW &&
	    committed(st), "one member's rows");
	OK(fine(store_open(&other, dir, "lt", DB_WRITE, st->shelves, &err)) &&
	    due(&other, &a, "ee", URGENCY_FLASH, NOW, 9, &rows) == 0 &&
	    next_is(&other, "", "", 0) &&
	    outbox_count(&other, NULL, &count, &err) && count == 0 &&
	    gap_is(&other, "fr", 1, 0), "another member sees none of them");
	store_close(&other);
	arena_free(&a);
}

static void
tests(struct store *st, const char *dir)
{
	test_outbox_order(st);
	test_outbox_retry(st);
	test_outbox_expire(st);
	test_receipts(st);
	test_slips(st);
	test_members(dir, st);
}

int
main(int argc, char *argv[])
{
	return store_tests(argc, argv, tests);
}
