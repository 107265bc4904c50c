#include "ententd/api/compose.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "ententd/trust.h"
#include "model/text.h"

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
		    err_field(err, ERR_CONFLICT, "E-REF-USED", "ref",
		    "you sent another text as %s before", h->ref);
	return m->dry_run || sending_make_ref(m->s, err);
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
	if (trust_standing(v->trust, &v->member) == MEMBER_SUSPENDED ||
	    trust_standing(v->trust, &v->member) == MEMBER_REMOVED)
		return err_field(err, ERR_POLICY, "E-POLICY-MEMBER", "from",
		    "%s is no active member", v->member.s);
	if (trust_newest(v->trust) == NULL || !trust_is_member(v->trust))
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-JOINING",
		    "this node is not a member of its network yet");
	m->s->header.dir = trust_newest(v->trust)->number;
	ok = compose_words(m, &root, &has_root, err) &&
	    compose_rules(m, err) && compose_may_forward(m, err) &&
	    ask_policy(m, has_root ? &root : NULL, err) &&
	    (compose_refusal(m) != NULL || make_ref(m, err));
	header_release(&root);
	if (!ok)
		return false;
	m->needs_approval = m->s->header.act == ACT_SUBMIT &&
	    kind_approval(m->kind, m->s->header.urgency,
	    v->child.config.approval) == APPROVAL_BEFORE;
	return m->dry_run || print_all(m, err);
}

void
compose_free(struct compose *m)
{
	json_decref(m->content.body);
	for (size_t i = 0; i < m->content.nfiles; i++)
		secret_wipe(m->content.files[i].key,
		    sizeof(m->content.files[i].key));
	for (size_t i = 0; i < m->nenclosed; i++)
		buf_wipe(&m->enclosed[i]);
	if (m->s != NULL)
		sending_free(m->s);
	json_decref(m->json);
}
