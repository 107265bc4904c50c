#include "model/invite.h"

#include "model/field.h"
#include "model/quorum.h"
#include "model/signers.h"
#include "model/text.h"
#include "model/url.h"

void
invite_print(struct buf *b, const struct invite *v)
{
	struct jout j = text_begin(b, "invite");

	jout_hash(&j, "net", &v->net);
	jout_str(&j, "network", v->network);
	jout_str_opt(&j, "directory", v->directory);
	jout_str(&j, "member", v->member.s);
	jout_str(&j, "class", class_names[v->class]);
	jout_str(&j, "url", v->url);
	jout_hex(&j, "tls", slice_of(v->tls, sizeof(v->tls)));
	jout_time(&j, "expires", v->expires);
	jout_ext(&j, v->ext);
	text_end(&j);
}

static bool
invite_read(struct invite *v, struct err *err)
{
	struct jobj j;

	jobj_begin(&j, v->json, "", err);
	v->net = jobj_hash(&j, "net");
	v->network = jobj_text(&j, "network", TEXT_MAX);
	v->directory = jobj_has(&j, "directory") ?
	    jobj_text(&j, "directory", TEXT_MAX) : "";
	v->member = jobj_member(&j, "member");
	v->class = (enum member_class)jobj_enum(&j, "class", class_names,
	    CLASSES);
	v->url = jobj_str(&j, "url", URL_MAX);
	if (!j.bad && !url_valid(slice_str(v->url)))
		jobj_fail(&j, "E-FIELD-VALUE", "url",
		    "is not https://host[:port][/path]");
	jobj_hex(&j, "tls", v->tls, sizeof(v->tls));
	v->expires = jobj_time(&j, "expires");
	v->ext = jobj_ext(&j);
	return jobj_end(&j);
}

bool
invite_parse(struct invite *v, struct slice text, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*v = (struct invite){ .json = text_read(text, "invite", err) };
	if (v->json == NULL)
		return false;
	ok = invite_read(v, err);
	if (ok) {
		invite_print(&b, v);
		ok = text_canonical(&b, text, err);
	}
	if (!ok)
		invite_release(v);
	buf_free(&b);
	return ok;
}

void
invite_release(struct invite *v)
{
	json_decref(v->json);
	*v = (struct invite){ .json = NULL };
}

/* -- believing ------------------------------------------------------------- */

static bool
network_fits(const struct invite *v, struct network *net, struct err *err)
{
	struct hash id;

	if (!network_verify(net, &id, slice_str(v->network), err))
		return false;
	if (hash_eq(&id, &v->net))
		return true;
	network_release(net);
	return err_field(err, ERR_INVALID, "E-TEXT-NET", "network",
	    "the founding note within is another network's");
}

/* Its signatures first: they are what makes it worth reading. */
static bool
directory_fits(const struct invite *v, const struct network *net,
    struct directory *d, struct arena *a, struct err *err)
{
	struct note note;

	if (!note_parse(&note, slice_str(v->directory), err) ||
	    !quorum_signed(&note, net->roots, net->n, net->k,
	    "E-DIRECTORY-SIGNATURES", err) ||
	    !directory_parse(d, a, note.text, err))
		return false;
	if (hash_eq(&d->net, &v->net))
		return true;
	directory_release(d);
	return err_field(err, ERR_INVALID, "E-TEXT-NET", "directory",
	    "the directory within is another network's");
}

static bool
signed_by_member(const struct note *note, const struct directory *d, msec now)
{
	struct signers s;
	struct err ignored;

	if (!signers_verify(&s, note, d, &ignored))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.member[i]->status == MEMBER_ACTIVE &&
		    directory_key_at(s.key[i], now))
			return true;
	return false;
}

static bool
signed_by_whom_it_must(const struct invite *v, const struct note *note,
    const struct network *net, const struct directory *known, msec now,
    struct arena *a, struct err *err)
{
	struct directory within;
	struct err ignored;
	bool by[NETWORK_ROOTS], ok;

	if (known != NULL) {
		ok = signed_by_member(note, known, now);
	} else if (v->directory[0] != '\0') {
		if (!directory_fits(v, net, &within, a, err))
			return false;
		ok = signed_by_member(note, &within, now);
		directory_release(&within);
	} else {
		ok = note_verify(note, net->roots, net->n, by, &ignored);
	}
	return ok || err_set(err, ERR_VERIFY, "E-INVITE-SIGNATURE",
	    "no member or root of this network that may invite signed it");
}

bool
invite_verify(struct invite *v, struct network *net, struct arena *a,
    struct slice bytes, const struct directory *known, msec now,
    struct err *err)
{
	struct note note;
	bool ok;

	*v = (struct invite){ .json = NULL };
	*net = (struct network){ .n = 0 };
	if (!note_parse(&note, bytes, err) ||
	    !invite_parse(v, note.text, err))
		return false;
	if (!network_fits(v, net, err)) {
		invite_release(v);
		return false;
	}
	ok = signed_by_whom_it_must(v, &note, net, known, now, a, err);
	if (ok && now >= v->expires)
		ok = err_field(err, ERR_CONFLICT, "E-INVITE-EXPIRED", "expires",
		    "the invitation has expired");
	if (!ok) {
		network_release(net);
		invite_release(v);
	}
	return ok;
}
