#include "ententd/trust_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/trust_store.h"

static int
by_id_and_version(const void *a, const void *b)
{
	const struct agreement *x = *(const struct agreement *const *)a;
	const struct agreement *y = *(const struct agreement *const *)b;
	int order;

	if (agreement_is_charter(x) != agreement_is_charter(y))
		return agreement_is_charter(x) ? -1 : 1;
	order = strcmp(x->id, y->id);
	return order != 0 ? order : (x->version > y->version) -
	    (x->version < y->version);
}

/* In one order on every node, whatever came first: so sender and receiver name
 * the same clause of two that grant the same. */
static void
list_agreements(struct trust *t)
{
	t->agreements = xrealloc(t->agreements,
	    t->nagreements * sizeof(*t->agreements));
	for (size_t i = 0; i < t->nagreements; i++)
		t->agreements[i] = &t->held[i]->agreement;
	qsort(t->agreements, t->nagreements, sizeof(*t->agreements),
	    by_id_and_version);
}

/* The newest version held of the same agreement, or NULL. */
static const struct agreement *
newest_of(const struct trust *t, const struct agreement *of)
{
	const struct agreement *newest = NULL;

	for (size_t i = 0; i < t->nagreements; i++) {
		const struct agreement *g = &t->held[i]->agreement;

		if (agreement_same(g, of) &&
		    (newest == NULL || g->version > newest->version))
			newest = g;
	}
	return newest;
}

static bool
is_held(const struct trust *t, const struct hash *name)
{
	for (size_t i = 0; i < t->nagreements; i++)
		if (hash_eq(&t->held[i]->agreement.name, name))
			return true;
	return false;
}

static void
held_agreement_free(struct held_agreement *h)
{
	agreement_release(&h->agreement);
	arena_free(&h->arena);
	free(h);
}

void
trust_forget_agreements(struct trust *t)
{
	for (size_t i = 0; i < t->nagreements; i++)
		held_agreement_free(t->held[i]);
	t->nagreements = 0;
}

/* Beside the versions before it: what was sent in their time is judged by
 * them. */
static void
hold_agreement(struct trust *t, struct held_agreement *h)
{
	t->held = xrealloc(t->held, (t->nagreements + 1) * sizeof(*t->held));
	t->held[t->nagreements++] = h;
	list_agreements(t);
}

enum trust_result
trust_accept_agreement(struct vault *v, struct slice bytes,
    const struct note *note, const struct hash *name, struct err *err)
{
	struct trust *t = v->trust;
	struct held_agreement *h;

	(void)note;
	if (is_held(t, name))
		return TRUST_KNOWN;
	h = xcalloc(1, sizeof(*h));
	if (!agreement_verify(&h->agreement, &h->arena, bytes, &t->dir, err)) {
		arena_free(&h->arena);
		free(h);
		return TRUST_REFUSED;
	}
	if (!agreement_follows(&h->agreement, newest_of(t, &h->agreement),
	    err) || !trust_store_put_agreement(&v->store, bytes,
	    h->agreement.id, h->agreement.version, name, err)) {
		held_agreement_free(h);
		return TRUST_REFUSED;
	}
	hold_agreement(t, h);
	return TRUST_NEW;
}

void
trust_load_agreements(struct vault *v)
{
	struct trust *t = v->trust;
	struct arena arena = ARENA_INIT;
	struct held_agreement *h;
	struct slice *notes;
	struct note note;
	struct err err;
	size_t n;

	if (!trust_store_agreements(&v->store, &arena, &notes, &n, &err))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		h = xcalloc(1, sizeof(*h));
		if (note_parse(&note, notes[i], &err) &&
		    agreement_parse(&h->agreement, &h->arena, note.text, &err)) {
			agreement_witness(&h->agreement, &note, &t->dir);
			hold_agreement(t, h);
		} else {
			log_error("kept agreement: %s", err.text);
			arena_free(&h->arena);
			free(h);
		}
	}
	arena_free(&arena);
}
