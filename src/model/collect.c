#include "model/collect.h"

#include "base/encode.h"
#include "model/field.h"
#include "model/text.h"

void
collect_print(struct buf *b, const struct collect *c)
{
	struct jout j = text_begin(b, "collect");

	jout_hash(&j, "net", &c->net);
	jout_str(&j, "from", c->from.s);
	jout_str(&j, "relay", c->relay.s);
	jout_hash_opt(&j, "nonce", &c->nonce);
	jout_time(&j, "at", c->at);
	if (c->n != 0) {
		jout_array(&j, "done");
		for (size_t i = 0; i < c->n; i++)
			jout_hash(&j, NULL, &c->done[i]);
		jout_end_array(&j);
	}
	jout_ext(&j, c->ext);
	text_end(&j);
}

static void
done_read(struct collect *c, struct arena *a, struct jobj *j)
{
	const json_t *list = jobj_array_opt(j, "done", COLLECT_DONE);
	size_t n = list == NULL ? 0 : json_array_size(list);
	const char *s;

	c->done = arena_alloc(a, (n + 1) * sizeof(*c->done));
	for (; !j->bad && c->n < n; c->n++) {
		struct hash *h = &c->done[c->n];

		s = jobj_item_str(j, "done", list, c->n, 2 * HASH_LEN);
		if (j->bad)
			return;
		if (!hex_decode(h->b, HASH_LEN, slice_str(s)) ||
		    hash_is_zero(h))
			jobj_fail(j, "E-FIELD-VALUE", "done", "holds no hash");
		for (size_t o = 0; o < c->n; o++)
			if (hash_eq(&c->done[o], h))
				jobj_fail(j, "E-FIELD-VALUE", "done",
				    "names one twice");
	}
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
	done_read(c, a, &j);
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
