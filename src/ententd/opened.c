#include "ententd/opened.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void
said(struct sending *s, void *arg, const struct err *err)
{
	(void)s;
	(void)arg;
	if (err != NULL)
		log_warn("\"opened\" was not said: %s", err->rule);
}

void
opened_by(struct vault *v, const struct thread *t, const struct account *by)
{
	bool first = false, ok;
	struct sending *s;
	struct err err;

	if (member_id_eq(&t->asker, &v->member) || t->kind == NULL)
		return;
	if (!vault_unit_begin(v, &err))
		return;
	ok = leg_mark_opened(&v->store, &t->name, t->asker.s, clock_now(), &first,
	    &err) && (!first || vault_audit(v, by->badge.s, "thread.open",
	    &t->name, t->asker.s, "", &err));
	if (!vault_unit_end(v, ok, &err) || !first)
		return;
	s = sending_new(v);
	(void)snprintf(s->who, sizeof(s->who), "node");
	s->done = said;
	if (fill(s, t, &err) && finish(s, &err)) {
		sending_go(s);
		return;
	}
	log_warn("\"opened\" was not said: %s", err.rule);
	sending_free(s);
}
