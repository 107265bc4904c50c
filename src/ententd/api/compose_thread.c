#include "ententd/api/compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ententd/api/sight.h"

/* -- the root of an act ----------------------------------------------------- */

static void
inherit(struct header *h, const struct header *root)
{
	(void)snprintf(h->kind, sizeof(h->kind), "%s", root->kind);
	(void)snprintf(h->purpose, sizeof(h->purpose), "%s", root->purpose);
	(void)snprintf(h->area, sizeof(h->area), "%s", root->area);
	h->handling = root->handling;
	h->exercise = root->exercise;
	h->urgency = root->urgency;
	h->keep_until = root->keep_until;
}

bool
compose_load_thread(struct compose *m, const char *name_or_ref,
    struct header *root, struct err *err)
{
	struct header *h = &m->s->header;
	struct vault *v = m->call->vault;
	struct hash name;
	struct note note;

	if (!thread_find(&v->store, name_or_ref, &name, err) ||
	    !thread_load(v, &m->s->arena, &name, &m->thread, err) ||
	    !sight_found(m->call, &m->thread, err) ||
	    !note_parse(&note, m->thread.root->note, err) ||
	    !header_parse(root, &m->s->arena, note.text, err))
		return false;
	h->thread = m->thread.name;
	inherit(h, root);
	return true;
}

/* -- the other side --------------------------------------------------------- */

bool
compose_default_to(struct compose *m, struct err *err)
{
	struct header *h = &m->s->header;
	const struct thread *t = &m->thread;
	struct vault *v = m->call->vault;
	struct leg_row *legs;
	size_t n;

	if (h->nto != 0)
		return true;
	if (!member_id_eq(&t->asker, &v->member)) {
		h->nto = 1;
		h->to = arena_alloc(&m->s->arena, sizeof(*h->to));
		h->to[0].desk = t->root->from;
		return true;
	}
	if (!leg_of_thread(&v->store, &m->s->arena, &t->name, &legs, &n, err))
		return false;
	h->nto = n;
	h->to = arena_alloc(&m->s->arena, n * sizeof(*h->to));
	for (size_t i = 0; i < n; i++)
		h->to[i].desk = legs[i].asked;
	return n != 0 || err_set(err, ERR_NOT_FOUND, "E-NOT-FOUND",
	    "the thread has no other party");
}

/* -- what it follows -------------------------------------------------------- */

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, HASH_LEN);
}

/* What the act follows: the heads of every leg it goes to, once each. */
static void
follow_heads(struct compose *m, const struct member_id *asked)
{
	struct header *h = &m->s->header;
	struct leg_act *acts;
	struct leg leg;
	size_t n, kept = 0;
	struct hash *all;

	thread_fold(&m->thread, &m->s->arena, asked, &leg, &acts, &n);
	all = arena_alloc(&m->s->arena,
	    (h->nafter + leg.nheads) * sizeof(*all));
	if (h->nafter != 0)
		memcpy(all, h->after, h->nafter * sizeof(*all));
	for (size_t i = 0; i < leg.nheads; i++)
		all[h->nafter + i] = leg.heads[i];
	n = h->nafter + leg.nheads;
	qsort(all, n, sizeof(*all), by_bytes);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !hash_eq(&all[kept - 1], &all[i]))
			all[kept++] = all[i];
	h->after = all;
	h->nafter = kept > MESSAGE_AFTER ? MESSAGE_AFTER : kept;
	if (h->nto == 1)
		h->urgency = leg.urgency;
}

void
compose_follow_legs(struct compose *m)
{
	struct header *h = &m->s->header;
	struct member_id asked;

	if (!member_id_eq(&m->thread.asker, &m->call->vault->member)) {
		follow_heads(m, &m->call->vault->member);
		return;
	}
	for (size_t i = 0; i < h->nto; i++) {
		address_member(&asked, &h->to[i].desk);
		follow_heads(m, &asked);
	}
}
