#include "ententd/forwarding.h"

#include <string.h>

#include "ententd/admit.h"
#include "ententd/trust.h"

bool
forwarding_open(struct vault *v, struct arena *arena,
    const struct signed_content *s, struct evidence *e, struct err *err)
{
	struct note_vkey signer;
	struct member_id by, from;
	struct note note;

	memset(e, 0, sizeof(*e));
	/* The signature before any JSON of it. */
	if (!note_parse(&note, s->note, err) ||
	    !admit_signer(v, &note, &by, &signer, err) ||
	    !evidence_open(e, arena, s, err))
		return false;
	from = header_from(&e->header);
	if (!member_id_eq(&by, &from))
		return err_field(err, ERR_VERIFY, "E-FORWARD-FORM", "forwards",
		    "it was not signed by the member it is from");
	/* Revoked since: what was taken is shown, signed_now() takes no more. */
	return trust_key_revoked(v, &by, &signer) != 0 ||
	    admit_key_was_valid(v, &by, e->header.sent, &signer, err);
}

/* What is taken now; what was taken is shown later all the same. */
static bool
signed_now(struct vault *v, const struct signed_content *s, struct err *err)
{
	struct note_vkey signer;
	struct member_id by;
	struct note note;

	return note_parse(&note, s->note, err) &&
	    admit_signer_now(v, &note, &by, &signer, err);
}

static bool
holds(struct vault *v, struct arena *arena, const struct header *h,
    const struct forward *f, struct err *err)
{
	struct evidence original, asked, answered;
	struct forward_case c = { .original = &original, .header = h,
	    .now = h->sent };
	bool ok;

	memset(&asked, 0, sizeof(asked));
	memset(&answered, 0, sizeof(answered));
	ok = signed_now(v, &f->original, err) &&
	    forwarding_open(v, arena, &f->original, &original, err);
	if (ok && f->asked.note.n != 0) {
		ok = signed_now(v, &f->answered, err) &&
		    forwarding_open(v, arena, &f->asked, &asked, err) &&
		    forwarding_open(v, arena, &f->answered, &answered, err);
		c.asked = &asked;
		c.answered = &answered;
	}
	ok = ok && forward_may(&c, err);
	evidence_release(&original);
	evidence_release(&asked);
	evidence_release(&answered);
	return ok;
}

bool
forwarding_holds(struct vault *v, struct arena *arena, const struct header *h,
    const struct content *c, struct err *err)
{
	for (size_t i = 0; i < c->nforwards; i++)
		if (!holds(v, arena, h, &c->forwards[i], err))
			return false;
	return true;
}
