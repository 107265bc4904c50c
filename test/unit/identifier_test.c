#include "base/secret.h"
#include "model/identifier.h"

#include "tap.h"

static size_t
list(struct arena *a, const struct kind_set *set, const char *text,
    struct identifier **ids)
{
	struct err err;
	json_t *body = json_read(slice_str(text), 100000, &err);
	size_t n;

	if (body == NULL)
		exit(1);
	n = identifier_list(a, kind_find(set, "request.preservation/1"),
	    ACT_SUBMIT, body, ids);
	json_decref(body);
	return n;
}

static bool
is(const struct identifier *id, const char *type, const char *field,
    const char *normal)
{
	return strcmp(id->type, type) == 0 && strcmp(id->field, field) == 0 &&
	    slice_eq(id->normal, slice_str(normal));
}

static void
test_list(const struct kind_set *set)
{
	struct arena a = ARENA_INIT;
	struct identifier *ids;

	OK(list(&a, set, "{\"offence\":\"x\",\"custodian\":\"y\"}", &ids) == 0,
	    "what no field matches is not taken");
	OK(list(&a, set, "{\"ip\":[\"2001:DB8:0:0::7\",\"2001:db8::7\"],"
	    "\"case_number\":\"KT 1\",\"domain\":[\"m\\u00fcnchen.example\"]}",
	    &ids) == 3, "two spellings are one identifier");
	OK(is(&ids[0], "case-number", "case_number", "KT1"), "in the form in which it is compared");
	OK(is(&ids[1], "ip", "ip", "2001:db8::7") &&
	    is(&ids[2], "domain", "domain", "xn--mnchen-3ya.example"),
	    "each by its type and field");
	OK(ids[1].begins == 0 && ids[1].ends == 0, "without a time there is none");
	OK(list(&a, set, "{\"ip\":[\"192.0.2.7\"],\"connection\":[{\"ip\":"
	    "\"192.0.2.7\",\"at\":\"2026-11-20T02:00:00.000Z\",\"zone\":\"UTC\"}],"
	    "\"period\":{\"from\":\"2026-11-19T00:00:00.000Z\","
	    "\"to\":\"2026-11-21T00:00:00.000Z\"}}", &ids) == 2,
	    "an address in two fields stands twice");
	OK(ids[0].begins == ids[0].ends && ids[0].begins != 0 &&
	    ids[1].ends - ids[1].begins == 2 * DAY,
	    "its own time goes before the period of the whole");
	OK(list(&a, set, "{\"connection\":[{\"ip\":\"192.0.2.7\",\"at\":"
	    "\"2026-11-20T02:00:00.000Z\",\"zone\":\"UTC\"},{\"ip\":\"192.0.2.7\","
	    "\"at\":\"2026-11-20T03:00:00.000Z\",\"zone\":\"UTC\"}]}", &ids) == 2,
	    "one address at two times is two");
	arena_free(&a);
}

static void
test_reasons(void)
{
	struct match_side a = { "request.traffic/1", { "rs" }, 100, 200 };
	struct match_side b = a;
	enum match_reason r;

	OK(identifier_reason(&r, "ip", &a, &b) && r == MATCH_REQUEST,
	    "asker, kind, identifier and time: asked before");
	b.begins = 200;
	b.ends = 300;
	OK(identifier_reason(&r, "ip", &a, &b) && r == MATCH_REQUEST,
	    "a moment in common is enough");
	b.begins = 201;
	OK(identifier_reason(&r, "ip", &a, &b) && r == MATCH_IDENTIFIER,
	    "times apart are no duplicate");
	b.begins = b.ends = 0;
	OK(identifier_reason(&r, "ip", &a, &b) && r == MATCH_REQUEST,
	    "a time not said may be the same");
	b = a;
	b.kind = "request.subscriber/1";
	OK(identifier_reason(&r, "ip", &a, &b) && r == MATCH_IDENTIFIER,
	    "another kind asks for something else");
	b = a;
	b.asker = (struct member_id){ "it" };
	OK(identifier_reason(&r, "ip", &a, &b) && r == MATCH_IDENTIFIER,
	    "another asker is no duplicate, but of interest");
	OK(!identifier_reason(&r, "case-number", &a, &b),
	    "numbers of cases are each member's own");
	b = a;
	OK(identifier_reason(&r, "case-number", &a, &b) && r == MATCH_REFERENCE,
	    "the same asker's number is the same reference");
	b.kind = "request.subscriber/1";
	OK(identifier_reason(&r, "case-number", &a, &b) && r == MATCH_CASE,
	    "in another kind it is the same case");
}

int
main(void)
{
	struct err err;
	struct kind_set *set;

	secret_process_init();
	set = kind_set_new(&err);
	if (set == NULL)
		return 1;
	test_list(set);
	test_reasons();
	kind_set_free(set);
	return tap_done();
}
