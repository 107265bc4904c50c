/*
 * Fills the store of a node that is not running, as if it had talked with
 * another for years: a thread is one message of 1 kB, its leg, what was
 * delivered, its receipt, and two entries in the log.
 *
 *	fill_bench DIR MEMBER PEER THREADS sent|taken
 *
 * Boxes lie under shelf keys that nobody has: they take their room and are
 * never opened.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/receipt.h"
#include "store/audit_store.h"
#include "store/leg_store.h"
#include "store/message_store.h"
#include "store/outbox_store.h"
#include "store/receipt_store.h"
#include "store/slip_store.h"

enum { CONTENT = 1024, NOTE = 1300, RECEIPT = 6000, BATCH = 64, GROUP = 16 };

struct fill {
	struct store		 store;
	struct member_id	 me, peer;
	bool			 ours;
	msec			 now;
	struct hash		 net;
	struct receipt_entry	 entries[BATCH];	/* of the batch in hand */
	size_t			 n;
};

static struct err err;

static void
need(bool ok)
{
	if (ok)
		return;
	(void)fprintf(stderr, "fill_bench: %s %s\n", err.rule, err.text);
	exit(EXIT_FAILURE);
}

static struct address
desk_of(const struct member_id *m)
{
	struct address a;

	(void)snprintf(a.s, sizeof(a.s), "%s/cyber", m->s);
	return a;
}

static struct hash
named(const struct fill *f, long i)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%s %d %ld", f->ours ? f->me.s :
	    f->peer.s, f->ours, i);
	return hash_of(slice_str(text));
}

static void
audit(struct fill *f, const char *who, const char *what, const struct hash *name)
{
	struct audit_entry e = { .at = f->now, .who = who, .what = what,
	    .object = name, .peer = f->peer.s, .detail = "" };

	need(audit_append(&f->store, &f->net, &e, &err));
}

static void
put_message(struct fill *f, struct message_row *m)
{
	static const uint8_t note[NOTE], content[CONTENT];

	m->note = slice_of(note, NOTE);
	need(message_put(&f->store, m, slice_of(content, CONTENT), &err));
}

/* Read long ago, on both sides. */
static void
put_leg(struct fill *f, const struct message_row *m)
{
	struct leg_row leg = {
		.thread = m->name, .flow = FLOW_DIRECT, .member = f->peer,
		.role = f->ours ? ROLE_ASKER : ROLE_ASKED, .asker = m->from,
		.asked = m->to[0], .state = STATE_SENT, .sent = m->sent,
		.received = m->sent, .updated = m->sent, .opened = m->sent,
		.opened_there = m->sent,
	};

	(void)snprintf(leg.ref, sizeof(leg.ref), "%s", m->ref);
	(void)snprintf(leg.kind, sizeof(leg.kind), "%s", m->kind);
	need(leg_put(&f->store, &leg, &err));
}

static void
put_delivery(struct fill *f, const struct hash *name, long i)
{
	enum slip_seen seen;
	bool news;

	if (!f->ours) {
		need(slip_note(&f->store, &f->peer, i + 1, name, &seen, &err));
		return;
	}
	need(outbox_put(&f->store, name, &f->peer, URGENCY_NORMAL,
	    f->now + DAY, f->now, &err));
	need(outbox_settle(&f->store, name, &f->peer, OUTBOX_TAKEN, "", f->now,
	    &news, &err));
}

static void
put_thread(struct fill *f, long i)
{
	struct address from = desk_of(f->ours ? &f->me : &f->peer);
	struct address to = desk_of(f->ours ? &f->peer : &f->me);
	struct message_row m = {
		.name = named(f, i), .thread = named(f, i), .from = from,
		.by = { "4711" }, .kind = "message.text/1", .sent = f->now,
		.stored = f->now, .ours = f->ours, .content = named(f, i),
		.keep_until = f->now + 365 * DAY, .to = &to, .nto = 1,
	};

	(void)snprintf(m.ref, sizeof(m.ref), "%s-2020-%07ld", f->ours ?
	    f->me.s : f->peer.s, i);
	put_message(f, &m);
	put_leg(f, &m);
	put_delivery(f, &m.name, i);
	audit(f, "4711", f->ours ? "message.send" : "message.take", &m.name);
	audit(f, f->peer.s, f->ours ? "receipt.take" : "message.read", &m.name);
	f->entries[f->n++] = (struct receipt_entry){ .name = m.name,
	    .result = RECEIPT_TAKEN };
}

/* One receipt for all of a batch. */
static void
put_receipt(struct fill *f)
{
	uint8_t note[RECEIPT] = { 0 };
	struct receipt r = { .from = f->ours ? f->peer : f->me, .to = f->ours ?
	    f->me : f->peer, .at = f->now, .entries = f->entries, .n = f->n };

	if (f->n == 0)
		return;
	memcpy(note, f->entries[0].name.b, HASH_LEN);
	need(receipt_put(&f->store, slice_of(note, sizeof(note)), &r, &err));
	f->n = 0;
}

static void
fill(struct fill *f, long threads)
{
	for (long i = 0; i < threads; i++) {
		if (i % (BATCH * GROUP) == 0)
			need(db_begin(f->store.db, &err));
		put_thread(f, i);
		if (f->n == BATCH || i == threads - 1)
			put_receipt(f);
		if ((i + 1) % (BATCH * GROUP) == 0 || i == threads - 1)
			need(db_commit(f->store.db, &err));
	}
}

int
main(int argc, char *argv[])
{
	struct shelves *shelves = shelves_new();
	static struct fill f;

	if (argc != 6 || !member_id_parse(&f.me, slice_str(argv[2])) ||
	    !member_id_parse(&f.peer, slice_str(argv[3]))) {
		(void)fprintf(stderr, "usage: fill_bench DIR MEMBER PEER"
		    " THREADS sent|taken\n");
		return EXIT_FAILURE;
	}
	secret_process_init();
	f.now = clock_now();
	f.ours = strcmp(argv[5], "sent") == 0;
	for (int i = 0; i < 2; i++) {
		struct shelf_label label = i == 0 ? audit_shelf(f.now) :
		    shelf_for(f.now + 365 * DAY);
		struct secret *key = secret_random(SHELF_KEY);

		shelves_put(shelves, &label, &key);
	}
	need(store_open(&f.store, argv[1], f.me.s, DB_WRITE, shelves, &err));
	fill(&f, strtol(argv[4], NULL, 10));
	store_close(&f.store);
	shelves_free(shelves);
	return EXIT_SUCCESS;
}
