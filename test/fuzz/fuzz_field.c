#include <assert.h>

#include "model/field_type.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The matching text of a matching text is itself. */
static void
match(const struct field *f, const json_t *v)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;
	json_t *again;

	if (field_normal(&once, f->type, v) && json_is_string(v)) {
		assert(once.n != 0);
		again = json_stringn((const char *)once.p, once.n);
		if (f->type != FIELD_MRZ && field_check(f, again, "x", NULL)) {
			assert(field_normal(&twice, f->type, again));
			assert(slice_eq(buf_all(&once), buf_all(&twice)));
		}
		json_decref(again);
	}
	buf_free(&once);
	buf_free(&twice);
}

/* The first byte is the type; the rest a value in JSON, or else a text. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct field f = { .id = "x", .section = "s", .max_value = 99,
	    .match = "" };
	struct buf b = BUF_INIT;
	struct err err = { .class = ERR_NONE };
	json_t *v;

	if (n == 0)
		return 0;
	f.type = (enum field_type)(p[0] % FIELD_TYPES);
	v = json_read(slice_of(p + 1, n - 1), 1 << 20, NULL);
	if (v == NULL)
		v = json_stringn((const char *)p + 1, n - 1);
	if (v == NULL)
		return 0;
	if (!field_check(&f, v, "body.x", &err)) {
		assert(strncmp(err.field, "body.x", 6) == 0);
	} else {
		for (unsigned lang = 0; lang < LANGS; lang++)
			field_render(&b, &f, v, lang_names[lang]);
		assert(b.n != 0);
		match(&f, v);
	}
	buf_free(&b);
	json_decref(v);
	return 0;
}
