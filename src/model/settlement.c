#include "model/settlement.h"

#include "model/field.h"
#include "model/quorum.h"
#include "model/text.h"

void
settlement_print(struct buf *b, const struct settlement *s)
{
	struct jout j = text_begin(b, "settlement");

	jout_hash(&j, "net", &s->net);
	jout_int(&j, "number", s->number);
	jout_time(&j, "issued", s->issued);
	jout_hash(&j, "keep", &s->keep);
	jout_hash(&j, "drop", &s->drop);
	jout_ext(&j, s->ext);
	text_end(&j);
}

static bool
settlement_read(struct settlement *s, struct err *err)
{
	struct jobj j;

	jobj_begin(&j, s->json, "", err);
	s->net = jobj_hash(&j, "net");
	s->number = jobj_int(&j, "number", 1, JSON_INT_MAX);
	s->issued = jobj_time(&j, "issued");
	s->keep = jobj_hash(&j, "keep");
	s->drop = jobj_hash(&j, "drop");
	if (!j.bad && hash_eq(&s->keep, &s->drop))
		jobj_fail(&j, "E-FIELD-VALUE", "drop", "is what is kept");
	s->ext = jobj_ext(&j);
	return jobj_end(&j);
}

bool
settlement_parse(struct settlement *s, struct arena *a, struct slice text,
    struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	(void)a;
	*s = (struct settlement){ .json = text_read(text, "settlement", err) };
	if (s->json == NULL)
		return false;
	ok = settlement_read(s, err);
	if (ok) {
		settlement_print(&b, s);
		ok = text_canonical(&b, text, err);
	}
	if (!ok)
		settlement_release(s);
	buf_free(&b);
	return ok;
}

void
settlement_release(struct settlement *s)
{
	json_decref(s->json);
	*s = (struct settlement){ .json = NULL };
}

bool
settlement_verify(struct settlement *s, struct arena *a, struct slice bytes,
    const struct hash *net, const struct note_vkey *roots, size_t nroots,
    unsigned k, struct err *err)
{
	struct note note;

	*s = (struct settlement){ .json = NULL };
	if (!note_parse(&note, bytes, err) ||
	    !quorum_signed(&note, roots, nroots, k, "E-SETTLEMENT-SIGNATURES",
	    err) || !settlement_parse(s, a, note.text, err))
		return false;
	if (hash_eq(&s->net, net))
		return true;
	settlement_release(s);
	return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
	    "this text belongs to another network");
}
