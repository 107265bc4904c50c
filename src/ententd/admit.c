#include "ententd/admit.h"

#include <stdio.h>
#include <string.h>

#include "ententd/countersign.h"
#include "ententd/offering.h"
#include "ententd/forwarding.h"
#include "ententd/steps.h"
#include "ententd/thread.h"
#include "ententd/trust.h"
#include "model/keyname.h"
#include "model/national.h"
#include "model/policy_times.h"
#include "model/text.h"
#include "store/blob_store.h"
#include "store/receipt_store.h"

enum { HELD_MOST = 64 };	/* of one thread */

/* -- sealed -> opened ------------------------------------------------------------- */

static bool
payload_of(struct slice sealed, struct slice *payload, struct err *err)
{
	struct age_header h;
	enum age_parse p = age_header_parse(&h, sealed, AGE_HEADER_LINK, err);

	if (p == AGE_MORE)
		return err_set(err, ERR_INVALID, "E-AGE-HEADER",
		    "the header is cut short");
	if (p != AGE_PARSED)
		return false;
	*payload = slice_skip(sealed, h.length);
	age_header_free(&h);
	return true;
}

bool
opened_from(struct opened *o, struct slice sealed,
    const uint8_t file_key[static AGE_FILE_KEY], struct err *err)
{
	struct age_open *a;
	struct slice payload;

	memset(o, 0, sizeof(*o));
	if (!payload_of(sealed, &payload, err))
		return false;
	a = age_open_payload(file_key);
	if (!age_open_add(a, payload, &o->plain, err)) {
		age_open_free(a);
		goto bad;
	}
	o->is_receipt = false;
	if (!age_open_end(a, &o->plain, err))
		goto bad;
	if (envelope_split(&o->envelope, buf_all(&o->plain), err))
		return true;
	/* A receipt that travels is a note and nothing more. */
	o->is_receipt = slice_eq(text_type(buf_all(&o->plain)),
	    slice_str("receipt"));
	if (o->is_receipt)
		return true;
bad:
	opened_free(o);
	return false;
}

void
opened_free(struct opened *o)
{
	buf_wipe(&o->plain);
}

/* -- opened -> verified ------------------------------------------------------------- */

/* "<network>/<member>" of this network; false for officers' and others'. */
static bool
signer_member(const struct trust *t, struct slice name, struct member_id *m)
{
	const struct network *n = trust_network(t);
	size_t len = n == NULL ? 0 : strlen(n->name);

	return n != NULL && name.n > len + 1 && name.p[len] == '/' &&
	    memcmp(name.p, n->name, len) == 0 &&
	    member_id_parse(m, slice_skip(name, len + 1));
}

bool
admit_signer(struct vault *v, const struct note *note, struct member_id *from,
    struct note_vkey *signer, struct err *err)
{
	struct note_vkey keys[CARD_KEYS];
	bool by[CARD_KEYS];
	struct member_id m;
	size_t n;

	for (size_t i = 0; i < note->nsigs; i++) {
		if (!signer_member(v->trust, note->sigs[i].name, &m))
			continue;
		n = trust_message_keys(v, &m, TRUST_ANY_TIME, keys);
		if (n == 0)
			continue;
		if (!note_verify(note, keys, n, by, err)) {
			/* It may have changed its key: its card is on its way. */
			if (strcmp(err->rule, "E-NOTE-UNSIGNED") == 0)
				trust_doubt_card(v, &m);
			return false;
		}
		for (size_t k = 0; k < n; k++)
			if (by[k]) {
				*from = m;
				*signer = keys[k];
				return true;
			}
	}
	return err_set(err, ERR_VERIFY, "E-NOTE-UNSIGNED",
	    "no member known here signed it");
}

static bool
key_not_revoked(struct vault *v, const struct hash *name, msec revoked,
    struct err *err)
{
	char since[TIME_TEXT];

	if (revoked == 0 || message_have(&v->store, name))
		return true;
	time_print(since, revoked);
	return err_field(err, ERR_VERIFY, "E-MESSAGE-KEY-REVOKED", "sent",
	    "the key that signed may be in other hands since %s", since);
}

bool
admit_signer_now(struct vault *v, const struct note *note,
    struct member_id *from, struct note_vkey *signer, struct err *err)
{
	struct hash name = note_text_name(note);

	return admit_signer(v, note, from, signer, err) &&
	    key_not_revoked(v, &name, trust_key_revoked(v, from, signer), err);
}

bool
admit_key_was_valid(struct vault *v, const struct member_id *from, msec sent,
    const struct note_vkey *signer, struct err *err)
{
	struct note_vkey keys[CARD_KEYS];
	size_t n = trust_message_keys(v, from, sent, keys);

	for (size_t i = 0; i < n; i++)
		if (note_vkey_eq(&keys[i], signer))
			return true;
	return err_field(err, ERR_VERIFY, "E-MESSAGE-KEY", "sent",
	    "the key that signed was not valid when it was sent");
}

static bool
agree(struct verified *r, struct vault *v, const struct note_vkey *signer,
    struct err *err)
{
	struct member_id from = header_from(&r->header);
	struct hash content = hash_of(r->content_line);
	msec revoked;

	if (!hash_eq(&r->header.net, &v->net))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "another network's message");
	if (!member_id_eq(&from, &r->from))
		return err_field(err, ERR_VERIFY, "E-MESSAGE-FROM", "from",
		    "it was not signed by the member it claims to be from");
	/* Sealed for another and passed on: its sequence is not ours. */
	if (!member_id_eq(&r->slip.to, &v->member))
		return err_field(err, ERR_INVALID, "E-SLIP-TO", "slip.to",
		    "the slip is another member's");
	if (!hash_eq(&content, &r->header.content))
		return err_field(err, ERR_VERIFY, "E-CONTENT-HASH", "content",
		    "the content is not what was signed");
	revoked = trust_key_revoked(v, &from, signer);
	if (revoked != 0 ? !key_not_revoked(v, &r->name, revoked, err) :
	    !admit_key_was_valid(v, &r->from, r->header.sent, signer, err))
		return false;
	return content_fits(&r->content, &r->header, err);
}

bool
verified_from(struct verified *r, struct vault *v, const struct opened *o,
    struct err *err)
{
	struct note_vkey signer;

	memset(r, 0, sizeof(*r));
	r->note = o->envelope.note;
	r->content_line = o->envelope.content;
	if (!note_parse(&r->parsed, r->note, err) ||
	    !admit_signer(v, &r->parsed, &r->from, &signer, err))
		return false;
	r->name = note_text_name(&r->parsed);
	if (header_parse(&r->header, &r->arena, r->parsed.text, err) &&
	    slip_parse(&r->slip, o->envelope.slip, err) &&
	    content_parse(&r->content, &r->arena, r->content_line, err) &&
	    agree(r, v, &signer, err))
		return true;
	verified_free(r);
	return false;
}

void
verified_free(struct verified *r)
{
	header_release(&r->header);
	content_release(&r->content);
	arena_free(&r->arena);
}

/* -- verified -> admitted --------------------------------------------------------------- */

static void
later(struct admitted *a)
{
	a->admission = ADMIT_LATER;
}

static void
refused(struct admitted *a)
{
	a->admission = ADMIT_REFUSED;
}

/* The same reference with another text is refused, and kept as evidence beside
 * the first; but only what may pass otherwise: nothing is kept, and no shelf
 * made, for what policy forbids. */
static bool
ref_is_new(struct admitted *a, struct vault *v, const struct verified *r)
{
	struct hash other;

	if (message_by_ref(&v->store, r->from.s, r->header.ref, &other)) {
		a->place = PLACE_REFUSED;
		refused(a);
		return err_field(&a->why, ERR_CONFLICT, "E-MESSAGE-REF", "ref",
		    "%s was used for another text before; both are kept",
		    r->header.ref);
	}
	return true;
}

static bool
read_root(struct vault *v, struct arena *arena, const struct hash *name,
    struct header *root, struct err *err)
{
	struct message_row row;
	struct note note;

	return message_get(&v->store, arena, name, &row, err) &&
	    row.place == PLACE_THREAD && hash_eq(&row.thread, name) &&
	    note_parse(&note, row.note, err) &&
	    header_parse(root, arena, note.text, err);
}

static bool
allowed(struct admitted *a, struct vault *v, struct verified *r)
{
	struct header root = { .ext = NULL };
	struct decision d;
	struct policy p;

	if (!trust_policy(v, &r->arena, &p, &r->from, &v->member, r->header.dir,
	    &a->why)) {
		trust_heard(v, &r->from, r->header.dir);
		later(a);
		return false;
	}
	if (header_is_root(&r->header)) {
		policy_admit(&d, &p, &r->header, &v->member);
	} else if (read_root(v, &r->arena, &r->header.thread, &root, &a->why)) {
		policy_admit_act(&d, &p, &r->header, &root, &v->member);
		header_release(&root);
	} else {
		later(a);
		return err_field(&a->why, ERR_UNAVAILABLE, "E-THREAD-UNKNOWN",
		    "thread", "its first message has not arrived");
	}
	(void)snprintf(a->clause, sizeof(a->clause), "%s", d.clause);
	if (d.allowed)
		return true;
	a->why = d.why;
	refused(a);
	return false;
}

/* An approval by an officer on the sender's card who is not the author. */
static bool
is_approved(struct vault *v, struct verified *r)
{
	const struct card *card = trust_card_of(v->trust, &r->from, NULL);
	struct err err;
	bool by;

	for (size_t i = 0; card != NULL && i < card->nofficers; i++) {
		const struct card_officer *o = &card->officers[i];

		if (strcmp(o->badge.s, r->header.by.s) == 0 ||
		    r->header.sent < o->from ||
		    (o->until != 0 && r->header.sent >= o->until))
			continue;
		if (note_verify(&r->parsed, &o->vkey, 1, &by, &err) && by)
			return true;
	}
	return false;
}

/* One of its officers signed with a key that its card here does not show: the
 * card may be old. */
static bool
card_is_behind(struct vault *v, struct verified *r)
{
	const struct card *card = trust_card_of(v->trust, &r->from, NULL);
	char prefix[NOTE_NAME];
	struct err err;
	bool by, known;

	if (card == NULL)
		return false;
	keyname_member(prefix, trust_network(v->trust)->name, &r->from, "");
	for (size_t i = 0; i < r->parsed.nsigs; i++) {
		struct slice name = r->parsed.sigs[i].name;
		size_t n = strlen(prefix);

		if (name.n <= n || memcmp(name.p, prefix, n) != 0 ||
		    (r->header.act != ACT_COUNTERSIGN &&
		    slice_eq(slice_skip(name, n), slice_str(r->header.by.s))))
			continue;
		known = false;
		for (size_t k = 0; k < card->nofficers && !known; k++)
			known = slice_eq(name, slice_str(
			    card->officers[k].vkey.name)) &&
			    note_verify(&r->parsed, &card->officers[k].vkey, 1,
			    &by, &err) && by;
		if (!known)
			return true;
	}
	return false;
}

/* What we receipted in time and lost since is judged as of then: the receipt
 * may be all that is left of it (tally_take.c). */
static bool
times_hold(struct vault *v, const struct verified *r, const struct kind *k,
    msec now, struct err *err)
{
	struct arena arena = ARENA_INIT;
	enum receipt_result result;
	struct slice note;
	struct err none;
	bool taken;
	msec at;

	if (policy_times(&r->header, k, now, err))
		return true;
	if (strcmp(err->rule, "E-TIME-LATE") != 0)
		return false;
	taken = receipt_get(&v->store, &arena, &r->name, v->member.s, &note,
	    &at, &result, &none) && result == RECEIPT_TAKEN;
	arena_free(&arena);
	return taken && policy_times(&r->header, k, at, err);
}

/* By our own card: the sender's node asked the same of its officer. */
static bool
national_holds(struct admitted *a, struct vault *v, const struct verified *r)
{
	const struct card *card = trust_card_of(v->trust, &v->member, NULL);

	if (r->header.act == ACT_REFUSE)
		return national_ground_check(r->content.body, &r->from,
		    &a->why);
	return r->header.act != ACT_SUBMIT || card == NULL ||
	    national_check(v->kinds, card, r->header.kind, r->content.body,
	    r->content.lang, &a->why);
}

/* A signer not known here yet may be on its way. */
static bool
forwards_hold(struct admitted *a, struct vault *v, struct verified *r)
{
	if (forwarding_holds(v, &r->arena, &r->header, &r->content, &a->why))
		return true;
	if (strcmp(a->why.rule, "E-NOTE-UNSIGNED") == 0) {
		trust_unknown_peer(v);
		later(a);
	}
	return false;
}

static bool
fields_hold(struct admitted *a, struct vault *v, struct verified *r, msec now)
{
	const struct kind *k = kind_find(v->kinds, r->header.kind);

	refused(a);
	if (!times_hold(v, r, k, now, &a->why)) {
		if (steps_unsettled(v))
			later(a);
		return false;
	}
	if (!policy_until(&r->header, k, &a->why) ||
	    !kind_check(v->kinds, k, r->header.act, r->content.body, &a->why) ||
	    !kind_check_files(k, r->header.act, r->content.body,
	    r->content.nfiles, &a->why) || !national_holds(a, v, r) ||
	    !forwards_hold(a, v, r) ||
	    !policy_urgency(&r->header, k, r->content.body, &a->why))
		return false;
	if (r->header.act == ACT_SUBMIT &&
	    k->approval[r->header.urgency] == APPROVAL_BEFORE &&
	    !is_approved(v, r)) {
		if (card_is_behind(v, r)) {
			trust_doubt_card(v, &r->from);
			later(a);
		}
		return err_set(&a->why, ERR_POLICY, "E-POLICY-APPROVAL",
		    "%s needs a second officer's approval", k->name);
	}
	return true;
}

/* A card that is not here yet may show the officer. */
static bool
countersigned(struct admitted *a, struct vault *v, struct verified *r)
{
	if (countersign_holds(v, r, &a->why))
		return true;
	refused(a);
	if (card_is_behind(v, r)) {
		trust_doubt_card(v, &r->from);
		later(a);
	}
	return false;
}

static bool
files_here(struct admitted *a, struct vault *v, const struct verified *r)
{
	struct blob_row b;
	struct err none;

	for (size_t i = 0; i < r->header.nblobs; i++) {
		const struct blob_ref *want = &r->header.blobs[i];

		if (blob_get(&v->store, &want->blob, r->from.s, &b, &none) &&
		    b.complete && b.size == want->size)
			continue;
		later(a);
		return err_field(&a->why, ERR_UNAVAILABLE, "E-BLOB-MISSING",
		    "blobs", "file %zu has not arrived whole", i);
	}
	return true;
}

/* What it must keep to by the offer it belongs to; asked of what is held too,
 * for nobody asks later. */
static void
keep_offer(struct admitted *a, struct vault *v, struct verified *r)
{
	if (a->admission == ADMIT_TAKEN && !offering_allows(v, &r->arena,
	    &r->header, &r->name, r->content.body, &a->why))
		refused(a);
}

void
admitted_from(struct admitted *a, struct vault *v, struct verified *r, msec now)
{
	memset(a, 0, sizeof(*a));
	/* Same text, same receipt. */
	if (message_have(&v->store, &r->name)) {
		a->admission = ADMIT_KNOWN;
		return;
	}
	if (!allowed(a, v, r) || !fields_hold(a, v, r, now) ||
	    !countersigned(a, v, r) ||
	    !ref_is_new(a, v, r) || !files_here(a, v, r))
		return;
	a->place = PLACE_THREAD;
	switch (thread_judge(v, &r->arena, &r->header, &r->name, &a->why)) {
	case FLOW_LAWFUL:
		a->admission = ADMIT_TAKEN;
		break;
	case FLOW_HELD:
		a->admission = ADMIT_TAKEN;
		a->place = PLACE_HELD;
		if (message_held(&v->store, &r->header.thread) < HELD_MOST)
			break;
		later(a);
		(void)err_field(&a->why, ERR_UNAVAILABLE, "E-FLOW-FULL", "after",
		    "too many messages of this thread wait for others here");
		break;
	case FLOW_UNLAWFUL:
		refused(a);
		break;
	}
	keep_offer(a, v, r);
}
