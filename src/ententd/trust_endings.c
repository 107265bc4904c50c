#include "ententd/trust_state.h"

#include <stdlib.h>

#include "base/log.h"
#include "store/trust_store.h"

static const struct agreement *
agreement_of(const struct trust *t, const struct hash *name)
{
	for (size_t i = 0; i < t->nagreements; i++)
		if (hash_eq(&t->agreements[i]->name, name))
			return t->agreements[i];
	return NULL;
}

static void
ending_free(struct ending *e)
{
	ending_release(e);
	free(e);
}

void
trust_forget_endings(struct trust *t)
{
	while (t->nendings > 0)
		ending_free(t->endings[--t->nendings]);
}

/* The one held of the same version and party, or where a new one goes. */
static struct ending **
place_of(struct trust *t, const struct ending *e)
{
	for (size_t i = 0; i < t->nendings; i++)
		if (hash_eq(&t->endings[i]->agreement, &e->agreement) &&
		    member_id_eq(&t->endings[i]->party, &e->party))
			return &t->endings[i];
	t->endings = xrealloc(t->endings,
	    (t->nendings + 1) * sizeof(*t->endings));
	t->endings[t->nendings] = NULL;
	return &t->endings[t->nendings++];
}

/*
 * Of two endings by one party the earlier stands, whichever came first: a
 * party may leave sooner than it said, but takes nothing back alone.
 */
static bool
is_sooner(const struct trust *t, const struct ending *e,
    const struct agreement *g)
{
	for (size_t i = 0; i < t->nendings; i++)
		if (hash_eq(&t->endings[i]->agreement, &e->agreement) &&
		    member_id_eq(&t->endings[i]->party, &e->party))
			return ending_effect(e, g) <
			    ending_effect(t->endings[i], g);
	return true;
}

static void
hold_ending(struct trust *t, struct ending *e)
{
	struct ending **place = place_of(t, e);

	if (*place != NULL)
		ending_free(*place);
	*place = e;
}

static bool
may_stand(const struct trust *t, const struct ending *e, struct err *err)
{
	const struct agreement *g = agreement_of(t, &e->agreement);

	if (g == NULL)
		return err_field(err, ERR_UNAVAILABLE, "E-ENDING-AGREEMENT",
		    "agreement", "the version of %s that it ends is not known "
		    "here", e->id);
	return ending_fits(e, g, err) && (is_sooner(t, e, g) ||
	    err_field(err, ERR_CONFLICT, "E-ENDING-LATER", "at",
	    "an ending of %s that takes effect no later is known here", e->id));
}

bool
trust_ending_stands(const struct trust *t, const struct hash *name)
{
	for (size_t i = 0; i < t->nendings; i++)
		if (hash_eq(&t->endings[i]->name, name))
			return true;
	return false;
}

enum trust_result
trust_accept_ending(struct vault *v, struct slice bytes,
    const struct note *note, const struct hash *name, struct err *err)
{
	struct trust *t = v->trust;
	struct ending *e;

	(void)note;
	if (trust_ending_stands(t, name))
		return TRUST_KNOWN;
	e = xcalloc(1, sizeof(*e));
	if (ending_verify(e, bytes, &t->dir, err) && may_stand(t, e, err) &&
	    trust_store_put_ending(&v->store, bytes, e->id, name, err)) {
		hold_ending(t, e);
		return TRUST_NEW;
	}
	ending_free(e);
	return TRUST_REFUSED;
}

void
trust_load_endings(struct vault *v)
{
	struct trust *t = v->trust;
	struct arena arena = ARENA_INIT;
	struct slice *notes;
	struct ending *e;
	struct note note;
	struct err err;
	size_t n;

	if (!trust_store_endings(&v->store, &arena, &notes, &n, &err))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		e = xcalloc(1, sizeof(*e));
		if (note_parse(&note, notes[i], &err) &&
		    ending_parse(e, note.text, &err) && may_stand(t, e, &err)) {
			hold_ending(t, e);
			continue;
		}
		ending_free(e);
		log_warn("kept ending: %s %s", err.rule, err.text);
	}
	arena_free(&arena);
}
