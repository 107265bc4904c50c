#include <stdlib.h>
#include <unistd.h>

#include "../contract/store_fixture.h"
#include "ententd/relay_state.h"

/* What a member is handed at a relay, while much of it cannot be taken in. */
enum { STUCK = 11 * WIRE_BATCH };
static struct vault vault;
static struct collector k;

static void
leave(int n, const char *from, enum urgency lane)
{
	struct parcel p = { .to = member("ee"), .from = member(from),
	    .lane = lane, .deliver_by = NOW + DAY, .stored = NOW,
	    .sealed = named("sealed", n), .bytes = slice_str("age") };
	bool fresh;

	(void)fine(parcel_put(&vault.store, &p, &fresh, &err));
}

/* How many are offered, and the first of them. */
static size_t
offered(struct parcel *first)
{
	struct arena a = ARENA_INIT;
	struct parcels l;
	size_t n;

	*first = (struct parcel){ .id = 0 };
	if (!fine(relay_offer(&k, &a, &l, &err)))
		return 0;
	n = l.n;
	if (n != 0)
		*first = l.list[0];
	arena_free(&a);
	return n;
}

static void
test_queue(void)
{
	struct parcel first;
	size_t n = 0;

	k.offering.next_round = 0;
	OK(offered(&first) == 0 && relay_offer_wait(&k) > 50 * SECOND,
	    "a round of nothing is over at once, and the next a minute off");
	for (int i = 0; i < STUCK; i++)
		leave(i, "it", URGENCY_FLASH);
	leave(STUCK, "rs", URGENCY_NORMAL);
	for (int i = 0; i < STUCK / WIRE_BATCH; i++)
		n += offered(&first);
	OK(n == STUCK, "seven hundred that stay are handed out once each");
	OK(offered(&first) == 1 && strcmp(first.from.s, "rs") == 0,
	    "then what another left behind them");
	OK(offered(&first) == 0 && relay_offer_wait(&k) > 50 * SECOND,
	    "then nothing, for a minute");
}

static void
test_rounds(void)
{
	struct parcel first;
	struct hash third = named("sealed", 3);

	k.offering.next_round = 0;
	OK(offered(&first) == WIRE_BATCH && strcmp(first.from.s, "it") == 0,
	    "what stays is offered again, from the first");
	OK(offered(&first) == 0 && relay_offer_wait(&k) <= 5 * SECOND,
	    "a batch at a time");
	leave(STUCK + 1, "lt", URGENCY_NORMAL);
	k.offering.next_batch = 0;
	OK(offered(&first) == 1 && strcmp(first.from.s, "lt") == 0,
	    "what is new comes before that");
	k.offering.again[0] = third;
	k.offering.nagain = 1;
	OK(offered(&first) == 1 && hash_eq(&first.sealed, &third),
	    "what is asked for comes at once, and alone");
	relay_offer_anew(&k);
	OK(offered(&first) == WIRE_BATCH && first.lane == URGENCY_FLASH,
	    "from the start, when an answer was lost");
}

int
main(void)
{
	char dir[] = "/tmp/entente-test.XXXXXX", command[64];
	struct shelves *shelves;

	if (mkdtemp(dir) == NULL)
		return EXIT_FAILURE;
	secret_process_init();
	shelves = years_of_shelves();
	if (OK(fine(store_open(&vault.store, dir, "fr", DB_WRITE, shelves,
	    &err)), "a store is made")) {
		k.vault = &vault;
		k.member = member("ee");
		relay_offer_anew(&k);
		began(&vault.store);
		test_queue();
		test_rounds();
		db_rollback(vault.store.db);
		store_close(&vault.store);
	}
	shelves_free(shelves);
	(void)snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command) == 0 ? tap_done() : EXIT_FAILURE;
}
