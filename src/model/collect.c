#include "model/collect.h"

#include "base/encode.h"
#include "model/field.h"
#include "model/text.h"

static void
list_print(struct jout *j, const char *key, const struct hash *list, size_t n)
{
	if (n == 0)
		return;
	jout_array(j, key);
	for (size_t i = 0; i < n; i++)
		jout_hash(j, NULL, &list[i]);
	jout_end_array(j);
}

void
collect_print(struct buf *b, const struct collect *c)
{
	struct jout j = text_begin(b, "collect");

	jout_hash(&j, "net", &c->net);
	jout_str(&j, "from", c->from.s);
	jout_str(&j, "relay", c->relay.s);
	jout_hash_opt(&j, "nonce", &c->nonce);
	jout_time(&j, "at", c->at);
	list_print(&j, "done", c->done, c->ndone);
	list_print(&j, "again", c->again, c->nagain);
	jout_ext(&j, c->ext);
	text_end(&j);
}

static struct hash *
list_read(struct jobj *j, struct arena *a, const char *key, size_t *count)
{
	const json_t *list = jobj_array_opt(j, key, COLLECT_LIST);
	size_t n = list == NULL ? 0 : json_array_size(list);
	struct hash *out = arena_alloc(a, (n + 1) * sizeof(*out));
	const char *s;

	for (*count = 0; !j->bad && *count < n; ++*count) {
		struct hash *h = &out[*count];

		s = jobj_item_str(j, key, list, *count, 2 * HASH_LEN);
		if (!j->bad && (!hex_decode(h->b, HASH_LEN, slice_str(s)) ||
		    hash_is_zero(h)))
			jobj_fail(j, "E-FIELD-VALUE", key, "holds no hash");
		for (size_t o = 0; !j->bad && o < *count; o++)
			if (hash_eq(&out[o], h))
				jobj_fail(j, "E-FIELD-VALUE", key,
				    "names one twice");
	}
	if (!j->bad && list != NULL && n == 0)
		jobj_fail(j, "E-FIELD-VALUE", key, "is empty");
	return out;
}

static bool
collect_read(struct collect *c, struct arena *a, struct err *err)
{
	struct jobj j;

	jobj_begin(&j, c->json, "", err);
	c->net = jobj_hash(&j, "net");
	c->from = jobj_member(&j, "from");
	c->relay = jobj_member(&j, "relay");
	c->nonce = jobj_hash_opt(&j, "nonce");
	c->at = jobj_time(&j, "at");
	c->done = list_read(&j, a, "done", &c->ndone);
	c->again = list_read(&j, a, "again", &c->nagain);
	c->ext = jobj_ext(&j);
	return jobj_end(&j);
}

bool
collect_parse(struct collect *c, struct arena *a, struct slice text,
    struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*c = (struct collect){ .json = NULL };
	if (text.n > TEXT_SMALL)
		return err_set(err, ERR_INVALID, "E-TEXT-FORM",
		    "a question of %zu bytes, at most %d", text.n, TEXT_SMALL);
	c->json = text_read(text, "collect", err);
	if (c->json == NULL)
		return false;
	ok = collect_read(c, a, err);
	if (ok) {
		collect_print(&b, c);
		ok = text_canonical(&b, text, err);
	}
	if (!ok)
		collect_release(c);
	buf_free(&b);
	return ok;
}

void
collect_release(struct collect *c)
{
	json_decref(c->json);
	*c = (struct collect){ .json = NULL };
}
