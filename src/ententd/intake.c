#include "ententd/intake.h"

#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "ententd/agreed.h"
#include "ententd/outbox.h"
#include "ententd/trust.h"

struct intake *
intake_new(struct vault *v)
{
	struct intake *in = xcalloc(1, sizeof(*in));

	in->vault = v;
	return in;
}

void
intake_free(struct intake *in)
{
	for (uint8_t i = 0; i < in->batch.n; i++) {
		if (in->items[i].is_verified)
			verified_free(&in->items[i].verified);
		if (in->items[i].is_receipt)
			receipt_release(&in->items[i].returned);
		opened_free(&in->items[i].opened);
	}
	buf_free(&in->text);
	buf_free(&in->note);
	arena_free(&in->arena);
	free(in);
}

static void
finish(struct intake *in, const struct err *err)
{
	in->done(in, in->arg, err);
	intake_free(in);
}

uint8_t
intake_receipts(const struct intake *in,
    struct slice notes[static WIRE_BATCH + 1])
{
	uint8_t n = 0;

	if (in->receipt.n != 0)
		notes[n++] = buf_all(&in->note);
	for (uint8_t i = 0; i < in->batch.n; i++)
		if (in->items[i].receipt.n != 0)
			notes[n++] = in->items[i].receipt;
	return n;
}

/* -- 4: one transaction ----------------------------------------------------- */

/* Agreements that were taken as messages. */
static void
bring(struct intake *in)
{
	for (uint8_t i = 0; i < in->batch.n; i++) {
		const struct intake_item *it = &in->items[i];

		if (it->is_verified && it->admitted.admission == ADMIT_TAKEN)
			agreed_bring(in->vault, &it->verified.header,
			    it->verified.content.body);
	}
}

static void
write_down(struct intake *in)
{
	struct vault *v = in->vault;
	struct err err;

	if (!vault_unit_begin(v, &err) ||
	    !vault_unit_end(v, intake_store(in, &err) &&
	    (!in->returns || intake_return(in, &err)), &err)) {
		/* Another batch brought the same message a moment ago: the
		 * sender asks again and gets the receipt that one gave. */
		if (strcmp(err.rule, "E-STORE-CONFLICT") == 0)
			err.class = ERR_UNAVAILABLE;
		finish(in, &err);
		return;
	}
	CRASH_POINT("receive:before-commit");
	CRASH_AFTER_COMMIT(v, "receive:after-commit");
	if (!in->returns)
		outbox_heard(v, &in->bearer);
	bring(in);
	finish(in, NULL);
}

static void
receipt_signed(void *arg, struct ipc_message *m)
{
	struct intake *in = arg;
	struct cursor c;
	struct slice line;
	struct err err;

	if (!keys_said(m, &c, &err)) {
		finish(in, &err);
		return;
	}
	CRASH_POINT("receipt:signed");
	line = cursor_var(&c, NOTE_MAX);
	buf_slice(&in->note, buf_all(&in->text));
	buf_u8(&in->note, '\n');
	buf_slice(&in->note, line);
	write_down(in);
}

/* -- 3: the receipt --------------------------------------------------------- */

static void
add_entry(struct receipt *r, const struct intake_item *it)
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
	if (it->is_receipt)
		e->name = it->name;
	e->sealed = it->wire->sha256;
	e->result = results[it->admitted.admission];
	if (e->result == RECEIPT_TAKEN)
		return;
	memcpy(e->rule, it->admitted.why.rule, sizeof(e->rule));
	memcpy(e->field, it->admitted.why.field, sizeof(e->field));
	memcpy(e->clause, it->admitted.clause, sizeof(e->clause));
}

/* Nobody who is not there is told to come again; who sent what does not open
 * is not known; and a receipt that travels is not receipted: when it is lost,
 * the message comes again. */
static bool
is_answered(const struct intake *in, const struct intake_item *it)
{
	if (it->admitted.admission == ADMIT_KNOWN)
		return false;
	return !in->returns || (it->is_verified &&
	    it->admitted.admission != ADMIT_LATER);
}

bool
intake_settled(const struct intake *in, uint8_t i)
{
	return in->items[i].admitted.admission != ADMIT_LATER;
}

static bool
brings_receipts(const struct intake *in)
{
	for (uint8_t i = 0; i < in->batch.n; i++)
		if (in->items[i].is_receipt || in->items[i].receipt.n != 0)
			return true;
	return false;
}

/* One note for all; a name that stands twice in the batch is said once. */
static void
make_receipt(struct intake *in)
{
	struct vault *v = in->vault;
	struct receipt *r = &in->receipt;

	*r = (struct receipt){ .net = v->net,
	    .dir = trust_newest(v->trust)->number, .from = v->member,
	    .to = in->sender, .at = in->at,
	    .entries = arena_alloc(&in->arena,
	    in->batch.n * sizeof(*r->entries)) };
	for (uint8_t i = 0; i < in->batch.n; i++)
		if (is_answered(in, &in->items[i]))
			add_entry(r, &in->items[i]);
	if (r->n != 0)
		receipt_print(&in->text, r);
}

static void
shelves_ready(void *arg, const struct err *err)
{
	struct intake *in = arg;
	struct buf b = BUF_INIT;

	if (err != NULL) {
		finish(in, err);
		return;
	}
	make_receipt(in);
	if (in->receipt.n == 0) {
		if (brings_receipts(in))
			write_down(in);
		else
			finish(in, NULL);
		return;
	}
	buf_var(&b, buf_all(&in->text));
	buf_var_str(&b, "");
	vault_ask(in->vault, CHILD_KEYS, VAULT_SIGN, buf_all(&b), -1,
	    receipt_signed, in);
	buf_free(&b);
}

static void
want_shelves(struct intake *in)
{
	struct shelf_label labels[WIRE_BATCH];
	size_t n = 0;

	for (uint8_t i = 0; i < in->batch.n; i++) {
		const struct intake_item *it = &in->items[i];

		if (it->is_verified && (it->admitted.admission == ADMIT_TAKEN ||
		    it->admitted.place == PLACE_REFUSED))
			labels[n++] = shelf_for(it->verified.header.keep_until);
	}
	vault_shelves(in->vault, labels, n, shelves_ready, in);
}

/* -- 2: open, verify, admit ------------------------------------------------- */

static void
unwrapped(void *arg, struct ipc_message *m)
{
	struct intake *in = arg;
	struct cursor c;
	struct err err;

	if (m == NULL) {
		(void)err_set(&err, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "keys restarted; nothing was taken, send again");
		finish(in, &err);
		return;
	}
	CRASH_POINT("receive:unwrapped");
	c = cursor_of(m->body);
	(void)cursor_u8(&c);
	in->at = clock_now();
	for (uint8_t i = 0; i < in->batch.n; i++) {
		struct intake_item *it = &in->items[i];

		/* Was never asked for. */
		if (it->admitted.admission != ADMIT_TAKEN)
			continue;
		if (result_decode(&c, &it->admitted.why))
			intake_take_item(in, i, cursor_bytes(&c, AGE_FILE_KEY).p);
		else
			it->admitted.admission = it->admitted.why.class ==
			    ERR_UNAVAILABLE ? ADMIT_LATER : ADMIT_REFUSED;
	}
	want_shelves(in);
}

/* -- 1: have the file keys unwrapped ---------------------------------------- */

static bool
header_of(struct slice sealed, struct slice *header, struct err *err)
{
	struct age_header h;

	switch (age_header_parse(&h, sealed, AGE_HEADER_LINK, err)) {
	case AGE_PARSED:
		*header = slice_of(sealed.p, h.length);
		age_header_free(&h);
		return true;
	case AGE_MORE:
		return err_set(err, ERR_INVALID, "E-AGE-HEADER",
		    "the header is cut short");
	case AGE_BAD:
		break;
	}
	return false;
}

void
intake_go(struct intake *in)
{
	enum { ROOM = IPC_BODY - 4096 };
	struct buf b = BUF_INIT;
	uint8_t n = 0;

	in->sender = in->bearer;
	for (uint8_t i = 0; i < in->batch.n; i++)
		in->items[i].wire = &in->batch.messages[i];
	buf_u8(&b, 0);
	for (uint8_t i = 0; i < in->batch.n; i++) {
		struct intake_item *it = &in->items[i];
		struct slice header;

		if (!header_of(it->wire->sealed, &header, &it->admitted.why)) {
			it->admitted.admission = ADMIT_REFUSED;
			continue;
		}
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
	vault_ask(in->vault, CHILD_KEYS, VAULT_UNWRAP, buf_all(&b), -1,
	    unwrapped, in);
	buf_free(&b);
}
