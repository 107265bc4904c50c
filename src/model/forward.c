#include "model/forward.h"

#include <string.h>

#include "base/encode.h"

enum forward_need
forward_needs(const struct handling *h)
{
	/* RED is for those who were named, and for nobody they name. */
	if (h->tlp == TLP_RED)
		return FORWARD_NEVER;
	if (!h->onward || h->tlp == TLP_AMBER_STRICT ||
	    (h->codes & (HCODE_H2 | HCODE_H3)) != 0)
		return FORWARD_ASK;
	return FORWARD_FREE;
}

/* -- evidence -------------------------------------------------------------------- */

bool
evidence_open(struct evidence *e, struct arena *arena,
    const struct signed_content *s, struct err *err)
{
	struct hash content = hash_of(s->content);

	memset(e, 0, sizeof(*e));
	if (!note_parse(&e->note, s->note, err) ||
	    !header_parse(&e->header, arena, e->note.text, err) ||
	    !content_parse(&e->content, arena, s->content, err))
		return false;
	e->name = note_text_name(&e->note);
	return hash_eq(&content, &e->header.content) || err_field(err,
	    ERR_VERIFY, "E-FORWARD-FORM", "forwards",
	    "the content is not what was signed");
}

void
evidence_release(struct evidence *e)
{
	header_release(&e->header);
	content_release(&e->content);
}

/* -- consent ---------------------------------------------------------------------- */

static bool
no_consent(struct err *err, const char *why)
{
	return err_field(err, ERR_POLICY, "E-FORWARD-CONSENT", "forwards",
	    "the owner's consent is needed: %s", why);
}

static bool
body_names(const json_t *body, const struct hash *name)
{
	const char *said = json_string_value(json_object_get(body, "message"));
	char hex[2 * HASH_LEN + 1];

	hex_encode(hex, slice_of(name->b, HASH_LEN));
	return said != NULL && strcmp(said, hex) == 0;
}

static bool
body_has_member(const json_t *body, const struct member_id *m)
{
	const json_t *list = json_object_get(body, "members"), *item;
	size_t i;

	json_array_foreach(list, i, item)
		if (json_is_string(item) &&
		    strcmp(json_string_value(item), m->s) == 0)
			return true;
	return false;
}

static bool
goes_to(const struct header *h, const struct member_id *m)
{
	struct member_id to;

	for (size_t i = 0; i < h->nto; i++) {
		address_member(&to, &h->to[i].desk);
		if (member_id_eq(&to, m))
			return true;
	}
	return false;
}

/* The forwarder asked the owner, and the owner answered that. */
static bool
consent_belongs(const struct forward_case *c, const struct member_id *owner,
    struct err *err)
{
	const struct header *q = &c->asked->header, *a = &c->answered->header;
	struct member_id by = header_from(q), from = header_from(a),
	    ours = header_from(c->header);

	if (strcmp(q->kind, FORWARD_KIND) != 0 || q->act != ACT_SUBMIT ||
	    strcmp(a->kind, FORWARD_KIND) != 0 || a->act != ACT_ANSWER ||
	    !hash_eq(&a->thread, &c->asked->name))
		return no_consent(err, "what is enclosed is none");
	if (!member_id_eq(&by, &ours) || !goes_to(q, owner) ||
	    !member_id_eq(&from, owner) || !goes_to(a, &ours))
		return no_consent(err, "it is between others");
	if (!body_names(c->asked->content.body, &c->original->name) ||
	    !body_names(c->answered->content.body, &c->original->name))
		return no_consent(err, "it is about another message");
	return a->until == 0 || a->until > c->now ||
	    no_consent(err, "it is over");
}

static bool
consent_covers(const struct forward_case *c, const struct member_id *owner,
    struct err *err)
{
	struct member_id to;

	for (size_t i = 0; i < c->header->nto; i++) {
		address_member(&to, &c->header->to[i].desk);
		if (!member_id_eq(&to, owner) &&
		    !body_has_member(c->answered->content.body, &to))
			return no_consent(err, "a recipient is not in it");
	}
	return true;
}

/* -- all of it ----------------------------------------------------------------------- */

/* Who has it may pass it on: its owner, and those it was sent to. */
static bool
may_have(const struct forward_case *c, const struct member_id *owner,
    struct err *err)
{
	struct member_id ours = header_from(c->header);

	return member_id_eq(&ours, owner) ||
	    goes_to(&c->original->header, &ours) || err_field(err, ERR_POLICY,
	    "E-FORWARD-FORM", "forwards", "it was not sent to who passes it on");
}

static bool
is_same(const struct handling *a, const struct handling *b)
{
	return handling_within(a, b) && handling_within(b, a) &&
	    a->codes == b->codes && a->pap == b->pap;
}

static bool
keeps_label(const struct forward_case *c, struct err *err)
{
	struct handling both = handling_join(c->original->header.handling,
	    c->header->handling);

	return is_same(&both, &c->header->handling) || err_field(err,
	    ERR_POLICY, "E-FORWARD-HANDLING", "handling",
	    "it is labelled lower than what it passes on");
}

bool
forward_may(const struct forward_case *c, struct err *err)
{
	struct member_id owner = header_from(&c->original->header),
	    ours = header_from(c->header);
	enum forward_need need = forward_needs(&c->original->header.handling);

	if (!hash_eq(&c->original->header.net, &c->header->net))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "forwards",
		    "another network's message");
	if (!may_have(c, &owner, err) || !keeps_label(c, err))
		return false;
	if (need == FORWARD_FREE || member_id_eq(&owner, &ours))
		return true;
	if (need == FORWARD_NEVER)
		return err_field(err, ERR_POLICY, "E-FORWARD-NEVER", "forwards",
		    "TLP:RED is for its recipients alone");
	if (c->asked == NULL || c->answered == NULL)
		return no_consent(err, "none is enclosed");
	return consent_belongs(c, &owner, err) && consent_covers(c, &owner, err);
}
