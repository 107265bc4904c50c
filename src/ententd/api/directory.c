#include <string.h>

#include "base/crash.h"
#include "ententd/api/view.h"
#include "ententd/routes.h"
#include "ententd/trust.h"
#include "model/text.h"
#include "model/url.h"
#include "store/trust_store.h"

#define SEAL_LASTS	(90 * DAY)

/* -- members ------------------------------------------------------------------------ */

static void
print_desks(struct jout *j, const struct card *card)
{
	jout_array(j, "desks");
	for (size_t i = 0; i < card->ndesks; i++) {
		const struct card_desk *d = &card->desks[i];

		jout_object(j, NULL);
		jout_str(j, "desk", d->desk.s);
		view_labels(j, "name", d->name);
		jout_str_opt(j, "phone", d->phone);
		jout_str_opt(j, "hours", d->hours);
		view_labels(j, "languages", d->languages);
		view_labels(j, "powers", d->powers);
		view_labels(j, "channels", d->channels);
		jout_end_object(j);
	}
	jout_end_array(j);
}

static void
print_member(struct jout *j, struct call *c, const struct directory_member *m,
    bool whole)
{
	const struct hash *name;
	const struct card *card = trust_card_of(c->vault->trust, &m->id, &name);

	jout_object(j, NULL);
	jout_str(j, "id", m->id.s);
	jout_str(j, "class", class_names[m->class]);
	jout_str(j, "status", member_status_names[m->status]);
	if (card != NULL) {
		view_labels(j, "name", card->name);
		jout_str_opt(j, "country", card->country);
		print_desks(j, card);
		jout_int(j, "card_seq", card->seq);
		if (whole) {
			jout_hash(j, "card_name", name);
			jout_value(j, "card", card->json);
		}
	}
	jout_end_object(j);
}

void
api_members(struct call *c)
{
	const struct directory *d = trust_newest(c->vault->trust);
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; d != NULL && i < d->nmembers; i++)
		print_member(&j, c, &d->members[i], false);
	jout_end_array(&j);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

void
api_member(struct call *c)
{
	const struct directory *d = trust_newest(c->vault->trust);
	const struct directory_member *m = NULL;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct member_id id;

	if (d != NULL && member_id_parse(&id, slice_str(c->rest)))
		m = directory_find(d, &id);
	if (m == NULL) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "member",
		    "the directory lists no such member");
		return;
	}
	print_member(&j, c, m, true);
	call_json(c, 200, &b);
}

/* -- the notes themselves ------------------------------------------------------------------ */

void
api_trust(struct call *c)
{
	struct store *s = &c->vault->store;
	const struct directory *d = trust_newest(c->vault->trust);
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct slice note, *notes;
	struct hash name;
	struct err err;
	size_t n;

	jout_object(&j, NULL);
	if (trust_store_network(s, &c->arena, &note, &name, &err))
		jout_slice(&j, "network", note);
	if (trust_store_directory(s, &c->arena, 0, &note, &name, &err))
		jout_slice(&j, "directory", note);
	jout_array(&j, "cards");
	for (size_t i = 0; d != NULL && i < d->nmembers; i++)
		if (trust_store_card(s, &c->arena, d->members[i].id.s, &note,
		    &name, &err))
			jout_slice(&j, NULL, note);
	jout_end_array(&j);
	jout_array(&j, "agreements");
	if (trust_store_agreements(s, &c->arena, &notes, &n, &err))
		for (size_t i = 0; i < n; i++)
			jout_slice(&j, NULL, notes[i]);
	jout_end_array(&j);
	jout_array(&j, "endings");
	if (trust_store_endings(s, &c->arena, &notes, &n, &err))
		for (size_t i = 0; i < n; i++)
			jout_slice(&j, NULL, notes[i]);
	jout_end_array(&j);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

static enum trust_result
add_note(struct call *c, struct slice note, struct jout *j)
{
	static const char *const results[] = { "new", "known", "refused",
	    "refused" };
	struct err err = { 0 };
	struct hash name = { { 0 } };
	char type[16] = "";
	enum trust_result r = trust_take(c->vault, c->account.badge.s, note, type,
	    &name, &err);

	CRASH_POINT("trust:before-commit");
	CRASH_AFTER_COMMIT(c->vault, "trust:after-commit");
	jout_object(j, NULL);
	jout_str_opt(j, "type", type);
	jout_hash_opt(j, "name", &name);
	jout_str(j, "result", results[r]);
	if (r >= TRUST_REFUSED) {
		jout_str(j, "code", err.rule);
		jout_str_opt(j, "field", err.field);
		jout_str(j, "detail", err.text);
	}
	jout_end_object(j);
	return r;
}

void
api_trust_add(struct call *c)
{
	json_t *json = call_body(c);
	struct buf b = BUF_INIT;
	struct jout out = jout_to(&b);
	const json_t *list;
	int64_t accepted = 0;
	struct jobj j;
	struct err err;

	if (json == NULL)
		return;
	jobj_begin(&j, json, "", &err);
	list = jobj_array(&j, "notes", 600);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!json_is_string(json_array_get(list, i)))
			jobj_fail(&j, "E-FIELD-TYPE", "notes",
			    "item %zu is no text", i);
	if (!jobj_end(&j)) {
		json_decref(json);
		call_refuse(c, &err);
		return;
	}
	jout_object(&out, NULL);
	jout_array(&out, "items");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *note = json_array_get(list, i);

		if (add_note(c, slice_of(json_string_value(note),
		    json_string_length(note)), &out) < TRUST_REFUSED)
			accepted++;
	}
	jout_end_array(&out);
	jout_int(&out, "accepted", accepted);
	jout_end_object(&out);
	json_decref(json);
	call_json(c, 200, &b);
}

/* -- the next card, to be signed with the key that this node never holds -------------------- */

static struct card_officer *
officer_of(struct card_officer *all, size_t n, const struct badge *badge)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].badge.s, badge->s) == 0)
			return &all[i];
	return NULL;
}

/* Badges are unique: a new password made a new key, a disabled account has
 * none that holds any longer. */
static void
add_officers(struct call *c, struct card *next, const struct account *list,
    size_t n)
{
	struct card_officer *all = arena_alloc(&c->arena,
	    (next->nofficers + n) * sizeof(*all)), *o;
	size_t count = next->nofficers;
	struct note_vkey vkey;
	struct err err;

	if (count != 0)
		memcpy(all, next->officers, count * sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		o = officer_of(all, count, &list[i].badge);
		if (list[i].disabled) {
			if (o != NULL && o->until == 0)
				o->until = next->issued;
			continue;
		}
		if (list[i].vkey[0] == '\0' || !note_vkey_parse(&vkey,
		    slice_str(list[i].vkey), &err) || (o != NULL &&
		    o->until == 0 && note_vkey_eq(&o->vkey, &vkey)))
			continue;
		if (o == NULL && count == CARD_OFFICERS)
			continue;
		if (o == NULL)
			o = &all[count++];
		*o = (struct card_officer){ .badge = list[i].badge,
		    .vkey = vkey, .from = next->issued };
	}
	next->officers = all;
	next->nofficers = count;
}

/* Until sealing keys are rotated, a new card renews the one there is. */
static void
renew_seals(struct call *c, struct card *next)
{
	struct card_seal *seals = arena_dup(&c->arena, next->seals,
	    next->nseals * sizeof(*seals));

	if (next->nseals != 0)
		seals[0].until = next->issued + SEAL_LASTS;
	next->seals = seals;
}

/* The kinds this node knows now, and what it requires beside them. */
static void
renew_kinds(struct call *c, struct card *next)
{
	const struct vault *v = c->vault;
	const struct kind *k;
	struct card_kind *all;
	size_t n = 0;

	all = arena_alloc(&c->arena, CARD_KINDS * sizeof(*all));
	while (n < CARD_KINDS && (k = kind_at(v->kinds, n)) != NULL) {
		all[n] = (struct card_kind){ .kind = k->name, .hash = k->hash,
		    .requires = json_object_get(v->requires, k->name) };
		n++;
	}
	next->kinds = all;
	next->nkinds = n;
}

/* ?relay=MEMBER, ?url=URL: as asked, "-" for none. */
static bool
change_places(struct call *c, struct card *card, struct err *err)
{
	const char *relay = call_query(c, "relay"), *url = call_query(c, "url");

	if (url != NULL && strcmp(url, "-") == 0) {
		card->nurls = 0;
	} else if (url != NULL) {
		if (!url_valid(slice_str(url)))
			return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
			    "url", "is no https address");
		card->urls[0] = url;
		card->nurls = 1;
	}
	if (relay != NULL && strcmp(relay, "-") == 0)
		card->relay = (struct member_id){ "" };
	else if (relay != NULL && (!member_id_parse(&card->relay,
	    slice_str(relay)) || !trust_is_active(c->vault->trust,
	    &card->relay) || member_id_eq(&card->relay, &card->member)))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "relay",
		    "is no other active member");
	return true;
}

void
api_card_draft(struct call *c)
{
	struct vault *v = c->vault;
	const struct hash *name;
	const struct card *now = trust_card_of(v->trust, &v->member, &name);
	struct buf b = BUF_INIT;
	struct account *list;
	json_t *speaks;
	struct card next;
	struct err err;
	size_t n;

	if (now == NULL) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-TRUST-CARD", "",
		    "this node has no card yet");
		return;
	}
	if (!account_list(&v->store, &c->arena, &list, &n, &err)) {
		call_refuse(c, &err);
		return;
	}
	next = *now;
	next.seq = now->seq + 1;
	next.prev = *name;
	next.issued = clock_now();
	renew_seals(c, &next);
	renew_kinds(c, &next);
	add_officers(c, &next, list, n);
	if (!change_places(c, &next, &err)) {
		call_refuse(c, &err);
		return;
	}
	/* A newer program may speak more than the card in force says. */
	next.speaks = speaks = card_speaks_ours();
	card_print(&b, &next);
	json_decref(speaks);
	call_answer(c, 200, "text/plain; charset=utf-8", buf_all(&b));
	buf_free(&b);
}
