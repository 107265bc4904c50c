#include "ententd/api/compose.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "ententd/trust.h"
#include "model/national.h"
#include "model/text.h"
#include "store/blob_store.h"
#include "store/draft_store.h"

/* -- the root of an act ------------------------------------------------------------- */

static bool
load_thread(struct compose *m, const char *name_or_ref, struct header *root,
    struct err *err)
{
	struct vault *v = m->call->vault;
	struct hash name;
	struct note note;

	return thread_find(&v->store, name_or_ref, &name, err) &&
	    thread_load(v, &m->s->arena, &name, &m->thread, err) &&
	    note_parse(&note, m->thread.root->note, err) &&
	    header_parse(root, &m->s->arena, note.text, err);
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, HASH_LEN);
}

/* What the act follows: the heads of every leg it goes to, once each. */
static void
follow_heads(struct compose *m, const struct member_id *asked)
{
	struct header *h = &m->s->header;
	struct leg_act *acts;
	struct leg leg;
	size_t n, kept = 0;
	struct hash *all;

	thread_fold(&m->thread, &m->s->arena, asked, &leg, &acts, &n);
	all = arena_alloc(&m->s->arena,
	    (h->nafter + leg.nheads) * sizeof(*all));
	if (h->nafter != 0)
		memcpy(all, h->after, h->nafter * sizeof(*all));
	for (size_t i = 0; i < leg.nheads; i++)
		all[h->nafter + i] = leg.heads[i];
	n = h->nafter + leg.nheads;
	qsort(all, n, sizeof(*all), by_bytes);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !hash_eq(&all[kept - 1], &all[i]))
			all[kept++] = all[i];
	h->after = all;
	h->nafter = kept > MESSAGE_AFTER ? MESSAGE_AFTER : kept;
	if (h->nto == 1)
		h->urgency = leg.urgency;
}

/* -- recipients ------------------------------------------------------------------------- */

static int
by_member(const void *a, const void *b)
{
	const struct recipient *x = a, *y = b;
	struct member_id m, n;

	address_member(&m, &x->desk);
	address_member(&n, &y->desk);
	return strcmp(m.s, n.s);
}

/* The mark of the card that the choice was made by. */
static bool
mark_cards(struct compose *m, struct err *err)
{
	struct header *h = &m->s->header;
	struct member_id member;
	const struct hash *name;

	qsort(h->to, h->nto, sizeof(*h->to), by_member);
	for (size_t i = 0; i < h->nto; i++) {
		address_member(&member, &h->to[i].desk);
		if (trust_card_of(m->call->vault->trust, &member, &name) == NULL)
			return err_field(err, ERR_NOT_FOUND, "E-TRUST-CARD",
			    "to", "no card of %s is known here", member.s);
		memcpy(h->to[i].card, name->b, CARD_MARK);
		if (member_id_eq(&member, &m->call->vault->member))
			return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
			    "to", "%s is yourselves: a message goes to others",
			    member.s);
		if (i > 0 && by_member(&h->to[i - 1], &h->to[i]) == 0)
			return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
			    "to", "names %s twice: one desk of a member",
			    member.s);
	}
	return true;
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
	h->to = arena_alloc(&m->s->arena, h->nto * sizeof(*h->to));
	for (size_t i = 0; i < h->nto && !j->bad; i++) {
		s = jobj_item_str(j, "to", list, i, sizeof(h->to[i].desk.s) - 1);
		if (!j->bad && !address_parse(&h->to[i].desk, slice_str(s)))
			jobj_fail(j, "E-FIELD-VALUE", "to",
			    "item %zu is no address like fr/cyber", i);
	}
}

/* An act goes to the other side: the asker's desk, or the asked ones'. */
static bool
default_to(struct compose *m, struct err *err)
{
	struct header *h = &m->s->header;
	const struct thread *t = &m->thread;
	struct vault *v = m->call->vault;
	struct leg_row *legs;
	size_t n;

	if (h->nto != 0)
		return true;
	if (!member_id_eq(&t->asker, &v->member)) {
		h->nto = 1;
		h->to = arena_alloc(&m->s->arena, sizeof(*h->to));
		h->to[0].desk = t->root->from;
		return true;
	}
	if (!leg_of_thread(&v->store, &m->s->arena, &t->name, &legs, &n, err))
		return false;
	h->nto = n;
	h->to = arena_alloc(&m->s->arena, n * sizeof(*h->to));
	for (size_t i = 0; i < n; i++)
		h->to[i].desk = legs[i].asked;
	return n != 0 || err_set(err, ERR_NOT_FOUND, "E-NOT-FOUND",
	    "the thread has no other party");
}

static void
follow_legs(struct compose *m)
{
	struct header *h = &m->s->header;
	struct member_id asked;

	if (!member_id_eq(&m->thread.asker, &m->call->vault->member)) {
		follow_heads(m, &m->call->vault->member);
		return;
	}
	for (size_t i = 0; i < h->nto; i++) {
		address_member(&asked, &h->to[i].desk);
		follow_heads(m, &asked);
	}
}

/* -- the officer's words ---------------------------------------------------------------- */

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
	const struct account *a = &m->call->account;
	struct member_id of;

	if (jobj_has(j, "from")) {
		h->from = jobj_address(j, "from");
	} else if (a->desks[0] != '\0') {
		struct slice first = { (const uint8_t *)a->desks,
		    strcspn(a->desks, " ") };

		(void)address_parse(&h->from, first);
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

static void
read_header(struct compose *m, struct jobj *j)
{
	struct header *h = &m->s->header;
	const char *s;

	s = jobj_str_opt(j, "kind", MESSAGE_KIND);
	if (s[0] != '\0')
		(void)snprintf(h->kind, sizeof(h->kind), "%s", s);
	if (jobj_has(j, "act"))
		h->act = (enum act)jobj_enum(j, "act", act_names, ACTS);
	if (jobj_has(j, "urgency"))
		h->urgency = (enum urgency)jobj_enum(j, "urgency",
		    urgency_names, URGENCIES);
	read_code_opt(j, "purpose", h->purpose);
	read_code_opt(j, "area", h->area);
	if (jobj_has(j, "exercise"))
		h->exercise = jobj_bool(j, "exercise");
	m->has_handling = jobj_has(j, "handling");
	if (m->has_handling)
		handling_read(&h->handling, j, "handling");
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

/* -- defaults and rules ------------------------------------------------------------------- */

static bool
find_kind(struct compose *m, struct err *err)
{
	struct header *h = &m->s->header;

	m->kind = kind_find(m->call->vault->kinds, h->kind);
	if (m->kind == NULL)
		return err_field(err, ERR_INVALID, "E-POLICY-KIND", "kind",
		    "the kind \"%s\" is not known here", h->kind);
	h->kind_hash = m->kind->hash;
	if (!m->has_handling && header_is_root(h))
		h->handling = m->kind->handling_default;
	if (!kind_has_act(m->kind, h->act))
		return err_field(err, ERR_INVALID, "E-KIND-ACT", "act",
		    "%s has no act %s", h->kind, act_names[h->act]);
	return true;
}

static bool
fill_times(struct compose *m, struct err *err)
{
	struct header *h = &m->s->header;
	msec keep_most;

	h->sent = clock_now();
	if (h->deliver_by == 0)
		h->deliver_by = duration_add(h->sent,
		    m->kind->deliver_by[h->urgency]);
	if (h->deliver_by > duration_add(h->sent,
	    m->kind->deliver_by[h->urgency]) || h->deliver_by <= h->sent)
		return err_field(err, ERR_INVALID, "E-TIME-BOUND", "deliver_by",
		    "outside what %s allows", m->kind->name);
	if (h->keep_until == 0)
		h->keep_until = duration_add(h->sent, m->kind->keep_default);
	keep_most = duration_add(h->sent, m->kind->keep_max);
	if (h->keep_until > keep_most || h->keep_until < h->sent)
		return err_field(err, ERR_INVALID, "E-TIME-KEEP", "keep_until",
		    "outside what %s allows", m->kind->name);
	h->keep_until -= h->keep_until % DAY;
	return policy_until(h, m->kind, err);
}

/* The writer uses known codes; a reader shows what it does not know. */
static bool
codes_known(const struct compose *m, struct err *err)
{
	const struct header *h = &m->s->header;
	const struct kind_set *kinds = m->call->vault->kinds;

	if (codelist_item(kinds, "purposes", h->purpose) == NULL)
		return err_field(err, ERR_INVALID, "E-CODE-UNKNOWN", "purpose",
		    "\"%s\" is no purpose", h->purpose);
	if (h->area[0] != '\0' &&
	    codelist_item(kinds, "crime-areas", h->area) == NULL)
		return err_field(err, ERR_INVALID, "E-CODE-UNKNOWN", "area",
		    "\"%s\" is no crime area", h->area);
	return true;
}

static bool
roles_allow(const struct compose *m, struct err *err)
{
	for (unsigned bit = 1; bit <= ACCOUNT_ADMIN; bit <<= 1)
		if ((m->call->account.roles & bit) != 0 && kind_role_may(
		    m->kind, m->s->header.act, account_role_name(bit)))
			return true;
	return err_set(err, ERR_DENIED, "E-ROLE",
	    "your roles do not allow %s of %s", act_names[m->s->header.act],
	    m->kind->name);
}

/* Ask for each recipient what it will ask itself. */
static bool
ask_policy(struct compose *m, const struct header *root, struct err *err)
{
	struct vault *v = m->call->vault;
	struct header *h = &m->s->header;
	struct policy p;
	struct member_id to;

	m->audience = arena_alloc(&m->s->arena, h->nto * sizeof(*m->audience));
	m->naudience = h->nto;
	for (size_t i = 0; i < h->nto; i++) {
		struct audience *a = &m->audience[i];

		a->desk = h->to[i].desk;
		address_member(&to, &a->desk);
		if (!trust_policy(v, &m->s->arena, &p, &v->member, &to, h->dir,
		    err))
			return false;
		/* The card may be another before the answer is printed. */
		a->name = arena_strdup(&m->s->arena,
		    label_in(p.to->name, call_lang(m->call)));
		if (root == NULL)
			policy_admit(&a->decision, &p, h, &to);
		else
			policy_admit_act(&a->decision, &p, h, root, &to);
	}
	return true;
}

/* What its card asks for beside the kind; and that it knows a kind of a
 * member's own in this very form, which only its card can tell. */
static bool
recipient_asks(struct compose *m, const struct card *card, struct err *err)
{
	const struct header *h = &m->s->header;
	bool knows = false;

	for (size_t i = 0; m->kind->own && i < card->nkinds && !knows; i++)
		knows = strcmp(card->kinds[i].kind, h->kind) == 0 &&
		    hash_eq(&card->kinds[i].hash, &h->kind_hash);
	if (m->kind->own && !knows)
		return err_field(err, ERR_POLICY, "E-POLICY-KIND", "kind",
		    "%s does not know the kind %s in this form",
		    card->member.s, h->kind);
	return national_check(m->call->vault->kinds, card, h->kind,
	    m->content.body, m->content.lang, err);
}

static bool
national_holds(struct compose *m, struct err *err)
{
	const struct header *h = &m->s->header;
	struct member_id to;

	if (h->act != ACT_SUBMIT)
		return true;
	if (!national_only_for(m->content.body, h->to, h->nto, err))
		return false;
	for (size_t i = 0; i < h->nto; i++) {
		address_member(&to, &h->to[i].desk);
		if (!recipient_asks(m, trust_card_of(m->call->vault->trust, &to,
		    NULL), err))
			return false;
	}
	return true;
}

const struct audience *
compose_refusal(const struct compose *m)
{
	for (size_t i = 0; i < m->naudience; i++)
		if (!m->audience[i].decision.allowed)
			return &m->audience[i];
	return NULL;
}

static bool
make_ref(struct compose *m, struct err *err)
{
	struct vault *v = m->call->vault;
	struct header *h = &m->s->header;
	struct hash other;

	if (h->ref[0] != '\0')
		return !message_by_ref(&v->store, v->member.s, h->ref, &other) ||
		    err_field(err, ERR_CONFLICT, "E-MESSAGE-REF", "ref",
		    "you sent another text as %s before", h->ref);
	return m->dry_run || sending_make_ref(m->s, err);
}

static bool
flow_allows(struct compose *m, struct err *err)
{
	struct hash unnamed = { { 1 } };
	struct header *h = &m->s->header;

	if (header_is_root(h))
		return true;
	switch (thread_judge(m->call->vault, &m->s->arena, h, &unnamed, err)) {
	case FLOW_LAWFUL:
		return true;
	case FLOW_UNLAWFUL:
		return false;
	case FLOW_HELD:
		break;
	}
	/* What it follows in one leg, the party of another never gets: there
	 * it would wait for ever. */
	return err_field(err, ERR_CONFLICT, "E-FLOW-ACT", "to", h->nto > 1 ?
	    "the parties stand at different points: act towards one at a time" :
	    "%s is no party to act towards in this thread", h->to[0].desk.s);
}

static bool
print_all(struct compose *m, struct err *err)
{
	content_print(&m->s->content, &m->content);
	if (m->s->content.n > CONTENT_MAX)
		return err_field(err, ERR_INVALID, "E-CONTENT-SIZE", "body",
		    "%zu bytes of content, at most %d", m->s->content.n,
		    CONTENT_MAX);
	m->s->header.content = hash_of(buf_all(&m->s->content));
	sending_print(m->s);
	return m->s->text.n <= TEXT_SMALL || err_field(err, ERR_INVALID,
	    "E-NOTE-SIZE", "to", "too many recipients or files for one message");
}

static void
inherit(struct header *h, const struct header *root)
{
	(void)snprintf(h->kind, sizeof(h->kind), "%s", root->kind);
	(void)snprintf(h->purpose, sizeof(h->purpose), "%s", root->purpose);
	(void)snprintf(h->area, sizeof(h->area), "%s", root->area);
	h->handling = root->handling;
	h->exercise = root->exercise;
	h->urgency = root->urgency;
	h->keep_until = root->keep_until;
}

static bool
read_words(struct compose *m, struct header *root, bool *has_root,
    struct err *err)
{
	struct header *h = &m->s->header;
	struct jobj j;
	const char *thread;

	jobj_begin(&j, m->json, "", err);
	thread = jobj_str_opt(&j, "thread", 64);
	if (!j.bad && thread[0] != '\0') {
		if (!load_thread(m, thread, root, err))
			return false;
		*has_root = true;
		h->thread = m->thread.name;
		inherit(h, root);
	}
	read_to(m, &j);
	if (*has_root && !j.bad) {
		if (!default_to(m, err))
			return false;
		follow_legs(m);
	}
	read_header(m, &j);
	read_from(m, &j);
	read_content(m, &j);
	read_uploads(m, &j);
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

bool
compose_read(struct compose *m, struct call *c, json_t *json, struct err *err)
{
	struct vault *v = c->vault;
	struct header root = { .ext = NULL };
	bool has_root = false, ok;

	memset(m, 0, sizeof(*m));
	m->call = c;
	m->json = json;
	m->s = sending_new(v);
	m->s->header.net = v->net;
	m->s->header.by = c->account.badge;
	(void)snprintf(m->s->who, sizeof(m->s->who), "%s", c->account.badge.s);
	if (trust_newest(v->trust) == NULL || !trust_is_member(v->trust))
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-JOINING",
		    "this node is not a member of its network yet");
	m->s->header.dir = trust_newest(v->trust)->number;
	ok = read_words(m, &root, &has_root, err) && find_kind(m, err) &&
	    codes_known(m, err) && roles_allow(m, err) && fill_times(m, err) && mark_cards(m, err) &&
	    kind_check(v->kinds, m->kind, m->s->header.act, m->content.body,
	    err) &&
	    kind_check_files(m->kind, m->s->header.act, m->content.body,
	    m->content.nfiles, err) && national_holds(m, err) &&
	    policy_urgency(&m->s->header, m->kind, m->content.body, err) &&
	    flow_allows(m, err) &&
	    ask_policy(m, has_root ? &root : NULL, err) &&
	    (compose_refusal(m) != NULL || make_ref(m, err));
	header_release(&root);
	if (!ok)
		return false;
	m->needs_approval = m->s->header.act == ACT_SUBMIT &&
	    m->kind->approval[m->s->header.urgency] == APPROVAL_BEFORE;
	return m->dry_run || print_all(m, err);
}

void
compose_free(struct compose *m)
{
	json_decref(m->content.body);
	for (size_t i = 0; i < m->content.nfiles; i++)
		secret_wipe(m->content.files[i].key,
		    sizeof(m->content.files[i].key));
	if (m->s != NULL)
		sending_free(m->s);
	json_decref(m->json);
}
