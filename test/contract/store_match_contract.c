/*
 * What the tables of matching promise: found by its hash elsewhere, newest
 * first, and gone with its shelf.  Run with a directory for a store.
 */
#include "store/match_store.h"
#include "store_fixture.h"

static bool
put(struct store *st, int n, int from, int count, msec keep)
{
	static const struct identifier id = { .type = "ip", .field = "ip",
	    .begins = 1, .ends = 2 };
	struct hash name = named("thread", n), hash;
	struct message_row m = some_message(&name, "ref");
	bool ok = true;

	m.stored = NOW + n;
	m.keep_until = keep;
	for (int i = from; i < from + count && ok; i++) {
		hash = named("identifier", i);
		ok = fine(match_put(st, &m, &id, &hash, 1, &err));
	}
	return ok;
}

static size_t
elsewhere(struct store *st, struct arena *a, int id, int thread,
    struct match_row **rows)
{
	struct hash hash = named("identifier", id);
	struct hash name = named("thread", thread);
	size_t n = 0;

	return fine(match_elsewhere(st, a, &hash, &name, 10, rows, &n, &err)) ?
	    n : 0;
}

static void
test_match(struct store *st)
{
	struct arena a = ARENA_INIT;
	struct hash thread = named("thread", 2), first = named("thread", 1),
	    third = named("thread", 3);
	struct match_row *rows;
	size_t n;

	OK(began(st) && put(st, 1, 1, 3, NOW + YEAR) &&
	    put(st, 2, 3, 2, NOW + YEAR) && put(st, 2, 3, 2, NOW + YEAR) &&
	    put(st, 3, 3, 1, NOW + 2 * YEAR) && committed(st),
	    "identifiers are put, and again");
	OK(fine(match_of_thread(st, &a, &thread, 10, &rows, &n, &err)) && n == 2,
	    "a thread names its own, once each");
	OK(fine(match_of_thread(st, &a, &thread, 1, &rows, &n, &err)) && n == 1,
	    "as many as are asked for");
	n = elsewhere(st, &a, 3, 2, &rows);
	OK(n == 2 && hash_eq(&rows[0].thread, &third) &&
	    hash_eq(&rows[1].thread, &first), "other threads name it, newest first");
	OK(strcmp(rows[0].sender, "rs") == 0 && strcmp(rows[0].type, "ip") == 0 &&
	    strcmp(rows[0].field, "ip") == 0 && rows[0].begins == 1 &&
	    rows[0].ends == 2, "with who, what and when");
	OK(elsewhere(st, &a, 4, 2, &rows) == 0, "what nobody else names is nowhere");
	arena_free(&a);
}

static void
test_links(struct store *st)
{
	struct hash one = named("thread", 1), two = named("thread", 2), *names;
	struct message_row m = some_message(&two, "ref");
	struct arena a = ARENA_INIT;
	size_t n;

	OK(began(st) && fine(match_put_link(st, &m, &one, &err)) &&
	    fine(match_put_link(st, &m, &one, &err)) && committed(st),
	    "a link is put, and again");
	OK(fine(match_links(st, &a, &two, MATCH_FOLLOWS, &names, &n, &err)) &&
	    n == 1 && hash_eq(&names[0], &one), "the later one follows");
	OK(fine(match_links(st, &a, &one, MATCH_FOLLOWED_BY, &names, &n, &err)) &&
	    n == 1 && hash_eq(&names[0], &two), "the earlier one is followed");
	OK(fine(match_links(st, &a, &one, MATCH_FOLLOWS, &names, &n, &err)) &&
	    n == 0, "and follows nothing");
	arena_free(&a);
}

static void
test_end(struct store *st)
{
	struct shelf_label label = shelf_for(NOW + YEAR);
	struct hash one = named("thread", 1), three = named("thread", 3), *names;
	struct arena a = ARENA_INIT;
	struct match_row *rows;
	size_t n;

	OK(began(st) && fine(store_clear_shelf(st, &label, &err)) &&
	    committed(st), "a shelf is cleared");
	n = elsewhere(st, &a, 3, 9, &rows);
	OK(n == 1 && hash_eq(&rows[0].thread, &three),
	    "what lay on it is matched no more, the rest is");
	OK(fine(match_links(st, &a, &one, MATCH_FOLLOWED_BY, &names, &n, &err)) &&
	    n == 0, "nor linked");
	arena_free(&a);
}

int
main(int argc, char **argv)
{
	struct shelves *shelves;
	struct store st;

	secret_process_init();
	if (argc != 2)
		return 2;
	shelves = years_of_shelves();
	if (!OK(fine(store_open(&st, argv[1], "fr", DB_WRITE, shelves, &err)),
	    "a store opens"))
		return tap_done();
	test_match(&st);
	test_links(&st);
	test_end(&st);
	store_close(&st);
	shelves_free(shelves);
	return tap_done();
}
