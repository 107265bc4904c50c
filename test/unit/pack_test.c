#include "base/json.h"
#include "base/secret.h"
#include "model/catalog.h"
#include "model/field_type.h"
#include "model/kind_text.h"
#include "model/pack.h"

#include "tap.h"

/* -- languages ------------------------------------------------------------ */

static void
test_codes(void)
{
	static const char *const good[] = { "pt", "pt-BR", "dv", "zh-Hant" };
	static const char *const bad[] = { "", "p", "port", "PT", "pt-", "pt-B",
		"pt_BR", "pt-BR-x", "zh-Hant1", "../x" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(language_code_valid(good[i]), "%s is a code", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!language_code_valid(bad[i]), "\"%s\" is none", bad[i]);
}

static void
test_choice(void)
{
	const struct language pt = { "pt", "Português", false };
	const struct language nameless = { "pt", "", false };
	struct languages l;
	char full[LANGUAGE_CODE], first[LANGUAGE_CODE];

	languages_init(&l);
	OK(languages_accept(&l, "pt, de") == NULL, "of none known there is none");
	EQ_STR(languages_accept(&l, "fr-CA;q=0.9, en"), "fr",
	    "the nearest to a tag");
	OK(languages_add(&l, &pt) && l.n == 5, "a fifth is added");
	OK(languages_add(&l, &pt) && l.n == 5, "once");
	OK(languages_add(&l, &nameless) && strcmp(l.list[4].name, "Português")
	    == 0, "by the name that one of its files tells");
	EQ_STR(languages_accept(&l, "xx;q=1 , PT-br,fr"), "pt",
	    "the first known, whatever its case");
	OK(languages_accept(&l, ",,;;- ,") == NULL, "nonsense is no language");
	for (unsigned i = 0; i < LANGUAGES; i++) {
		struct language more = { .name = "x" };

		(void)snprintf(more.code, sizeof(more.code), "x%c", 'a' + (int)i);
		if (languages_add(&l, &more) != (i < LANGUAGES - 5))
			OK(false, "there is room for %d", LANGUAGES);
	}
	OK(l.n == LANGUAGES, "there is room for %d", LANGUAGES);
	language_of_locale(full, first, "pt_BR.UTF-8");
	OK(strcmp(full, "pt-BR") == 0 && strcmp(first, "pt") == 0,
	    "a locale names a language and its country's");
	language_of_locale(full, first, "C.UTF-8");
	OK(full[0] == '\0' && first[0] == '\0', "C names none");
	language_of_locale(full, first, "sr@latin");
	EQ_STR(first, "sr", "a variant is of its language");
}

/* -- packs ---------------------------------------------------------------- */

/* field NULL: it is good. */
static void
form(const char *text, const char *field, const char *fact)
{
	struct err err = { .class = ERR_NONE };
	struct pack p;
	bool ok = pack_read(&p, slice_str(text), &err);

	OK(field == NULL ? ok : !ok && strcmp(err.rule, "E-LANG-PACK") == 0 &&
	    strcmp(err.field, field) == 0, "%s", fact);
	if (ok != (field == NULL) || (!ok && strcmp(err.field, field) != 0))
		printf("# got %s %s: %s\n", err.rule, err.field, err.text);
	if (ok)
		pack_free(&p);
}

static void
test_form(void)
{
	form("{\"language\":\"pt\"}", NULL, "a pack may say nothing");
	form("{\"language\":\"dv\",\"name\":\"x\",\"direction\":\"rtl\","
	    "\"errors\":{},\"cli\":{\"a\":\"b\"},\"kinds\":{},\"codelists\":{}}",
	    NULL, "or have every part");
	form("{}", "language", "it says which language");
	form("{\"language\":\"fr\"}", "language", "none of the four");
	form("{\"language\":\"portuguese\"}", "language", "by its code");
	form("{\"language\":\"pt\",\"direction\":\"up\"}", "direction",
	    "text runs left to right or right to left");
	form("{\"language\":\"pt\",\"texts\":{}}", "texts", "no other part is known");
	form("{\"language\":\"pt\",\"cli\":[]}", "cli", "a part is an object");
	form("{\"language\":\"pt\",\"cli\":{\"a.b\":1}}", "cli.a.b", "of texts");
	form("{\"language\":\"pt\",\"cli\":{\"a\":\"\\u202ex\"}}", "cli.a",
	    "without direction marks");
	form("{\"language\":\"pt\",\"cli\":{\"a\":\"\\u001b[2J\"}}", "cli.a",
	    "without controls");
	form("{\"language\":\"pt\",\"cli\":{\"\\u202e\":1}}", "cli.\u202e",
	    "a name is told as it stands");
	form("[", "", "it is JSON");
}

static const char catalog_text_json[] =
    "{\"E-A\":{\"title\":{\"en\":\"{n} left\",\"ar\":\"{n} x\",\"es\":\"{n} y\","
    "\"fr\":\"{n} z\"},\"todo\":{\"en\":\"Wait\",\"ar\":\"a\",\"es\":\"b\","
    "\"fr\":\"c\"}}}";

static bool
put(struct texts *t, const char *text, struct err *err)
{
	struct pack p;
	bool ok;

	if (!pack_read(&p, slice_str(text), err))
		return false;
	ok = pack_put(&p, t, err);
	pack_free(&p);
	return ok;
}

static void
test_put(void)
{
	struct err err = { .class = ERR_NONE };
	struct catalog *c = catalog_load(slice_str(catalog_text_json), &err);
	struct texts *t = texts_new();

	catalog_texts(c, t);
	OK(!put(t, "{\"language\":\"pt\",\"errors\":{\"E-A.todo\":\"Espere\","
	    "\"E-A.title\":\"{m} restam\"}}", &err) &&
	    strcmp(err.field, "errors.E-A.title") == 0,
	    "a text holds the words of the English one");
	OK(!put(t, "{\"language\":\"pt\",\"errors\":{\"E-A.title\":\"restam\"}}",
	    &err), "all of them");
	OK(!put(t, "{\"language\":\"pt\",\"errors\":{\"E-A.todo\":\"a {n}\"}}",
	    &err), "and no others");
	OK(!put(t, "{\"language\":\"pt\",\"errors\":{\"E-A.todo\":\"a\\nb\"}}",
	    &err), "one line where that is one");
	EQ_STR(catalog_text(c, "E-A", "todo", "pt"), "Wait",
	    "of a pack that is refused nothing is said");
	OK(put(t, "{\"language\":\"pt\",\"errors\":{\"E-A.title\":\"Restam {n}\","
	    "\"E-A.todo\":\"\",\"E-B.title\":\"x\"}}", &err),
	    "what is empty, or unknown, does no harm");
	EQ_STR(catalog_text(c, "E-A", "title", "pt"), "Restam {n}",
	    "a text is said in the language");
	EQ_STR(catalog_text(c, "E-A", "todo", "pt"), "Wait",
	    "what it lacks in English");
	EQ_STR(catalog_text(c, "E-A", "title", "fr"), "{n} z",
	    "and the four as they were");
	texts_free(t);
	catalog_free(c);
}

/* -- kinds ---------------------------------------------------------------- */

static void
test_kinds(void)
{
	struct err err = { .class = ERR_NONE };
	struct kind_set *set = kind_set_new(&err), *plain = kind_set_new(&err);
	struct texts *t = texts_new();
	const struct kind *k, *p;
	bool ok;

	kind_texts(set, t);
	ok = put(t, "{\"language\":\"pt\",\"kinds\":{"
	    "\"request.preservation/1|title\":\"Pedido\","
	    "\"request-acts/1|acts.refuse.refusal.ground.label\":\"Motivo\"},"
	    "\"codelists\":{\"countries|FR.label\":\"França\"}}", &err);
	k = kind_find(set, "request.preservation/1");
	p = kind_find(plain, "request.preservation/1");
	OK(ok && hash_eq(&k->hash, &p->hash), "a kind's hash is that of its file");
	EQ_STR(label_in(k->title, "pt"), "Pedido", "its title is said");
	EQ_STR(label_in(k->title, "de"), label_in(p->title, "en"),
	    "in English where nobody translated");
	EQ_STR(label_in(kind_field(kind_find(set, "request.subscriber/1"),
	    ACT_REFUSE, "ground")->label, "pt"), "Motivo",
	    "a fragment's label is said in every kind that has it");
	EQ_STR(label_in(json_object_get(codelist_item(set, "countries", "FR"),
	    "label"), "pt"), "França", "so is a code's");
	texts_free(t);
	kind_set_free(set);
	kind_set_free(plain);
}

int
main(void)
{
	secret_process_init();
	test_codes();
	test_choice();
	test_form();
	test_put();
	test_kinds();
	return tap_done();
}
