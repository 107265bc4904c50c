#ifndef TEST_STORE_FIXTURE_H
#define TEST_STORE_FIXTURE_H

#include <sodium.h>

#include "base/secret.h"
#include "store/audit_store.h"
#include "store/message_store.h"
#include "store/store.h"
#include "db_fixture.h"

/* A fixed day, and keys for the years around it. */
#define NOW	((msec)1795200000000)		/* 2026-11-20T18:40:00Z */
#define YEAR	(365 * DAY)

static inline struct shelves *
years_of_shelves(void)
{
	struct shelves *all = shelves_new();

	for (msec t = NOW - 60 * DAY; t < NOW + 11 * YEAR; t += 25 * DAY) {
		struct shelf_label label = shelf_for(t);
		struct secret *key;

		if (shelves_have(all, &label))
			continue;
		key = secret_random(SHELF_KEY);
		shelves_put(all, &label, &key);
	}
	return all;
}

static inline bool
text_is(struct slice s, const char *text)
{
	return slice_eq(s, slice_str(text));
}

/* A name made of a word and a number. */
static inline struct hash
named(const char *word, int n)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "%s %d", word, n);
	return hash_of(slice_str(text));
}

static inline struct member_id
member(const char *s)
{
	struct member_id m;

	(void)snprintf(m.s, sizeof(m.s), "%s", s);
	return m;
}

static inline struct address
address(const char *s)
{
	struct address a;

	(void)snprintf(a.s, sizeof(a.s), "%s", s);
	return a;
}

/* A root from rs/cyber to fr/cyber, to be changed by the test. */
static inline struct message_row
some_message(const struct hash *name, const char *ref)
{
	static struct address to[1];
	struct message_row m = {
		.name = *name, .thread = *name, .from = address("rs/cyber"),
		.by = { "4711" }, .kind = "request.preservation/1",
		.act = ACT_SUBMIT, .urgency = URGENCY_URGENT, .sent = NOW,
		.stored = NOW + 5, .place = PLACE_THREAD,
		.content = hash_of(slice_str("content")),
		.note = slice_str("entente/message/v1\n{}\n\n- sig\n"),
		.keep_until = NOW + YEAR, .to = to, .nto = 1,
	};

	to[0] = address("fr/cyber");
	(void)snprintf(m.ref, sizeof(m.ref), "%s", ref);
	return m;
}

static inline bool
began(struct store *st)
{
	return fine(db_begin(st->db, &err));
}

static inline bool
committed(struct store *st)
{
	return fine(db_commit(st->db, &err));
}

/* The whole of a test program: its facts, over a new store of fr in the
 * directory it is given. */
static inline int
store_tests(int argc, char *argv[],
    void (*tests)(struct store *, const char *dir))
{
	struct shelves *shelves;
	struct store st;

	if (argc != 2)
		return EXIT_FAILURE;
	secret_process_init();
	shelves = years_of_shelves();
	if (OK(fine(store_open(&st, argv[1], "fr", DB_WRITE, shelves, &err)),
	    "a store is made")) {
		tests(&st, argv[1]);
		store_close(&st);
	}
	shelves_free(shelves);
	return tap_done();
}

#endif
