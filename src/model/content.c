#include "model/message.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "model/field.h"
#include "model/forward.h"

enum { PAD_UNIT = 1024 };

bool
file_name_valid(const char *name)
{
	struct slice s = slice_str(name);

	return s.n != 0 && s.n < sizeof(((struct file_ref *)0)->name) &&
	    strpbrk(name, "/\\") == NULL && strcmp(name, ".") != 0 &&
	    strcmp(name, "..") != 0 && utf8_printable(s, UTF8_ONE_LINE) &&
	    utf8_straight(s);
}

static void
read_files(struct jobj *j, struct arena *arena, struct content *c)
{
	const json_t *list = jobj_array_opt(j, "files", MESSAGE_BLOBS);
	struct jobj item;

	c->nfiles = list == NULL ? 0 : json_array_size(list);
	c->files = arena_alloc(arena, c->nfiles * sizeof(*c->files));
	for (size_t i = 0; i < c->nfiles && !j->bad; i++) {
		struct file_ref *f = &c->files[i];

		jobj_item(&item, j, "files", list, i);
		(void)snprintf(f->name, sizeof(f->name), "%s",
		    jobj_str(&item, "name", sizeof(f->name) - 1));
		(void)snprintf(f->type, sizeof(f->type), "%s",
		    jobj_str(&item, "type", sizeof(f->type) - 1));
		f->size = jobj_int(&item, "size", 0, JSON_INT_MAX);
		f->sha256 = jobj_hash(&item, "sha256");
		f->blob = jobj_hash(&item, "blob");
		(void)snprintf(f->key, sizeof(f->key), "%s",
		    jobj_str(&item, "key", sizeof(f->key) - 1));
		if (!item.bad && !file_name_valid(f->name))
			jobj_fail(&item, "E-FIELD-VALUE", "name",
			    "must be a file's name, without a path or marks "
			    "that turn the text");
		if (!jobj_end(&item))
			j->bad = true;
	}
}

/* A signed note and its content line: lines with newlines between. */
static void
read_signed(struct jobj *j, const char *key, struct signed_content *s)
{
	struct jobj in;

	jobj_in(&in, j, key);
	s->note = slice_str(jobj_text(&in, "note", FORWARD_NOTE));
	s->content = slice_str(jobj_text(&in, "content", CONTENT_MAX));
	jobj_close(&in, j);
}

static void
read_forwards(struct jobj *j, struct arena *arena, struct content *c)
{
	const json_t *list = jobj_array_opt(j, "forwards", FORWARD_MOST);
	size_t n = list == NULL ? 0 : json_array_size(list);
	struct jobj item;

	if (!j->bad && list != NULL && n == 0)
		jobj_fail(j, "E-FIELD-VALUE", "forwards", "is empty");
	c->forwards = arena_alloc(arena, (n + 1) * sizeof(*c->forwards));
	for (; !j->bad && c->nforwards < n; c->nforwards++) {
		struct forward *f = &c->forwards[c->nforwards];

		memset(f, 0, sizeof(*f));
		jobj_item(&item, j, "forwards", list, c->nforwards);
		read_signed(&item, "original", &f->original);
		if (jobj_has(&item, "asked")) {
			read_signed(&item, "asked", &f->asked);
			read_signed(&item, "answered", &f->answered);
		}
		jobj_close(&item, j);
	}
}

static void
read_pad(struct jobj *j, struct content *c)
{
	const char *pad = jobj_str_opt(j, "pad", PAD_UNIT);

	c->pad = strlen(pad);
	if (strspn(pad, "0") != c->pad)
		jobj_fail(j, "E-FIELD-VALUE", "pad", "must be zeros");
}

bool
content_parse(struct content *c, struct arena *arena, struct slice line,
    struct err *err)
{
	struct buf again = BUF_INIT;
	struct content copy;
	struct jobj j;
	bool ok = false;

	memset(c, 0, sizeof(*c));
	c->json = json_read(line, CONTENT_MAX, err);
	if (c->json == NULL)
		return false;
	jobj_begin(&j, c->json, "", err);
	jobj_hex(&j, "salt", c->salt, sizeof(c->salt));
	c->subject = jobj_str_opt(&j, "subject", 500);
	c->lang = jobj_str(&j, "lang", 8);
	(void)jobj_object(&j, "body");
	c->body = json_object_get(c->json, "body");
	read_files(&j, arena, c);
	read_forwards(&j, arena, c);
	read_pad(&j, c);
	if (!jobj_end(&j))
		goto out;
	copy = *c;
	content_print(&again, &copy);
	ok = slice_eq(buf_all(&again), line) || err_set(err, ERR_INVALID,
	    "E-TEXT-CANONICAL", "the content line is not in its one form");
out:
	buf_wipe(&again);
	if (!ok)
		content_release(c);
	return ok;
}

void
content_release(struct content *c)
{
	for (size_t i = 0; i < c->nfiles; i++)
		secret_wipe(c->files[i].key, sizeof(c->files[i].key));
	json_decref(c->json);
	c->json = NULL;
}

static void
print_files(struct jout *j, const struct content *c)
{
	if (c->nfiles == 0)
		return;
	jout_array(j, "files");
	for (size_t i = 0; i < c->nfiles; i++) {
		const struct file_ref *f = &c->files[i];

		jout_object(j, NULL);
		jout_str(j, "name", f->name);
		jout_str(j, "type", f->type);
		jout_int(j, "size", f->size);
		jout_hash(j, "sha256", &f->sha256);
		jout_hash(j, "blob", &f->blob);
		jout_str(j, "key", f->key);
		jout_end_object(j);
	}
	jout_end_array(j);
}

static void
print_signed(struct jout *j, const char *key, const struct signed_content *s)
{
	jout_object(j, key);
	jout_slice(j, "note", s->note);
	jout_slice(j, "content", s->content);
	jout_end_object(j);
}

static void
print_forwards(struct jout *j, const struct content *c)
{
	if (c->nforwards == 0)
		return;
	jout_array(j, "forwards");
	for (size_t i = 0; i < c->nforwards; i++) {
		const struct forward *f = &c->forwards[i];

		jout_object(j, NULL);
		print_signed(j, "original", &f->original);
		if (f->asked.note.n != 0) {
			print_signed(j, "asked", &f->asked);
			print_signed(j, "answered", &f->answered);
		}
		jout_end_object(j);
	}
	jout_end_array(j);
}

void
content_print(struct buf *out, struct content *c)
{
	static const char pad_open[] = ",\"pad\":\"";
	struct jout j = jout_to(out);
	size_t start = out->n, length;

	jout_object(&j, NULL);
	jout_hex(&j, "salt", slice_of(c->salt, sizeof(c->salt)));
	jout_str_opt(&j, "subject", c->subject);
	jout_str(&j, "lang", c->lang);
	jout_value(&j, "body", c->body);
	print_files(&j, c);
	print_forwards(&j, c);
	/* The pad hides the length but for its kilobyte; one of at least one
	 * zero, so that "absent" and "empty" cannot both be said. */
	length = out->n - start + sizeof(pad_open) - 1 + 2;
	c->pad = PAD_UNIT - length % PAD_UNIT;
	buf_str(out, pad_open);
	for (size_t i = 0; i < c->pad; i++)
		buf_u8(out, '0');
	buf_str(out, "\"}");
	assert((out->n - start) % PAD_UNIT == 0);
}

bool
content_fits(const struct content *c, const struct header *h, struct err *err)
{
	if (c->nfiles != h->nblobs)
		return err_field(err, ERR_INVALID, "E-CONTENT-FILES", "files",
		    "%zu files for %zu blobs", c->nfiles, h->nblobs);
	for (size_t i = 0; i < c->nfiles; i++)
		if (!hash_eq(&c->files[i].blob, &h->blobs[i].blob))
			return err_field(err, ERR_INVALID, "E-CONTENT-FILES",
			    "files", "file %zu is not the header's blob", i);
		/* Sealing adds a header and a tag for each chunk. */
		else if (c->files[i].size >= h->blobs[i].size)
			return err_field(err, ERR_INVALID, "E-CONTENT-FILES",
			    "files", "file %zu is larger than its sealed bytes",
			    i);
	return true;
}
