#include <string.h>

#include "ententd/api/related.h"
#include "ententd/api/view.h"
#include "ententd/routes.h"
#include "ententd/trust.h"
#include "model/national.h"

void
api_kinds(struct call *c)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	const struct kind *k;

	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; (k = kind_at(c->vault->kinds, i)) != NULL; i++) {
		jout_object(&j, NULL);
		jout_str(&j, "kind", k->name);
		view_labels(&j, "title", k->title);
		jout_str(&j, "flow", flow_names[k->flow]);
		jout_hash(&j, "hash", &k->hash);
		jout_end_object(&j);
	}
	jout_end_array(&j);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

/* "<kind>/prefill": the kind, or NULL when it is not that. */
static const char *
prefill_of(struct call *c)
{
	char *name = arena_strdup(&c->arena, c->rest);
	size_t n = strlen(name);

	if (n <= 8 || strcmp(name + n - 8, "/prefill") != 0)
		return NULL;
	name[n - 8] = '\0';
	return name;
}

/* ?to=MEMBER: what its card requires beside this kind. */
static bool
card_to(struct call *c, const struct card **card)
{
	const char *to = call_query(c, "to");
	struct member_id m;

	*card = NULL;
	if (to == NULL)
		return true;
	if (member_id_parse(&m, slice_str(to)))
		*card = trust_card_of(c->vault->trust, &m, NULL);
	if (*card == NULL)
		call_refuse_with(c, ERR_NOT_FOUND, "E-TRUST-CARD", "to",
		    "no card of this member is known here");
	return *card != NULL;
}

static void
view_national(struct jout *j, const struct card *card, const struct kind *k)
{
	const json_t *requires;

	requires = card == NULL ? NULL : national_of(card, k->name);
	if (requires != NULL)
		jout_value(j, "national", requires);
}

/* The file itself, and its acts with those of the fragment: what forms,
 * prompts and views are made from. */
void
api_kind(struct call *c)
{
	const struct kind *k = kind_find(c->vault->kinds, c->rest);
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	const char *name = prefill_of(c);
	const struct card *card;
	json_t *value;
	union { const json_t *c; json_t *m; } u;

	if (name != NULL) {
		related_prefill(c, name);
		return;
	}
	if (k == NULL) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "kind",
		    "there is no such kind here");
		return;
	}
	if (!card_to(c, &card))
		return;
	u.c = k->json;
	jout_object(&j, NULL);
	json_object_foreach(u.m, name, value)
		if (strcmp(name, "acts") != 0)
			jout_value(&j, name, value);
	jout_hash(&j, "hash", &k->hash);
	if (k->acts != NULL)
		jout_value(&j, "acts", k->acts);
	view_national(&j, card, k);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

void
api_codelist(struct call *c)
{
	const json_t *list = codelist(c->vault->kinds, c->rest);
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	if (list == NULL) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "codelist",
		    "there is no such codelist here");
		return;
	}
	jout_value(&j, NULL, list);
	call_json(c, 200, &b);
}
