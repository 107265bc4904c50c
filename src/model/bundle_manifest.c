#include "model/bundle_manifest.h"

#include <stdio.h>

#include "model/bundle.h"

/* A path of 256 bytes and two numbers, for each file. */
enum { MANIFEST_MAX = BUNDLE_FILES * 400 };

static void
read_files(struct jobj *j, struct arena *arena, struct manifest *m)
{
	const json_t *list = jobj_array(j, "files", BUNDLE_FILES);
	struct jobj item;

	m->nfiles = list == NULL ? 0 : json_array_size(list);
	m->files = arena_alloc(arena, m->nfiles * sizeof(*m->files));
	for (size_t i = 0; i < m->nfiles && !j->bad; i++) {
		struct manifest_file *f = &m->files[i];

		jobj_item(&item, j, "files", list, i);
		f->path = arena_strdup(arena,
		    jobj_str(&item, "path", TAR_NAME - 1));
		f->size = jobj_int(&item, "size", 0, JSON_INT_MAX);
		f->sha256 = jobj_hash(&item, "sha256");
		if (!jobj_end(&item))
			j->bad = true;
	}
}

static bool
read_manifest(struct manifest *m, struct arena *arena, const json_t *json,
    struct err *err)
{
	struct jobj j;

	jobj_begin(&j, json, "", err);
	if (strcmp(jobj_str(&j, "format", 32), BUNDLE_FORMAT) != 0)
		jobj_fail(&j, "E-FIELD-VALUE", "format",
		    "is not " BUNDLE_FORMAT);
	m->net = jobj_hash(&j, "network");
	m->thread = jobj_hash(&j, "thread");
	(void)snprintf(m->ref, sizeof(m->ref), "%s",
	    jobj_str(&j, "ref", MESSAGE_REF));
	m->made = jobj_time(&j, "made");
	m->by = jobj_member(&j, "by");
	read_files(&j, arena, m);
	return jobj_end(&j);
}

bool
manifest_parse(struct manifest *m, struct arena *arena, struct slice bytes,
    struct err *err)
{
	struct buf again = BUF_INIT;
	json_t *json = json_read(bytes, MANIFEST_MAX, err);
	bool ok;

	*m = (struct manifest){ .nfiles = 0 };
	if (json == NULL)
		return false;
	ok = read_manifest(m, arena, json, err);
	if (ok) {
		manifest_print(&again, m);
		ok = slice_eq(buf_all(&again), bytes) || err_set(err,
		    ERR_INVALID, "E-BUNDLE-MANIFEST",
		    "the manifest is not in its one form");
	}
	buf_free(&again);
	json_decref(json);
	return ok;
}

void
manifest_print(struct buf *out, const struct manifest *m)
{
	struct jout j = jout_to(out);

	jout_object(&j, NULL);
	jout_str(&j, "format", BUNDLE_FORMAT);
	jout_hash(&j, "network", &m->net);
	jout_hash(&j, "thread", &m->thread);
	jout_str(&j, "ref", m->ref);
	jout_time(&j, "made", m->made);
	jout_str(&j, "by", m->by.s);
	jout_array(&j, "files");
	for (size_t i = 0; i < m->nfiles; i++) {
		jout_object(&j, NULL);
		jout_str(&j, "path", m->files[i].path);
		jout_int(&j, "size", m->files[i].size);
		jout_hash(&j, "sha256", &m->files[i].sha256);
		jout_end_object(&j);
	}
	jout_end_array(&j);
	jout_end_object(&j);
	buf_u8(out, '\n');
}
