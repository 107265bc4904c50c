#include <assert.h>
#include <string.h>

#include "model/catalog.h"
#include "model/pack.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/*
 * A translation as an operator was given it: refused with a place, or its texts
 * stand beside the four and change none of them.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char json[] = "{\"E-A\":{\"title\":{\"en\":\"{n} left\","
	    "\"ar\":\"{n} a\",\"es\":\"{n} b\",\"fr\":\"{n} c\"}}}";
	struct err err = { .class = ERR_NONE };
	struct catalog *c = catalog_load(slice_str(json), &err);
	struct texts *t = texts_new();
	struct pack pack;
	const char *text;

	assert(c != NULL);
	catalog_texts(c, t);
	if (!pack_read(&pack, slice_of(p, n), &err)) {
		assert(strcmp(err.rule, "E-LANG-PACK") == 0);
	} else {
		assert(language_code_valid(pack.language.code));
		if (pack_put(&pack, t, &err)) {
			text = catalog_text(c, "E-A", "title",
			    pack.language.code);
			assert(strstr(text, "{n}") != NULL);
		}
		pack_free(&pack);
	}
	assert(strcmp(catalog_text(c, "E-A", "title", "en"), "{n} left") == 0);
	assert(strcmp(catalog_text(c, "E-A", "title", "fr"), "{n} c") == 0);
	texts_free(t);
	catalog_free(c);
	return 0;
}
