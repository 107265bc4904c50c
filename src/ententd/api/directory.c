#include <stdlib.h>
#include <string.h>

#include "base/crash.h"
#include "ententd/api/view.h"
#include "ententd/routes.h"
#include "ententd/trust.h"
#include "model/text.h"
#include "store/trust_store.h"

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

/* While trust is frozen: the directories that claim one number. */
static void
print_fork(struct jout *j, struct call *c)
{
	struct store *s = &c->vault->store;
	const char *number = "";
	struct slice *notes;
	struct err err;
	size_t n;

	if (!trust_is_forked(c->vault->trust) ||
	    !store_fact(s, &c->arena, "trust.fork", &number, &err) ||
	    !trust_store_directories(s, &c->arena, strtoll(number, NULL, 10),
	    &notes, &n, &err))
		return;
	jout_array(j, "fork");
	for (size_t i = 0; i < n; i++)
		jout_slice(j, NULL, notes[i]);
	jout_end_array(j);
}

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
	print_fork(&j, c);
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

	/* Of a new directory all hear from the node that was given it. */
	if (r == TRUST_NEW && (strcmp(type, "directory") == 0 ||
	    strcmp(type, "settlement") == 0))
		trust_greet(c->vault);
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
