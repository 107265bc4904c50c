#include "ententd/opened.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "base/log.h"
#include "ententd/send.h"
#include "ententd/trust.h"

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, HASH_LEN);
}

static bool
fill(struct sending *s, const struct thread *t, struct err *err)
{
	struct vault *v = s->vault;
	struct header *h = &s->header;
	const struct address *desk = thread_asked(t, &v->member);
	const struct hash *card;
	struct header root;
	struct leg_act *acts;
	struct note note;
	struct leg leg;
	size_t n;

	if (desk == NULL || trust_newest(v->trust) == NULL ||
	    trust_card_of(v->trust, &t->asker, &card) == NULL)
		return err_set(err, ERR_UNAVAILABLE, "E-TRUST-CARD",
		    "no card of %s is known here", t->asker.s);
	if (!note_parse(&note, t->root->note, err) ||
	    !header_parse(&root, &s->arena, note.text, err))
		return false;
	thread_fold(t, &s->arena, &v->member, &leg, &acts, &n);
	qsort(leg.heads, leg.nheads, sizeof(*leg.heads), by_bytes);
	*h = root;
	h->ext = NULL;
	header_release(&root);
	h->dir = trust_newest(v->trust)->number;
	h->thread = t->name;
	h->after = leg.heads;
	h->nafter = leg.nheads > MESSAGE_AFTER ? MESSAGE_AFTER : leg.nheads;
	h->from = *desk;
	memset(&h->by, 0, sizeof(h->by));
	h->nto = 1;
	h->to = arena_alloc(&s->arena, sizeof(*h->to));
	h->to[0].desk = t->root->from;
	memcpy(h->to[0].card, card->b, CARD_MARK);
	h->act = ACT_OPENED;
	h->sent = clock_now();
	h->deliver_by = duration_add(h->sent, t->kind->deliver_by[h->urgency]);
	h->until = 0;
	h->blobs = NULL;
	h->nblobs = 0;
	return true;
}

static bool
finish(struct sending *s, struct err *err)
{
	struct content c = { .subject = "", .lang = "en" };

	if (!sending_make_ref(s, err))
		return false;
	c.body = json_object();
	randombytes_buf(c.salt, sizeof(c.salt));
	content_print(&s->content, &c);
	json_decref(c.body);
	s->header.content = hash_of(buf_all(&s->content));
	sending_print(s);
	return true;
}

/*
 * The mark and the act are one: what is marked was said, or will be.  A second
 * officer who opens the thread meanwhile finds the mark and says nothing.
 */
struct opening {
	struct hash		thread;
	struct member_id	asker;
	struct badge		by;
};

static bool
mark(struct vault *v, const struct opening *o, bool *first, struct err *err)
{
	return leg_mark_opened(&v->store, &o->thread, o->asker.s, clock_now(),
	    first, err) && (!*first || vault_audit(v, o->by.s, "thread.open",
	    &o->thread, o->asker.s, "", err));
}

static bool
mark_within(struct sending *s, void *arg, struct err *err)
{
	bool first;

	if (!mark(s->vault, arg, &first, err))
		return false;
	CRASH_POINT("opened:before-commit");
	CRASH_AFTER_COMMIT(s->vault, "opened:after-commit");
	return first || err_set(err, ERR_CONFLICT, "E-FLOW-ACT",
	    "it was opened a moment ago");
}

static void
said(struct sending *s, void *arg, const struct err *err)
{
	(void)s;
	if (err != NULL && err->class != ERR_CONFLICT)
		log_warn("\"opened\" was not said: %s", err->rule);
	free(arg);
}

/* Kinds without the act: known here alone. */
static void
mark_here(struct vault *v, const struct opening *o)
{
	struct err err;
	bool first;

	if (vault_unit_begin(v, &err))
		(void)vault_unit_end(v, mark(v, o, &first, &err), &err);
}

void
opened_by(struct vault *v, const struct thread *t, const struct account *by)
{
	struct opening o = { .thread = t->name, .asker = t->asker,
	    .by = by->badge };
	struct sending *s;
	struct leg_row leg;
	struct err err;

	if (member_id_eq(&t->asker, &v->member) || t->kind == NULL ||
	    !leg_get(&v->store, &t->name, t->asker.s, &leg, &err) ||
	    leg.opened != 0)
		return;
	if (!kind_has_act(t->kind, ACT_OPENED)) {
		mark_here(v, &o);
		return;
	}
	s = sending_new(v);
	(void)snprintf(s->who, sizeof(s->who), "node");
	if (!fill(s, t, &err) || !finish(s, &err)) {
		log_warn("\"opened\" was not said: %s", err.rule);
		sending_free(s);
		return;
	}
	s->within = mark_within;
	s->done = said;
	s->arg = xmalloc(sizeof(o));
	memcpy(s->arg, &o, sizeof(o));
	sending_go(s);
}
