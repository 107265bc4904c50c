#include "ententd/agreed.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "ententd/trust.h"
#include "store/draw_store.h"
#include "store/emergency_store.h"

/* -- pledges ----------------------------------------------------------------- */

static const struct agreement *
newest(const struct standing_set *s, const char *id, const struct member_id *of)
{
	const struct agreement *g = NULL;

	for (size_t i = 0; i < s->nagreements; i++)
		if (strcmp(s->agreements[i]->id, id) == 0 &&
		    agreement_has_party(s->agreements[i], of) &&
		    (g == NULL || s->agreements[i]->version > g->version))
			g = s->agreements[i];
	return g;
}

/* Midnight of the first of January. */
static msec
year_begins(int year)
{
	char text[DATE_TEXT + 8];
	msec t = 0;

	(void)snprintf(text, sizeof(text), "%04d-01-01", year);
	(void)date_parse(&t, slice_str(text));
	return t;
}

void
agreed_period(const struct pledge *p, msec at, msec *from, msec *until)
{
	int year, month;

	*from = *until = 0;
	if (p->per == PLEDGE_TOTAL)
		return;
	time_month(at, &year, &month);
	*from = year_begins(year);
	*until = year_begins(year + 1);
}

static bool
may_draw(const struct header *h)
{
	return h->act == ACT_ANSWER || h->act == ACT_PARTIAL;
}

static bool
draws(const struct header *h, const json_t *body)
{
	return may_draw(h) &&
	    json_is_string(json_object_get(body, "pledge")) &&
	    json_is_integer(json_object_get(body, "pledge_amount"));
}

/* "<agreement>/<pledge>" of the member that answers, with the other a party. */
static const struct pledge *
find_pledge(struct vault *v, const struct header *h, const json_t *body,
    struct draw *d)
{
	const char *said = json_string_value(json_object_get(body, "pledge"));
	struct standing_set set = trust_standings(v->trust);
	const char *slash = strchr(said, '/');
	const struct agreement *g;
	const struct pledge *p;

	*d = (struct draw){ .party = header_from(h), .at = h->sent,
	    .thread = h->thread, .amount = json_integer_value(
	    json_object_get(body, "pledge_amount")) };
	address_member(&d->other, &h->to[0].desk);
	if (slash == NULL || slash - said >= AGREEMENT_ID ||
	    strlen(slash + 1) >= AGREEMENT_CLAUSE)
		return NULL;
	(void)snprintf(d->agreement, sizeof(d->agreement), "%.*s",
	    (int)(slash - said), said);
	(void)snprintf(d->pledge, sizeof(d->pledge), "%s", slash + 1);
	g = newest(&set, d->agreement, &d->party);
	p = g == NULL ? NULL : agreement_pledge(g, d->pledge);
	return p != NULL && member_id_eq(&p->party, &d->party) &&
	    agreement_has_party(g, &d->other) ? p : NULL;
}

bool
agreed_may(struct vault *v, const struct header *h, const json_t *body,
    struct err *err)
{
	const struct pledge *p;
	msec from, until;
	struct draw d;
	int64_t sum;

	if (!draws(h, body))
		return true;
	p = find_pledge(v, h, body, &d);
	if (p == NULL)
		return err_field(err, ERR_INVALID, "E-PLEDGE-UNKNOWN",
		    "body.pledge", "no pledge of %s towards %s by that name",
		    d.party.s, d.other.s);
	if (d.amount < 1)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
		    "body.pledge_amount", "is at least 1");
	agreed_period(p, h->sent, &from, &until);
	if (!draw_sum(&v->store, d.agreement, d.pledge, from, until, &sum, err))
		return false;
	return d.amount <= p->amount - sum || err_field(err, ERR_CONFLICT,
	    "E-PLEDGE-DRAWN", "body.pledge_amount", "%s/%s: %lld of %lld %s are "
	    "left", d.agreement, d.pledge, (long long)(p->amount - sum),
	    (long long)p->amount, resource_names[p->resource]);
}

static bool
note_draw(struct vault *v, const struct header *h, const struct hash *name,
    const json_t *body, struct err *err)
{
	struct draw d;

	if (!draws(h, body) || find_pledge(v, h, body, &d) == NULL ||
	    d.amount < 1)
		return true;
	/* Two answers may have been under way at once: the second is refused
	 * with all that would be stored of it. */
	if (member_id_eq(&d.party, &v->member) && !agreed_may(v, h, body, err))
		return false;
	d.message = *name;
	return draw_put(&v->store, &d, err) && vault_audit(v, d.party.s,
	    "pledge.draw", name, d.other.s, d.agreement, err);
}

/* -- emergencies ------------------------------------------------------------------ */

static bool
note_use(struct vault *v, const struct header *h, const struct hash *name,
    const struct member_id *to, struct err *err)
{
	struct member_id from = header_from(h);
	struct emergency_use u = { .message = *name, .sent = h->sent };
	struct arena arena = ARENA_INIT;
	struct decision d = { .allowed = false };
	struct policy p;
	bool ok;

	if (trust_policy(v, &arena, &p, &from, to, h->dir, err))
		policy_admit(&d, &p, h, to);
	arena_free(&arena);
	if (!d.emergency)
		return true;
	u.ours = member_id_eq(&from, &v->member);
	u.peer = u.ours ? *to : from;
	(void)snprintf(u.ref, sizeof(u.ref), "%s", h->ref);
	(void)snprintf(u.kind, sizeof(u.kind), "%s", h->kind);
	(void)snprintf(u.clause, sizeof(u.clause), "%s", d.clause);
	ok = emergency_put(&v->store, &u, err) &&
	    vault_audit(v, u.ours ? h->by.s : from.s, "emergency.used", name,
	    u.peer.s, d.clause, err);
	return ok;
}

static bool
may_be_emergency(const struct header *h)
{
	return header_is_root(h) && h->urgency == URGENCY_FLASH &&
	    strcmp(h->purpose, AGREEMENT_EMERGENCY) == 0;
}

static bool
note_emergency(struct vault *v, const struct header *h,
    const struct hash *name, struct err *err)
{
	struct member_id from = header_from(h), to;

	if (!may_be_emergency(h))
		return true;
	if (!member_id_eq(&from, &v->member))
		return note_use(v, h, name, &v->member, err);
	for (size_t i = 0; i < h->nto; i++) {
		address_member(&to, &h->to[i].desk);
		if (!note_use(v, h, name, &to, err))
			return false;
	}
	return true;
}

bool
agreed_matters(const struct header *h)
{
	return may_draw(h) || may_be_emergency(h);
}

bool
agreed_note(struct vault *v, const struct header *h, const struct hash *name,
    const json_t *body, struct err *err)
{
	return note_emergency(v, h, name, err) &&
	    note_draw(v, h, name, body, err);
}

/* -- agreements that a message brings ------------------------------------------------ */

void
agreed_bring(struct vault *v, const struct header *h, const json_t *body)
{
	const json_t *text = json_object_get(body, "note");
	struct member_id from = header_from(h);
	struct err err = { .class = ERR_NONE };
	struct hash name;
	char type[16];

	if (strncmp(h->kind, "agreement/", 10) != 0 || !json_is_string(text))
		return;
	/* A proposal lacks signatures: that is no fault.  Nor is one that is
	 * known already. */
	if (trust_take(v, "node", slice_of(json_string_value(text),
	    json_string_length(text)), type, &name, &err) == TRUST_NEW)
		log_info("%s from %s is in force as signed", type, from.s);
}
