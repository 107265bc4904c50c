/*
 * What draws on pledges, uses of emergency clauses and endings promise.  Run
 * with a directory for a store.
 */
#include "store/draw_store.h"
#include "store/emergency_store.h"
#include "store/trust_store.h"
#include "store_fixture.h"

static bool
draws(struct store *st, int n, const char *pledge, int64_t amount, msec at)
{
	struct draw d = { .message = named("answer", n),
	    .thread = named("root", 1), .party = member("fr"),
	    .other = member("rs"), .amount = amount, .at = at };

	(void)snprintf(d.agreement, sizeof(d.agreement), "fr-rs");
	(void)snprintf(d.pledge, sizeof(d.pledge), "%s", pledge);
	return fine(draw_put(st, &d, &err));
}

static bool
sums(struct store *st, const char *pledge, msec from, msec until, int64_t want)
{
	int64_t sum = -1;

	return fine(draw_sum(st, "fr-rs", pledge, from, until, &sum, &err)) &&
	    sum == want;
}

static void
test_draws(struct store *st)
{
	OK(sums(st, "lab", 0, 0, 0), "of a pledge nothing is drawn at first");
	OK(draws(st, 1, "lab", 3, NOW) && draws(st, 2, "lab", 4, NOW + YEAR) &&
	    draws(st, 3, "seats", 9, NOW), "three answers draw");
	OK(sums(st, "lab", 0, 0, 7), "a pledge in all is the sum of its draws");
	OK(sums(st, "lab", NOW, NOW + YEAR, 3), "a year has its own");
	OK(sums(st, "lab", NOW + 1, NOW + YEAR, 0), "from its first instant");
	OK(draws(st, 1, "lab", 3, NOW) && sums(st, "lab", 0, 0, 7),
	    "one message draws once");
}

static bool
used(struct store *st, int n, const char *peer)
{
	struct emergency_use u = { .message = named("root", n),
	    .peer = member(peer), .ref = "rs-2026-000001",
	    .kind = "request.preservation/1", .clause = "charter/1 9",
	    .ours = true, .sent = NOW };

	return fine(emergency_put(st, &u, &err));
}

static void
test_emergencies(struct store *st)
{
	struct hash one = named("root", 1), none = named("root", 9);
	struct emergency_use *list;
	struct arena a = ARENA_INIT;
	size_t n;

	OK(!emergency_has(st, &one), "no use of an emergency clause");
	OK(used(st, 1, "fr") && used(st, 1, "it") && used(st, 2, "fr") &&
	    used(st, 1, "fr"), "a root to two, and another, one told twice");
	OK(emergency_has(st, &one) && !emergency_has(st, &none),
	    "each is known by its root");
	OK(fine(emergency_list(st, &a, 0, 10, &list, &n, &err)) && n == 3 &&
	    list[0].number > list[1].number && list[0].ours &&
	    strcmp(list[0].clause, "charter/1 9") == 0 &&
	    list[0].reported == 0, "newest first, not reported");
	OK(fine(emergency_list(st, &a, list[0].number, 10, &list, &n, &err)) &&
	    n == 2, "page by page");
	OK(fine(emergency_report(st, &one, NOW + 1, "4800", &err)) &&
	    fine(emergency_list(st, &a, 0, 10, &list, &n, &err)) &&
	    list[0].reported == 0 && list[1].reported == NOW + 1 &&
	    strcmp(list[2].reporter.s, "4800") == 0,
	    "a root is reported as one, whomever it went to");
	OK(!emergency_report(st, &one, NOW + 2, "4801", &err) &&
	    is_rule("E-NOT-FOUND"), "once");
	OK(!emergency_report(st, &none, NOW + 2, "4801", &err) &&
	    is_rule("E-NOT-FOUND"), "and only if it was one");
	arena_free(&a);
}

static void
test_endings(struct store *st)
{
	struct hash one = named("ending", 1), two = named("ending", 2);
	struct arena a = ARENA_INIT;
	struct slice *notes;
	size_t n;

	OK(fine(trust_store_put_ending(st, slice_str("first"), "fr-rs", &one,
	    &err)) && fine(trust_store_put_ending(st, slice_str("second"),
	    "a-b", &two, &err)) && fine(trust_store_put_ending(st,
	    slice_str("first"), "fr-rs", &one, &err)), "endings are put, one twice");
	OK(fine(trust_store_endings(st, &a, &notes, &n, &err)) && n == 2 &&
	    text_is(notes[0], "first") && text_is(notes[1], "second"),
	    "and come back as they came");
	arena_free(&a);
}

static void
tests(struct store *st, const char *dir)
{
	(void)dir;
	test_draws(st);
	test_emergencies(st);
	test_endings(st);
}

int
main(int argc, char *argv[])
{
	return store_tests(argc, argv, tests);
}
