#include "model/receipt.h"

#include <stdio.h>

#include "model/field.h"
#include "model/text.h"

const char *const receipt_result_names[RECEIPT_RESULTS] = {
	[RECEIPT_TAKEN] = "taken", [RECEIPT_REFUSED] = "refused",
	[RECEIPT_LATER] = "later", [RECEIPT_CUSTODY] = "custody",
};

/* With these comes the reason; the others have none. */
static bool
has_reason(enum receipt_result r)
{
	return r == RECEIPT_REFUSED || r == RECEIPT_LATER;
}

static void
entry_print(struct jout *j, const struct receipt_entry *e)
{
	jout_object(j, NULL);
	jout_hash_opt(j, "name", &e->name);
	jout_hash_opt(j, "sealed", &e->sealed);
	jout_str(j, "result", receipt_result_names[e->result]);
	jout_str_opt(j, "rule", e->rule);
	jout_str_opt(j, "field", e->field);
	jout_str_opt(j, "clause", e->clause);
	jout_end_object(j);
}

void
receipt_print(struct buf *b, const struct receipt *r)
{
	struct jout j = text_begin(b, "receipt");

	jout_hash(&j, "net", &r->net);
	jout_int(&j, "dir", r->dir);
	jout_str(&j, "from", r->from.s);
	jout_str(&j, "to", r->to.s);
	jout_time(&j, "at", r->at);
	jout_array(&j, "entries");
	for (size_t i = 0; i < r->n; i++)
		entry_print(&j, &r->entries[i]);
	jout_end_array(&j);
	jout_ext(&j, r->ext);
	text_end(&j);
}

/* "E-" and letters, digits, dashes. */
static bool
rule_valid(const char *s)
{
	return strncmp(s, "E-", 2) == 0 && s[2] != '\0' &&
	    s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")] == '\0';
}

static void
reason_read(struct receipt_entry *e, struct jobj *j)
{
	const char *s = jobj_str(j, "rule", sizeof(e->rule) - 1);

	if (!j->bad && !rule_valid(s))
		jobj_fail(j, "E-FIELD-VALUE", "rule", "is no rule's name");
	(void)snprintf(e->rule, sizeof(e->rule), "%s", s);
	(void)snprintf(e->field, sizeof(e->field), "%s",
	    jobj_str_opt(j, "field", sizeof(e->field) - 1));
	(void)snprintf(e->clause, sizeof(e->clause), "%s",
	    jobj_str_opt(j, "clause", sizeof(e->clause) - 1));
}

static void
entry_read(struct receipt_entry *e, struct jobj *j)
{
	bool named = jobj_has(j, "name");

	e->name = jobj_hash_opt(j, "name");
	e->sealed = jobj_hash_opt(j, "sealed");
	if (!j->bad && !named && hash_is_zero(&e->sealed))
		jobj_fail(j, "E-FIELD-VALUE", "name",
		    "or sealed must stand there");
	e->result = (enum receipt_result)jobj_enum(j, "result",
	    receipt_result_names, RECEIPT_RESULTS);
	if (!j->bad && e->result == RECEIPT_TAKEN && !named)
		jobj_fail(j, "E-FIELD-VALUE", "name", "is required when taken");
	if (!j->bad && e->result == RECEIPT_CUSTODY && named)
		jobj_fail(j, "E-FIELD-VALUE", "name",
		    "is not known to who holds it sealed");
	if (has_reason(e->result))
		reason_read(e, j);
}

static bool
same_message(const struct receipt_entry *a, const struct receipt_entry *b)
{
	if (!hash_is_zero(&a->name) && hash_eq(&a->name, &b->name))
		return true;
	return !hash_is_zero(&a->sealed) && hash_eq(&a->sealed, &b->sealed);
}

static void
entries_read(struct receipt *r, struct arena *a, struct jobj *j)
{
	const json_t *list = jobj_array(j, "entries", RECEIPT_ENTRIES);
	size_t n = j->bad ? 0 : json_array_size(list);
	struct jobj item;

	if (!j->bad && n == 0)
		jobj_fail(j, "E-FIELD-VALUE", "entries", "is empty");
	r->entries = arena_alloc(a, n * sizeof(*r->entries));
	for (; !j->bad && r->n < n; r->n++) {
		struct receipt_entry *e = &r->entries[r->n];

		jobj_item(&item, j, "entries", list, r->n);
		entry_read(e, &item);
		for (size_t o = 0; !item.bad && o < r->n; o++)
			if (same_message(&r->entries[o], e))
				jobj_fail(&item, "E-FIELD-VALUE",
				    hash_is_zero(&e->name) ? "sealed" : "name",
				    "stands there twice");
		jobj_close(&item, j);
	}
}

static bool
receipt_read(struct receipt *r, struct arena *a, struct err *err)
{
	struct jobj j;

	jobj_begin(&j, r->json, "", err);
	r->net = jobj_hash(&j, "net");
	r->dir = jobj_int(&j, "dir", 1, JSON_INT_MAX);
	r->from = jobj_member(&j, "from");
	r->to = jobj_member(&j, "to");
	r->at = jobj_time(&j, "at");
	entries_read(r, a, &j);
	r->ext = jobj_ext(&j);
	return jobj_end(&j);
}

bool
receipt_parse(struct receipt *r, struct arena *a, struct slice text,
    struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*r = (struct receipt){ .json = NULL };
	if (text.n > TEXT_SMALL)
		return err_set(err, ERR_INVALID, "E-TEXT-FORM",
		    "a receipt of %zu bytes, at most %d", text.n, TEXT_SMALL);
	r->json = text_read(text, "receipt", err);
	if (r->json == NULL)
		return false;
	ok = receipt_read(r, a, err);
	if (ok) {
		receipt_print(&b, r);
		ok = text_canonical(&b, text, err);
	}
	if (!ok)
		receipt_release(r);
	buf_free(&b);
	return ok;
}

void
receipt_release(struct receipt *r)
{
	json_decref(r->json);
	*r = (struct receipt){ .json = NULL };
}
