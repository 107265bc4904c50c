#include <fcntl.h>

#include "base/io.h"
#include "base/secret.h"
#include "model/kind.h"

#include "tap.h"

/*
 * The rules of the kinds that ask for data: each example, one edit away from
 * what its law does not allow.
 */
static json_t *
example_body(const char *name, enum act *act)
{
	struct err err;
	struct buf b = BUF_INIT;
	char path[100];
	json_t *v, *body;
	const char *word;

	(void)snprintf(path, sizeof(path), "kinds/examples/%s.json", name);
	if (!io_read_file(AT_FDCWD, path, &b, KIND_FILE_MAX, &err) ||
	    (v = json_read(buf_all(&b), KIND_FILE_MAX, &err)) == NULL) {
		(void)fprintf(stderr, "%s: %s\n", path, err.text);
		exit(1);
	}
	buf_free(&b);
	word = json_string_value(json_object_get(v, "act"));
	*act = ACT_SUBMIT;
	if (word != NULL && !act_parse(act, word))
		exit(1);
	body = json_incref(json_object_get(v, "body"));
	json_decref(v);
	return body;
}

static void
patch(json_t *body, const char *text)
{
	struct err err;
	json_t *p = json_read(slice_str(text), 10000, &err), *v;
	const char *key;

	if (p == NULL)
		exit(1);
	json_object_foreach(p, key, v)
		if (json_is_null(v))
			json_object_del(body, key);
		else
			json_object_set(body, key, v);
	json_decref(p);
}

static void
judge(const struct kind_set *set, const char *kind, enum act act,
    const json_t *body, const char *rule, const char *field, const char *fact)
{
	struct err err = { .class = ERR_NONE };
	bool ok = kind_check(set, kind_find(set, kind), act, body, &err);

	if (rule == NULL)
		OK(ok, "%s: %s", kind, fact);
	else
		OK(!ok && strcmp(err.rule, rule) == 0 &&
		    strcmp(err.field, field) == 0, "%s: %s", kind, fact);
	if (ok != (rule == NULL) || (!ok && strcmp(err.field, field) != 0))
		printf("# got %s %s: %s\n", err.rule, err.field, err.text);
}

#define IDS_GONE "\"connection\":null,\"ip\":null,\"domain\":null,\"email\":null"

static void
test_submit(const struct kind_set *set)
{
	static const struct {
		const char *kind, *example, *patch, *rule, *field, *fact;
	} t[] = {
		{ "request.subscriber/1", "subscriber", "{\"requesting_authority\":null}", "E-FIELD-MISSING", "body.requesting_authority", "who asks is named" },
		{ "request.subscriber/1", "subscriber", "{\"legal_basis\":null}", "E-FIELD-MISSING", "body.legal_basis", "the legal basis is named" },
		{ "request.subscriber/1", "subscriber", "{\"reference\":null}", "E-FIELD-MISSING", "body.reference", "a follow-up names what was preserved" },
		{ "request.subscriber/1", "subscriber", "{\"reference\":null,\"status\":\"new\"}", NULL, NULL, "a new request need not" },
		{ "request.subscriber/1", "subscriber", "{\"status\":\"follow-up-mla\"}", "E-FIELD-MISSING", "body.mla_reference", "a follow-up to mutual assistance names it" },
		{ "request.subscriber/1", "subscriber", "{" IDS_GONE "}", "E-FIELD-MISSING", "body.other_identifier", "something identifies the subscriber" },
		{ "request.subscriber/1", "subscriber", "{" IDS_GONE ",\"imei\":[\"490154203237518\"]}", NULL, NULL, "a device does" },
		{ "request.subscriber/1", "subscriber", "{\"connection\":null,\"period\":null}", "E-FIELD-MISSING", "body.period", "an address without a time is not enough" },
		{ "request.subscriber/1", "subscriber", "{\"subscriber_data\":[\"content\"]}", "E-CODE-UNKNOWN", "body.subscriber_data[0]", "content is not subscriber information" },
		{ "request.traffic/1", "traffic", "{\"requesting_authority\":null}", "E-FIELD-MISSING", "body.requesting_authority", "who asks is named" },
		{ "request.traffic/1", "traffic", "{\"connection\":null,\"period\":null}", "E-FIELD-MISSING", "body.period", "traffic data have a time range" },
		{ "request.traffic/1", "traffic", "{\"reference\":null}", "E-FIELD-MISSING", "body.reference", "Article 30 names what was preserved" },
		{ "request.traffic/1", "traffic", "{\"measure\":\"stored\",\"reference\":null}", NULL, NULL, "Article 31 need not" },
		{ "request.traffic/1", "traffic", "{\"measure\":\"real-time\",\"period\":null,\"reference\":null}", "E-FIELD-MISSING", "body.judicial_decision", "real-time collection names its order" },
		{ "request.traffic/1", "traffic", "{\"measure\":\"real-time\",\"period\":null,\"reference\":null,\"judicial_decision\":\"Order 7\"}", "E-FIELD-MISSING", "body.collection", "and its own time range" },
		{ "request.traffic/1", "traffic", "{\"measure\":\"real-time\",\"judicial_decision\":\"Order 7\",\"collection\":{\"from\":\"2026-11-22T00:00:00.000Z\",\"to\":\"2026-11-29T00:00:00.000Z\"}}", "E-FIELD-HIDDEN", "body.period", "not one of the past" },
		{ "request.traffic/1", "traffic", "{\"period\":{\"from\":\"2026-11-20T03:00:00.000Z\",\"to\":\"2026-11-20T02:00:00.000Z\"}}", "E-FIELD-VALUE", "body.period.to", "a range does not end before it begins" },
		{ "request.emergency/1", "emergency", "{\"requesting_authority\":null}", "E-FIELD-MISSING", "body.requesting_authority", "who asks is named" },
		{ "request.emergency/1", "emergency", "{\"emergency_facts\":null}", "E-FIELD-MISSING", "body.emergency_facts", "the facts show the emergency" },
		{ "request.emergency/1", "emergency", "{\"procedure\":null}", "E-FIELD-MISSING", "body.procedure", "the statement of the Protocol is made" },
		{ "request.emergency/1", "emergency", "{\"custodian\":null}", "E-FIELD-MISSING", "body.custodian", "Article 9 names the provider" },
		{ "request.emergency/1", "emergency", "{\"custodian\":null,\"procedure\":\"art10\"}", "E-FIELD-MISSING", "body.assistance", "Article 10 says what assistance" },
		{ "request.emergency/1", "emergency", "{\"told_at\":null}", "E-FIELD-MISSING", "body.told_at", "a call that was made has a time" },
		{ "request.emergency/1", "emergency", "{\"case_number\":null,\"penalty\":null}", NULL, NULL, "at night it does not fail for a number" },
		{ "request.domain/1", "domain", "{\"statement\":null}", "E-FIELD-MISSING", "body.statement", "the statement of Article 6 is made" },
		{ "request.domain/1", "domain", "{\"domain\":null}", "E-FIELD-MISSING", "body.domain", "a name is asked about" },
		{ "request.domain/1", "domain", "{\"domain\":[\"https://booking-update.example/x\"]}", "E-FIELD-VALUE", "body.domain[0]", "a name, not an address of a page" },
		{ "request.domain/1", "domain", "{\"needed_by\":null}", "E-FIELD-MISSING", "body.needed_by", "the time is stated" },
		{ "request.domain/1", "domain", "{\"domain_data\":[\"other\"]}", "E-FIELD-MISSING", "body.data_description", "other data are described" },
		{ "request.information/1", "information", "{\"requesting_authority\":null}", "E-FIELD-MISSING", "body.requesting_authority", "who asks is named" },
		{ "request.information/1", "information", "{\"urgency_grounds\":[\"volatile-data\"]}", "E-CODE-UNKNOWN", "body.urgency_grounds[0]", "reasons for urgency are the Directive's" },
		{ "request.information/1", "information", "{\"link\":null}", "E-FIELD-MISSING", "body.link", "a person's connection is explained" },
		{ "request.information/1", "information", "{\"link\":null,\"subject\":[\"vehicle\"]}", NULL, NULL, "a vehicle's need not be" },
		{ "request.information/1", "information", "{\"facts\":null}", "E-FIELD-MISSING", "body.facts", "the purpose has its facts" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		enum act act;
		json_t *body = example_body(t[i].example, &act);

		patch(body, t[i].patch);
		judge(set, t[i].kind, act, body, t[i].rule, t[i].field,
		    t[i].fact);
		json_decref(body);
	}
}

static void
test_refuse(const struct kind_set *set)
{
	static const struct {
		const char *kind, *body, *rule, *field, *fact;
	} t[] = {
		{ "request.traffic/1", "{\"ground\":\"dual-criminality\"}", "E-CODE-UNKNOWN", "body.ground", "Article 30 is not refused for dual criminality" },
		{ "request.traffic/1", "{\"ground\":\"sovereignty\"}", NULL, NULL, "but for sovereignty" },
		{ "request.subscriber/1", "{\"ground\":\"dual-criminality\"}", NULL, NULL, "Article 31 may be" },
		{ "request.emergency/1", "{\"ground\":\"minor-offence\"}", "E-CODE-UNKNOWN", "body.ground", "an emergency is not refused as minor" },
		{ "request.emergency/1", "{\"ground\":\"no-emergency\"}", "E-FIELD-MISSING", "body.explanation", "that it is none is explained" },
		{ "request.emergency/1", "{\"ground\":\"provider-elsewhere\",\"provider_country\":\"NO\"}", NULL, NULL, "the provider's country helps on" },
		{ "request.domain/1", "{\"ground\":\"political\"}", "E-CODE-UNKNOWN", "body.ground", "a registrar judges no politics" },
		{ "request.domain/1", "{\"ground\":\"not-registered-here\",\"registrar\":\"Example Names\"}", NULL, NULL, "it says where the name is" },
		{ "request.information/1", "{\"ground\":\"political\"}", "E-CODE-UNKNOWN", "body.ground", "grounds are those of Article 6" },
		{ "request.information/1", "{\"ground\":\"third-state\"}", NULL, NULL, "another State's consent is one" },
	};
	struct err err;

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		json_t *body = json_read(slice_str(t[i].body), 1000, &err);

		judge(set, t[i].kind, ACT_REFUSE, body, t[i].rule, t[i].field,
		    t[i].fact);
		json_decref(body);
	}
}

static bool
is(struct duration d, msec rest)
{
	return d.months == 0 && d.rest == rest;
}

static void
test_clocks(const struct kind_set *set)
{
	const struct kind *k = kind_find(set, "request.information/1");

	OK(is(k->answer[URGENCY_FLASH], 8 * HOUR) &&
	    is(k->answer[URGENCY_URGENT], 3 * DAY) &&
	    is(k->answer[URGENCY_NORMAL], 7 * DAY),
	    "the Directive's clocks are 8 hours, 3 days and 7 days");
	k = kind_find(set, "request.emergency/1");
	for (unsigned u = 0; u < URGENCIES; u++)
		OK(k->approval[u] == APPROVAL_AFTER &&
		    k->answer[u].rest <= 8 * HOUR,
		    "an emergency waits for no second person: %s",
		    urgency_names[u]);
	k = kind_find(set, "request.subscriber/1");
	OK(k->approval[URGENCY_NORMAL] == APPROVAL_BEFORE,
	    "subscriber information has a second person before");
}

/* -- one after the other -------------------------------------------------- */

static bool
has_text(const json_t *body, const char *key, const char *want)
{
	const char *s = json_string_value(json_object_get(body, key));

	return s != NULL && strcmp(s, want) == 0;
}

static void
test_prefill(const struct kind_set *set)
{
	const struct kind *own = kind_find(set, "request.subscriber/1");
	const struct kind *their = kind_find(set, "request.preservation/1");
	const json_t *bodies[ACTS] = { NULL };
	struct err err = { .class = ERR_NONE };
	enum act act;
	json_t *preserve = example_body("preservation", &act);
	json_t *answer = example_body("answer", &act);
	json_t *body;

	bodies[ACT_SUBMIT] = preserve;
	bodies[ACT_ANSWER] = answer;
	OK(kind_may_follow(own, their->name) &&
	    !kind_may_follow(their, own->name), "disclosure follows preservation");
	body = kind_prefill(own, their, bodies, "rs-2026-000184");
	OK(has_text(body, "reference", "rs-2026-000184"),
	    "the earlier request is named");
	OK(has_text(body, "status", "follow-up-preservation"),
	    "what the kind sets is set");
	OK(has_text(body, "case_number", "KT-2026/4471") && json_equal(
	    json_object_get(body, "connection"),
	    json_object_get(preserve, "connection")),
	    "fields are taken over");
	OK(has_text(body, "preservation_reference", "PRES-88213"),
	    "and those of the answer");
	OK(json_object_get(body, "data_categories") == NULL,
	    "nothing that is no field of the new form");
	patch(body, "{\"legal_basis\":\"CCP 1\",\"subscriber_data\":[\"identity\"]}");
	OK(kind_check(set, own, ACT_SUBMIT, body, &err),
	    "with what is new it is a good request");
	json_decref(body);
	bodies[ACT_ANSWER] = NULL;
	body = kind_prefill(own, their, bodies, "rs-2026-000184");
	OK(body != NULL &&
	    json_object_get(body, "preservation_reference") == NULL,
	    "without an answer its fields stay open");
	json_decref(body);
	OK(kind_prefill(their, own, bodies, "x") == NULL,
	    "what follows nothing is not filled");
	json_decref(preserve);
	json_decref(answer);
}

int
main(void)
{
	struct err err;
	struct kind_set *set;

	secret_process_init();
	set = kind_set_new(&err);
	if (set == NULL) {
		(void)fprintf(stderr, "%s %s\n", err.field, err.text);
		return 1;
	}
	test_submit(set);
	test_refuse(set);
	test_clocks(set);
	test_prefill(set);
	kind_set_free(set);
	return tap_done();
}
