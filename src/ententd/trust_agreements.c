#include "ententd/trust_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/trust_store.h"

/* The charter first, then as they came. */
static void
list_agreements(struct trust *t)
{
	size_t n = 0;

	t->agreements = xrealloc(t->agreements,
	    t->nagreements * sizeof(*t->agreements));
	for (int charter = 1; charter >= 0; charter--)
		for (size_t i = 0; i < t->nagreements; i++)
			if ((strcmp(t->held[i]->agreement.id, "charter") == 0) ==
			    (charter == 1))
				t->agreements[n++] = &t->held[i]->agreement;
}

static struct held_agreement *
held_agreement_of(const struct trust *t, const char *id)
{
	for (size_t i = 0; i < t->nagreements; i++)
		if (strcmp(t->held[i]->agreement.id, id) == 0)
			return t->held[i];
	return NULL;
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

static void
hold_agreement(struct trust *t, struct held_agreement *h)
{
	struct held_agreement *old = held_agreement_of(t, h->agreement.id);

	if (old == NULL) {
		t->held = xrealloc(t->held,
		    (t->nagreements + 1) * sizeof(*t->held));
		t->held[t->nagreements++] = h;
	} else {
		for (size_t i = 0; i < t->nagreements; i++)
			if (t->held[i] == old)
				t->held[i] = h;
		held_agreement_free(old);
	}
	list_agreements(t);
}

static bool
follows(const struct agreement *a, const struct held_agreement *before,
    struct err *err)
{
	if (before == NULL ? a->version == 1 :
	    a->version == before->agreement.version + 1 &&
	    hash_eq(&a->prev, &before->name))
		return true;
	return err_set(err, ERR_CONFLICT, "E-AGREEMENT-CHAIN",
	    "%s/%lld does not follow the version known here", a->id,
	    (long long)a->version);
}

enum trust_result
trust_accept_agreement(struct vault *v, struct slice bytes,
    const struct note *note, const struct hash *name, struct err *err)
{
	struct trust *t = v->trust;
	const struct held_agreement *before;
	struct held_agreement *h;

	(void)note;
	h = xcalloc(1, sizeof(*h));
	h->name = *name;
	if (!agreement_verify(&h->agreement, &h->arena, bytes, &t->dir, err)) {
		arena_free(&h->arena);
		free(h);
		return TRUST_REFUSED;
	}
	before = held_agreement_of(t, h->agreement.id);
	if (before != NULL && hash_eq(&before->name, name)) {
		held_agreement_free(h);
		return TRUST_KNOWN;
	}
	if (!follows(&h->agreement, before, err) ||
	    !trust_store_put_agreement(&v->store, bytes, h->agreement.id,
	    h->agreement.version, name, err)) {
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
			h->name = note_text_name(&note);
			hold_agreement(t, h);
		} else {
			log_error("kept agreement: %s", err.text);
			arena_free(&h->arena);
			free(h);
		}
	}
	arena_free(&arena);
}
