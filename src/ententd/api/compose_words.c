#include "ententd/api/compose.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "ententd/offering.h"
#include "ententd/trust.h"
#include "model/policy_times.h"
#include "store/blob_store.h"
#include "store/draft_store.h"

/* "*": every other active member whose card is here, at its default desk. */
static void
to_everybody(struct compose *m, struct jobj *j)
{
	const struct trust *t = m->call->vault->trust;
	struct header *h = &m->s->header;
	const struct card *card;

	h->nto = 0;
	h->to = arena_alloc(&m->s->arena, MESSAGE_TO * sizeof(*h->to));
	for (size_t i = 0; (card = trust_card_at(t, i)) != NULL; i++) {
		if (member_id_eq(&card->member, &m->call->vault->member) ||
		    !trust_is_active(t, &card->member))
			continue;
		if (h->nto == MESSAGE_TO) {
			jobj_fail(j, "E-FIELD-SIZE", "to",
			    "there are more members than one message may name");
			return;
		}
		(void)address_parse(&h->to[h->nto++].desk,
		    slice_str(card->member.s));
	}
}

static void
read_to(struct compose *m, struct jobj *j)
{
	const json_t *list = jobj_array_opt(j, "to", MESSAGE_TO);
	struct header *h = &m->s->header;
	const char *s;

	if (list == NULL)
		return;
	h->nto = json_array_size(list);
	if (h->nto == 1 && strcmp("*", json_is_string(json_array_get(list, 0)) ?
	    json_string_value(json_array_get(list, 0)) : "") == 0) {
		to_everybody(m, j);
		return;
	}
	h->to = arena_alloc(&m->s->arena, h->nto * sizeof(*h->to));
	for (size_t i = 0; i < h->nto && !j->bad; i++) {
		s = jobj_item_str(j, "to", list, i, sizeof(h->to[i].desk.s) - 1);
		if (!j->bad && !address_parse(&h->to[i].desk, slice_str(s)))
			jobj_fail(j, "E-FIELD-VALUE", "to",
			    "item %zu is no address like fr/cyber", i);
	}
}

static void
read_code_opt(struct jobj *j, const char *key, char out[static 33])
{
	const char *s = jobj_str_opt(j, key, 32);

	if (s[0] != '\0')
		(void)snprintf(out, 33, "%s", s);
}

/* The desk the officer writes for: asked for, or the first of its own. */
static void
read_from(struct compose *m, struct jobj *j)
{
	struct header *h = &m->s->header;
	const struct scope_set *desks = &m->call->scope.desks;
	struct member_id of;

	if (jobj_has(j, "from")) {
		h->from = jobj_address(j, "from");
	} else if (!desks->all && desks->n != 0) {
		(void)address_parse(&h->from, slice_str(desks->item[0]));
	} else {
		(void)address_parse(&h->from, slice_str(m->call->vault->member.s));
	}
	address_member(&of, &h->from);
	if (!j->bad && !member_id_eq(&of, &m->call->vault->member))
		jobj_fail(j, "E-FIELD-VALUE", "from", "is not one of our desks");
	else if (!j->bad && !call_has_desk(m->call, &h->from))
		jobj_fail(j, "E-DESK", "from", "you do not work for %s",
		    h->from.s);
}

/* A label without a TLP ("H1", "RESTRICTED") says nothing of it: the usual one
 * stands, that of the thread or (compose_rules.c) of the kind. */
static void
read_handling(struct compose *m, struct jobj *j)
{
	struct handling *h = &m->s->header.handling;
	json_t *given = json_object_get(j->o, "handling");
	enum tlp usual = h->tlp;

	m->has_handling = jobj_has(j, "handling");
	if (!m->has_handling)
		return;
	m->usual_tlp = json_is_object(given) &&
	    json_object_get(given, "tlp") == NULL;
	if (m->usual_tlp)
		json_object_set_new(given, "tlp", json_string(tlp_names[usual]));
	handling_read(h, j, "handling");
}

static void
read_header(struct compose *m, struct jobj *j)
{
	struct header *h = &m->s->header;
	enum urgency was = h->urgency;
	const char *s;

	s = jobj_str_opt(j, "kind", MESSAGE_KIND);
	if (s[0] != '\0')
		(void)snprintf(h->kind, sizeof(h->kind), "%s", s);
	if (jobj_has(j, "act"))
		h->act = (enum act)jobj_enum(j, "act", act_names, ACTS);
	m->has_urgency = jobj_has(j, "urgency");
	if (m->has_urgency)
		h->urgency = (enum urgency)jobj_enum(j, "urgency",
		    urgency_names, URGENCIES);
	/* Of one leg it is known how urgent it is by now. */
	if (!j->bad && h->nto == 1 && !policy_urgency_step(h, was, j->err))
		j->bad = true;
	read_code_opt(j, "purpose", h->purpose);
	read_code_opt(j, "area", h->area);
	if (jobj_has(j, "exercise"))
		h->exercise = jobj_bool(j, "exercise");
	read_handling(m, j);
	h->until = jobj_time_opt(j, "until");
	if (jobj_has(j, "desk"))
		h->desk = jobj_address(j, "desk");
	if (jobj_has(j, "keep_until"))
		h->keep_until = jobj_date(j, "keep_until");
	if (jobj_has(j, "deliver_by"))
		h->deliver_by = jobj_time(j, "deliver_by");
	s = jobj_str_opt(j, "ref", MESSAGE_REF);
	if (s[0] != '\0')
		(void)snprintf(h->ref, sizeof(h->ref), "%s", s);
}

static void
read_content(struct compose *m, struct jobj *j)
{
	struct content *c = &m->content;
	const json_t *body = jobj_object_opt(j, "body");

	c->subject = jobj_str_opt(j, "subject", 500);
	c->lang = jobj_str_opt(j, "lang", 8);
	if (c->lang[0] == '\0')
		c->lang = m->call->account.lang[0] == '\0' ? "en" :
		    m->call->account.lang;
	c->body = body == NULL ? json_object() :
	    json_incref(json_object_get(j->o, "body"));
	randombytes_buf(c->salt, sizeof(c->salt));
}

static void
read_uploads(struct compose *m, struct jobj *j)
{
	const json_t *list = jobj_array_opt(j, "files", MESSAGE_BLOBS);
	struct content *c = &m->content;
	struct header *h = &m->s->header;
	struct blob_ref *blobs;
	struct blob_row row;
	struct upload u;
	struct err none;

	if (list == NULL)
		return;
	c->nfiles = h->nblobs = json_array_size(list);
	c->files = arena_alloc(&m->s->arena, c->nfiles * sizeof(*c->files));
	blobs = arena_alloc(&m->s->arena, c->nfiles * sizeof(*blobs));
	h->blobs = blobs;
	for (size_t i = 0; i < c->nfiles && !j->bad; i++) {
		const char *id = jobj_item_str(j, "files", list, i, 64);

		if (j->bad)
			return;
		if (!upload_get(&m->call->vault->store, id,
		    m->call->account.badge.s, &u, &none)) {
			jobj_fail(j, "E-FIELD-VALUE", "files",
			    "item %zu is no file you uploaded", i);
			return;
		}
		for (size_t k = 0; k < i; k++)
			if (hash_eq(&blobs[k].blob, &u.file.blob))
				jobj_fail(j, "E-FIELD-VALUE", "files",
				    "item %zu stands there twice", i);
		c->files[i] = u.file;
		blobs[i].blob = u.file.blob;
		blobs[i].size = blob_get(&m->call->vault->store, &u.file.blob,
		    m->call->vault->member.s, &row, &none) ? row.size : 0;
		secret_wipe(&u, sizeof(u));
		m->s->uploads[m->s->nuploads++] = arena_strdup(&m->s->arena, id);
	}
}

bool
compose_words(struct compose *m, struct header *root, bool *has_root,
    struct err *err)
{
	struct header *h = &m->s->header;
	struct jobj j;
	const char *thread;

	jobj_begin(&j, m->json, "", err);
	thread = jobj_str_opt(&j, "thread", 64);
	if (!j.bad && thread[0] != '\0') {
		if (!compose_load_thread(m, thread, root, err))
			return false;
		*has_root = true;
	}
	read_to(m, &j);
	if (*has_root && !j.bad) {
		if (!compose_default_to(m, err))
			return false;
		compose_follow_legs(m);
		offering_terms(m->call->vault, &m->s->arena, &m->thread, h);
	}
	read_header(m, &j);
	/* It is about the root alone, which every party has. */
	if (h->act == ACT_COUNTERSIGN && *has_root) {
		h->after = &h->thread;
		h->nafter = 1;
	}
	read_from(m, &j);
	read_content(m, &j);
	read_uploads(m, &j);
	compose_forwards(m, &j);
	m->dry_run = jobj_bool_opt(&j, "dry_run");
	if (!j.bad && *has_root == (h->act == ACT_SUBMIT))
		jobj_fail(&j, "E-FIELD-VALUE", "act",
		    "submit begins a thread; all else needs one");
	if (!j.bad && h->nto == 0)
		jobj_fail(&j, "E-FIELD-MISSING", "to", "names nobody");
	if (!j.bad && h->purpose[0] == '\0')
		jobj_fail(&j, "E-FIELD-MISSING", "purpose", "is required");
	return jobj_end(&j);
}
