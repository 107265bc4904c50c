#include "model/ending.h"

#include <stdio.h>
#include <string.h>

#include "model/field.h"
#include "model/quorum.h"
#include "model/signers.h"
#include "model/text.h"

static bool
of_charter(const struct ending *e)
{
	return strcmp(e->id, "charter") == 0;
}

void
ending_print(struct buf *b, const struct ending *e)
{
	struct jout j = text_begin(b, "ending");

	jout_hash(&j, "net", &e->net);
	jout_str(&j, "id", e->id);
	jout_hash(&j, "agreement", &e->agreement);
	jout_str_opt(&j, "party", e->party.s);
	jout_time(&j, "issued", e->issued);
	jout_time(&j, "at", e->at);
	if (e->reason != NULL)
		jout_labels(&j, "reason", e->reason);
	jout_ext(&j, e->ext);
	text_end(&j);
}

static void
party_read(struct ending *e, struct jobj *j)
{
	if (jobj_has(j, "party"))
		e->party = jobj_member(j, "party");
	if (!j->bad && of_charter(e) != (e->party.s[0] == '\0'))
		jobj_fail(j, "E-FIELD-VALUE", "party",
		    "stands in every ending but the charter's");
}

static bool
ending_read(struct ending *e, struct err *err)
{
	struct member_id like;
	const char *id;
	struct jobj j;

	jobj_begin(&j, e->json, "", err);
	e->net = jobj_hash(&j, "net");
	id = jobj_str(&j, "id", sizeof(e->id) - 1);
	if (!j.bad && !member_id_parse(&like, slice_str(id)))
		jobj_fail(&j, "E-FIELD-VALUE", "id",
		    "is not of small letters, digits and inner dashes");
	(void)snprintf(e->id, sizeof(e->id), "%s", id);
	e->agreement = jobj_hash(&j, "agreement");
	party_read(e, &j);
	e->issued = jobj_time(&j, "issued");
	e->at = jobj_time(&j, "at");
	if (!j.bad && e->at < e->issued)
		jobj_fail(&j, "E-FIELD-VALUE", "at",
		    "ends what is past: not before issued");
	if (jobj_has(&j, "reason"))
		e->reason = jobj_labels(&j, "reason", 4000, UTF8_MANY_LINES);
	e->ext = jobj_ext(&j);
	return jobj_end(&j);
}

bool
ending_parse(struct ending *e, struct slice text, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*e = (struct ending){ .json = text_read(text, "ending", err) };
	if (e->json == NULL)
		return false;
	ok = ending_read(e, err);
	if (ok) {
		ending_print(&b, e);
		ok = text_canonical(&b, text, err);
		e->name = hash_of(text);
	}
	if (!ok)
		ending_release(e);
	buf_free(&b);
	return ok;
}

void
ending_release(struct ending *e)
{
	json_decref(e->json);
	*e = (struct ending){ .json = NULL };
}

/* -- who signed ------------------------------------------------------------------ */

static bool
party_signed(const struct ending *e, const struct signers *s, struct err *err)
{
	for (size_t i = 0; i < s->n; i++)
		if (member_id_eq(&s->member[i]->id, &e->party) &&
		    s->key[i]->revoked == 0 &&
		    period_has(s->key[i]->from, s->key[i]->until, e->issued))
			return true;
	return err_field(err, ERR_VERIFY, "E-ENDING-SIGNATURE", "party",
	    "no directory key of %s that was valid then signed it", e->party.s);
}

static bool
ending_judge(const struct ending *e, const struct signers *s,
    const struct note *note, const struct directory *dir, struct err *err)
{
	if (!hash_eq(&e->net, &dir->net))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "this text belongs to another network");
	if (of_charter(e))
		return quorum_signed(note, dir->roots, dir->nroots, dir->k,
		    "E-ENDING-SIGNATURE", err);
	return party_signed(e, s, err);
}

/* Some signature holds before a byte of the text is parsed; the text then says
 * whose was needed. */
bool
ending_verify(struct ending *e, struct slice bytes,
    const struct directory *dir, struct err *err)
{
	struct signers s = { .n = 0 };
	bool by[NETWORK_ROOTS];
	struct note note;

	*e = (struct ending){ .json = NULL };
	if (!note_parse(&note, bytes, err))
		return false;
	if (!signers_verify(&s, &note, dir, err) &&
	    (strcmp(err->rule, "E-NOTE-UNSIGNED") != 0 ||
	    !note_verify(&note, dir->roots, dir->nroots, by, err)))
		return false;
	if (!ending_parse(e, note.text, err))
		return false;
	if (ending_judge(e, &s, &note, dir, err))
		return true;
	ending_release(e);
	return false;
}

/* -- what it does ------------------------------------------------------------------ */

bool
ending_fits(const struct ending *e, const struct agreement *g, struct err *err)
{
	if (!hash_eq(&e->agreement, &g->name) || strcmp(e->id, g->id) != 0)
		return err_field(err, ERR_VERIFY, "E-ENDING-AGREEMENT",
		    "agreement", "it is not the version of %s known here", e->id);
	if (e->party.s[0] != '\0' && !agreement_has_party(g, &e->party))
		return err_field(err, ERR_VERIFY, "E-ENDING-AGREEMENT", "party",
		    "%s is no party of %s", e->party.s, e->id);
	return true;
}

msec
ending_effect(const struct ending *e, const struct agreement *g)
{
	msec least = duration_add(e->issued, g->terms.notice_time);

	return e->at > least ? e->at : least;
}

bool
ending_between(const struct ending *e, const struct member_id *a,
    const struct member_id *b)
{
	return e->party.s[0] == '\0' || member_id_eq(&e->party, a) ||
	    member_id_eq(&e->party, b);
}
