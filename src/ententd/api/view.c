#include "ententd/api/view.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "ententd/authority.h"
#include "ententd/outbox.h"
#include "ententd/trust.h"
#include "store/blob_store.h"
#include "store/emergency_store.h"
#include "store/outbox_store.h"
#include "model/forward.h"
#include "store/receipt_store.h"

static bool
card_is_due(struct call *c, const struct account *a)
{
	const struct card *card = trust_card_of(c->vault->trust,
	    &c->vault->member, NULL);
	const struct card_officer *o;
	char listed[NOTE_VKEY];

	if (a->vkey[0] == '\0' || a->disabled || card == NULL)
		return false;
	o = card_officer(card, &a->badge);
	if (o == NULL)
		return true;
	note_vkey_print(listed, &o->vkey);
	return strcmp(listed, a->vkey) != 0;
}

static void
view_roles(struct jout *j, const char *key, unsigned roles)
{
	jout_array(j, key);
	for (unsigned bit = 1; bit <= ACCOUNT_ADMIN; bit <<= 1)
		if ((roles & bit) != 0)
			jout_str(j, NULL, account_role_name(bit));
	jout_end_array(j);
}

static void
view_set(struct jout *j, const char *key, const struct scope_set *set)
{
	jout_array(j, key);
	for (size_t i = 0; i < set->n; i++)
		jout_str(j, NULL, set->item[i]);
	jout_end_array(j);
}

/* No desk or kind listed and none said to be missing: all of them. */
static void
view_scope(struct jout *j, const struct scope *s)
{
	view_roles(j, "roles", s->roles);
	view_set(j, "desks", &s->desks);
	view_set(j, "kinds", &s->kinds);
	jout_str(j, "urgency_most", urgency_names[s->urgency]);
	jout_str(j, "tlp_most", tlp_names[s->tlp]);
	jout_str(j, "level_most", level_names[s->level]);
	jout_time_opt(j, "until", s->until);
	view_roles(j, "gives", s->gives);
}

/* What is left of it today. */
static void
view_effective(struct jout *j, struct call *c, const struct account *a)
{
	struct scope now;
	struct err none;

	if (!authority_of(c->vault, a, &now, &none) ||
	    scope_is_over(&now, clock_now()))
		now = scope_none();
	jout_object(j, "effective");
	jout_bool(j, "every_desk", now.desks.all);
	jout_bool(j, "every_kind", now.kinds.all);
	view_scope(j, &now);
	jout_end_object(j);
}

/* A password to be set anew: who asked, and who agreed. */
static void
view_reset(struct jout *j, const struct account *a)
{
	if (a->reset_by.s[0] == '\0')
		return;
	jout_object(j, "reset");
	jout_str(j, "by", a->reset_by.s);
	jout_time(j, "at", a->reset_at);
	jout_str_opt(j, "agreed", a->reset_ok.s);
	jout_end_object(j);
}

void
view_account(struct jout *j, const char *key, struct call *c,
    const struct account *a)
{
	struct scope given;

	jout_object(j, key);
	jout_str(j, "badge", a->badge.s);
	jout_str(j, "name", a->name);
	authority_given(&given, a);
	view_scope(j, &given);
	jout_str_opt(j, "giver", a->giver.s);
	view_effective(j, c, a);
	jout_str_opt(j, "lang", a->lang);
	if (a->uid >= 0)
		jout_int(j, "uid", a->uid);
	jout_str_opt(j, "vkey", a->vkey);
	jout_bool(j, "disabled", a->disabled);
	jout_bool(j, "initial", a->initial);
	view_reset(j, a);
	if (card_is_due(c, a))
		jout_bool(j, "card_due", true);
	jout_end_object(j);
}

/* -- legs ------------------------------------------------------------------------------- */

/* Of the root, towards that member. */
static const char *
delivery_of(struct call *c, const struct leg_row *l)
{
	struct outbox_row *rows;
	struct err err;
	size_t n;

	if (l->role != ROLE_ASKER || !outbox_of_message(&c->vault->store,
	    &c->arena, &l->thread, &rows, &n, &err))
		return "";
	for (size_t i = 0; i < n; i++)
		if (member_id_eq(&rows[i].to, &l->member))
			return outbox_status_names[rows[i].status];
	return "";
}

static void
subject_of(struct call *c, const struct hash *name, struct jout *j)
{
	struct buf line = BUF_INIT;
	struct content content;
	struct err err;

	if (message_content(&c->vault->store, name, &line, &err) &&
	    content_parse(&content, &c->arena, buf_all(&line), &err)) {
		jout_str_opt(j, "subject", content.subject);
		content_release(&content);
	}
	buf_wipe(&line);
}

/* "Due by T", "by 4712 at T", or overdue: on both sides from the same data. */
static void
view_countersign(struct jout *j, const struct leg_row *l)
{
	if (l->countersign_by == 0)
		return;
	jout_object(j, "countersign");
	jout_time(j, "due", l->countersign_by);
	jout_time_opt(j, "at", l->countersigned);
	jout_str_opt(j, "by", l->countersigner.s);
	jout_bool(j, "overdue", l->countersigned == 0 ?
	    clock_now() >= l->countersign_by :
	    l->countersigned >= l->countersign_by);
	jout_end_object(j);
}

void
view_leg(struct jout *j, struct call *c, const struct leg_row *l)
{
	jout_object(j, NULL);
	jout_hash(j, "thread", &l->thread);
	jout_str(j, "ref", l->ref);
	jout_str(j, "kind", l->kind);
	subject_of(c, &l->thread, j);
	jout_str(j, "member", l->member.s);
	jout_str(j, "role", l->role == ROLE_ASKER ? "asker" : "asked");
	jout_str(j, "asker", l->asker.s);
	jout_str(j, "asked", l->asked.s);
	jout_str(j, "state", state_names[l->state]);
	jout_str(j, "urgency", urgency_names[l->urgency]);
	jout_bool(j, "exercise", l->exercise);
	if (l->urgency == URGENCY_FLASH &&
	    emergency_has(&c->vault->store, &l->thread))
		jout_bool(j, "emergency", true);
	jout_time(j, "sent", l->sent);
	jout_time_opt(j, "received", l->received);
	jout_time_opt(j, "acknowledge_by", l->acknowledge_by);
	jout_time_opt(j, "answer_by", l->answer_by);
	jout_time_opt(j, "promised_by", l->promised_by);
	jout_time_opt(j, "next_step_by", l->next_step_by);
	jout_time_opt(j, "opened", l->opened);
	jout_time_opt(j, "opened_there", l->opened_there);
	view_countersign(j, l);
	if (l->copied)
		jout_bool(j, "copied", true);
	jout_time(j, "updated", l->updated);
	jout_int(j, "crossed", l->crossed);
	jout_str_opt(j, "delivery", delivery_of(c, l));
	jout_end_object(j);
}

/* -- messages ----------------------------------------------------------------------------- */

static void
view_files(struct jout *j, struct call *c, const struct message_row *r,
    const struct content *content)
{
	struct member_id from;
	struct blob_row b;
	struct err err;

	address_member(&from, &r->from);
	jout_array(j, "files");
	for (size_t i = 0; i < content->nfiles; i++) {
		const struct file_ref *f = &content->files[i];

		jout_object(j, NULL);
		jout_int(j, "n", (int64_t)i);
		jout_str(j, "name", f->name);
		jout_str(j, "type", f->type);
		jout_int(j, "size", f->size);
		jout_hash(j, "sha256", &f->sha256);
		jout_bool(j, "have", blob_get(&c->vault->store, &f->blob, from.s,
		    &b, &err) && b.complete);
		jout_end_object(j);
	}
	jout_end_array(j);
}

/* What it encloses; that it is whole and by whom was seen when it was taken. */
static void
view_evidence(struct jout *j, struct call *c, const struct signed_content *s)
{
	struct evidence e;
	struct err err;

	if (evidence_open(&e, &c->arena, s, &err)) {
		jout_hash(j, "name", &e.name);
		jout_str(j, "ref", e.header.ref);
		jout_str(j, "from", e.header.from.s);
		jout_str_opt(j, "by", e.header.by.s);
		jout_str(j, "kind", e.header.kind);
		jout_str(j, "act", act_names[e.header.act]);
		jout_time(j, "sent", e.header.sent);
		jout_time_opt(j, "until", e.header.until);
		handling_write(j, "handling", &e.header.handling);
		jout_str_opt(j, "subject", e.content.subject);
		jout_str(j, "lang", e.content.lang);
		jout_value(j, "body", e.content.body);
	}
	evidence_release(&e);
}

static void
view_forwards(struct jout *j, struct call *c, const struct content *content)
{
	if (content->nforwards == 0)
		return;
	jout_array(j, "forwards");
	for (size_t i = 0; i < content->nforwards; i++) {
		const struct forward *f = &content->forwards[i];

		jout_object(j, NULL);
		view_evidence(j, c, &f->original);
		if (f->answered.note.n != 0) {
			jout_object(j, "consent");
			view_evidence(j, c, &f->answered);
			jout_end_object(j);
		}
		jout_end_object(j);
	}
	jout_end_array(j);
}

static void
view_content(struct jout *j, struct call *c, const struct message_row *r)
{
	struct buf line = BUF_INIT;
	struct content content;
	struct err err;

	if (!message_content(&c->vault->store, &r->name, &line, &err) ||
	    !content_parse(&content, &c->arena, buf_all(&line), &err)) {
		jout_str(j, "content", "gone");
		buf_wipe(&line);
		return;
	}
	jout_str_opt(j, "subject", content.subject);
	jout_str(j, "lang", content.lang);
	jout_value(j, "body", content.body);
	view_files(j, c, r, &content);
	view_forwards(j, c, &content);
	content_release(&content);
	buf_wipe(&line);
}

/* Badges of officers whose approval stands in the note and verifies. */
static void
view_approvals(struct jout *j, struct call *c, const struct message_row *r,
    const struct note *note)
{
	const struct card *card;
	struct member_id from;
	struct err err;
	bool by;

	address_member(&from, &r->from);
	card = trust_card_of(c->vault->trust, &from, NULL);
	jout_array(j, "approvals");
	for (size_t i = 0; card != NULL && i < card->nofficers; i++)
		if (note_verify(note, &card->officers[i].vkey, 1, &by, &err) && by)
			jout_str(j, NULL, card->officers[i].badge.s);
	jout_end_array(j);
}

/* Since when the key that signed it may be in other hands. */
static void
view_revoked(struct jout *j, struct call *c, const struct message_row *r,
    const struct note *note)
{
	const struct card *card;
	struct member_id from;
	struct err err;
	bool by;

	address_member(&from, &r->from);
	card = trust_card_of(c->vault->trust, &from, NULL);
	for (size_t i = 0; card != NULL && i < card->nkeys; i++)
		if (card->keys[i].revoked != 0 && note_verify(note,
		    &card->keys[i].vkey, 1, &by, &err) && by) {
			jout_time(j, "key_revoked", card->keys[i].revoked);
			return;
		}
}

static void
view_header(struct jout *j, struct call *c, const struct message_row *r)
{
	struct header h;
	struct note note;
	struct err err;

	if (!note_parse(&note, r->note, &err) ||
	    !header_parse(&h, &c->arena, note.text, &err))
		return;
	jout_time(j, "deliver_by", h.deliver_by);
	jout_date(j, "keep_until", h.keep_until);
	jout_str(j, "purpose", h.purpose);
	jout_str_opt(j, "area", h.area);
	jout_bool(j, "exercise", h.exercise);
	handling_write(j, "handling", &h.handling);
	view_approvals(j, c, r, &note);
	view_revoked(j, c, r, &note);
	header_release(&h);
}

/* Why it is not there: its own reason, else why its member is not reached. */
static const char *
delivery_rule(struct call *c, const struct outbox_row *row)
{
	const char *error;
	msec heard;

	if (row->rule[0] != '\0' || row->status != OUTBOX_QUEUED)
		return row->rule;
	outbox_peer(c->vault, &row->to, &heard, &error);
	return error;
}

static void
view_receipts(struct jout *j, struct call *c, const struct message_row *r)
{
	struct outbox_row *rows;
	struct err err;
	size_t n;

	if (!r->ours || !outbox_of_message(&c->vault->store, &c->arena, &r->name,
	    &rows, &n, &err))
		return;
	jout_array(j, "delivery");
	for (size_t i = 0; i < n; i++) {
		jout_object(j, NULL);
		jout_str(j, "member", rows[i].to.s);
		jout_str(j, "status", outbox_status_names[rows[i].status]);
		jout_int(j, "tries", rows[i].tries);
		if (rows[i].status == OUTBOX_QUEUED)
			jout_time_opt(j, "next_try", rows[i].next_try);
		jout_time_opt(j, "settled", rows[i].settled);
		jout_str_opt(j, "rule", delivery_rule(c, &rows[i]));
		jout_end_object(j);
	}
	jout_end_array(j);
}

void
view_message(struct jout *j, struct call *c, const struct message_row *r,
    bool crossed)
{
	static const char *const places[] = { "thread", "held", "refused" };

	jout_object(j, NULL);
	jout_hash(j, "name", &r->name);
	jout_hash(j, "thread", &r->thread);
	jout_str(j, "ref", r->ref);
	jout_str(j, "kind", r->kind);
	jout_str(j, "act", act_names[r->act]);
	jout_str(j, "from", r->from.s);
	jout_str_opt(j, "by", r->by.s);
	jout_array(j, "to");
	for (size_t i = 0; i < r->nto; i++)
		jout_str(j, NULL, r->to[i].s);
	jout_end_array(j);
	jout_str(j, "urgency", urgency_names[r->urgency]);
	jout_time(j, "sent", r->sent);
	jout_time(j, "stored", r->stored);
	jout_bool(j, "ours", r->ours);
	jout_str(j, "place", places[r->place]);
	jout_bool(j, "crossed", crossed);
	if (r->urgency == URGENCY_FLASH &&
	    emergency_has(&c->vault->store, &r->name))
		jout_bool(j, "emergency", true);
	jout_time_opt(j, "until", r->until);
	jout_str_opt(j, "desk", r->desk.s);
	view_header(j, c, r);
	view_content(j, c, r);
	view_receipts(j, c, r);
	jout_end_object(j);
}

void
view_labels(struct jout *j, const char *key, const json_t *labels)
{
	if (labels != NULL)
		jout_value(j, key, labels);
}
