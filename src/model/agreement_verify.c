#include <stdio.h>
#include <string.h>

#include "model/agreement.h"
#include "model/quorum.h"
#include "model/signers.h"

/* An agreement outlives the keys that signed it, so a key that ended later
 * still counts; one that had ended before, or was revoked, never does. */
static bool
may_sign(const struct directory_key *k, const struct agreement *g)
{
	return k->revoked == 0 && (k->until == 0 || k->until > g->from);
}

static bool
party_signed(const struct agreement_party *p, const struct agreement *g,
    const struct signers *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->member[i]->id.s, p->s) == 0 &&
		    may_sign(s->key[i], g))
			return true;
	return false;
}

/* As far as each has; others' broken signatures are no matter here. */
void
agreement_signed(const struct agreement *g, const struct note *note,
    const struct directory *dir, bool by[static AGREEMENT_PARTIES])
{
	struct signers s = { .n = 0 };
	struct err none;

	memset(by, 0, AGREEMENT_PARTIES * sizeof(*by));
	if (!signers_verify(&s, note, dir, &none))
		return;
	for (size_t i = 0; i < g->nparties; i++)
		by[i] = party_signed(&g->parties[i], g, &s);
}

void
agreement_witness(struct agreement *g, const struct note *note,
    const struct directory *dir)
{
	struct agreement_party p;
	struct signers s = { .n = 0 };
	struct err none;

	if (g->terms.nwitnesses == 0 || !signers_verify(&s, note, dir, &none))
		return;
	for (size_t i = 0; i < g->terms.nwitnesses; i++) {
		(void)snprintf(p.s, sizeof(p.s), "%s", g->terms.witnesses[i].s);
		g->terms.witnessed[i] = party_signed(&p, g, &s);
	}
}

static bool
parties_signed(const struct agreement *g, const struct signers *s,
    struct err *err)
{
	for (size_t i = 0; i < g->nparties; i++)
		if (!party_signed(&g->parties[i], g, s))
			return err_field(err, ERR_VERIFY,
			    "E-AGREEMENT-SIGNATURES", "parties",
			    "no valid directory key of %s signed it",
			    g->parties[i].s);
	return true;
}

/*
 * Roots or members: who signed says which of the two it may be, before its
 * text is read.  A text that roots signed and that is no charter is refused
 * after.
 */
static bool
signed_somehow(bool *by_roots, struct signers *s, const struct note *note,
    const struct directory *dir, struct err *err)
{
	bool by[NETWORK_ROOTS];

	*by_roots = note_verify(note, dir->roots, dir->nroots, by, err);
	if (*by_roots)
		return true;
	return strcmp(err->rule, "E-NOTE-UNSIGNED") == 0 &&
	    signers_verify(s, note, dir, err);
}

static bool
agreement_judge(const struct agreement *g, struct signers *s, bool by_roots,
    const struct note *note, const struct directory *dir, struct err *err)
{
	if (!hash_eq(&g->net, &dir->net))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "this text belongs to another network");
	if (agreement_is_charter(g))
		return quorum_signed(note, dir->roots, dir->nroots, dir->k,
		    "E-AGREEMENT-SIGNATURES", err);
	/* Roots may sign beside the parties, never instead of them. */
	if (by_roots && !signers_verify(s, note, dir, err) &&
	    strcmp(err->rule, "E-NOTE-UNSIGNED") != 0)
		return false;
	return parties_signed(g, s, err);
}

bool
agreement_verify(struct agreement *g, struct arena *a, struct slice bytes,
    const struct directory *dir, struct err *err)
{
	struct signers s = { .n = 0 };
	struct note note;
	bool by_roots;

	*g = (struct agreement){ .json = NULL };
	if (!note_parse(&note, bytes, err) ||
	    !signed_somehow(&by_roots, &s, &note, dir, err) ||
	    !agreement_parse(g, a, note.text, err))
		return false;
	if (agreement_judge(g, &s, by_roots, &note, dir, err)) {
		agreement_witness(g, &note, dir);
		return true;
	}
	agreement_release(g);
	return false;
}
