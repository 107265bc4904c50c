#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "base/log.h"
#include "base/secret.h"
#include "ententd/admit.h"
#include "ententd/matching.h"
#include "ententd/outbox.h"
#include "ententd/routes.h"
#include "ententd/thread.h"
#include "ententd/trust.h"
#include "ententd/wire.h"
#include "model/receipt.h"
#include "store/receipt_store.h"

/*
 * A batch of up to 64 sealed messages from a peer, in four steps:
 *   1 keys unwraps all file keys          (link_messages)
 *   2 open, verify, admit each            (unwrapped)
 *   3 shelf keys, then keys signs the     (shelves_ready)
 *     one receipt for all of them
 *   4 one transaction {messages, legs,    (receipt_signed)
 *     slips, audit, receipt}; the answer leaves after its commit
 */
struct item {
	const struct wire_message *wire;
	struct opened		opened;
	struct verified		verified;
	bool			is_verified;
	struct admitted		admitted;
	struct slice		receipt;	/* known: the one given before */
};

struct delivery {
	struct call		*call;
	struct wire_batch	batch;
	struct item		items[WIRE_BATCH];
	struct receipt		receipt;	/* for all but the known */
	struct member_id	sender;		/* who signed them; until known,
						 * whose TLS key brought them */
	bool			signed_by;	/* sender has signed one */
	struct buf		text, note;
	msec			at;
};

static void
delivery_free(struct delivery *d)
{
	for (uint8_t i = 0; i < d->batch.n; i++) {
		if (d->items[i].is_verified)
			verified_free(&d->items[i].verified);
		opened_free(&d->items[i].opened);
	}
	buf_free(&d->text);
	buf_free(&d->note);
	free(d);
}

static void
refuse(struct delivery *d, const struct err *err)
{
	call_refuse(d->call, err);
	delivery_free(d);
}

/* -- 4: one transaction ------------------------------------------------------------- */

static bool
store_taken(struct delivery *d, struct item *it, struct err *err)
{
	struct vault *v = d->call->vault;
	struct verified *r = &it->verified;
	struct message_row row;
	struct hash other;
	enum slip_seen seen;

	/* Another batch may have brought another text under it meanwhile. */
	if (message_by_ref(&v->store, r->from.s, r->header.ref, &other))
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "its reference was used a moment ago; send again");
	thread_row(&row, &r->arena, &r->header, &r->name, r->note, false, d->at);
	row.place = it->admitted.place;
	if (!message_put(&v->store, &row, r->content_line, err) ||
	    !matching_index(v, &r->arena, &row, r->content.body, err) ||
	    !slip_note(&v->store, &r->from, r->slip.number, &r->name, &seen, err))
		return false;
	if (seen == SLIP_OTHER_TEXT)
		log_warn("%s used slip %lld twice", r->from.s,
		    (long long)r->slip.number);
	return vault_audit(v, r->from.s, "message.take", &r->name, r->from.s,
	    act_names[r->header.act], err);
}

/* Refused by name: said in the log; the same ref with another text is kept. */
static bool
store_refused(struct delivery *d, struct item *it, struct err *err)
{
	struct vault *v = d->call->vault;
	struct verified *r = &it->verified;
	struct message_row row;

	if (it->admitted.place == PLACE_REFUSED) {
		log_warn("%s sent another text under a reference it had used",
		    r->from.s);
		thread_row(&row, &r->arena, &r->header, &r->name, r->note,
		    false, d->at);
		row.place = PLACE_REFUSED;
		if (!message_put(&v->store, &row, r->content_line, err))
			return false;
	}
	return vault_audit(v, r->from.s, "message.refuse", &r->name, r->from.s,
	    it->admitted.why.rule, err);
}

/* After the receipt, whose time starts the clocks. */
static bool
fold_taken(struct delivery *d, struct item *it, struct err *err)
{
	struct message_row row;
	struct verified *r = &it->verified;

	if (it->admitted.admission != ADMIT_TAKEN)
		return true;
	thread_row(&row, &r->arena, &r->header, &r->name, r->note, false, d->at);
	if (it->admitted.place == PLACE_HELD)
		return thread_held(d->call->vault, &row, err);
	return thread_changed(d->call->vault, &row, err);
}

static bool
store_all(struct delivery *d, struct err *err)
{
	struct vault *v = d->call->vault;

	for (uint8_t i = 0; i < d->batch.n; i++) {
		struct item *it = &d->items[i];

		if (!it->is_verified)
			continue;
		if (it->admitted.admission == ADMIT_TAKEN &&
		    !store_taken(d, it, err))
			return false;
		if (it->admitted.admission == ADMIT_REFUSED &&
		    !store_refused(d, it, err))
			return false;
	}
	if (d->receipt.n != 0 &&
	    !receipt_put(&v->store, buf_all(&d->note), &d->receipt, err))
		return false;
	for (uint8_t i = 0; i < d->batch.n; i++)
		if (d->items[i].is_verified && !fold_taken(d, &d->items[i], err))
			return false;
	return true;
}

static void
reply(struct delivery *d)
{
	struct vault *v = d->call->vault;
	struct slice notes[WIRE_BATCH + 1];
	struct wire_reply w = { .notes = notes,
	    .dir = trust_newest(v->trust)->number,
	    .dir_name = *trust_newest_name(v->trust) };
	struct buf b = BUF_INIT;

	if (d->receipt.n != 0)
		notes[w.n++] = buf_all(&d->note);
	for (uint8_t i = 0; i < d->batch.n; i++)
		if (d->items[i].receipt.n != 0)
			notes[w.n++] = d->items[i].receipt;
	wire_reply_encode(&b, &w);
	call_answer(d->call, 200, "application/octet-stream", buf_all(&b));
	buf_free(&b);
	delivery_free(d);
}

static void
receipt_signed(void *arg, struct ipc_message *m)
{
	struct delivery *d = arg;
	struct vault *v = d->call->vault;
	struct cursor c;
	struct slice line;
	struct err err;

	if (!keys_said(m, &c, &err)) {
		refuse(d, &err);
		return;
	}
	CRASH_POINT("receipt:signed");
	line = cursor_var(&c, NOTE_MAX);
	buf_slice(&d->note, buf_all(&d->text));
	buf_u8(&d->note, '\n');
	buf_slice(&d->note, line);
	if (!vault_unit_begin(v, &err) ||
	    !vault_unit_end(v, store_all(d, &err), &err)) {
		/* Another batch brought the same message a moment ago: the
		 * sender asks again and gets the receipt that one gave. */
		if (strcmp(err.rule, "E-STORE-CONFLICT") == 0)
			err.class = ERR_UNAVAILABLE;
		refuse(d, &err);
		return;
	}
	CRASH_POINT("receive:before-commit");
	CRASH_AFTER_COMMIT(v, "receive:after-commit");
	outbox_heard(v, &d->call->peer);
	reply(d);
}

/* -- 3: the receipt ------------------------------------------------------------------ */

static void
add_entry(struct receipt *r, const struct item *it)
{
	static const enum receipt_result results[] = {
		[ADMIT_TAKEN] = RECEIPT_TAKEN,
		[ADMIT_KNOWN] = RECEIPT_TAKEN,
		[ADMIT_REFUSED] = RECEIPT_REFUSED,
		[ADMIT_LATER] = RECEIPT_LATER,
	};
	struct receipt_entry *e = &r->entries[r->n++];

	memset(e, 0, sizeof(*e));
	if (it->is_verified)
		e->name = it->verified.name;
	e->sealed = it->wire->sha256;
	e->result = results[it->admitted.admission];
	if (e->result == RECEIPT_TAKEN)
		return;
	memcpy(e->rule, it->admitted.why.rule, sizeof(e->rule));
	memcpy(e->field, it->admitted.why.field, sizeof(e->field));
	memcpy(e->clause, it->admitted.clause, sizeof(e->clause));
}

/* One note for all; a name that stands twice in the batch is said once. */
static void
make_receipt(struct delivery *d)
{
	struct vault *v = d->call->vault;
	struct receipt *r = &d->receipt;

	*r = (struct receipt){ .net = v->net,
	    .dir = trust_newest(v->trust)->number, .from = v->member,
	    .to = d->sender, .at = d->at,
	    .entries = arena_alloc(&d->call->arena,
	    d->batch.n * sizeof(*r->entries)) };
	for (uint8_t i = 0; i < d->batch.n; i++)
		if (d->items[i].admitted.admission != ADMIT_KNOWN)
			add_entry(r, &d->items[i]);
	if (r->n != 0)
		receipt_print(&d->text, r);
}

static void
shelves_ready(void *arg, const struct err *err)
{
	struct delivery *d = arg;
	struct buf b = BUF_INIT;

	if (err != NULL) {
		refuse(d, err);
		return;
	}
	make_receipt(d);
	if (d->receipt.n == 0) {
		reply(d);
		return;
	}
	buf_var(&b, buf_all(&d->text));
	buf_var_str(&b, "");
	vault_ask(d->call->vault, CHILD_KEYS, VAULT_SIGN, buf_all(&b), -1,
	    receipt_signed, d);
	buf_free(&b);
}

static void
want_shelves(struct delivery *d)
{
	struct shelf_label labels[WIRE_BATCH];
	size_t n = 0;

	for (uint8_t i = 0; i < d->batch.n; i++) {
		const struct item *it = &d->items[i];

		if (it->is_verified && (it->admitted.admission == ADMIT_TAKEN ||
		    it->admitted.place == PLACE_REFUSED))
			labels[n++] = shelf_for(it->verified.header.keep_until);
	}
	vault_shelves(d->call->vault, labels, n, shelves_ready, d);
}

/* -- 2: open, verify, admit ------------------------------------------------------------ */

/* The same text, or another under the same reference: one at a time. */
static bool
seen_in_batch(const struct delivery *d, uint8_t until)
{
	const struct verified *b = &d->items[until].verified;

	for (uint8_t i = 0; i < until; i++) {
		const struct verified *a = &d->items[i].verified;

		if (d->items[i].is_verified && (hash_eq(&a->name, &b->name) ||
		    strcmp(a->header.ref, b->header.ref) == 0))
			return true;
	}
	return false;
}

/* A receipt given before for this very text; none: say it again. */
static void
find_given(struct delivery *d, struct item *it)
{
	struct vault *v = d->call->vault;
	enum receipt_result result;
	struct err err;
	msec at;

	if (receipt_get(&v->store, &d->call->arena, &it->verified.name,
	    v->member.s, &it->receipt, &at, &result, &err))
		return;
	/* Ours, come back to us; or the store does not read.  Not without a
	 * reason: a receipt with an empty one would be refused whole. */
	it->admitted.admission = ADMIT_LATER;
	(void)err_set(&it->admitted.why, ERR_UNAVAILABLE, "E-NODE-BUSY",
	    "no receipt of it is held here");
}

/* A receipt is for the member that signed, whoever brought the bytes: else a
 * third party could deliver first and keep the sender from its receipt. */
static bool
of_one_sender(struct delivery *d, const struct item *it)
{
	if (!d->signed_by)
		d->sender = it->verified.from;
	d->signed_by = true;
	return member_id_eq(&d->sender, &it->verified.from);
}

/* The outer fields were for queues only; they must not have lied. */
static bool
outer_fields_agree(const struct item *it, struct err *err)
{
	const struct header *h = &it->verified.header;

	if (it->wire->lane == h->urgency &&
	    it->wire->deliver_by == h->deliver_by)
		return true;
	return err_field(err, ERR_VERIFY, "E-WIRE-OUTER",
	    it->wire->lane != h->urgency ? "urgency" : "deliver_by",
	    "lane or deliver_by outside are not those of the header");
}

static void
take_item(struct delivery *d, uint8_t i, const uint8_t *file_key)
{
	struct vault *v = d->call->vault;
	struct item *it = &d->items[i];
	struct err *why = &it->admitted.why;

	it->admitted.admission = ADMIT_REFUSED;
	if (!opened_from(&it->opened, it->wire->sealed, file_key, why))
		return;
	it->is_verified = verified_from(&it->verified, v, &it->opened, why);
	if (!it->is_verified) {
		/* Unknown signer: its card may be on its way to us. */
		if (strcmp(why->rule, "E-NOTE-UNSIGNED") == 0) {
			trust_unknown_peer(v);
			it->admitted.admission = ADMIT_LATER;
		}
		return;
	}
	if (!of_one_sender(d, it)) {
		verified_free(&it->verified);
		it->is_verified = false;
		it->admitted.admission = ADMIT_LATER;
		(void)err_set(why, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "send it in a batch of its own");
		return;
	}
	if (seen_in_batch(d, i)) {
		verified_free(&it->verified);
		it->is_verified = false;
		it->admitted.admission = ADMIT_LATER;
		(void)err_set(why, ERR_CONFLICT, "E-WIRE-TWICE",
		    "this message or its ref stands in this batch already");
		return;
	}
	if (!outer_fields_agree(it, why))
		return;
	admitted_from(&it->admitted, v, &it->verified, d->at);
	if (it->admitted.admission == ADMIT_KNOWN)
		find_given(d, it);
}

static void
unwrapped(void *arg, struct ipc_message *m)
{
	struct delivery *d = arg;
	struct cursor c;
	struct err err;

	if (m == NULL) {
		(void)err_set(&err, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "keys restarted; nothing was taken, send again");
		refuse(d, &err);
		return;
	}
	CRASH_POINT("receive:unwrapped");
	c = cursor_of(m->body);
	(void)cursor_u8(&c);
	d->at = clock_now();
	for (uint8_t i = 0; i < d->batch.n; i++) {
		struct item *it = &d->items[i];

		if (it->admitted.admission == ADMIT_LATER)
			continue;
		if (result_decode(&c, &it->admitted.why))
			take_item(d, i, cursor_bytes(&c, AGE_FILE_KEY).p);
		else
			it->admitted.admission = it->admitted.why.class ==
			    ERR_UNAVAILABLE ? ADMIT_LATER : ADMIT_REFUSED;
	}
	want_shelves(d);
}

/* -- 1: decode, and have the file keys unwrapped ------------------------------------------ */

static struct slice
header_of(struct slice sealed)
{
	struct age_header h;
	struct err err;
	struct slice none = { .p = NULL };

	if (age_header_parse(&h, sealed, AGE_HEADER_LINK, &err) != AGE_PARSED)
		return none;
	sealed.n = h.length;
	age_header_free(&h);
	return sealed;
}

static void
ask_unwrap(struct delivery *d)
{
	enum { ROOM = IPC_BODY - 4096 };
	struct buf b = BUF_INIT;
	uint8_t n = 0;

	buf_u8(&b, 0);
	for (uint8_t i = 0; i < d->batch.n; i++) {
		struct item *it = &d->items[i];
		struct slice header = header_of(it->wire->sealed);

		if (b.n + header.n + 8 > ROOM) {
			it->admitted.admission = ADMIT_LATER;
			(void)err_set(&it->admitted.why, ERR_UNAVAILABLE,
			    "E-NODE-BUSY", "send it in a batch of its own");
			continue;
		}
		buf_var(&b, header);
		n++;
	}
	b.p[0] = n;
	vault_ask(d->call->vault, CHILD_KEYS, VAULT_UNWRAP, buf_all(&b), -1,
	    unwrapped, d);
	buf_free(&b);
}

static bool
for_us(struct delivery *d, struct err *err)
{
	const struct vault *v = d->call->vault;

	if (!hash_eq(&d->batch.net, &v->net))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "this node is of another network");
	for (uint8_t i = 0; i < d->batch.n; i++)
		if (!member_id_eq(&d->batch.messages[i].to, &v->member))
			return err_field(err, ERR_INVALID, "E-WIRE-TO", "to",
			    "this node is %s and relays for nobody",
			    v->member.s);
	return true;
}

void
link_messages(struct call *c)
{
	struct delivery *d = xcalloc(1, sizeof(*d));
	struct err err;

	d->call = c;
	d->sender = c->peer;
	if (!trust_is_member(c->vault->trust)) {
		(void)err_set(&err, ERR_UNAVAILABLE, "E-NODE-JOINING",
		    "this node is not a member yet");
		refuse(d, &err);
		return;
	}
	if (!wire_batch_decode(&d->batch, &c->arena, buf_all(&c->body), &err) ||
	    !for_us(d, &err)) {
		d->batch.n = 0;
		refuse(d, &err);
		return;
	}
	for (uint8_t i = 0; i < d->batch.n; i++)
		d->items[i].wire = &d->batch.messages[i];
	trust_heard(c->vault, &c->peer, d->batch.dir);
	ask_unwrap(d);
}
