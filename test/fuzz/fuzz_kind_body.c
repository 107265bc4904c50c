#include <assert.h>
#include <stdlib.h>

#include "model/kind.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A checked value has a matching text and reads in every language. */
static void
use(const struct field *f, const json_t *v)
{
	struct buf b = BUF_INIT;

	for (unsigned lang = 0; lang < LANGS; lang++) {
		buf_clear(&b);
		field_render(&b, f, v, lang_names[lang]);
		assert(b.n != 0);
	}
	buf_clear(&b);
	if (field_normal(&b, f->type, v))
		assert(b.n != 0);
	buf_free(&b);
}

/* The first byte chooses the act, the rest is its body. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct kind_set *set;
	const struct kind *k;
	struct err err = { .class = ERR_NONE };
	enum act act;
	json_t *v;

	if (set == NULL)
		set = kind_set_new(&err);
	assert(set != NULL);
	k = kind_find(set, "request.preservation/1");
	if (n == 0)
		return 0;
	act = (enum act)(p[0] % ACTS);
	v = json_read(slice_of(p + 1, n - 1), CONTENT_MAX, &err);
	if (v == NULL)
		return 0;
	if (!kind_check(set, k, act, v, &err)) {
		assert(err.rule[0] == 'E' && err.field[0] != '\0');
	} else {
		for (size_t i = 0; i < k->act[act]->nfields; i++) {
			const struct field *f = &k->act[act]->fields[i];
			const json_t *have = json_object_get(v, f->id);

			if (have != NULL && !f->repeat)
				use(f, have);
			for (size_t j = 0; f->repeat && j < json_array_size(have); j++)
				use(f, json_array_get(have, j));
		}
	}
	json_decref(v);
	return 0;
}
