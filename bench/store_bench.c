/*
 * Messages a second through the tables of the store: message with 1 kB of
 * content, leg, outbox row, audit entry; GROUP a commit.  What of it is
 * sealing, and what an audit entry takes on disk.  store_bench DIR [MESSAGES]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "store/audit_store.h"
#include "store/leg_store.h"
#include "store/message_store.h"
#include "store/outbox_store.h"
#include "stopwatch.h"

enum { GROUP = 64, CONTENT = 1024, NOTE = 1300 };
#define NOW	((msec)1795200000000)

static struct err err;

static void
need(bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "%s %s\n", err.rule, err.text);
	exit(EXIT_FAILURE);
}

static struct hash
named(const char *word, long n)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%s %ld", word, n);
	return hash_of(slice_str(text));
}

static void
put_audit(struct store *st, long n)
{
	struct hash net = named("net", 0), object = named("message", n);
	struct audit_entry e = {
		.at = NOW, .who = "4711", .what = "message.send",
		.object = &object, .peer = "fr", .detail = "",
	};

	need(audit_append(st, &net, &e, &err));
}

static void
put_all(struct store *st, long n)
{
	static const uint8_t note[NOTE], content[CONTENT];
	struct address to = { "fr/cyber" };
	struct member_id fr = { "fr" };
	struct hash name = named("message", n);
	struct message_row m = {
		.name = name, .thread = name, .from = { "rs/cyber" },
		.by = { "4711" }, .kind = "request.preservation/1",
		.sent = NOW, .stored = NOW, .ours = true, .content = name,
		.note = slice_of(note, NOTE), .keep_until = NOW + 365 * DAY,
		.to = &to, .nto = 1,
	};
	struct leg_row leg = {
		.thread = name, .kind = "request.preservation/1", .member = fr,
		.state = STATE_SENT, .asker = { "rs/cyber" }, .asked = to,
		.sent = NOW, .updated = NOW,
	};

	(void)snprintf(m.ref, sizeof(m.ref), "rs-2026-%06ld", n);
	(void)snprintf(leg.ref, sizeof(leg.ref), "%s", m.ref);
	need(message_put(st, &m, slice_of(content, CONTENT), &err));
	need(leg_put(st, &leg, &err));
	need(outbox_put(st, &name, &fr, URGENCY_NORMAL, NOW + DAY, NOW, &err));
	put_audit(st, n);
}

/* n of them, `group` a commit; prints the rate. */
static void
run(struct store *st, const char *what, void (*put)(struct store *, long),
    long first, long n, long group)
{
	double wall = seconds(CLOCK_MONOTONIC);
	double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);

	for (long i = 0; i < n; i += group) {
		need(db_begin(st->db, &err));
		for (long k = i; k < i + group && k < n; k++)
			put(st, first + k);
		need(db_commit(st->db, &err));
	}
	wall = seconds(CLOCK_MONOTONIC) - wall;
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	printf("%s, %ld a commit: %.0f/s, %.1f us CPU each\n", what, group,
	    (double)n / wall, cpu * 1e6 / (double)n);
}

static void
seal_only(struct store *st, long n)
{
	static const uint8_t content[CONTENT];
	struct shelf_label shelf = shelf_for(NOW);
	struct buf box = BUF_INIT;

	(void)n;
	need(store_seal(st, &box, &shelf, "bench", slice_str("key"),
	    slice_of(content, sizeof(content)), &err));
	buf_free(&box);
}

/* The same with the key in guarded memory. */
static void
seal_guarded(struct store *st, long n)
{
	static const uint8_t content[CONTENT];
	struct shelf_label shelf = shelf_for(NOW);
	struct buf box = BUF_INIT;
	struct secret *key;

	(void)n;
	need(shelf_new_key(st->shelves, &shelf, slice_str("key"), &key, &box,
	    &err));
	box_seal(&box, key, slice_str("key"), slice_of(content, CONTENT));
	secret_free(key);
	buf_free(&box);
}

static long
file_size(const char *dir)
{
	char path[4096];
	struct stat sb;

	(void)snprintf(path, sizeof(path), "%s/entente.db", dir);
	return stat(path, &sb) == 0 ? (long)sb.st_size : -1;
}

int
main(int argc, char *argv[])
{
	static const msec months[] = { NOW, NOW + 365 * DAY, NOW + AUDIT_KEEP };
	long n = argc > 2 ? strtol(argv[2], NULL, 10) : 32768, before;
	struct shelves *shelves = shelves_new();
	struct store st;

	if (argc < 2 || n <= 0)
		return EXIT_FAILURE;
	secret_process_init();
	for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++) {
		struct shelf_label label = shelf_for(months[i]);
		struct secret *key = secret_random(SHELF_KEY);

		shelves_put(shelves, &label, &key);
	}
	need(store_open(&st, argv[1], "rs", DB_WRITE, shelves, &err));
	run(&st, "sealing 1 kB", seal_only, 0, n, n);
	run(&st, "sealing 1 kB, key in guarded memory", seal_guarded, 0, n, n);
	run(&st, "messages", put_all, 0, n, GROUP);
	run(&st, "messages", put_all, n, n / 8, 1);
	store_close(&st);
	before = file_size(argv[1]);
	printf("a message takes %ld bytes\n", before / (n + n / 8));
	need(store_open(&st, argv[1], "rs", DB_WRITE, shelves, &err));
	run(&st, "audit entries alone", put_audit, 2 * n, n, GROUP);
	store_close(&st);
	printf("an audit entry takes %ld bytes\n",
	    (file_size(argv[1]) - before) / n);
	shelves_free(shelves);
	return EXIT_SUCCESS;
}
