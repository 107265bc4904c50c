#include <stdio.h>
#include <string.h>

#include "model/bundle_check.h"
#include "model/bundle_path.h"
#include "model/deadline.h"
#include "model/offer.h"

static const struct bundle_message *
message_named(const struct bundle *b, const struct hash *name)
{
	for (size_t i = 0; i < b->nmessages; i++)
		if (hash_eq(&b->messages[i].name, name))
			return &b->messages[i];
	return NULL;
}

/* The messages between the asker and one asked member, as both hold them. */
static size_t
acts_of(struct check *c, struct leg_act *acts, const struct member_id *asker,
    const struct member_id *asked)
{
	size_t n = 0;

	for (size_t i = 0; i < c->b->nmessages; i++) {
		const struct bundle_message *m = &c->b->messages[i];
		const struct header *h = &m->header;
		struct member_id from = header_from(h);
		bool by_asker = member_id_eq(&from, asker);

		if (m != c->b->root &&
		    !hash_eq(&h->thread, &c->b->root->name))
			continue;
		if (header_to(h, by_asker ? asked : asker) == NULL ||
		    (!by_asker && !member_id_eq(&from, asked)))
			continue;
		acts[n++] = (struct leg_act){ .name = m->name,
		    .after = h->after, .nafter = h->nafter, .act = h->act,
		    .role = by_asker ? ROLE_ASKER : ROLE_ASKED,
		    .urgency = h->urgency, .until = h->until, .desk = h->desk,
		    .from = h->from, .sent = h->sent };
	}
	return n;
}

/* Content of an offer was sent under no lower handling than was accepted, and to
 * be kept no longer. */
static void
check_terms(struct check *c, const struct bundle_leg *l,
    const struct leg_act *acts)
{
	const struct bundle_message *terms = message_named(c->b,
	    &l->leg.accepted), *m;
	char path[TAR_NAME];

	for (unsigned i = 0; i < l->acts && terms != NULL; i++) {
		m = message_named(c->b, &acts[i].name);
		if (acts[i].act != ACT_DELIVER || acts[i].unlawful ||
		    acts[i].held)
			continue;
		bundle_path_message(path, m->number, &m->name, ".note");
		if (!offer_covers(&m->header.handling, &terms->header.handling))
			check_bad(c, GROUP_STATE, path, "E-OFFER-HANDLING",
			    "its handling is lower than the conditions that "
			    "were accepted");
		if (m->header.keep_until > terms->header.keep_until)
			check_bad(c, GROUP_STATE, path, "E-OFFER-KEEP",
			    "it is kept longer than the conditions that were "
			    "accepted");
	}
}

static void
fold(struct check *c, struct bundle_leg *l, const struct kind *kind)
{
	struct leg_act *acts = arena_alloc(c->arena,
	    c->b->nmessages * sizeof(*acts));
	struct member_id asker = header_from(&c->b->root->header), asked;
	unsigned unlawful = 0;
	char what[160];

	address_member(&asked, &l->desk);
	l->acts = (unsigned)acts_of(c, acts, &asker, &asked);
	(void)snprintf(what, sizeof(what), "leg %s", l->desk.s);
	if (kind == NULL) {
		check_missing(c, GROUP_STATE, what, "E-BUNDLE-KIND",
		    "%u acts; the kind is not known here, so the state is not "
		    "recomputed", l->acts);
		return;
	}
	l->known = true;
	leg_fold(&l->leg, c->arena, kind->flow, acts, l->acts, &l->desk);
	for (unsigned i = 0; i < l->acts; i++)
		unlawful += acts[i].unlawful;
	check_terms(c, l, acts);
	if (l->leg.held != 0)
		check_missing(c, GROUP_STATE, what, "E-BUNDLE-GAP",
		    "%s; %u of %u acts follow messages that are not here",
		    state_names[l->leg.state], l->leg.held, l->acts);
	else
		check_ok(c, GROUP_STATE, what,
		    "%s after %u acts, %u crossed, %u without effect",
		    state_names[l->leg.state], l->acts, l->leg.crossed,
		    unlawful);
}

/* Two humans, where the kind as it was then asks for them. */
static void
check_approval(struct check *c, const struct kind *kind)
{
	const struct bundle_message *root = c->b->root;
	const struct header *h = &root->header;
	char path[TAR_NAME];

	if (kind == NULL || !hash_eq(&kind->hash, &h->kind_hash) ||
	    kind->approval[h->urgency] != APPROVAL_BEFORE)
		return;
	for (size_t i = 0; i < root->napprovals; i++)
		if (strcmp(root->approvals[i].s, h->by.s) != 0)
			return;
	bundle_path_message(path, root->number, &root->name, ".note");
	check_missing(c, GROUP_MESSAGES, path, "E-BUNDLE-APPROVAL",
	    "%s asks for a second person's approval, and none that can be "
	    "verified is here", h->kind);
}

/* By another officer of the asker than who sent the root, with his own key. */
static bool
is_countersignature(const struct bundle *b, const struct bundle_message *m)
{
	const struct header *root = &b->root->header;
	struct member_id asker = header_from(root);
	struct member_id from = header_from(&m->header);

	if (m->header.act != ACT_COUNTERSIGN ||
	    !hash_eq(&m->header.thread, &b->root->name) ||
	    !member_id_eq(&from, &asker) ||
	    strcmp(m->header.by.s, root->by.s) == 0)
		return false;
	for (size_t i = 0; i < m->napprovals; i++)
		if (strcmp(m->approvals[i].s, m->header.by.s) == 0)
			return true;
	return false;
}

/* Sent by one officer alone: a second signs afterwards. */
static void
check_countersignature(struct check *c, const struct kind *kind)
{
	const struct bundle_message *root = c->b->root;
	const struct header *h = &root->header;
	char path[TAR_NAME], due[TIME_TEXT];

	if (kind == NULL || !hash_eq(&kind->hash, &h->kind_hash) ||
	    deadline_countersign(kind, h->urgency, h->sent) == 0)
		return;
	bundle_path_message(path, root->number, &root->name, ".note");
	for (size_t i = 0; i < c->b->nmessages; i++) {
		const struct bundle_message *m = &c->b->messages[i];

		if (!is_countersignature(c->b, m))
			continue;
		time_print(due, m->header.sent);
		check_ok(c, GROUP_STATE, path, "countersigned by %s at %s",
		    m->header.by.s, due);
		return;
	}
	time_print(due, deadline_countersign(kind, h->urgency, h->sent));
	if (c->b->has_manifest && c->b->manifest.made <
	    deadline_countersign(kind, h->urgency, h->sent))
		check_ok(c, GROUP_STATE, path, "to be countersigned by %s", due);
	else
		check_missing(c, GROUP_STATE, path, "E-BUNDLE-COUNTERSIGN",
		    "a second officer's signature was due at %s, and none that "
		    "can be verified is here", due);
}

/* An asked member holds its own leg, not those of others. */
static bool
leg_is_held(const struct bundle *b, const struct address *desk)
{
	struct member_id asker = header_from(&b->root->header), asked;

	address_member(&asked, desk);
	return !b->has_manifest || member_id_eq(&b->manifest.by, &asker) ||
	    member_id_eq(&b->manifest.by, &asked);
}

void
check_state(struct check *c)
{
	struct bundle *b = c->b;
	const struct kind *kind = NULL;
	const struct header *root;

	if (b->root == NULL)
		return;
	root = &b->root->header;
	if (c->kinds != NULL)
		kind = kind_find(c->kinds, root->kind);
	check_approval(c, kind);
	check_countersignature(c, kind);
	b->legs = arena_alloc(c->arena, root->nto * sizeof(*b->legs));
	for (size_t i = 0; i < root->nto; i++)
		if (leg_is_held(b, &root->to[i].desk)) {
			b->legs[b->nlegs].desk = root->to[i].desk;
			fold(c, &b->legs[b->nlegs++], kind);
		}
}
