#include "entente/charter.h"

#include <jansson.h>

#include "base/encode.h"
#include "base/json.h"
#include "entente/json_shape.h"
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

/* -- the order of doc/protocol.md ------------------------------------------------- */

static const struct json_shape in_clause[] = {
	{ "id", NULL }, { "text", json_shape_labels }, { "kinds", NULL },
	{ "from", NULL }, { "to", NULL }, { "purposes", NULL },
	{ "areas", NULL }, { "ceiling", json_shape_handling },
	{ "emergency", NULL }, { NULL, NULL },
};
static const struct json_shape in_framework[] = {
	{ "id", NULL }, { "name", NULL }, { NULL, NULL },
};
static const struct json_shape in_mandate[] = {
	{ "party", NULL }, { "text", json_shape_labels }, { "areas", NULL },
	{ "territory", NULL }, { NULL, NULL },
};
static const struct json_shape in_pledge[] = {
	{ "id", NULL }, { "party", NULL }, { "resource", NULL },
	{ "amount", NULL }, { "per", NULL }, { "text", json_shape_labels },
	{ NULL, NULL },
};
static const struct json_shape in_focal[] = {
	{ "party", NULL }, { "desk", NULL }, { NULL, NULL },
};
static const struct json_shape whole[] = {
	{ "id", NULL }, { "version", NULL }, { "prev", NULL },
	{ "framework", in_framework }, { "title", json_shape_labels },
	{ "parties", NULL }, { "witnesses", NULL }, { "from", NULL },
	{ "until", NULL }, { "review", NULL }, { "report", NULL },
	{ "notice", NULL }, { "clauses", in_clause },
	{ "mandates", in_mandate }, { "pledges", in_pledge },
	{ "focal", in_focal }, { "ext", NULL }, { NULL, NULL },
};
/* What people write of a charter; the rest is the same for every network. */
static const struct json_shape of_charter[] = {
	{ "title", json_shape_labels }, { "review", NULL }, { "report", NULL },
	{ "notice", NULL }, { "clauses", in_clause }, { NULL, NULL },
};

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
print(struct buf *text, json_t *json, const struct hash *net, msec from,
    struct err *err)
{
	char time[TIME_TEXT];
	struct jout j;

	if (json_object_get(json, "version") == NULL)
		json_object_set_new(json, "version", json_integer(1));
	time_print(time, from);
	if (json_object_get(json, "from") == NULL)
		json_object_set_new(json, "from", json_string(time));
	j = text_begin(text, "agreement");
	jout_hash(&j, "net", net);
	json_shape_write(&j, whole, json);
	text_end(&j);
	return judge(text, err);
}

bool
charter_text(struct buf *text, struct slice template, const struct hash *net,
    msec from, struct err *err)
{
	json_t *json = json_read(template, TEXT_MAX, err);
	bool ok;

	if (json == NULL)
		return false;
	ok = json_shape_only(of_charter, json, err);
	if (ok) {
		json_object_set_new(json, "id", json_string("charter"));
		json_object_set_new(json, "parties", json_pack("[s]", "*"));
		ok = print(text, json, net, from, err);
	}
	json_decref(json);
	return ok;
}

bool
charter_agreement(struct buf *text, struct slice template,
    const struct hash *net, msec now, struct err *err)
{
	json_t *json = json_read(template, TEXT_MAX, err);
	bool ok;

	if (json == NULL)
		return false;
	ok = json_shape_only(whole, json, err) && print(text, json, net, now, err);
	json_decref(json);
	return ok;
}

bool
charter_amended(struct buf *text, struct slice template,
    const struct hash *net, msec now, int64_t version, const struct hash *prev,
    struct err *err)
{
	json_t *json = json_read(template, TEXT_MAX, err);
	struct buf hex = BUF_INIT;
	bool ok;

	if (json == NULL)
		return false;
	buf_hex(&hex, slice_of(prev->b, sizeof(prev->b)));
	json_object_set_new(json, "version", json_integer(version));
	json_object_set_new(json, "prev", json_string(buf_cstr(&hex)));
	ok = json_shape_only(whole, json, err) && print(text, json, net, now, err);
	buf_free(&hex);
	json_decref(json);
	return ok;
}
