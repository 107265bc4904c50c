#include <dirent.h>

#include "base/embedded.h"
#include "base/io.h"
#include "base/secret.h"
#include "model/kind.h"

#include "tap.h"

extern const struct embedded kind_files[];

/* -- a small set of files, one edit away from being refused --------------- */

#define L(t)	"{\"en\":\"" t "\",\"ar\":\"" t "\",\"es\":\"" t "\",\"fr\":\"" t "\"}"
#define ITEM(c)	"{\"code\":\"" c "\",\"label\":" L("<" c ">") "}"
#define LIST(name, items) \
	"{\"codelist\":\"" name "\",\"title\":" L("T") ",\"items\":[" items "]}"

static const char fragment[] =
    "{\"fragment\":\"acts/1\",\"acts\":{"
    "\"acknowledge\":{\"title\":" L("A") ",\"until\":\"required\",\"roles\":[\"duty\"]},"
    "\"refuse\":{\"title\":" L("R") ",\"sections\":[{\"id\":\"why\",\"title\":" L("W")
    ",\"fields\":[{\"id\":\"ground\",\"type\":\"choice\",\"list\":\"refusal-grounds\","
    "\"required\":true,\"label\":" L("G") "}]}]}}}";

static const char kind[] =
    "{\"kind\":\"request.thing/1\",\"flow\":\"request\",\"title\":" L("Thing") ","
    "\"basis\":[\"Art. 1\"],\"template\":\"T\",\"unconfirmed\":[\"what.ip\",\"refuse.why.ground\"],"
    "\"may\":{\"submit\":{\"power\":\"art29\"},\"roles\":[\"duty\",\"analyst\"],"
    "\"second_person\":{\"normal\":\"before\",\"urgent\":\"after PT4H\"}},"
    "\"clocks\":{\"flash\":{\"acknowledge\":\"PT30M\",\"answer\":\"PT8H\"},"
    "\"on\":{\"ordered\":{\"until\":\"stated\",\"warn\":[\"P7D\"]}}},"
    "\"deliver_by\":{\"flash\":\"PT24H\",\"urgent\":\"P3D\",\"normal\":\"P30D\"},"
    "\"keep\":{\"default\":\"P5Y\",\"max\":\"P10Y\",\"review\":\"P180D\"},"
    "\"handling\":{\"default\":\"TLP:AMBER\",\"ceiling\":\"TLP:RED\"},"
    "\"sections\":[{\"id\":\"what\",\"title\":" L("What") ",\"fields\":["
    "{\"id\":\"custodian\",\"type\":\"text\",\"label\":" L("C") ",\"required_if\":{\"ip\":\"absent\"}},"
    "{\"id\":\"ip\",\"type\":\"ip-port-time\",\"label\":" L("I") ",\"repeat\":true,\"max\":2,\"match\":\"ip\"},"
    "{\"id\":\"colour\",\"type\":\"choice\",\"list\":\"colours\",\"codes\":[\"red\",\"blue\"],\"label\":" L("K") "},"
    "{\"id\":\"shade\",\"type\":\"integer\",\"min\":1,\"max_value\":9,\"label\":" L("S") ",\"help\":" L("H")
    ",\"show_if\":{\"colour\":{\"is\":\"red\"}},\"required_if\":{\"colour\":{\"in\":[\"red\"]}}},"
    "{\"id\":\"tones\",\"type\":\"multichoice\",\"list\":\"colours\",\"label\":" L("N") "},"
    "{\"id\":\"why\",\"type\":\"longtext\",\"required\":true,\"label\":" L("Y") "},"
    "{\"id\":\"note\",\"type\":\"text\",\"max_length\":5,\"label\":" L("O") ",\"show_if\":{\"tones\":{\"is\":\"green\"}}},"
    "{\"id\":\"files\",\"type\":\"file\",\"repeat\":true,\"label\":" L("F") "}]}],"
    "\"acts_from\":\"acts/1\",\"acts\":{\"refuse\":{\"grounds\":[\"political\"]},"
    "\"close\":{\"title\":" L("C") ",\"until\":\"optional\"}}}";

/* One that follows the other. */
static const char later[] =
    "{\"kind\":\"request.later/1\",\"flow\":\"request\",\"title\":" L("Later") ","
    "\"basis\":[\"Art. 2\"],"
    "\"follows\":{\"request.thing/1\":{\"set\":{\"tint\":\"red\"},\"prefill\":{\"reason\":\"why\",\"ground\":\"refuse.ground\"}}},"
    "\"deliver_by\":{\"flash\":\"PT24H\",\"urgent\":\"P3D\",\"normal\":\"P30D\"},"
    "\"keep\":{\"default\":\"P5Y\",\"max\":\"P10Y\",\"review\":\"P180D\"},"
    "\"handling\":{\"default\":\"TLP:AMBER\",\"ceiling\":\"TLP:RED\"},"
    "\"sections\":[{\"id\":\"what\",\"title\":" L("What") ",\"fields\":["
    "{\"id\":\"reference\",\"type\":\"reference\",\"label\":" L("E") "},"
    "{\"id\":\"reason\",\"type\":\"longtext\",\"label\":" L("Y") "},"
    "{\"id\":\"ground\",\"type\":\"choice\",\"list\":\"refusal-grounds\",\"label\":" L("G") "},"
    "{\"id\":\"tint\",\"type\":\"choice\",\"list\":\"colours\",\"label\":" L("T") "}]}]}";

static struct kind_file files[] = {
	{ .name = "kinds/request.thing-1.json" },
	{ .name = "kinds/fragments/acts-1.json" },
	{ .name = "kinds/codelists/colours.json" },
	{ .name = "kinds/codelists/legal-powers.json" },
	{ .name = "kinds/codelists/refusal-grounds.json" },
	{ .name = "kinds/request.later-1.json" },
};
enum { KIND, FRAGMENT, COLOURS, LATER = 5, NFILES };

static void
files_reset(void)
{
	files[0].bytes = slice_str(kind);
	files[1].bytes = slice_str(fragment);
	files[2].bytes = slice_str(LIST("colours",
	    ITEM("red") "," ITEM("green") "," ITEM("blue")));
	files[3].bytes = slice_str(LIST("legal-powers", ITEM("art29")));
	files[4].bytes = slice_str(LIST("refusal-grounds",
	    ITEM("political") "," ITEM("other")));
	files[LATER].bytes = slice_str(later);
}

/* text with the first `from` replaced. */
static char *
edit(struct slice text, const char *from, const char *to)
{
	char *copy = strndup((const char *)text.p, text.n), *at, *out = NULL;

	at = copy == NULL ? NULL : strstr(copy, from);
	if (at == NULL || asprintf(&out, "%.*s%s%s", (int)(at - copy), copy, to,
	    at + strlen(from)) < 0) {
		(void)fprintf(stderr, "no place for: %s\n", from);
		exit(1);
	}
	free(copy);
	return out;
}

static void
refused(int file, const char *from, const char *to, const char *rule,
    const char *field)
{
	struct err err = { .class = ERR_NONE };
	struct kind_set *set;
	char *text;

	files_reset();
	text = edit(files[file].bytes, from, to);
	files[file].bytes = slice_str(text);
	set = kind_set_load(files, NFILES, &err);
	OK(set == NULL && strcmp(err.field, field) == 0 &&
	    strcmp(err.rule, rule) == 0 &&
	    strncmp(err.text, files[file].name, strlen(files[file].name)) == 0,
	    "refused: %s %s (%s)", rule, field, to);
	if (set != NULL || strcmp(err.field, field) != 0)
		printf("# got %s %s: %s\n", err.rule, err.field, err.text);
	kind_set_free(set);
	free(text);
}

static void
test_refusals(void)
{
	static const struct {
		int file;
		const char *from, *to, *rule, *field;
	} t[] = {
		{ KIND, "{\"kind\"", "[\"kind\"", "E-KIND-FILE", "" },
		{ KIND, "request.thing/1", "request.other/1", "E-KIND-FILE", "kind" },
		{ KIND, "request.thing/1", "request thing/1", "E-KIND-FIELD", "kind" },
		{ KIND, "\"template\"", "\"tempate\"", "E-KIND-FIELD", "tempate" },
		{ KIND, "\"flow\":\"request\"", "\"flow\":\"flood\"", "E-KIND-FIELD", "flow" },
		{ KIND, "\"flow\":\"request\"", "\"flow\":\"offer\"", "E-KIND-FIELD", "acts.acknowledge" },
		{ KIND, "\"flow\":\"request\"", "\"flow\":\"request\",\"urgency\":\"soon\"", "E-KIND-FIELD", "urgency" },
		{ KIND, "\"flow\":\"request\"", "\"flow\":\"request\",\"until\":\"none\"", "E-KIND-FIELD", "until" },
		{ KIND, "\"en\":\"Thing\",", "", "E-KIND-LABEL", "title.en" },
		{ KIND, "\"ar\":\"Thing\"", "\"ar\":\" \"", "E-KIND-LABEL", "title.ar" },
		{ KIND, "\"ar\":\"What\",", "", "E-KIND-LABEL", "what.title.ar" },
		{ KIND, "\"ar\":\"I\",", "", "E-KIND-LABEL", "what.ip.label.ar" },
		{ KIND, "\"es\":\"I\",", "", "E-KIND-LABEL", "what.ip.label.es" },
		{ KIND, ",\"fr\":\"I\"", "", "E-KIND-LABEL", "what.ip.label.fr" },
		{ KIND, ",\"fr\":\"I\"", ",\"fr\":\"I\",\"de\":\"I\"", "E-KIND-FIELD", "what.ip.label.de" },
		{ KIND, ",\"fr\":\"H\"", "", "E-KIND-LABEL", "what.shade.help.fr" },
		{ KIND, "\"label\":" L("Y"), "\"x\":1", "E-KIND-FIELD", "what.why.x" },
		{ KIND, ",\"label\":" L("Y"), "", "E-KIND-LABEL", "what.why.label" },
		{ KIND, "\"type\":\"longtext\"", "\"type\":\"essay\"", "E-KIND-FIELD", "what.why.type" },
		{ KIND, "\"id\":\"why\"", "\"id\":\"ip\"", "E-KIND-FIELD", "what.ip.id" },
		{ KIND, "\"id\":\"why\"", "\"id\":\"W\"", "E-KIND-FIELD", "what.fields[5].id" },
		{ KIND, "\"list\":\"colours\"", "\"list\":\"colors\"", "E-KIND-FIELD", "what.colour.list" },
		{ KIND, "\"list\":\"colours\",", "", "E-KIND-FIELD", "what.colour.list" },
		{ KIND, "[\"red\",\"blue\"]", "[\"red\",\"pink\"]", "E-KIND-FIELD", "what.colour.codes[1]" },
		{ KIND, "[\"red\",\"blue\"]", "[\"red\",\"red\"]", "E-KIND-FIELD", "what.colour.codes[1]" },
		{ KIND, "\"type\":\"longtext\"", "\"type\":\"country\"", "E-KIND-FIELD", "what.why.list" },
		{ KIND, "{\"ip\":\"absent\"}", "{\"pi\":\"absent\"}", "E-KIND-FIELD", "what.custodian.required_if.pi" },
		{ KIND, "{\"ip\":\"absent\"}", "{\"custodian\":\"absent\"}", "E-KIND-FIELD", "what.custodian.required_if.custodian" },
		{ KIND, "{\"ip\":\"absent\"}", "{\"ip\":\"gone\"}", "E-KIND-FIELD", "what.custodian.required_if.ip" },
		{ KIND, "{\"ip\":\"absent\"}", "{}", "E-KIND-FIELD", "what.custodian.required_if" },
		{ KIND, "{\"ip\":\"absent\"}", "[]", "E-KIND-FIELD", "what.custodian.required_if" },
		{ KIND, "{\"is\":\"red\"}", "{\"is\":\"green\"}", "E-KIND-FIELD", "what.shade.show_if.colour.is" },
		{ KIND, "{\"is\":\"red\"}", "{\"was\":\"red\"}", "E-KIND-FIELD", "what.shade.show_if.colour.was" },
		{ KIND, "{\"is\":\"red\"}", "{\"is\":\"red\",\"in\":[\"red\"]}", "E-KIND-FIELD", "what.shade.show_if.colour" },
		{ KIND, "{\"in\":[\"red\"]}", "{\"in\":[]}", "E-KIND-FIELD", "what.shade.required_if.colour.in" },
		{ KIND, "\"required\":true", "\"required\":true,\"required_if\":{\"ip\":\"absent\"}", "E-KIND-FIELD", "what.why.required_if" },
		{ KIND, "\"required\":true", "\"required\":1", "E-KIND-FIELD", "what.why.required" },
		{ KIND, "\"required\":true", "\"max\":3", "E-KIND-FIELD", "what.why.max" },
		{ KIND, "\"required\":true", "\"min\":3", "E-KIND-FIELD", "what.why.min" },
		{ KIND, "\"max_value\":9", "\"max_value\":0", "E-KIND-FIELD", "what.shade.max_value" },
		{ KIND, "\"min\":1", "\"max_length\":1", "E-KIND-FIELD", "what.shade.max_length" },
		{ KIND, "\"match\":\"ip\"", "\"match\":\"phone\"", "E-KIND-FIELD", "what.ip.match" },
		{ KIND, "\"type\":\"multichoice\"", "\"repeat\":true,\"type\":\"multichoice\"", "E-KIND-FIELD", "what.tones.repeat" },
		{ KIND, "\"what.ip\"", "\"what.pi\"", "E-KIND-FIELD", "unconfirmed[0]" },
		{ KIND, "[\"Art. 1\"]", "[1]", "E-KIND-FIELD", "basis[0]" },
		{ KIND, "\"power\":\"art29\"", "\"power\":\"art92\"", "E-KIND-FIELD", "may.submit.power" },
		{ KIND, "[\"duty\",\"analyst\"]", "[\"duty\",\"chief\"]", "E-KIND-FIELD", "may.roles[1]" },
		{ KIND, "[\"duty\",\"analyst\"]", "[]", "E-KIND-FIELD", "may.roles" },
		{ KIND, "\"flow\":", "\"copy\":\"no\",\"flow\":", "E-KIND-FIELD", "copy" },
		{ KIND, "after PT4H", "after lunch", "E-KIND-FIELD", "may.second_person.urgent" },
		{ KIND, "PT30M", "30M", "E-KIND-FIELD", "clocks.flash.acknowledge" },
		{ KIND, "PT30M", "PT9H", "E-KIND-FIELD", "clocks.flash.answer" },
		{ KIND, "\"clocks\":{\"flash\"", "\"clocks\":{\"slow\"", "E-KIND-FIELD", "clocks.slow" },
		{ KIND, "\"answer\":\"PT8H\"", "\"anser\":\"PT8H\"", "E-KIND-FIELD", "clocks.flash.anser" },
		{ KIND, "[\"P7D\"]", "[\"7D\"]", "E-KIND-FIELD", "clocks.on.ordered.warn[0]" },
		{ KIND, "\"urgent\":\"P3D\",", "", "E-KIND-FIELD", "deliver_by.urgent" },
		{ KIND, "\"P30D\"", "\"PT0S\"", "E-KIND-FIELD", "deliver_by.normal" },
		{ KIND, "\"max\":\"P10Y\"", "\"max\":\"P4Y\"", "E-KIND-FIELD", "keep.default" },
		{ KIND, ",\"review\":\"P180D\"", "", "E-KIND-FIELD", "keep.review" },
		{ KIND, "TLP:AMBER", "TLP:YELLOW", "E-KIND-FIELD", "handling.default" },
		{ KIND, "TLP:RED", "TLP:GREEN", "E-KIND-FIELD", "handling.default" },
		{ KIND, "\"acts_from\":\"acts/1\"", "\"acts_from\":\"acts/2\"", "E-KIND-FIELD", "acts_from" },
		{ KIND, "\"close\":{", "\"shut\":{", "E-KIND-FIELD", "acts.shut" },
		{ KIND, "\"close\":{", "\"reply\":{", "E-KIND-FIELD", "acts.reply" },
		{ KIND, "\"until\":\"optional\"", "\"until\":\"maybe\"", "E-KIND-FIELD", "acts.close.until" },
		{ KIND, "\"close\":{\"title\":" L("C"), "\"close\":{\"roles\":[\"duty\"]", "E-KIND-LABEL", "acts.close.title" },
		{ KIND, "[\"political\"]", "[\"personal\"]", "E-KIND-FIELD", "acts.refuse.grounds[0]" },
		{ KIND, "\"refuse\":{\"grounds\"", "\"acknowledge\":{\"grounds\"", "E-KIND-FIELD", "acts.acknowledge.grounds" },
		{ KIND, "\"acts_from\"", "\"follows\":{\"request.later/1\":{\"prefill\":{}}},\"acts_from\"", "E-KIND-FIELD", "follows" },
		{ LATER, "\"request.thing/1\":", "\"request.thing/2\":", "E-KIND-FIELD", "follows.request.thing/2" },
		{ LATER, "\"why\"", "\"what\"", "E-KIND-FIELD", "follows.request.thing/1.prefill.reason" },
		{ LATER, "\"why\"", "\"custodian\"", "E-KIND-FIELD", "follows.request.thing/1.prefill.reason" },
		{ LATER, "\"why\"", "1", "E-KIND-FIELD", "follows.request.thing/1.prefill.reason" },
		{ LATER, "\"refuse.ground\"", "\"shut.ground\"", "E-KIND-FIELD", "follows.request.thing/1.prefill.ground" },
		{ LATER, "\"refuse.ground\"", "\"colour\"", "E-KIND-FIELD", "follows.request.thing/1.prefill.ground" },
		{ LATER, "{\"reason\":", "{\"raison\":", "E-KIND-FIELD", "follows.request.thing/1.prefill.raison" },
		{ LATER, "{\"reason\":\"why\"", "{\"reference\":\"why\"", "E-KIND-FIELD", "follows.request.thing/1.prefill.reference" },
		{ LATER, "{\"tint\":\"red\"}", "{\"tint\":\"pink\"}", "E-KIND-FIELD", "follows.request.thing/1.set.tint" },
		{ LATER, "{\"tint\":\"red\"}", "{\"hue\":\"red\"}", "E-KIND-FIELD", "follows.request.thing/1.set.hue" },
		{ LATER, "\"prefill\"", "\"fill\"", "E-KIND-FIELD", "follows.request.thing/1.fill" },
		{ LATER, "\"type\":\"reference\"", "\"type\":\"text\"", "E-KIND-FIELD", "follows" },
		{ FRAGMENT, "\"ar\":\"G\",", "", "E-KIND-LABEL", "refuse.why.ground.label.ar" },
		{ FRAGMENT, "acts/1", "acts/one", "E-KIND-FIELD", "fragment" },
		{ FRAGMENT, "\"roles\":[\"duty\"]", "\"role\":[\"duty\"]", "E-KIND-FIELD", "acts.acknowledge.role" },
		{ COLOURS, "\"es\":\"<green>\"", "\"xx\":\"g\"", "E-KIND-FIELD", "items.green.label.xx" },
		{ COLOURS, "\"es\":\"<green>\",", "", "E-KIND-LABEL", "items.green.label.es" },
		{ COLOURS, "\"code\":\"green\"", "\"code\":\"red\"", "E-KIND-FIELD", "items[1].code" },
		{ COLOURS, "\"code\":\"green\"", "\"code\":\"g r\"", "E-KIND-FIELD", "items[1].code" },
		{ COLOURS, "\"codelist\":\"colours\"", "\"codelist\":\"colour\"", "E-KIND-FILE", "codelist" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		refused(t[i].file, t[i].from, t[i].to, t[i].rule, t[i].field);
}

static void
test_twice(void)
{
	struct kind_file twice[NFILES + 1];
	struct kind_set *set;
	struct err err;

	files_reset();
	memcpy(twice, files, sizeof(files));
	twice[NFILES] = files[KIND];
	set = kind_set_load(twice, NFILES + 1, &err);
	OK(set == NULL && strcmp(err.rule, "E-KIND-FILE") == 0,
	    "a kind in two files is refused");
	kind_set_free(set);
}

/* -- what a loaded kind says ---------------------------------------------- */

static void
test_kind(const struct kind *k)
{
	const struct field *f;
	struct hash want;
	char *both;

	OK(k->approval[URGENCY_NORMAL] == APPROVAL_BEFORE &&
	    k->approval[URGENCY_URGENT] == APPROVAL_AFTER &&
	    k->approval[URGENCY_FLASH] == APPROVAL_NONE &&
	    k->countersign[URGENCY_URGENT].rest == 4 * HOUR,
	    "the second person is told per urgency");
	OK(kind_has_act(k, ACT_COUNTERSIGN) && k->copied,
	    "who signs afterwards has an act for it; a bureau gets copies");
	OK(kind_approval(k, URGENCY_FLASH, "") == APPROVAL_NONE &&
	    kind_approval(k, URGENCY_FLASH, "ping/1 request.*") ==
	    APPROVAL_BEFORE, "a member may ask for more than the kind");
	OK(kind_approval(k, URGENCY_URGENT, "*") == APPROVAL_AFTER,
	    "not where a life may hang on one officer alone");
	OK(kind_approval(k, URGENCY_FLASH, "request ping/1 *x") ==
	    APPROVAL_NONE, "a pattern is a name, or its beginning and *");
	OK(k->acknowledge[URGENCY_FLASH].rest == 30 * MINUTE &&
	    k->answer[URGENCY_NORMAL].rest == 0 &&
	    k->deliver_by[URGENCY_URGENT].rest == 3 * DAY &&
	    k->keep_max.months == 120, "clocks and keeping are durations");
	EQ_STR(k->submit_power, "art29", "the power is named");
	EQ_STR(k->receive_power, "", "and empty when there is none");
	OK(k->handling_default.tlp == TLP_AMBER &&
	    k->handling_ceiling.tlp == TLP_RED && k->handling_ceiling.onward,
	    "handling has a default and a ceiling");
	OK(kind_has_act(k, ACT_SUBMIT) && kind_has_act(k, ACT_OPENED) &&
	    kind_has_act(k, ACT_ACKNOWLEDGE) && kind_has_act(k, ACT_CLOSE) &&
	    !kind_has_act(k, ACT_ANSWER), "acts are those of both files");
	OK(kind_role_may(k, ACT_SUBMIT, "analyst") &&
	    !kind_role_may(k, ACT_SUBMIT, "supervisor"),
	    "the kind's roles submit");
	OK(kind_role_may(k, ACT_ACKNOWLEDGE, "duty") &&
	    !kind_role_may(k, ACT_ACKNOWLEDGE, "analyst"),
	    "an act's roles come before the kind's");
	OK(kind_role_may(k, ACT_CLOSE, "analyst") &&
	    !kind_role_may(k, ACT_ANSWER, "duty") &&
	    !kind_role_may(k, ACT_CLOSE, "nobody"),
	    "an act without roles has the kind's");
	OK(k->act[ACT_ACKNOWLEDGE]->until == UNTIL_REQUIRED &&
	    k->act[ACT_CLOSE]->until == UNTIL_OPTIONAL &&
	    k->act[ACT_REFUSE]->until == UNTIL_NONE, "until is told per act");
	OK(kind_sections(k, ACT_SUBMIT) != NULL &&
	    kind_sections(k, ACT_CLOSE) == NULL, "close takes no fields");
	f = kind_field(k, ACT_SUBMIT, "ip");
	OK(f != NULL && f->repeat && f->max == 2 && f->type == FIELD_IP_PORT_TIME,
	    "a field is found by its id");
	f = kind_field(k, ACT_REFUSE, "ground");
	OK(f != NULL && json_array_size(f->codes) == 1,
	    "grounds bound the codes of the ground");
	if (asprintf(&both, "%s%s", kind, fragment) < 0)
		exit(1);
	want = hash_of(slice_str(both));
	OK(hash_eq(&k->hash, &want), "the hash is over the kind and its fragment");
	free(both);
}

/* -- bodies --------------------------------------------------------------- */

static const struct kind_set *bodies_set;
static const struct kind *bodies_kind;

/* rule NULL: the body is good. */
static void
body(enum act act, const char *text, const char *rule, const char *field)
{
	struct err err = { .class = ERR_NONE };
	json_t *v = json_read(slice_str(text), 1 << 20, &err);
	bool ok;

	if (v == NULL) {
		(void)fprintf(stderr, "not JSON: %s\n", text);
		exit(1);
	}
	ok = kind_check(bodies_set, bodies_kind, act, v, &err);
	if (rule == NULL)
		OK(ok, "good: %s", text);
	else
		OK(!ok && strcmp(err.rule, rule) == 0 &&
		    strcmp(err.field, field) == 0, "%s %s: %s", rule, field, text);
	if (ok != (rule == NULL) || (!ok && strcmp(err.field, field) != 0))
		printf("# got %s %s: %s\n", err.rule, err.field, err.text);
	json_decref(v);
}

#define IP(x)	"{\"ip\":\"" x "\",\"at\":\"2026-11-21T18:20:00.000Z\",\"zone\":\"UTC\"}"
#define GOOD	"\"why\":\"x\",\"custodian\":\"c\""

static void
test_bodies(void)
{
	body(ACT_SUBMIT, "{" GOOD "}", NULL, NULL);
	body(ACT_SUBMIT, "{\"why\":\"x\",\"ip\":[" IP("192.0.2.1") "]}", NULL, NULL);
	body(ACT_SUBMIT, "{\"custodian\":\"c\"}", "E-FIELD-MISSING", "body.why");
	body(ACT_SUBMIT, "{\"why\":\"x\"}", "E-FIELD-MISSING", "body.custodian");
	body(ACT_SUBMIT, "{" GOOD ",\"Bad name\":1}", "E-FIELD-UNKNOWN", "body");
	body(ACT_SUBMIT, "{" GOOD ",\"other\":1}", "E-FIELD-UNKNOWN", "body.other");
	body(ACT_SUBMIT, "{" GOOD ",\"note\":\"x\"}", "E-FIELD-HIDDEN", "body.note");
	body(ACT_SUBMIT, "{" GOOD ",\"tones\":[\"red\",\"green\"],\"note\":\"x\"}", NULL, NULL);
	body(ACT_SUBMIT, "{" GOOD ",\"tones\":[\"green\"],\"note\":\"longer\"}", "E-FIELD-SIZE", "body.note");
	body(ACT_SUBMIT, "{" GOOD ",\"tones\":[]}", "E-FIELD-MISSING", "body.tones");
	body(ACT_SUBMIT, "{" GOOD ",\"tones\":[\"red\",\"red\"]}", "E-FIELD-VALUE", "body.tones[1]");
	body(ACT_SUBMIT, "{" GOOD ",\"tones\":[\"red\",\"grey\"]}", "E-CODE-UNKNOWN", "body.tones[1]");
	body(ACT_SUBMIT, "{" GOOD ",\"colour\":\"green\"}", "E-CODE-UNKNOWN", "body.colour");
	body(ACT_SUBMIT, "{" GOOD ",\"colour\":\"pink\"}", "E-CODE-UNKNOWN", "body.colour");
	body(ACT_SUBMIT, "{" GOOD ",\"colour\":\"red\"}", "E-FIELD-MISSING", "body.shade");
	body(ACT_SUBMIT, "{" GOOD ",\"colour\":\"red\",\"shade\":3}", NULL, NULL);
	body(ACT_SUBMIT, "{" GOOD ",\"colour\":\"red\",\"shade\":10}", "E-FIELD-VALUE", "body.shade");
	body(ACT_SUBMIT, "{" GOOD ",\"colour\":\"blue\",\"shade\":3}", "E-FIELD-HIDDEN", "body.shade");
	body(ACT_SUBMIT, "{" GOOD ",\"ip\":" IP("192.0.2.1") "}", "E-FIELD-TYPE", "body.ip");
	body(ACT_SUBMIT, "{" GOOD ",\"ip\":[]}", "E-FIELD-MISSING", "body.ip");
	body(ACT_SUBMIT, "{" GOOD ",\"ip\":[1]}", "E-FIELD-TYPE", "body.ip[0]");
	body(ACT_SUBMIT, "{" GOOD ",\"ip\":[" IP("::1") "," IP("x") "]}", "E-FIELD-VALUE", "body.ip[1].ip");
	body(ACT_SUBMIT, "{" GOOD ",\"ip\":[{\"ip\":\"::1\",\"zone\":\"UTC\"}]}", "E-FIELD-MISSING", "body.ip[0].at");
	body(ACT_SUBMIT, "{" GOOD ",\"ip\":[" IP("::1") "," IP("::2") "," IP("::3") "]}", "E-FIELD-SIZE", "body.ip");
	body(ACT_SUBMIT, "{\"why\":null,\"custodian\":\"c\"}", "E-FIELD-TYPE", "body.why");
	body(ACT_SUBMIT, "{\"why\":\" \\n\",\"custodian\":\"c\"}", "E-FIELD-MISSING", "body.why");
	body(ACT_SUBMIT, "[]", "E-FIELD-TYPE", "body");
	body(ACT_REFUSE, "{\"ground\":\"political\"}", NULL, NULL);
	body(ACT_REFUSE, "{\"ground\":\"other\"}", "E-CODE-UNKNOWN", "body.ground");
	body(ACT_REFUSE, "{}", "E-FIELD-MISSING", "body.ground");
	body(ACT_CLOSE, "{}", NULL, NULL);
	body(ACT_CLOSE, "{\"why\":\"x\"}", "E-FIELD-UNKNOWN", "body.why");
	body(ACT_ANSWER, "{}", "E-KIND-ACT", "act");
}

static void
test_files(void)
{
	struct err err;
	json_t *v = json_read(slice_str("{\"files\":[0,2]}"), 100, &err);

	OK(kind_check_files(bodies_kind, ACT_SUBMIT, v, 3, &err),
	    "a body names files that are there");
	OK(!kind_check_files(bodies_kind, ACT_SUBMIT, v, 2, &err) &&
	    strcmp(err.field, "body.files[1]") == 0,
	    "and not one that is not");
	json_decref(v);
}

static void
test_small_set(void)
{
	struct err err;
	struct kind_set *set;

	files_reset();
	set = kind_set_load(files, NFILES, &err);
	if (!OK(set != NULL, "the small set loads")) {
		printf("# %s %s: %s\n", err.rule, err.field, err.text);
		return;
	}
	bodies_set = set;
	bodies_kind = kind_find(set, "request.thing/1");
	OK(bodies_kind != NULL && kind_at(set, 1) == bodies_kind &&
	    kind_at(set, 2) == NULL && kind_find(set, "request.thing/2") == NULL,
	    "its two kinds are found, and no other");
	test_kind(bodies_kind);
	test_bodies();
	test_files();
	EQ_STR(label_in(json_object_get(codelist_item(set, "colours", "red"),
	    "label"), "fr"), "<red>", "a code has its label");
	OK(codelist_item(set, "colours", "pink") == NULL &&
	    codelist(set, "flavours") == NULL, "unknown codes and lists are none");
	kind_set_free(set);
}

/* -- the set in the program ----------------------------------------------- */

/* {"kind":...,"act":...,"body":{...}}, other keys are for who sends it. */
static void
test_example(const struct kind_set *set, int dir, const char *name)
{
	struct err err = { .class = ERR_NONE };
	struct buf b = BUF_INIT;
	const struct kind *k;
	enum act act = ACT_SUBMIT;
	const char *word;
	json_t *v = NULL;
	bool ok = false;

	if (io_read_file(dir, name, &b, KIND_FILE_MAX, &err))
		v = json_read(buf_all(&b), KIND_FILE_MAX, &err);
	word = json_string_value(json_object_get(v, "kind"));
	k = word == NULL ? kind_find(set, "request.preservation/1") :
	    kind_find(set, word);
	word = json_string_value(json_object_get(v, "act"));
	if (v != NULL && k != NULL && (word == NULL || act_parse(&act, word)))
		ok = kind_check(set, k, act, json_object_get(v, "body"), &err);
	OK(ok, "the example %s holds", name);
	if (!ok)
		printf("# %s %s: %s\n", err.rule, err.field, err.text);
	json_decref(v);
	buf_free(&b);
}

static void
test_examples(const struct kind_set *set)
{
	DIR *d = opendir("kinds/examples");
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			test_example(set, dirfd(d), e->d_name);
	if (d != NULL)
		(void)closedir(d);
}

/* A victim is called so in every language, and nothing calls one a suspect. */
static void
test_victim(const struct kind *k)
{
	static const char *const words[LANGS] = {
		"Victim", "الضحية", "Víctima", "Victime"
	};
	unsigned of_victims = 0;

	for (unsigned act = 0; act < ACTS; act++)
		for (size_t i = 0; k->act[act] != NULL &&
		    i < k->act[act]->nfields; i++) {
			const struct field *f = &k->act[act]->fields[i];
			bool victim = strncmp(f->id, "victim_", 7) == 0;

			of_victims += victim;
			for (unsigned l = 0; l < LANGS && victim; l++)
				if (strncmp(label_in(f->label, lang_names[l]),
				    words[l], strlen(words[l])) != 0)
					OK(false, "%s is not called a victim's",
					    f->id);
			if (f->type == FIELD_PERSON_NAME && !victim &&
			    strncmp(f->id, "offender_", 9) != 0)
				OK(false, "whose name is %s?", f->id);
		}
	OK(of_victims >= 10, "what tells of a victim says so, %u times",
	    of_victims);
	OK(strcmp(k->submit_power, "victims") == 0 &&
	    strcmp(k->receive_power, "victims") == 0,
	    "only desks for victims send and receive it");
	OK(k->handling_default.tlp == TLP_RED, "at the highest handling");
	OK(!kind_role_may(k, ACT_SUBMIT, "analyst") &&
	    !kind_role_may(k, ACT_SUBMIT, "admin") &&
	    kind_role_may(k, ACT_SUBMIT, "duty"), "by few");
}

static void
given(const struct kind_set *set, const struct kind *k, enum act act,
    const char *text, const char *rule, const char *field)
{
	struct err err = { .class = ERR_NONE };
	json_t *v = json_read(slice_str(text), 10000, &err);
	bool ok = v != NULL && kind_check(set, k, act, v, &err);

	OK(ok == (rule == NULL) && (rule == NULL ||
	    (strcmp(err.rule, rule) == 0 && strcmp(err.field, field) == 0)),
	    "%s %s: %.60s", k->name, rule == NULL ? "takes" : rule, text);
	if (ok != (rule == NULL))
		printf("# %s %s: %s\n", err.rule, err.field, err.text);
	json_decref(v);
}

#define TERMS "\"terms\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\""

static void
test_offer(const struct kind_set *set, const struct kind *k)
{
	OK(k->flow == FLOW_OFFER && k->act[ACT_SUBMIT]->until == UNTIL_REQUIRED,
	    "an offer says until when it stands");
	OK(kind_field(k, ACT_SUBMIT, "text") == NULL &&
	    kind_field(k, ACT_SUBMIT, "files") == NULL &&
	    kind_field(k, ACT_SUPPLEMENT, "files") == NULL &&
	    kind_field(k, ACT_DELIVER, "files") != NULL,
	    "and has no place for content before it is delivered");
	given(set, k, ACT_ACCEPT, "{" TERMS "}", NULL, "");
	given(set, k, ACT_ACCEPT, "{}", "E-FIELD-MISSING", "body.terms");
	given(set, k, ACT_DECLINE, "{\"ground\":\"conditions\"}", NULL, "");
	given(set, k, ACT_DECLINE, "{\"ground\":\"political\"}",
	    "E-CODE-UNKNOWN", "body.ground");
	given(set, k, ACT_COUNTER, "{\"reason\":\"x\"}", NULL, "");
	given(set, k, ACT_REOFFER, "{\"note\":\"x\"}", "E-FIELD-MISSING",
	    "body.allowed_purposes");
}

#define PAY "\"means\":\"crypto\",\"amount\":{\"amount\":\"1\",\"currency\":\"EUR\"}," \
	"\"paid_at\":{\"at\":\"2026-11-21T13:05:00.000Z\",\"zone\":\"UTC\"}," \
	"\"from_bank\":\"b\",\"to_bank\":\"b\",\"case_number\":\"1\",\"fraud\":\"other\"," \
	"\"facts\":\"x\",\"requesting_authority\":{\"organisation\":\"P\"}"

static void
test_payment(const struct kind_set *set, const struct kind *k)
{
	OK(k->urgency_default == URGENCY_FLASH &&
	    kind_field(k, ACT_SUBMIT, "urgency_grounds") == NULL,
	    "a payment is flash, and needs no other reason");
	given(set, k, ACT_SUBMIT, "{" PAY ",\"to_wallet\":[{\"currency\":\"ETH\","
	    "\"address\":\"0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe\"}]}",
	    NULL, "");
	given(set, k, ACT_SUBMIT, "{" PAY ",\"to_iban\":[\"DE89370400440532013000\"]}",
	    "E-FIELD-MISSING", "body.to_wallet");
	given(set, k, ACT_SUBMIT, "{" PAY "}", "E-FIELD-MISSING",
	    "body.to_iban");
	given(set, k, ACT_ANSWER, "{\"results\":[\"held\"]}",
	    "E-FIELD-MISSING", "body.secured");
	given(set, k, ACT_ANSWER, "{\"results\":[\"not-found\"]}", NULL, "");
	given(set, k, ACT_REFUSE, "{\"ground\":\"funds-gone\"}", NULL, "");
}

/* Every code of an act and a state that a node shows has its label. */
static void
test_texts(const struct kind_set *set)
{
	for (unsigned a = 0; a < ACTS; a++)
		if (codelist_item(set, "acts", act_names[a]) == NULL)
			OK(false, "%s has no label", act_names[a]);
	for (unsigned s = 0; s < STATES; s++)
		if (codelist_item(set, "states", state_names[s]) == NULL)
			OK(false, "%s has no label", state_names[s]);
	OK(codelist_item(set, "acts", "deliver") != NULL &&
	    codelist_item(set, "states", "delivered") != NULL,
	    "acts and states of an offer have labels");
}

static void
test_embedded(void)
{
	struct err err = { .class = ERR_NONE };
	struct kind_set *set = kind_set_new(&err);
	size_t kinds = 0, acts = 0;

	if (!OK(set != NULL, "the kinds compiled in load"))
		printf("# %s %s: %s\n", err.rule, err.field, err.text);
	for (size_t i = 0; kind_files[i].name != NULL; i++)
		if (strrchr(kind_files[i].name, '/') - kind_files[i].name == 5)
			kinds++;
	if (set == NULL)
		return;
	OK(kind_at(set, kinds - 1) != NULL && kind_at(set, kinds) == NULL,
	    "all %zu of them", kinds);
	OK(kind_find(set, "request.preservation/1") != NULL,
	    "preservation is among them");
	for (unsigned a = 0; a < ACT_REPLY; a++)
		acts += kind_has_act(kind_find(set, "request.preservation/1"),
		    (enum act)a);
	OK(acts == ACT_REPLY, "it offers every act on data");
	test_victim(kind_find(set, "request.victim/1"));
	test_offer(set, kind_find(set, "spontaneous/1"));
	test_payment(set, kind_find(set, "request.payment/1"));
	test_texts(set);
	OK(codelist_item(set, "countries", "RS") != NULL &&
	    codelist_item(set, "languages", "ar") != NULL,
	    "countries and languages are lists");
	test_examples(set);
	kind_set_free(set);
}

int
main(void)
{
	secret_process_init();
	test_small_set();
	test_refusals();
	test_twice();
	test_embedded();
	return tap_done();
}
