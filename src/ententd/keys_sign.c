#include <stdio.h>
#include <string.h>

#include "ententd/keys.h"
#include "model/collect.h"
#include "model/message.h"
#include "model/receipt.h"
#include "model/spool.h"
#include "model/text.h"

bool
keys_officer(const struct keys *k, const char *badge, struct note_vkey *vkey)
{
	const struct secret *s = keyring_get(k->ring, KEYRING_OFFICER, badge);
	char name[NOTE_NAME];

	if (s == NULL || s->n != sizeof(struct password_record) + 32)
		return false;
	(void)snprintf(name, sizeof(name), "%s/%.32s", k->key_name, badge);
	note_vkey_ed25519(vkey, name, s->p + sizeof(struct password_record));
	return true;
}

/* -- the table: what this key signs ---------------------------------------------- */

/* What the vault asks to have signed.  about: the text that a countersignature
 * is about. */
struct wanted {
	struct slice	text, approvals, about;
};

/* This signature is by one of our officers: who. */
static bool
officer_signed(const struct keys *k, const struct note *note, size_t i,
    char badge[static 33])
{
	char name[NOTE_NAME], *slash;
	struct note_vkey vkey;
	struct err err;
	bool by = false;

	if (note->sigs[i].name.n >= sizeof(name))
		return false;
	(void)snprintf(name, sizeof(name), "%.*s", (int)note->sigs[i].name.n,
	    (const char *)note->sigs[i].name.p);
	slash = strrchr(name, '/');
	if (slash == NULL || strlen(slash + 1) > 32 ||
	    !keys_officer(k, slash + 1, &vkey) ||
	    !note_verify(note, &vkey, 1, &by, &err) || !by)
		return false;
	(void)snprintf(badge, 33, "%.32s", slash + 1);
	return true;
}

/* These very bytes were looked at and signed by the officer of that badge; or,
 * without one, by somebody else than `not`. */
static bool
is_approved(const struct keys *k, const struct wanted *w, const char *badge,
    const char *not)
{
	struct buf whole = BUF_INIT;
	struct note note;
	struct err err;
	char who[33];
	bool ok = false;

	buf_slice(&whole, w->text);
	buf_u8(&whole, '\n');
	buf_slice(&whole, w->approvals);
	if (w->approvals.n != 0 && note_parse(&note, buf_all(&whole), &err))
		for (size_t i = 0; i < note.nsigs && !ok; i++)
			ok = officer_signed(k, &note, i, who) &&
			    (badge == NULL ? strcmp(who, not) != 0 :
			    strcmp(who, badge) == 0);
	buf_free(&whole);
	return ok;
}

/* Someone else than the author, who is named. */
static bool
approved_by_another(const struct keys *k, const struct header *h,
    const struct wanted *w)
{
	return h->by.s[0] != '\0' && is_approved(k, w, NULL, h->by.s);
}

/* Its author signed it himself, and what he countersigns, which he names by its
 * hash, was sent by another officer of ours. */
static bool
may_countersign(const struct keys *k, const struct header *h,
    const struct wanted *w)
{
	struct arena arena = ARENA_INIT;
	struct hash name = hash_of(w->about);
	struct member_id from;
	struct header root;
	struct err err;
	bool ok;

	if (!hash_eq(&name, &h->thread) || h->by.s[0] == '\0' ||
	    !is_approved(k, w, h->by.s, NULL) ||
	    !header_parse(&root, &arena, w->about, &err)) {
		arena_free(&arena);
		return false;
	}
	from = header_from(&root);
	ok = root.act == ACT_SUBMIT && member_id_eq(&from, &k->member) &&
	    root.by.s[0] != '\0' && strcmp(root.by.s, h->by.s) != 0;
	header_release(&root);
	arena_free(&arena);
	return ok;
}

/* What the kind asks for, and what this node asks for beyond it. */
static bool
is_due_before(const struct keys *k, const struct kind *kind, enum urgency u)
{
	return kind_approval(kind, u, k->child.config.approval) ==
	    APPROVAL_BEFORE;
}

static bool
may_sign_header(const struct keys *k, const struct header *h,
    const struct wanted *w, struct err *err)
{
	const struct kind *kind = kind_find(k->kinds, h->kind);
	struct member_id from = header_from(h);

	if (!hash_eq(&h->net, &k->net) || !member_id_eq(&from, &k->member))
		return err_set(err, ERR_DENIED, "E-KEYS-REFUSED",
		    "keys signs its own member's messages in its own network");
	if (kind == NULL || !hash_eq(&kind->hash, &h->kind_hash))
		return err_set(err, ERR_DENIED, "E-KEYS-REFUSED",
		    "keys does not know the kind %s", h->kind);
	if (h->act == ACT_SUBMIT && is_due_before(k, kind, h->urgency) &&
	    !approved_by_another(k, h, w))
		return err_set(err, ERR_DENIED, "E-KEYS-APPROVAL",
		    "%s needs a second officer's approval before it is signed",
		    h->kind);
	return h->act != ACT_COUNTERSIGN || may_countersign(k, h, w) ||
	    err_set(err, ERR_DENIED, "E-KEYS-APPROVAL",
	    "a countersignature is by another officer than the message's");
}

static bool
may_sign_message(const struct keys *k, const struct wanted *w, msec *at,
    struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct header h;
	bool ok;

	ok = header_parse(&h, &arena, w->text, err);
	if (ok) {
		ok = may_sign_header(k, &h, w, err);
		*at = h.sent;
		header_release(&h);
	}
	arena_free(&arena);
	return ok;
}

/* Of the other texts it is enough whose they are. */
struct owner {
	struct hash		net;
	struct member_id	from;
	msec			at;	/* the time that it bears */
};

static bool
owner_of_receipt(struct owner *o, struct arena *a, struct slice text,
    struct err *err)
{
	struct receipt r;

	if (!receipt_parse(&r, a, text, err))
		return false;
	*o = (struct owner){ r.net, r.from, r.at };
	receipt_release(&r);
	return true;
}

static bool
owner_of_collect(struct owner *o, struct arena *a, struct slice text,
    struct err *err)
{
	struct collect c;

	if (!collect_parse(&c, a, text, err))
		return false;
	*o = (struct owner){ c.net, c.from, c.at };
	collect_release(&c);
	return true;
}

static bool
owner_of_spool(struct owner *o, struct arena *a, struct slice text,
    struct err *err)
{
	struct spool s;

	if (!spool_parse(&s, a, text, err))
		return false;
	*o = (struct owner){ s.net, s.from, s.at };
	spool_release(&s);
	return true;
}

static const struct {
	const char	*type;
	bool		(*owner)(struct owner *, struct arena *, struct slice text,
			    struct err *);
} signs[] = {
	{ "receipt", owner_of_receipt },
	{ "collect", owner_of_collect },	/* to this member's relay */
	{ "spool", owner_of_spool },		/* what is carried by hand */
};

static bool
may_sign_own(const struct keys *k, size_t i, struct slice text, msec *at,
    struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct owner o;
	bool ok = signs[i].owner(&o, &arena, text, err);

	if (ok && (!hash_eq(&o.net, &k->net) ||
	    !member_id_eq(&o.from, &k->member)))
		ok = err_set(err, ERR_DENIED, "E-KEYS-REFUSED",
		    "keys signs its own member's %s in its own network",
		    signs[i].type);
	if (ok)
		*at = o.at;
	arena_free(&arena);
	return ok;
}

static bool
may_sign(const struct keys *k, const struct wanted *w, msec *at,
    struct err *err)
{
	struct slice type = text_type(w->text);

	if (k->ring == NULL)
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-LOCKED",
		    "this node is locked");
	if (slice_eq(type, slice_str("message")))
		return may_sign_message(k, w, at, err);
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (slice_eq(type, slice_str(signs[i].type)))
			return may_sign_own(k, i, w->text, at, err);
	return err_set(err, ERR_DENIED, "E-KEYS-REFUSED",
	    "keys signs what goes to other members, and nothing else");
}

void
keys_sign(struct keys *k, struct ipc_message *m)
{
	struct cursor c = cursor_of(m->body);
	struct wanted w = { .text = cursor_var(&c, NOTE_MAX) };
	struct buf b = BUF_INIT, line = BUF_INIT;
	struct question q = keys_question(k, m);
	const struct note_signer *signer = NULL;
	struct err err = { 0 };
	msec at = 0;
	char type[16];
	bool ok;

	w.approvals = cursor_var(&c, NOTE_MAX);
	if (c.rest.n != 0)
		w.about = cursor_var(&c, NOTE_MAX);
	ok = (cursor_done(&c) || err_set(&err, ERR_INVALID, "E-KEYS-REFUSED",
	    "malformed request")) && may_sign(k, &w, &at, &err) &&
	    (signer = keys_signer_at(k, at, &err)) != NULL &&
	    note_signature_line(&line, w.text, signer, &err);
	if (ok) {
		(void)snprintf(type, sizeof(type), "%.*s",
		    (int)text_type(w.text).n,
		    (const char *)text_type(w.text).p);
		keys_tell_parent(k, type, w.text);
	}
	result_encode(&b, ok ? NULL : &err);
	buf_var(&b, buf_all(&line));
	keys_answer(k, &q, KEYS_SIGNED, buf_all(&b));
	buf_free(&line);
	buf_free(&b);
}

/* -- unwrapping --------------------------------------------------------------- */

enum { IDENTITIES = 24 };

/* Those on the card and those that were: mail under way opens. */
static size_t
identities(const struct keys *k, struct age_identity out[static IDENTITIES])
{
	static const enum keyring_use uses[] = { KEYRING_SEAL, KEYRING_RETIRED };
	const struct keyring_entry *e;
	size_t n = 0;

	for (size_t u = 0; k->ring != NULL && u < 2; u++)
		for (size_t i = 0; n < IDENTITIES &&
		    (e = keyring_each(k->ring, uses[u], i)) != NULL; i++)
			age_identity_x25519(&out[n++], e->value);
	return n;
}

/* The whole header goes in and its MAC is checked before a key comes out. */
static bool
unwrap_one(struct slice header, const struct age_identity *ids, size_t n,
    uint8_t key[static AGE_FILE_KEY], struct err *err)
{
	struct age_header h;
	bool ok;

	if (n == 0)
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-LOCKED",
		    "this node is locked");
	switch (age_header_parse(&h, header, AGE_HEADER_LINK, err)) {
	case AGE_PARSED:
		break;
	case AGE_MORE:
		return err_set(err, ERR_INVALID, "E-AGE-HEADER",
		    "the header is cut short");
	case AGE_BAD:
		return false;
	}
	ok = age_header_open(&h, ids, n, key, err);
	age_header_free(&h);
	return ok;
}

void
keys_unwrap(struct keys *k, struct ipc_message *m)
{
	struct age_identity ids[IDENTITIES];
	size_t n = identities(k, ids);
	struct cursor c = cursor_of(m->body);
	struct question q = keys_question(k, m);
	uint8_t count = cursor_u8(&c), key[AGE_FILE_KEY];
	struct buf b = BUF_INIT;

	buf_u8(&b, count);
	for (uint8_t i = 0; i < count; i++) {
		struct slice header = cursor_var(&c, AGE_HEADER_LINK);
		struct err err = { 0 };
		bool ok = unwrap_one(header, ids, n, key, &err);

		result_encode(&b, ok ? NULL : &err);
		if (ok)
			buf_put(&b, key, sizeof(key));
	}
	secret_wipe(key, sizeof(key));
	keys_answer(k, &q, KEYS_UNWRAPPED, buf_all(&b));
	buf_wipe(&b);
}
