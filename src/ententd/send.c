#include "ententd/send.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/crash.h"
#include "ententd/agreed.h"
#include "ententd/countersign.h"
#include "ententd/matching.h"
#include "ententd/outbox.h"
#include "ententd/thread.h"
#include "store/blob_store.h"
#include "store/draft_store.h"
#include "store/outbox_store.h"

struct sending *
sending_new(struct vault *v)
{
	struct sending *s = xcalloc(1, sizeof(*s));

	s->vault = v;
	return s;
}

void
sending_free(struct sending *s)
{
	header_release(&s->header);
	buf_free(&s->text);
	buf_wipe(&s->content);
	buf_free(&s->approvals);
	buf_free(&s->about);
	buf_free(&s->note);
	arena_free(&s->arena);
	free(s);
}

static void
finish(struct sending *s, const struct err *err)
{
	s->done(s, s->arg, err);
	sending_free(s);
}

void
sending_print(struct sending *s)
{
	buf_clear(&s->text);
	header_print(&s->text, &s->header);
	s->name = hash_of(buf_all(&s->text));
}

/* An officer may have chosen one of the series before it came to it. */
bool
sending_make_ref(struct sending *s, struct err *err)
{
	struct vault *v = s->vault;
	struct header *h = &s->header;
	struct hash other;
	int year, month;
	int64_t n = 0;

	do {
		if (!vault_unit_begin(v, err) || !vault_unit_end(v,
		    store_next(&v->store, "ref", &n, err), err))
			return false;
		time_month(h->sent, &year, &month);
		(void)snprintf(h->ref, sizeof(h->ref), "%s-%d-%06lld",
		    v->member.s, year, (long long)n);
	} while (message_by_ref(&v->store, v->member.s, h->ref, &other));
	return true;
}

static bool
put_outbox(struct sending *s, struct err *err)
{
	struct member_id to;
	msec now = clock_now();

	for (size_t i = 0; i < s->header.nto; i++) {
		address_member(&to, &s->header.to[i].desk);
		if (!outbox_put(&s->vault->store, &s->name, &to,
		    s->header.urgency, s->header.deliver_by, now, err))
			return false;
	}
	return true;
}

/* What is passed on came from another; from now on it is ours as well. */
static bool
own_file(struct vault *v, const struct blob_ref *b, struct err *err)
{
	struct blob_row row = { .blob = b->blob, .size = b->size,
	    .have = b->size, .complete = true, .made = clock_now() }, known;
	struct err none;

	if (blob_get(&v->store, &b->blob, v->member.s, &known, &none))
		return true;
	(void)snprintf(row.sender, sizeof(row.sender), "%s", v->member.s);
	return blob_put(&v->store, &row, err);
}

static bool
keep_files(struct sending *s, struct err *err)
{
	struct vault *v = s->vault;

	for (size_t i = 0; i < s->header.nblobs; i++)
		if (!own_file(v, &s->header.blobs[i], err) || !blob_keep(&v->store, &s->header.blobs[i].blob,
		    v->member.s, shelf_over(s->header.keep_until), err))
			return false;
	return true;
}

static bool
consume(struct sending *s, struct err *err)
{
	struct store *store = &s->vault->store;

	for (size_t i = 0; i < s->nuploads; i++)
		if (!upload_delete(store, s->uploads[i], err))
			return false;
	if (s->draft[0] == '\0')
		return true;
	/* Its author may have taken it back while the approver signed. */
	return draft_delete(store, s->draft, err) &&
	    (db_changes(store->db) == 1 || err_set(err, ERR_NOT_FOUND,
	    "E-NOT-FOUND", "the draft is gone; nothing was sent"));
}

/* The content as it was printed is what the recipients will index. */
static bool
index_body(struct sending *s, const struct message_row *row, struct err *err)
{
	struct content content;
	bool ok;

	if (!content_parse(&content, &s->arena, buf_all(&s->content), err))
		return false;
	ok = matching_index(s->vault, &s->arena, row, content.body, err);
	content_release(&content);
	return ok;
}

static bool
note_agreed(struct sending *s, struct err *err)
{
	struct content c;
	bool ok;

	if (!agreed_matters(&s->header))
		return true;
	if (!content_parse(&c, &s->arena, buf_all(&s->content), err))
		return false;
	ok = agreed_note(s->vault, &s->header, &s->name, c.body, err);
	content_release(&c);
	return ok;
}

static bool
write_all(struct sending *s, struct err *err)
{
	struct vault *v = s->vault;
	struct message_row row;
	struct member_id to;

	address_member(&to, &s->header.to[0].desk);
	thread_row(&row, &s->arena, &s->header, &s->name, buf_all(&s->note),
	    true, clock_now());
	return message_put(&v->store, &row, buf_all(&s->content), err) &&
	    index_body(s, &row, err) && put_outbox(s, err) &&
	    thread_changed(v, &row, err) && consume(s, err) &&
	    keep_files(s, err) && countersign_call(v, &row, err) &&
	    vault_audit(v, s->who, "message.send", &s->name, to.s,
	    act_names[s->header.act], err) && note_agreed(s, err) &&
	    (s->within == NULL || s->within(s, s->arg, err));
}

static void
signed_by_keys(void *arg, struct ipc_message *m)
{
	struct sending *s = arg;
	struct cursor c;
	struct slice line;
	struct err err;
	bool ok;

	if (!keys_said(m, &c, &err)) {
		finish(s, &err);
		return;
	}
	line = cursor_var(&c, NOTE_MAX);
	if (!cursor_done(&c)) {
		(void)err_set(&err, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "an answer of keys was cut short");
		finish(s, &err);
		return;
	}
	CRASH_POINT("send:signed");
	buf_slice(&s->note, buf_all(&s->text));
	buf_u8(&s->note, '\n');
	buf_slice(&s->note, line);
	buf_slice(&s->note, buf_all(&s->approvals));
	ok = vault_unit_begin(s->vault, &err);
	ok = ok && vault_unit_end(s->vault, write_all(s, &err), &err);
	CRASH_POINT("send:before-commit");
	CRASH_AFTER_COMMIT(s->vault, "send:after-commit");
	if (ok)
		outbox_kick(s->vault);
	finish(s, ok ? NULL : &err);
}

static void
shelf_ready(void *arg, const struct err *err)
{
	struct sending *s = arg;
	struct buf b = BUF_INIT;

	if (err != NULL) {
		finish(s, err);
		return;
	}
	buf_var(&b, buf_all(&s->text));
	buf_var(&b, buf_all(&s->approvals));
	if (s->about.n != 0)
		buf_var(&b, buf_all(&s->about));
	vault_ask(s->vault, CHILD_KEYS, VAULT_SIGN, buf_all(&b), -1,
	    signed_by_keys, s);
	buf_free(&b);
}

void
sending_go(struct sending *s)
{
	struct shelf_label label = shelf_for(s->header.keep_until);

	if (s->text.n == 0)
		sending_print(s);
	vault_shelves(s->vault, &label, 1, shelf_ready, s);
}
