#include "base/encode.h"
#include "ententd/routes.h"
#include "model/text.h"
#include "store/audit_store.h"

static void
print_entry(struct jout *j, const struct audit_row *r)
{
	static const char *const keys[] = { "at", "who", "what", "object",
	    "peer", "detail" };
	struct err err;
	json_t *entry = r->entry.n == 0 ? NULL :
	    text_read(r->entry, "audit", &err);
	const json_t *v;

	jout_object(j, NULL);
	jout_int(j, "id", r->id);
	jout_hash(j, "leaf", &r->leaf);
	if (entry == NULL)
		jout_bool(j, "gone", true);
	for (size_t i = 0; entry != NULL && i < sizeof(keys) / sizeof(keys[0]);
	    i++)
		if ((v = json_object_get(entry, keys[i])) != NULL)
			jout_value(j, keys[i], v);
	jout_end_object(j);
	json_decref(entry);
}

void
api_audit(struct call *c)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct audit_row *rows;
	struct vault *v = c->vault;
	struct err err;
	int64_t before;
	size_t n, limit;

	if (!call_page(c, &before, &limit))
		return;
	/* Auditing is audited. */
	if (!audit_list(&v->store, &c->arena, before, limit, &rows, &n, &err) ||
	    !vault_unit_begin(v, &err) || !vault_unit_end(v, vault_audit(v,
	    c->account.badge.s, "audit.read", NULL, "", "", &err), &err)) {
		call_refuse(c, &err);
		return;
	}
	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < n; i++)
		print_entry(&j, &rows[i]);
	jout_end_array(&j);
	if (n == limit)
		jout_int(&j, "next", rows[n - 1].id);
	jout_end_object(&j);
	call_json(c, 200, &b);
}
