#include "base/secret.h"
#include "model/national.h"

#include "tap.h"

#define L(t)	"{\"en\":\"" t "\",\"ar\":\"" t "\",\"es\":\"" t "\",\"fr\":\"" t "\"}"
#define COURT	"{\"id\":\"court\",\"type\":\"text\",\"required\":true,\"label\":" L("Court") "}"
#define AREA	"{\"id\":\"penalty\",\"type\":\"choice\",\"list\":\"legal-powers\",\"label\":" L("P") "}"

#define GROUND	"{\"code\":\"no-treaty\",\"label\":" L("No treaty") "}"

static struct kind_set *set;

static json_t *
json(const char *text)
{
	struct err err;
	json_t *v = json_read(slice_str(text), 100000, &err);

	if (v == NULL) {
		(void)fprintf(stderr, "not JSON: %s\n", text);
		exit(1);
	}
	return v;
}

/* rule NULL: it is good. */
static void
form(const char *text, const char *rule, const char *fact)
{
	struct err err = { .class = ERR_NONE };
	json_t *v = json(text);
	bool ok = national_valid(set, v, &err);

	OK(rule == NULL ? ok : !ok && strcmp(err.rule, rule) == 0, "%s", fact);
	if (ok != (rule == NULL))
		printf("# got %s %s: %s\n", err.rule, err.field, err.text);
	json_decref(v);
}

static void
test_forms(void)
{
	form("{}", NULL, "nothing is asked for");
	form("{\"languages\":[\"fr\"],\"fields\":[" COURT "," AREA "]}", NULL,
	    "languages and fields are");
	form("{\"languages\":[\"xx\"]}", "E-NATIONAL-FORM", "of languages there are");
	form("{\"fields\":[{\"id\":\"a\",\"type\":\"text\",\"label\":{\"en\":\"A\"}}]}",
	    "E-NATIONAL-FORM", "a field has its label in four languages");
	form("{\"fields\":[{\"id\":\"a\",\"type\":\"essay\",\"label\":" L("A") "}]}",
	    "E-NATIONAL-FORM", "a type there is");
	form("{\"fields\":[{\"id\":\"a\",\"type\":\"choice\",\"list\":\"own\",\"label\":" L("A") "}]}",
	    "E-NATIONAL-FORM", "a list that the network has");
	form("{\"fields\":[{\"id\":\"a\",\"type\":\"file\",\"label\":" L("A") "}]}",
	    "E-NATIONAL-FORM", "and is no file");
	form("{\"fields\":[" COURT "," COURT "]}", "E-NATIONAL-FORM",
	    "no field stands twice");
	form("{\"grounds\":[" GROUND "]}", NULL, "own grounds have a code and labels");
	form("{\"grounds\":[" GROUND "," GROUND "]}", "E-NATIONAL-FORM",
	    "each once");
	form("{\"grounds\":[{\"code\":\"No\",\"label\":" L("N") "}]}",
	    "E-NATIONAL-FORM", "codes are small words");
	form("{\"grounds\":[{\"code\":\"no\",\"label\":{\"en\":\"N\"}}]}",
	    "E-NATIONAL-FORM", "and are said in four languages");
	form("{\"field\":[]}", "E-NATIONAL-FORM", "nothing else is known");
	form("[]", "E-NATIONAL-FORM", "it is an object");
}

static void
body(const char *requires, const char *text, const char *lang,
    const char *rule, const char *field, const char *fact)
{
	struct card_kind kind = { .kind = "request.traffic/1",
	    .requires = requires == NULL ? NULL : json(requires) };
	struct card card = { .member = { "fr" }, .kinds = &kind, .nkinds = 1 };
	struct err err = { .class = ERR_NONE };
	json_t *v = json(text);
	bool ok = national_check(set, &card, "request.traffic/1", v, lang, &err);

	OK(rule == NULL ? ok : !ok && strcmp(err.rule, rule) == 0 &&
	    strcmp(err.field, field) == 0, "%s", fact);
	if (ok != (rule == NULL) || (!ok && strcmp(err.field, field) != 0))
		printf("# got %s %s: %s\n", err.rule, err.field, err.text);
	if (!ok && strcmp(err.rule, "E-FIELD-MISSING") == 0)
		OK(strstr(err.text, "fr asks") != NULL, "the member is named");
	json_decref(v);
	json_decref((json_t *)(uintptr_t)kind.requires);
}

#define ASKS	"{\"languages\":[\"fr\"],\"fields\":[" COURT "," AREA "]}"

static void
test_bodies(void)
{
	body(NULL, "{}", "en", NULL, NULL, "who asks for nothing gets nothing");
	body(NULL, "{\"national\":{\"fr\":{\"court\":\"x\"}}}", "en",
	    "E-FIELD-UNKNOWN", "body.national.fr.court", "and takes nothing");
	body(ASKS, "{}", "en", "E-NATIONAL-LANGUAGE", "lang",
	    "a language it does not read is refused");
	body(ASKS, "{}", "fr", "E-FIELD-MISSING", "body.national.fr.court",
	    "a required field that is not there");
	body(ASKS, "{\"national\":{\"fr\":{\"court\":\"Paris\"}}}", "fr", NULL,
	    NULL, "is answered for that member");
	body(ASKS, "{\"national\":{\"it\":{\"court\":\"Roma\"}}}", "fr",
	    "E-FIELD-MISSING", "body.national.fr.court", "and not for another");
	body(ASKS, "{\"national\":{\"fr\":{\"court\":\"x\",\"penalty\":\"none\"}}}",
	    "fr", "E-CODE-UNKNOWN", "body.national.fr.penalty",
	    "by the rules of its type");
	body(ASKS, "{\"national\":{\"fr\":{\"court\":\"x\",\"more\":1}}}", "fr",
	    "E-FIELD-UNKNOWN", "body.national.fr.more", "and nothing beside it");
	body("{\"fields\":[1]}", "{}", "fr", "E-NATIONAL-FORM", "national.fields[0]",
	    "a card that is not understood is told of");
}

static void
test_recipients(void)
{
	struct recipient to[] = { { .desk = { "fr/cyber" } },
	    { .desk = { "it/cyber" } } };
	json_t *v = json("{\"national\":{\"it\":{\"a\":1}}}");
	struct err err;

	OK(national_only_for(v, to, 2, &err), "a recipient's answers go along");
	OK(!national_only_for(v, to, 1, &err) &&
	    strcmp(err.rule, "E-FIELD-UNKNOWN") == 0, "those of others do not");
	json_decref(v);
}

/* rule NULL: it may be sent and is taken. */
static void
ground(const char *text, const char *rule, const char *fact)
{
	struct card_kind kind = { .kind = "request.traffic/1",
	    .requires = json("{\"grounds\":[" GROUND "]}") };
	struct card card = { .member = { "sa" }, .kinds = &kind, .nkinds = 1 };
	struct err err = { .class = ERR_NONE };
	json_t *v = json(text);
	bool ok = kind_check(set, kind_find(set, kind.kind), ACT_REFUSE, v,
	    &err) && national_ground_check(v, &card.member, &err) &&
	    national_ground_listed(&card, kind.kind, v, &err);

	OK(rule == NULL ? ok : !ok && strcmp(err.rule, rule) == 0, "%s", fact);
	if (ok != (rule == NULL))
		printf("# got %s %s: %s\n", err.rule, err.field, err.text);
	json_decref(v);
	json_decref((json_t *)(uintptr_t)kind.requires);
}

#define OTHER	"{\"ground\":\"other\",\"explanation\":\"x\",\"national\":"

static void
test_grounds(void)
{
	json_t *v = json("{\"grounds\":[" GROUND "]}");
	struct err err;

	ground("{\"ground\":\"political\"}", NULL, "a ground of the network");
	ground(OTHER "{\"sa\":{\"ground\":\"no-treaty\"}}}", NULL,
	    "a ground of its own beside \"other\"");
	ground(OTHER "{\"sa\":{\"ground\":\"no-law\"}}}", "E-CODE-UNKNOWN",
	    "one that the card does not have");
	ground(OTHER "{\"rs\":{\"ground\":\"no-treaty\"}}}",
	    "E-FIELD-UNKNOWN", "another's");
	ground(OTHER "{\"sa\":{\"ground\":\"no-treaty\",\"more\":1}}}",
	    "E-FIELD-UNKNOWN", "with something beside it");
	ground(OTHER "{\"sa\":{\"ground\":\"No Treaty\"}}}", "E-FIELD-VALUE",
	    "what is no code");
	ground("{\"ground\":\"political\",\"national\":{\"sa\":"
	    "{\"ground\":\"no-treaty\"}}}", "E-FIELD-VALUE",
	    "beside a ground of the network");
	OK(national_fits(kind_find(set, "request.traffic/1"), v, &err),
	    "grounds stand beside kinds that are refused for others");
	OK(!national_fits(kind_find(set, "message.text/1"), v, &err) &&
	    strcmp(err.rule, "E-NATIONAL-FORM") == 0, "and not beside the rest");
	json_decref(v);
}

/* -- own kinds ------------------------------------------------------------ */

#define OWN_KIND(name, label) "{\"kind\":\"" name "\",\"flow\":\"request\"," \
    "\"title\":" L("Visit") ",\"basis\":[\"x\"]," \
    "\"deliver_by\":{\"flash\":\"PT24H\",\"urgent\":\"P3D\",\"normal\":\"P30D\"}," \
    "\"keep\":{\"default\":\"P5Y\",\"max\":\"P10Y\",\"review\":\"P180D\"}," \
    "\"handling\":{\"default\":\"TLP:AMBER\",\"ceiling\":\"TLP:RED\"}," \
    "\"sections\":[{\"id\":\"what\",\"title\":" L("What") ",\"fields\":[" \
    "{\"id\":\"text\",\"type\":\"choice\",\"list\":\"rs-rooms\"," label "}]}]}"

static char told_text[2000];

static void
told(void *arg, const struct err *err)
{
	size_t n = strlen(told_text);

	(void)arg;
	(void)snprintf(told_text + n, sizeof(told_text) - n, "%s %s %s\n",
	    err->rule, err->field, err->text);
}

static void
test_own(void)
{
	static const char rooms[] = "{\"codelist\":\"rs-rooms\",\"title\":"
	    L("Rooms") ",\"items\":[{\"code\":\"a\",\"label\":" L("A") "}]}";
	const struct kind_file own[] = {
		{ "kinds/codelists/rs-rooms.json", slice_str(rooms) },
		{ "kinds/codelists/bad.json", slice_str("{") },
		{ "kinds/rs:visit-1.json", slice_str(OWN_KIND("rs:visit/1",
		    "\"label\":" L("Room"))) },
		{ "kinds/rs:half-1.json", slice_str(OWN_KIND("rs:half/1",
		    "\"label\":{\"en\":\"Room\"}")) },
		{ "kinds/request.mine-1.json", slice_str(OWN_KIND(
		    "request.mine/1", "\"label\":" L("Room"))) },
	};
	struct err err = { .class = ERR_NONE };
	struct kind_set *with = kind_set_with(own, 5, told, NULL, &err);

	OK(with != NULL && kind_find(with, "rs:visit/1") != NULL &&
	    kind_find(with, "rs:visit/1")->own, "a member's own kind stands");
	OK(kind_find(with, "request.traffic/1") != NULL &&
	    !kind_find(with, "request.traffic/1")->own &&
	    kind_find(with, "rs:half/1") == NULL &&
	    kind_find(with, "request.mine/1") == NULL,
	    "beside the network's, without what is not good");
	OK(strstr(told_text, "kinds/codelists/bad.json") != NULL,
	    "a file that is no JSON is told of");
	OK(strstr(told_text, "what.text.label.ar kinds/rs:half-1.json") != NULL,
	    "an incomplete one by file and field");
	OK(strstr(told_text, "kind kinds/request.mine-1.json") != NULL,
	    "names without a member are the network's");
	kind_set_free(with);
}

int
main(void)
{
	struct err err;

	secret_process_init();
	set = kind_set_new(&err);
	if (set == NULL)
		return 1;
	test_forms();
	test_bodies();
	test_recipients();
	test_grounds();
	test_own();
	kind_set_free(set);
	return tap_done();
}
