/*
 * What parcels, pages, and outbox rows that a relay has promise.  Run with a
 * directory for a store.
 */
#include "store/outbox_store.h"
#include "store/page_store.h"
#include "store/parcel_store.h"
#include "store_fixture.h"

/* -- parcels -------------------------------------------------------------------- */

static bool
hold(struct store *st, int n, const char *to, const char *from,
    enum urgency lane, const char *bytes)
{
	struct parcel p = { .to = member(to), .from = member(from),
	    .lane = lane, .deliver_by = NOW + n * DAY, .stored = NOW,
	    .sealed = named("sealed", n), .bytes = slice_str(bytes) };
	bool fresh = false;

	return fine(parcel_put(st, &p, &fresh, &err)) && fresh;
}

static bool
is_read(struct store *st, struct arena *a, struct parcel_place *at,
    const struct parcel_place *until, size_t room, const char *texts)
{
	struct parcel list[3];
	struct parcels l = { .list = list, .most = 3, .room = room };
	struct member_id ee = member("ee");
	struct buf got = BUF_INIT;
	bool all, ok;

	ok = fine(parcel_read(st, a, &ee, at, until, &l, &all, &err));
	for (size_t i = 0; i < l.n; i++) {
		buf_slice(&got, l.list[i].bytes);
		buf_u8(&got, ' ');
	}
	buf_str(&got, all ? "all" : "more");
	ok = ok && text_is(buf_all(&got), texts);
	buf_free(&got);
	return ok;
}

static bool
use_is(struct store *st, const char *to, const char *from, int64_t n,
    int64_t bytes)
{
	struct member_id t = member(to), f = member(from == NULL ? "x" : from);
	int64_t got, got_bytes;

	return fine(parcel_use(st, &t, from == NULL ? NULL : &f, &got,
	    &got_bytes, &err)) && got == n && got_bytes == bytes;
}

static void
test_parcels(struct store *st)
{
	struct parcel twice = { .to = member("ee"), .from = member("rs"),
	    .sealed = named("sealed", 1), .bytes = slice_str("one") }, *list,
	    one;
	struct parcel_place start = { { 0 } }, at = start, end;
	struct parcels l;
	struct member_id ee = member("ee");
	struct arena a = ARENA_INIT;
	struct hash first = named("sealed", 1), third = named("sealed", 3),
	    fifth = named("sealed", 5);
	bool fresh = true, was = false;
	size_t n;

	began(st);
	OK(hold(st, 1, "ee", "rs", URGENCY_NORMAL, "one") &&
	    hold(st, 2, "ee", "it", URGENCY_NORMAL, "two2") &&
	    hold(st, 3, "ee", "rs", URGENCY_FLASH, "three") &&
	    hold(st, 4, "lt", "rs", URGENCY_FLASH, "four"), "four are held");
	OK(fine(parcel_put(st, &twice, &fresh, &err)) && !fresh,
	    "the same bytes again are held once");
	OK(use_is(st, "ee", NULL, 3, 12) && use_is(st, "ee", "rs", 2, 8) &&
	    use_is(st, "xx", NULL, 0, 0), "what each uses is counted");
	OK(is_read(st, &a, &at, NULL, 100, "three one two2 all"),
	    "flash first, then as they came");
	end = at;
	OK(is_read(st, &a, &at, NULL, 100, "all"), "each once");
	OK(hold(st, 5, "ee", "it", URGENCY_FLASH, "five") &&
	    is_read(st, &a, &at, NULL, 100, "five all"), "then what came since");
	at = start;
	OK(is_read(st, &a, &at, &end, 100, "three one two2 all"),
	    "once more, up to where it was then");
	at = start;
	OK(is_read(st, &a, &at, NULL, 6, "three more") &&
	    is_read(st, &a, &at, NULL, 1, "five more") &&
	    is_read(st, &a, &at, NULL, 100, "one two2 all"),
	    "as many as there is room for, and one however large");
	l = (struct parcels){ .list = &one, .most = 1 };
	OK(fine(parcel_add(st, &a, &ee, &first, &l, &err)) && l.n == 1 &&
	    strcmp(one.from.s, "rs") == 0 && one.deliver_by == NOW + DAY &&
	    fine(parcel_add(st, &a, &ee, &third, &l, &err)) && l.n == 1,
	    "one by its name, if there is room");
	OK(fine(parcel_delete(st, &ee, &fifth, &was, &err)) && was,
	    "one that came later is let go");
	OK(fine(parcel_delete(st, &ee, &first, &was, &err)) && was &&
	    use_is(st, "ee", NULL, 2, 9), "one is let go");
	OK(fine(parcel_delete(st, &ee, &first, &was, &err)) && !was &&
	    use_is(st, "ee", NULL, 2, 9), "once");
	OK(fine(parcel_late(st, &a, NOW + 3 * DAY, 10, &list, &n, &err)) &&
	    n == 1 && strcmp(list[0].from.s, "it") == 0,
	    "what nobody collected in time is known");
	db_rollback(st->db);
	arena_free(&a);
}

/* -- pages -------------------------------------------------------------------------- */

static bool
raise_page(struct store *st, const char *peer, msec now)
{
	struct page p = { .reason = PAGE_NOT_DELIVERED, .badge = { "4711" },
	    .desk = address("fr/cyber"), .peer = member(peer),
	    .thread = named("thread", 1) };

	return fine(page_raise(st, &p, now, &err));
}

static void
test_pages(struct store *st)
{
	struct arena a = ARENA_INIT;
	struct page *list;
	int64_t open;
	size_t n;

	began(st);
	OK(raise_page(st, "rs", NOW) && raise_page(st, "rs", NOW + 9) &&
	    raise_page(st, "it", NOW + 10), "three are raised");
	OK(fine(page_list(st, &a, true, 0, 10, &list, &n, &err)) && n == 2 &&
	    list[1].n == 2 && list[1].since == NOW && list[1].last == NOW + 9 &&
	    strcmp(list[1].peer.s, "rs") == 0 &&
	    list[1].reason == PAGE_NOT_DELIVERED,
	    "two of one reason, officer and member are one");
	OK(fine(page_see(st, list[1].id, "4712", NOW + 20, &err)),
	    "it is seen");
	OK(!page_see(st, list[1].id, "4712", NOW + 21, &err) &&
	    is_rule("E-NOT-FOUND"), "once");
	OK(fine(page_count(st, &open, &err)) && open == 1, "one is open");
	OK(raise_page(st, "rs", NOW + 30) &&
	    fine(page_list(st, &a, true, 0, 10, &list, &n, &err)) && n == 2 &&
	    list[0].n == 1, "what comes after opens another");
	OK(fine(page_list(st, &a, false, 0, 10, &list, &n, &err)) && n == 3 &&
	    strcmp(list[2].seen_by.s, "4712") == 0, "all can be read");
	db_rollback(st->db);
	arena_free(&a);
}

/* -- rows in custody ----------------------------------------------------------------- */

static struct outbox_row
row_of_message(struct store *st, struct arena *a, const struct hash *name)
{
	struct outbox_row none = { .id = 0 }, *rows;
	size_t n;

	return fine(outbox_of_message(st, a, name, &rows, &n, &err)) && n != 0 ?
	    rows[0] : none;
}

static void
test_custody(struct store *st)
{
	struct hash m = named("out", 1), r = named("receipt", 1),
	    note = named("note", 1);
	struct member_id ee = member("ee");
	struct arena a = ARENA_INIT;
	struct outbox_row *rows, row;
	int64_t again;
	size_t n;
	bool news;

	began(st);
	fine(outbox_put(st, &m, &ee, URGENCY_NORMAL, NOW + DAY, NOW, &err));
	OK(fine(outbox_put_receipt(st, &r, &note, &ee, URGENCY_FLASH, NOW + DAY,
	    NOW, &err)) && fine(outbox_put_receipt(st, &r, &note, &ee,
	    URGENCY_FLASH, NOW + DAY, NOW, &err)) &&
	    (row = row_of_message(st, &a, &r)).slip == 0 &&
	    hash_eq(&row.receipt, &note),
	    "a receipt goes out once, and has no number");
	OK(fine(outbox_custody(st, &m, &ee, NOW, NOW + HOUR, &err)) &&
	    row_of_message(st, &a, &m).status == OUTBOX_CUSTODY,
	    "a relay has the message");
	OK(fine(outbox_custody(st, &r, &ee, NOW, NOW + HOUR, &err)) &&
	    row_of_message(st, &a, &r).status == OUTBOX_TAKEN,
	    "and the receipt, with which that is done");
	OK(fine(outbox_again(st, NOW + HOUR - 1, &again, &err)) && again == 0 &&
	    fine(outbox_again(st, NOW + HOUR, &again, &err)) && again == 1 &&
	    row_of_message(st, &a, &m).status == OUTBOX_QUEUED,
	    "without the member's own it goes again");
	fine(outbox_custody(st, &m, &ee, NOW, NOW + HOUR, &err));
	OK(fine(outbox_overdue(st, &a, NOW + 1, 10, &rows, &n, &err)) && n == 1 &&
	    fine(outbox_told(st, rows[0].id, &err)) &&
	    fine(outbox_overdue(st, &a, NOW + 1, 10, &rows, &n, &err)) && n == 0,
	    "its author is told once that it is not delivered");
	OK(fine(outbox_settle(st, &m, &ee, OUTBOX_TAKEN, "", NOW, &news, &err)) &&
	    news && row_of_message(st, &a, &m).status == OUTBOX_TAKEN,
	    "the member's receipt settles it");
	OK(fine(outbox_custody(st, &m, &ee, NOW, NOW + HOUR, &err)) &&
	    row_of_message(st, &a, &m).status == OUTBOX_TAKEN,
	    "and a relay's word changes nothing then");
	db_rollback(st->db);
	began(st);
	fine(outbox_put(st, &m, &ee, URGENCY_NORMAL, NOW + DAY, NOW, &err));
	fine(outbox_custody(st, &m, &ee, NOW, NOW + 9 * DAY, &err));
	OK(fine(outbox_expire(st, &a, NOW + 2 * DAY, &rows, &n, &err)) && n == 1,
	    "what nobody collected in time has expired");
	db_rollback(st->db);
	arena_free(&a);
}

static void
tests(struct store *st, const char *dir)
{
	(void)dir;
	test_parcels(st);
	test_pages(st);
	test_custody(st);
}

int
main(int argc, char *argv[])
{
	return store_tests(argc, argv, tests);
}
