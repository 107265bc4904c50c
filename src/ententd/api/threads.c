#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "ententd/api/download.h"
#include "ententd/api/export.h"
#include "ententd/api/related.h"
#include "ententd/api/sight.h"
#include "ententd/api/view.h"
#include "ententd/opened.h"
#include "ententd/routes.h"
#include "ententd/thread.h"
#include "store/receipt_store.h"

/* Reading what another member sent is an entry before it is an answer. */
static bool
audit_read(struct call *c, const char *what, const struct hash *name,
    const char *peer, struct err *err)
{
	struct vault *v = c->vault;

	return vault_unit_begin(v, err) && vault_unit_end(v, vault_audit(v,
	    c->account.badge.s, what, name, peer, "", err), err);
}

/* -- legs -------------------------------------------------------------------- */

/* How often a list reads on past what the officer does not see. */
enum { LEGS_LOOKS = 20 };

struct legs {
	struct leg_row	*rows;
	size_t		 n;		/* those to be shown */
	int64_t		 next;		/* 0: no more */
};

/* Up to `limit` legs that the officer sees; fewer, and more behind them, where
 * too many that he does not see lie between. */
static bool
gather_legs(struct call *c, enum queue queue, int64_t before, size_t limit,
    struct legs *l, struct err *err)
{
	struct leg_row *rows;
	size_t n;

	l->rows = arena_alloc(&c->arena, limit * sizeof(*l->rows));
	for (unsigned looks = 0; looks < LEGS_LOOKS; looks++) {
		if (!leg_list(&c->vault->store, &c->arena, queue, before, limit,
		    &rows, &n, err))
			return false;
		for (size_t i = 0; i < n; i++) {
			before = l->next = rows[i].number;
			if (sight_leg(c, &rows[i]) == SIGHT_NONE)
				continue;
			l->rows[l->n++] = rows[i];
			if (l->n == limit)
				return true;
		}
		if (n < limit) {
			l->next = 0;
			return true;
		}
	}
	return true;
}

static bool
read_queue(struct call *c, enum queue *queue)
{
	const char *want = call_query(c, "queue");

	*queue = QUEUE_INBOX;
	if (want == NULL)
		return true;
	for (unsigned q = 0; q < QUEUES; q++)
		if (strcmp(queue_names[q], want) == 0) {
			*queue = (enum queue)q;
			return true;
		}
	call_refuse_with(c, ERR_INVALID, "E-FIELD-VALUE", "queue",
	    "inbox, urgent, waiting, done, countersign, copies or all");
	return false;
}

void
api_legs(struct call *c)
{
	struct legs l = { .n = 0 };
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	enum queue queue;
	struct err err;
	int64_t before;
	size_t limit;

	if (!read_queue(c, &queue) || !call_page(c, &before, &limit))
		return;
	if (!gather_legs(c, queue, before, limit, &l, &err) ||
	    (l.n != 0 && !audit_read(c, "legs.list", NULL, "", &err))) {
		call_refuse(c, &err);
		return;
	}
	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < l.n; i++)
		view_leg(&j, c, &l.rows[i]);
	jout_end_array(&j);
	if (l.next != 0)
		jout_int(&j, "next", l.next);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

/* -- one thread ------------------------------------------------------------------------ */

/* Which acts crossed, in any leg. */
static bool *
find_crossed(struct call *c, const struct thread *t)
{
	bool *crossed = arena_alloc(&c->arena, t->n + 1);
	struct leg_act *acts;
	struct leg leg;
	size_t n;

	for (size_t i = 0; i < t->root->nto; i++) {
		struct member_id asked;

		address_member(&asked, &t->root->to[i]);
		thread_fold(t, &c->arena, &asked, &leg, &acts, &n);
		for (size_t a = 0; a < n; a++)
			for (size_t k = 0; k < t->n && acts[a].crossed; k++)
				if (hash_eq(&acts[a].name, &t->rows[k].name))
					crossed[k] = true;
	}
	return crossed;
}

static void
view_thread(struct jout *j, struct call *c, const struct thread *t)
{
	struct leg_row *legs;
	struct message_row *held;
	bool *crossed = find_crossed(c, t);
	struct err err;
	size_t n;

	jout_object(j, NULL);
	jout_hash(j, "thread", &t->name);
	jout_str(j, "ref", t->root->ref);
	jout_str(j, "kind", t->root->kind);
	jout_array(j, "legs");
	if (leg_of_thread(&c->vault->store, &c->arena, &t->name, &legs, &n, &err))
		for (size_t i = 0; i < n; i++)
			view_leg(j, c, &legs[i]);
	jout_end_array(j);
	jout_array(j, "messages");
	for (size_t i = 0; i < t->n; i++)
		view_message(j, c, &t->rows[i], crossed[i]);
	if (message_of_thread(&c->vault->store, &c->arena, &t->name, PLACE_HELD,
	    &held, &n, &err))
		for (size_t i = 0; i < n; i++)
			view_message(j, c, &held[i], false);
	jout_end_array(j);
	related_view(j, c, t);
	jout_end_object(j);
}

static bool
opens(const struct call *c)
{
	return call_has_role(c, ACCOUNT_DUTY | ACCOUNT_ANALYST |
	    ACCOUNT_SUPERVISOR);
}

/* A thread that this officer sees; any other looks as if there were none. */
static bool
find_thread(struct call *c, const char *id, struct thread *t,
    enum sight *sight, struct err *err)
{
	struct hash name;

	if (!thread_find(&c->vault->store, id, &name, err) ||
	    !thread_load(c->vault, &c->arena, &name, t, err))
		return false;
	*sight = sight_thread(c, t);
	return sight_found(c, t, err);
}

static void
export_thread(struct call *c, const char *id)
{
	enum sight sight;
	struct thread t;
	struct err err;

	if (!find_thread(c, id, &t, &sight, &err) ||
	    !audit_read(c, "thread.export", &t.name, "", &err)) {
		call_refuse(c, &err);
		return;
	}
	export_answer(c, &t.name);
}

void
api_thread(struct call *c)
{
	char *id = arena_strdup(&c->arena, c->rest);
	size_t n = strlen(id);
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	enum sight sight;
	struct thread t;
	struct err err;

	if (n > 7 && strcmp(id + n - 7, "/export") == 0) {
		id[n - 7] = '\0';
		export_thread(c, id);
		return;
	}
	if (!find_thread(c, id, &t, &sight, &err) ||
	    !audit_read(c, "thread.read", &t.name, t.asker.s, &err)) {
		call_refuse(c, &err);
		return;
	}
	/* A copy is read for information: whom it is for has not seen it yet. */
	if (opens(c) && sight == SIGHT_DESK && call_query(c, "peek") == NULL)
		opened_by(c->vault, &t, &c->account);
	view_thread(&j, c, &t);
	call_json(c, 200, &b);
}

/* -- one message ------------------------------------------------------------------------ */

/* A relay's names the sealed bytes, which one of them is not kept. */
static void
print_result(struct jout *j, const struct receipt *rec, const struct hash *name)
{
	if (rec->entries[0].result == RECEIPT_CUSTODY)
		jout_str(j, "result", receipt_result_names[RECEIPT_CUSTODY]);
	for (size_t k = 0; k < rec->n; k++)
		if (hash_eq(&rec->entries[k].name, name)) {
			jout_str(j, "result",
			    receipt_result_names[rec->entries[k].result]);
			jout_str_opt(j, "rule", rec->entries[k].rule);
		}
}

static void
answer_receipts(struct call *c, const struct message_row *r)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct slice *notes;
	struct receipt rec;
	struct note note;
	struct err err;
	size_t n;

	if (!receipt_of_message(&c->vault->store, &c->arena, &r->name, &notes,
	    &n, &err)) {
		call_refuse(c, &err);
		return;
	}
	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < n; i++) {
		if (!note_parse(&note, notes[i], &err) ||
		    !receipt_parse(&rec, &c->arena, note.text, &err))
			continue;
		jout_object(&j, NULL);
		jout_str(&j, "member", rec.from.s);
		print_result(&j, &rec, &r->name);
		jout_time(&j, "at", rec.at);
		jout_slice(&j, "note", notes[i]);
		jout_end_object(&j);
		receipt_release(&rec);
	}
	jout_end_array(&j);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

static void
answer_file(struct call *c, const struct message_row *r, const char *number)
{
	/* The call's own is gone once it is answered, and the files' keys must
	 * be wiped after that. */
	struct arena arena = ARENA_INIT;
	struct buf line = BUF_INIT;
	struct content content;
	char *end;
	unsigned long n = strtoul(number, &end, 10);
	struct err err;

	if (!message_content(&c->vault->store, &r->name, &line, &err) ||
	    !content_parse(&content, &arena, buf_all(&line), &err)) {
		buf_wipe(&line);
		arena_free(&arena);
		call_refuse(c, &err);
		return;
	}
	buf_wipe(&line);
	if (*end != '\0' || number[0] == '\0' || n >= content.nfiles)
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "n",
		    "the message has no such file");
	else
		download_answer(c, &content.files[n]);
	content_release(&content);
	arena_free(&arena);
}

/* "<name>" and what of it: nothing, note, receipts, files/<n>. */
void
api_message(struct call *c)
{
	char hex[65];
	const char *what = strchr(c->rest, '/');
	struct member_id from;
	struct message_row row;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct hash name;
	struct err err;

	what = what == NULL ? "" : what + 1;
	(void)snprintf(hex, sizeof(hex), "%.*s", (int)strcspn(c->rest, "/"),
	    c->rest);
	if (!hex_decode(name.b, HASH_LEN, slice_str(hex))) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "",
		    "there is no such message here");
		return;
	}
	if (!message_get(&c->vault->store, &c->arena, &name, &row, &err)) {
		call_refuse(c, &err);
		return;
	}
	if (sight_message(c, &row) == SIGHT_NONE) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "",
		    "no such message");
		return;
	}
	if (what[0] != '\0' && strcmp(what, "note") != 0 &&
	    strcmp(what, "receipts") != 0 && strncmp(what, "files/", 6) != 0) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "",
		    "there is no such thing here");
		return;
	}
	address_member(&from, &row.from);
	if (!audit_read(c, strncmp(what, "files/", 6) == 0 ? "file.read" :
	    "message.read", &name, from.s, &err)) {
		call_refuse(c, &err);
	} else if (strcmp(what, "note") == 0) {
		call_answer(c, 200, "text/plain; charset=utf-8", row.note);
	} else if (strcmp(what, "receipts") == 0) {
		answer_receipts(c, &row);
	} else if (strncmp(what, "files/", 6) == 0) {
		answer_file(c, &row, what + 6);
	} else {
		view_message(&j, c, &row, false);
		call_json(c, 200, &b);
	}
}
