#include "entente/charter.h"

#include <jansson.h>

#include "base/json.h"
#include "entente/json_order.h"
#include "model/agreement.h"
#include "model/text.h"

/* The assembler opens it from where the compiler runs: the tree's root. */
__asm__(
    ".pushsection .rodata;"
    "charter_json: .incbin \"src/entente/charter.json\";"
    "charter_json_end: .byte 0;"
    ".popsection");
extern const uint8_t charter_json[], charter_json_end[];

struct slice
charter_template(void)
{
	return slice_of(charter_json, (size_t)(charter_json_end - charter_json));
}

static void
labels(struct jout *j, const json_t *from, const char *key)
{
	json_order_object(j, key, json_object_get(from, key),
	    json_order_languages);
}

static void
clause(struct jout *j, const json_t *c)
{
	static const char *const lists[] = { "kinds", "from", "to", "purposes",
	    "areas" };

	jout_object(j, NULL);
	json_order_copy(j, c, "id");
	labels(j, c, "text");
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		json_order_copy(j, c, lists[i]);
	json_order_object(j, "ceiling", json_object_get(c, "ceiling"),
	    json_order_handling);
	jout_end_object(j);
}

static void
clauses(struct jout *j, const json_t *list)
{
	jout_array(j, "clauses");
	for (size_t i = 0; i < json_array_size(list); i++)
		clause(j, json_array_get(list, i));
	jout_end_array(j);
}

/* The one reading of agreements says what is wrong, by its field. */
static bool
judge(struct buf *text, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct agreement g;
	bool ok = agreement_parse(&g, &a, buf_all(text), err);

	if (ok)
		agreement_release(&g);
	arena_free(&a);
	return ok;
}

static bool
only_known(const json_t *json, const char *const *known, struct err *err)
{
	static const char *const in_clause[] = { "id", "text", "kinds", "from",
	    "to", "purposes", "areas", "ceiling", NULL };
	const json_t *list = json_object_get(json, "clauses");

	if (!json_order_only(json, known, "the agreement", err))
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *c = json_array_get(list, i);

		if (!json_order_only(c, in_clause, "a clause", err) ||
		    !json_order_only(json_object_get(c, "text"),
		    json_order_languages, "text", err) ||
		    !json_order_only(json_object_get(c, "ceiling"),
		    json_order_handling, "ceiling", err))
			return false;
	}
	return json_order_only(json_object_get(json, "title"),
	    json_order_languages, "title", err);
}

bool
charter_text(struct buf *text, struct slice template, const struct hash *net,
    msec from, struct err *err)
{
	static const char *const known[] = { "title", "clauses", NULL };
	json_t *json = json_read(template, TEXT_MAX, err);
	struct jout j;
	bool ok;

	if (json == NULL)
		return false;
	ok = only_known(json, known, err);
	if (ok) {
		j = text_begin(text, "agreement");
		jout_hash(&j, "net", net);
		jout_str(&j, "id", "charter");
		jout_int(&j, "version", 1);
		labels(&j, json, "title");
		jout_array(&j, "parties");
		jout_str(&j, NULL, "*");
		jout_end_array(&j);
		jout_time(&j, "from", from);
		clauses(&j, json_object_get(json, "clauses"));
		text_end(&j);
		ok = judge(text, err);
	}
	json_decref(json);
	return ok;
}

bool
charter_agreement(struct buf *text, struct slice template,
    const struct hash *net, msec now, struct err *err)
{
	static const char *const known[] = { "id", "version", "prev", "title",
	    "parties", "from", "until", "clauses", "ext", NULL };
	json_t *json = json_read(template, TEXT_MAX, err);
	struct jout j;
	bool ok;

	if (json == NULL)
		return false;
	ok = only_known(json, known, err);
	if (ok) {
		j = text_begin(text, "agreement");
		jout_hash(&j, "net", net);
		json_order_copy(&j, json, "id");
		if (json_object_get(json, "version") == NULL)
			jout_int(&j, "version", 1);
		json_order_copy(&j, json, "version");
		json_order_copy(&j, json, "prev");
		labels(&j, json, "title");
		json_order_copy(&j, json, "parties");
		if (json_object_get(json, "from") == NULL)
			jout_time(&j, "from", now);
		json_order_copy(&j, json, "from");
		json_order_copy(&j, json, "until");
		clauses(&j, json_object_get(json, "clauses"));
		json_order_copy(&j, json, "ext");
		text_end(&j);
		ok = judge(text, err);
	}
	json_decref(json);
	return ok;
}
