#include <string.h>

#include "base/encode.h"
#include "ententd/routes.h"
#include "store/emergency_store.h"

static void
print_use(struct jout *j, const struct emergency_use *u)
{
	jout_object(j, NULL);
	jout_int(j, "id", u->number);
	jout_hash(j, "message", &u->message);
	jout_str(j, "ref", u->ref);
	jout_str(j, "kind", u->kind);
	jout_str(j, "peer", u->peer.s);
	jout_bool(j, "ours", u->ours);
	jout_str(j, "clause", u->clause);
	jout_time(j, "sent", u->sent);
	jout_time_opt(j, "reported", u->reported);
	jout_str_opt(j, "reporter", u->reporter.s);
	jout_end_object(j);
}

void
api_emergencies(struct call *c)
{
	struct vault *v = c->vault;
	struct emergency_use *list;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct err err;
	int64_t before;
	size_t n, limit;

	if (!call_page(c, &before, &limit))
		return;
	if (!emergency_list(&v->store, &c->arena, before, limit, &list, &n,
	    &err) || !vault_unit_begin(v, &err) ||
	    !vault_unit_end(v, vault_audit(v, c->account.badge.s,
	    "emergency.read", NULL, "", "", &err), &err)) {
		call_refuse(c, &err);
		return;
	}
	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < n; i++)
		print_use(&j, &list[i]);
	jout_end_array(&j);
	if (n == limit)
		jout_int(&j, "next", list[n - 1].number);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

static bool
report(struct vault *v, const struct hash *name, const char *badge,
    struct err *err)
{
	return emergency_report(&v->store, name, clock_now(), badge, err) &&
	    vault_audit(v, badge, "emergency.report", name, "", "", err);
}

/* POST /emergencies/{message}: those who must be told have been told. */
void
api_emergency_report(struct call *c)
{
	struct vault *v = c->vault;
	struct hash name;
	struct err err;

	if (!hex_decode(name.b, HASH_LEN, slice_str(c->rest))) {
		call_refuse_with(c, ERR_INVALID, "E-FIELD-VALUE", "message",
		    "is no name of a message");
		return;
	}
	if (!vault_unit_begin(v, &err) || !vault_unit_end(v,
	    report(v, &name, c->account.badge.s, &err), &err)) {
		call_refuse(c, &err);
		return;
	}
	call_answer(c, 204, "", slice_of(NULL, 0));
}
