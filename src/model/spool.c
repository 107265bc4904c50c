#include "model/spool.h"

#include "model/field.h"
#include "model/text.h"

void
spool_print(struct buf *b, const struct spool *s)
{
	struct jout j = text_begin(b, "spool");

	jout_hash(&j, "net", &s->net);
	jout_str(&j, "from", s->from.s);
	jout_str(&j, "to", s->to.s);
	jout_int(&j, "number", s->number);
	jout_time(&j, "at", s->at);
	if (s->n != 0)
		jout_array(&j, "items");
	for (size_t i = 0; i < s->n; i++) {
		jout_object(&j, NULL);
		jout_hash(&j, "sealed", &s->items[i].sealed);
		jout_int(&j, "size", s->items[i].size);
		jout_str(&j, "lane", urgency_names[s->items[i].lane]);
		jout_time(&j, "deliver_by", s->items[i].deliver_by);
		jout_end_object(&j);
	}
	if (s->n != 0)
		jout_end_array(&j);
	if (s->nfiles != 0)
		jout_array(&j, "files");
	for (size_t i = 0; i < s->nfiles; i++) {
		jout_object(&j, NULL);
		jout_hash(&j, "blob", &s->files[i].blob);
		jout_int(&j, "size", s->files[i].size);
		jout_end_object(&j);
	}
	if (s->nfiles != 0)
		jout_end_array(&j);
	jout_ext(&j, s->ext);
	text_end(&j);
}

static void
item_read(struct spool_item *it, struct jobj *j)
{
	it->sealed = jobj_hash(j, "sealed");
	it->size = jobj_int(j, "size", 1, JSON_INT_MAX);
	it->lane = (enum urgency)jobj_enum(j, "lane", urgency_names, URGENCIES);
	it->deliver_by = jobj_time(j, "deliver_by");
}

static void
items_read(struct spool *s, struct arena *a, struct jobj *j)
{
	const json_t *list = jobj_array_opt(j, "items", SPOOL_ITEMS);
	size_t n = list == NULL ? 0 : json_array_size(list);
	struct jobj in;

	if (!j->bad && list != NULL && n == 0)
		jobj_fail(j, "E-FIELD-VALUE", "items", "is empty");
	s->items = arena_alloc(a, (n + 1) * sizeof(*s->items));
	for (; !j->bad && s->n < n; s->n++) {
		jobj_item(&in, j, "items", list, s->n);
		item_read(&s->items[s->n], &in);
		for (size_t o = 0; !in.bad && o < s->n; o++)
			if (hash_eq(&s->items[o].sealed,
			    &s->items[s->n].sealed))
				jobj_fail(&in, "E-FIELD-VALUE", "sealed",
				    "stands there twice");
		jobj_close(&in, j);
	}
}

static void
files_read(struct spool *s, struct arena *a, struct jobj *j)
{
	const json_t *list = jobj_array_opt(j, "files", SPOOL_FILES);
	size_t n = list == NULL ? 0 : json_array_size(list);
	struct jobj in;

	if (!j->bad && list != NULL && n == 0)
		jobj_fail(j, "E-FIELD-VALUE", "files", "is empty");
	s->files = arena_alloc(a, (n + 1) * sizeof(*s->files));
	for (; !j->bad && s->nfiles < n; s->nfiles++) {
		struct blob_ref *f = &s->files[s->nfiles];

		jobj_item(&in, j, "files", list, s->nfiles);
		f->blob = jobj_hash(&in, "blob");
		f->size = jobj_int(&in, "size", 1, JSON_INT_MAX);
		for (size_t o = 0; !in.bad && o < s->nfiles; o++)
			if (hash_eq(&s->files[o].blob, &f->blob))
				jobj_fail(&in, "E-FIELD-VALUE", "blob",
				    "stands there twice");
		jobj_close(&in, j);
	}
}

static bool
spool_read(struct spool *s, struct arena *a, struct err *err)
{
	struct jobj j;

	jobj_begin(&j, s->json, "", err);
	s->net = jobj_hash(&j, "net");
	s->from = jobj_member(&j, "from");
	s->to = jobj_member(&j, "to");
	s->number = jobj_int(&j, "number", 1, JSON_INT_MAX);
	s->at = jobj_time(&j, "at");
	items_read(s, a, &j);
	files_read(s, a, &j);
	s->ext = jobj_ext(&j);
	return jobj_end(&j);
}

bool
spool_parse(struct spool *s, struct arena *a, struct slice text,
    struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*s = (struct spool){ .json = NULL };
	s->json = text_read(text, "spool", err);
	if (s->json == NULL)
		return false;
	ok = spool_read(s, a, err);
	if (ok) {
		spool_print(&b, s);
		ok = text_canonical(&b, text, err);
	}
	if (!ok)
		spool_release(s);
	buf_free(&b);
	return ok;
}

void
spool_release(struct spool *s)
{
	json_decref(s->json);
	*s = (struct spool){ .json = NULL };
}
