#include <string.h>

#include "ententd/api/view.h"
#include "ententd/outbox.h"
#include "ententd/rotation.h"
#include "ententd/routes.h"
#include "ententd/steps.h"
#include "ententd/tally.h"
#include "ententd/trust.h"
#include "ententd/version.h"
#include "store/outbox_store.h"
#include "store/page_store.h"
#include "store/parcel_store.h"

static int64_t
count_queue(struct call *c, enum queue q)
{
	struct leg_row *rows;
	struct err err;
	size_t n;

	return leg_list(&c->vault->store, &c->arena, q, 0, 200, &rows, &n, &err) ?
	    (int64_t)n : 0;
}

static void
print_peers(struct jout *j, struct call *c)
{
	struct vault *v = c->vault;
	const struct card *card;
	const char *error;
	struct err err;
	int64_t queued, missing;
	msec heard, since;

	jout_array(j, "peers");
	for (size_t i = 0; (card = trust_card_at(v->trust, i)) != NULL; i++) {
		if (member_id_eq(&card->member, &v->member))
			continue;
		jout_object(j, NULL);
		jout_str(j, "member", card->member.s);
		if (outbox_count(&v->store, card->member.s, &queued, &err))
			jout_int(j, "queued", queued);
		outbox_peer(v, &card->member, &heard, &error);
		jout_time_opt(j, "last_heard", heard);
		jout_str_opt(j, "last_error", error);
		tally_missing(v, &card->member, &missing, &since);
		if (missing != 0) {
			jout_int(j, "missing", missing);
			jout_time(j, "missing_since", since);
		}
		jout_end_object(j);
	}
	jout_end_array(j);
}

/* What of the node's own keys is due, and whom the next TLS key waits for. */
static void
print_rotation(struct jout *j, struct vault *v, const struct card *card)
{
	const struct member_id *m;
	msec until = 0, now = clock_now();

	for (size_t i = 0; i < card->nseals; i++)
		if (card->seals[i].until > until)
			until = card->seals[i].until;
	jout_object(j, "keys");
	jout_time(j, "seal_until", until);
	jout_bool(j, "seal_due", rotation_seal_due(card, now));
	jout_bool(j, "sign_due", rotation_sign_due(card, now));
	if (rotation_waits_for(v, 0) != NULL) {
		jout_array(j, "tls_waits_for");
		for (size_t i = 0; (m = rotation_waits_for(v, i)) != NULL; i++)
			jout_str(j, NULL, m->s);
		jout_end_array(j);
	}
	jout_end_object(j);
}

static void
print_clock(struct jout *j, const struct vault *v)
{
	msec by, at = steps_last(v, &by);

	if (at == 0)
		return;
	jout_object(j, "clock");
	jout_time(j, "stepped", at);
	jout_int(j, "by", by / SECOND);
	jout_end_object(j);
}

static void
print_trust(struct jout *j, struct call *c)
{
	struct vault *v = c->vault;
	const struct network *n = trust_network(v->trust);
	const struct directory *d = trust_newest(v->trust);
	const struct card *card = trust_card_of(v->trust, &v->member, NULL);
	const struct member_id *m;

	if (n != NULL) {
		jout_object(j, "network");
		jout_str(j, "name", n->name);
		jout_hash(j, "id", &v->net);
		jout_str(j, "class", network_class_names[n->class]);
		jout_end_object(j);
	}
	if (d != NULL) {
		jout_object(j, "directory");
		jout_int(j, "number", d->number);
		jout_time(j, "valid_until", d->valid_until);
		jout_bool(j, "expired", trust_is_expired(v->trust, clock_now()));
		jout_bool(j, "forked", trust_is_forked(v->trust));
		if (trust_withheld_by(v->trust, 0) != NULL) {
			jout_array(j, "withheld_by");
			for (size_t i = 0; (m = trust_withheld_by(v->trust,
			    i)) != NULL; i++)
				jout_str(j, NULL, m->s);
			jout_end_array(j);
		}
		jout_end_object(j);
	}
	if (card != NULL) {
		jout_object(j, "card");
		jout_int(j, "seq", card->seq);
		jout_end_object(j);
		print_rotation(j, v, card);
	}
}

/* What waits to be seen; and, of a relay, what waits here for others. */
static void
print_pages(struct jout *j, struct vault *v)
{
	int64_t n, bytes;
	struct err err;

	if (page_count(&v->store, &n, &err))
		jout_int(j, "pages", n);
	if (v->child.config.relay[0] == '\0' ||
	    !parcel_total(&v->store, &n, &bytes, &err))
		return;
	jout_object(j, "relayed");
	jout_int(j, "messages", n);
	jout_int(j, "bytes", bytes);
	jout_end_object(j);
}

/* What an account and Accept-Language may name; how it is written is for
 * whoever shows it. */
static void
print_languages(struct jout *j, const struct languages *l)
{
	jout_array(j, "languages");
	for (size_t i = 0; i < l->n; i++) {
		jout_object(j, NULL);
		jout_str(j, "code", l->list[i].code);
		jout_str(j, "name", l->list[i].name);
		jout_str(j, "direction", l->list[i].rtl ? "rtl" : "ltr");
		jout_end_object(j);
	}
	jout_end_array(j);
}

void
api_status(struct call *c)
{
	struct vault *v = c->vault;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct err err;
	int64_t queued = 0;

	jout_object(&j, NULL);
	jout_str(&j, "member", v->member.s);
	jout_str(&j, "state", v->ready || !v->open ? vault_state(v) : "starting");
	jout_str(&j, "version", ENTENTE_VERSION);
	if (c->account.badge.s[0] != '\0') {
		print_clock(&j, v);
		print_trust(&j, c);
		(void)outbox_count(&v->store, NULL, &queued, &err);
		jout_object(&j, "queues");
		jout_int(&j, "inbox", count_queue(c, QUEUE_INBOX));
		jout_int(&j, "urgent", count_queue(c, QUEUE_URGENT));
		jout_int(&j, "waiting", count_queue(c, QUEUE_WAITING));
		jout_int(&j, "outbox", queued);
		jout_end_object(&j);
		print_pages(&j, v);
		print_peers(&j, c);
		jout_value(&j, "left_out", v->left_out);
		jout_value(&j, "calendars", v->calendars);
		print_languages(&j, &v->child.languages);
	}
	jout_end_object(&j);
	call_json(c, 200, &b);
}
