#include "model/join.h"

#include "model/field.h"
#include "model/keyname.h"
#include "model/text.h"

void
join_print(struct buf *b, const struct join *v)
{
	struct jout j = text_begin(b, "join");

	jout_hash(&j, "net", &v->net);
	jout_str(&j, "member", v->member.s);
	jout_str(&j, "class", class_names[v->class]);
	jout_vkey(&j, "vkey", &v->vkey);
	jout_str(&j, "card", v->card);
	jout_ext(&j, v->ext);
	text_end(&j);
}

static bool
join_read(struct join *v, struct err *err)
{
	struct jobj j;

	jobj_begin(&j, v->json, "", err);
	v->net = jobj_hash(&j, "net");
	v->member = jobj_member(&j, "member");
	v->class = (enum member_class)jobj_enum(&j, "class", class_names,
	    CLASSES);
	jobj_vkey(&v->vkey, &j, "vkey", KEYS_ED25519);
	v->card = jobj_text(&j, "card", TEXT_MAX);
	v->ext = jobj_ext(&j);
	return jobj_end(&j);
}

bool
join_parse(struct join *v, struct slice text, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*v = (struct join){ .json = text_read(text, "join", err) };
	if (v->json == NULL)
		return false;
	ok = join_read(v, err);
	if (ok) {
		join_print(&b, v);
		ok = text_canonical(&b, text, err);
	}
	if (!ok)
		join_release(v);
	buf_free(&b);
	return ok;
}

void
join_release(struct join *v)
{
	json_decref(v->json);
	*v = (struct join){ .json = NULL };
}

/* -- believing ------------------------------------------------------------- */

static bool
key_fits(const struct join *v, const struct note *note,
    const struct network *net, const struct hash *id, struct err *err)
{
	char name[NOTE_NAME];
	bool by;

	if (!hash_eq(&v->net, id))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "this text belongs to another network");
	keyname_member(name, net->name, &v->member, "card");
	if (strcmp(v->vkey.name, name) != 0)
		return err_field(err, ERR_INVALID, "E-JOIN-KEY", "vkey",
		    "the key is not named %s", name);
	if (!note_verify(note, &v->vkey, 1, &by, err))
		return err_field(err, ERR_VERIFY, "E-JOIN-KEY", "vkey",
		    "the key that is to be admitted did not sign the request");
	return true;
}

/* When the card says it was issued; 0 when it is no card. */
static msec
card_issued(const struct join *v, struct arena *a, struct err *err)
{
	struct card c;
	struct note note;
	msec issued;
	bool by;

	if (!note_parse(&note, slice_str(v->card), err) ||
	    !note_verify(&note, &v->vkey, 1, &by, err) ||
	    !card_parse(&c, a, note.text, err))
		return 0;
	issued = c.issued;
	card_release(&c);
	return issued;
}

/* A directory as it would be with this member alone says whether its card
 * would stand. */
static bool
card_fits(const struct join *v, struct card *c, struct arena *a,
    struct err *err)
{
	struct directory_key key = { .vkey = v->vkey };
	struct directory_member member = { .id = v->member, .class = v->class,
	    .status = MEMBER_ACTIVE, .keys = &key, .nkeys = 1 };
	const struct directory alone = { .net = v->net, .number = 1,
	    .members = &member, .nmembers = 1 };
	bool ok;

	key.from = card_issued(v, a, err);
	if (key.from == 0 || !card_verify(c, a, slice_str(v->card), &alone,
	    NULL, NULL, err))
		return false;
	ok = member_id_eq(&c->member, &v->member) && c->seq == 1;
	if (!ok) {
		card_release(c);
		return err_field(err, ERR_INVALID, "E-JOIN-CARD", "card",
		    "it is not the first card of %s", v->member.s);
	}
	return true;
}

bool
join_verify(struct join *v, struct card *c, struct arena *a,
    struct slice bytes, const struct network *net, const struct hash *id,
    struct err *err)
{
	struct note note;

	*v = (struct join){ .json = NULL };
	*c = (struct card){ .json = NULL };
	if (!note_parse(&note, bytes, err) ||
	    !join_parse(v, note.text, err))
		return false;
	if (key_fits(v, &note, net, id, err) && card_fits(v, c, a, err))
		return true;
	join_release(v);
	return false;
}
