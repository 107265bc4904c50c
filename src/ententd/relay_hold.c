#include <stdlib.h>
#include <string.h>

#include "ententd/relay_state.h"
#include "ententd/routes.h"
#include "ententd/trust.h"
#include "model/receipt.h"
#include "store/parcel_store.h"
#include "store/receipt_store.h"

/* A batch that is being taken into custody, until keys has signed for it. */
struct holding {
	struct call		*call;
	const struct wire_batch	*batch;
	struct receipt		 receipt;
	struct buf		 text, note;
};

static void
holding_free(struct holding *h)
{
	buf_free(&h->text);
	buf_free(&h->note);
	free(h);
}

static void
refuse(struct holding *h, const struct err *err)
{
	call_refuse(h->call, err);
	holding_free(h);
}

/* -- may it be left here? ----------------------------------------------------- */

static bool
is_listed(const char *list, const char *member)
{
	size_t n = strlen(member), len;

	for (; *list != '\0'; list += len + (list[len] != '\0')) {
		len = strcspn(list, " ,");
		if ((len == n && memcmp(list, member, n) == 0) ||
		    (len == 1 && *list == '*'))
			return true;
	}
	return false;
}

bool
relay_serves(const struct vault *v, const struct member_id *m,
    struct err *err)
{
	const struct card *c = trust_card_of(v->trust, m, NULL);

	if (v->child.config.relay[0] == '\0')
		return err_field(err, ERR_INVALID, "E-WIRE-TO", "to",
		    "this node is %s and relays for nobody", v->member.s);
	if (c != NULL && member_id_eq(&c->relay, &v->member) &&
	    trust_is_active(v->trust, m) &&
	    is_listed(v->child.config.relay, m->s))
		return true;
	return err_field(err, ERR_DENIED, "E-RELAY-MEMBER", "to",
	    "%s does not relay for %s", v->member.s, m->s);
}

static bool
times_fit(const struct wire_batch *b, msec now, struct err *err)
{
	for (uint8_t i = 0; i < b->n; i++)
		if (b->messages[i].deliver_by < now ||
		    b->messages[i].deliver_by > now + RELAY_LONGEST)
			return err_field(err, ERR_INVALID, "E-TIME-BOUND",
			    "deliver_by", "a relay keeps nothing that late");
	return true;
}

/* One sender may use up half of what a member may have here, so that nobody
 * keeps the others' mail out. */
static bool
room_for(struct vault *v, const struct member_id *to,
    const struct member_id *from, const struct wire_batch *b, struct err *err)
{
	int64_t most = v->child.config.relay_bytes, n, bytes, more = 0;

	for (uint8_t i = 0; i < b->n; i++)
		more += (int64_t)b->messages[i].sealed.n;
	if (!parcel_use(&v->store, to, from, &n, &bytes, err))
		return false;
	if (bytes + more > most / 2 || n > RELAY_PARCELS / 2)
		return err_set(err, ERR_UNAVAILABLE, "E-RELAY-QUOTA",
		    "too much of yours for %s is held here", to->s);
	if (!parcel_use(&v->store, to, NULL, &n, &bytes, err))
		return false;
	return (bytes + more <= most && n <= RELAY_PARCELS) ||
	    err_set(err, ERR_UNAVAILABLE, "E-RELAY-QUOTA",
	    "too much for %s is held here", to->s);
}

static bool
may_hold(struct call *c, const struct wire_batch *b, struct err *err)
{
	struct vault *v = c->vault;
	const struct member_id *to = &b->messages[0].to;

	return relay_serves(v, to, err) && times_fit(b, clock_now(), err) &&
	    room_for(v, to, &c->peer, b, err);
}

/* -- into custody -------------------------------------------------------------- */

static bool
keep_parcels(struct holding *h, struct err *err)
{
	struct vault *v = h->call->vault;
	const struct wire_message *m;
	bool fresh;

	/* Other batches came while keys signed. */
	if (!room_for(v, &h->batch->messages[0].to, &h->call->peer, h->batch,
	    err))
		return false;
	for (uint8_t i = 0; i < h->batch->n; i++) {
		m = &h->batch->messages[i];
		if (!parcel_put(&v->store, &(struct parcel){ .to = m->to,
		    .from = h->call->peer, .lane = m->lane,
		    .deliver_by = m->deliver_by, .stored = h->receipt.at,
		    .sealed = m->sha256, .bytes = m->sealed }, &fresh, err))
			return false;
	}
	return vault_audit(v, h->call->peer.s, "relay.hold", NULL,
	    h->batch->messages[0].to.s, "", err);
}

static void
reply(struct holding *h)
{
	struct vault *v = h->call->vault;
	struct slice note = buf_all(&h->note);
	struct wire_reply w = { .notes = &note, .n = 1,
	    .dir = trust_newest(v->trust)->number,
	    .dir_name = *trust_newest_name(v->trust) };
	struct buf b = BUF_INIT;

	relay_wake_after(v, &h->batch->messages[0].to);
	wire_reply_encode(&b, &w);
	call_answer(h->call, 200, "application/octet-stream", buf_all(&b));
	buf_free(&b);
	holding_free(h);
}

static void
signed_by_keys(void *arg, struct ipc_message *m)
{
	struct holding *h = arg;
	struct vault *v = h->call->vault;
	struct cursor c;
	struct err err;

	if (!keys_said(m, &c, &err)) {
		refuse(h, &err);
		return;
	}
	buf_slice(&h->note, buf_all(&h->text));
	buf_u8(&h->note, '\n');
	buf_slice(&h->note, cursor_var(&c, NOTE_MAX));
	if (vault_unit_begin(v, &err) &&
	    vault_unit_end(v, keep_parcels(h, &err), &err))
		reply(h);
	else
		refuse(h, &err);
}

static void
make_receipt(struct holding *h)
{
	struct vault *v = h->call->vault;
	struct receipt *r = &h->receipt;

	*r = (struct receipt){ .net = v->net,
	    .dir = trust_newest(v->trust)->number, .from = v->member,
	    .to = h->call->peer, .at = clock_now(),
	    .entries = arena_alloc(&h->call->arena,
	    h->batch->n * sizeof(*r->entries)) };
	for (; r->n < h->batch->n; r->n++)
		r->entries[r->n] = (struct receipt_entry){
		    .sealed = h->batch->messages[r->n].sha256,
		    .result = RECEIPT_CUSTODY };
	receipt_print(&h->text, r);
}

void
relay_hold(struct call *c, const struct wire_batch *batch)
{
	struct buf b = BUF_INIT;
	struct holding *h;
	struct err err;

	if (!may_hold(c, batch, &err)) {
		call_refuse(c, &err);
		return;
	}
	h = xcalloc(1, sizeof(*h));
	h->call = c;
	h->batch = batch;
	make_receipt(h);
	buf_var(&b, buf_all(&h->text));
	buf_var_str(&b, "");
	vault_ask(c->vault, CHILD_KEYS, VAULT_SIGN, buf_all(&b), -1,
	    signed_by_keys, h);
	buf_free(&b);
}
