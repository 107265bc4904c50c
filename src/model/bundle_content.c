#include <assert.h>
#include <stdio.h>

#include "base/secret.h"
#include "base/utf8.h"
#include "crypto/age.h"
#include "model/bundle_check.h"
#include "model/bundle_path.h"

static void
take_content(struct check *c, struct bundle_message *m)
{
	const struct bundle_part *p;
	char path[TAR_NAME];
	struct err err;

	bundle_path_message(path, m->number, &m->name, ".content");
	p = check_part(c, path);
	if (p == NULL) {
		check_missing(c, GROUP_CONTENTS, path, "E-BUNDLE-GONE",
		    "destroyed or withheld; the message still verifies");
		return;
	}
	if (!hash_eq(&p->sha256, &m->header.content)) {
		check_bad(c, GROUP_CONTENTS, path, "E-BUNDLE-CONTENT",
		    "is not what the signed message names");
		return;
	}
	if (!content_parse(&m->content, c->arena, p->bytes, &err)) {
		check_failed(c, GROUP_CONTENTS, path, &err);
		return;
	}
	m->has_content = true;
	if (!content_fits(&m->content, &m->header, &err))
		check_failed(c, GROUP_CONTENTS, path, &err);
	else
		check_ok(c, GROUP_CONTENTS, path, "is what was signed");
}

static void
take_blob(struct check *c, struct bundle_message *m, size_t i)
{
	const struct blob_ref *ref = &m->header.blobs[i];
	const struct bundle_part *p;
	char path[TAR_NAME];

	bundle_path_blob(path, &ref->blob);
	p = check_part(c, path);
	if (p == NULL)
		check_missing(c, GROUP_FILES, path, "E-BUNDLE-GONE",
		    "destroyed or withheld; the message still verifies");
	else if (!hash_eq(&p->sha256, &ref->blob) ||
	    p->bytes.n != (uint64_t)ref->size)
		check_bad(c, GROUP_FILES, path, "E-BUNDLE-FILE",
		    "is not what message %03u names", m->number);
	else
		m->blobs[i] = p->bytes;
}

/* -- opening --------------------------------------------------------------- */

enum { PIECE = 1024 * 1024 };

struct opening {
	struct age_open		*age;
	struct hash_stream	*hash;
	struct buf		 plain;
	uint64_t		 size;
	tar_sink		*sink;
	void			*arg;
};

static bool
pass_on(struct opening *o, struct err *err)
{
	bool ok;

	hash_stream_add(o->hash, buf_all(&o->plain));
	o->size += o->plain.n;
	ok = o->plain.n == 0 || o->sink(o->arg, buf_all(&o->plain), err);
	secret_wipe(o->plain.p, o->plain.n);
	buf_clear(&o->plain);
	return ok;
}

static bool
open_pieces(struct opening *o, struct slice sealed, struct err *err)
{
	while (sealed.n != 0) {
		size_t n = sealed.n < PIECE ? sealed.n : PIECE;

		if (!age_open_add(o->age, slice_of(sealed.p, n), &o->plain,
		    err) || !pass_on(o, err))
			return false;
		sealed = slice_skip(sealed, n);
	}
	return true;
}

static bool
open_sealed(const struct file_ref *f, const struct secret *key,
    struct slice sealed, tar_sink *sink, void *arg, struct err *err)
{
	struct opening o = { .hash = hash_stream_new(), .sink = sink,
	    .arg = arg };
	struct age_identity id;
	struct hash sum;
	bool ok;

	age_identity_x25519(&id, key);
	o.age = age_open_begin(&id, 1, AGE_HEADER_LINK);
	ok = open_pieces(&o, sealed, err);
	if (ok) {
		ok = age_open_end(o.age, &o.plain, err) && pass_on(&o, err);
		o.age = NULL;
	}
	age_open_free(o.age);
	sum = hash_stream_end(o.hash);
	if (ok && (o.size != (uint64_t)f->size || !hash_eq(&sum, &f->sha256)))
		ok = err_set(err, ERR_VERIFY, "E-BUNDLE-FILE",
		    "the opened file is not the one the content names");
	hash_stream_free(o.hash);
	buf_wipe(&o.plain);
	return ok;
}

bool
bundle_open_file(const struct bundle_message *m, size_t i, tar_sink *sink,
    void *arg, struct err *err)
{
	const struct file_ref *f = &m->content.files[i];
	struct secret *key;
	bool ok;

	assert(m->has_content && i < m->content.nfiles);
	if (i >= m->header.nblobs || m->blobs[i].n == 0 ||
	    !hash_eq(&f->blob, &m->header.blobs[i].blob))
		return err_set(err, ERR_NOT_FOUND, "E-BUNDLE-GONE",
		    "the sealed file is not in the bundle");
	if (!age_identity_parse(&key, slice_str(f->key), err))
		return false;
	ok = open_sealed(f, key, m->blobs[i], sink, arg, err);
	secret_free(key);
	return ok;
}

static bool
forget(void *arg, struct slice s, struct err *err)
{
	(void)arg, (void)s, (void)err;
	return true;
}

static void
check_file(struct check *c, const struct bundle_message *m, size_t i)
{
	char path[TAR_NAME];
	struct err err;

	if (m->blobs[i].n == 0)
		return;
	bundle_path_blob(path, &m->header.blobs[i].blob);
	if (!m->has_content || i >= m->content.nfiles)
		check_ok(c, GROUP_FILES, path,
		    "is what message %03u names; its key is not here",
		    m->number);
	else if (bundle_open_file(m, i, forget, NULL, &err))
		check_ok(c, GROUP_FILES, path,
		    "is what message %03u names, and opens", m->number);
	else
		check_failed(c, GROUP_FILES, path, &err);
}

/* What stands with a message that is not here, or did not hold. */
static void
check_orphans(struct check *c)
{
	for (size_t i = 0; i < c->nparts; i++) {
		struct bundle_part *p = &c->parts[i];

		if (p->claimed)
			continue;
		p->claimed = true;
		if (bundle_path_is(p->path, "messages/", ".content"))
			check_bad(c, GROUP_CONTENTS, p->path,
			    "E-BUNDLE-CONTENT",
			    "its message is not here, or does not hold");
		else if (bundle_path_is(p->path, "files/", ".age"))
			check_bad(c, GROUP_FILES, p->path, "E-BUNDLE-FILE",
			    "no message that holds names it");
		else
			p->claimed = false;
	}
}

void
check_contents(struct check *c)
{
	for (size_t k = 0; k < c->b->nmessages; k++) {
		struct bundle_message *m = &c->b->messages[k];

		m->blobs = arena_alloc(c->arena,
		    m->header.nblobs * sizeof(*m->blobs));
		take_content(c, m);
		for (size_t i = 0; i < m->header.nblobs; i++) {
			take_blob(c, m, i);
			check_file(c, m, i);
		}
	}
	check_orphans(c);
}

/* -- names ----------------------------------------------------------------- */

/* Letters of any script, digits and a few signs.  Direction marks and other
 * invisible characters turn "fdp.exe" into "exe.pdf" for the eye. */
static bool
harmless(struct slice c)
{
	static const char signs[] = " -_.,+=@()";

	if (c.n == 1)
		return (c.p[0] >= 'a' && c.p[0] <= 'z') ||
		    (c.p[0] >= 'A' && c.p[0] <= 'Z') ||
		    (c.p[0] >= '0' && c.p[0] <= '9') ||
		    (c.p[0] != '\0' && strchr(signs, c.p[0]) != NULL);
	/* U+2000-206F, the general punctuation that holds them; U+FE00 and
	 * above in the first plane; U+061C, U+180E, U+00A0 and U+00AD. */
	if (c.n == 2)
		return !(c.p[0] == 0xc2 && (c.p[1] <= 0xa0 || c.p[1] == 0xad)) &&
		    !(c.p[0] == 0xd8 && c.p[1] == 0x9c);
	if (c.n == 3)
		return !(c.p[0] == 0xe2 && (c.p[1] == 0x80 || c.p[1] == 0x81)) &&
		    !(c.p[0] == 0xe1 && c.p[1] == 0xa0 && c.p[2] == 0x8e) &&
		    !(c.p[0] == 0xe3 && c.p[1] == 0x80 && c.p[2] == 0x80) &&
		    !(c.p[0] == 0xef && c.p[1] >= 0xb8);
	return c.p[0] < 0xf3;		/* planes 14 and above: tags */
}

static size_t
utf8_size(uint8_t first)
{
	return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

void
bundle_file_name(char out[static BUNDLE_FILE_NAME],
    const struct bundle_message *m, size_t i)
{
	struct slice name = slice_str(m->content.files[i].name);
	size_t n, size;

	assert(utf8_valid(name));
	n = (size_t)snprintf(out, BUNDLE_FILE_NAME, "%03u-%zu-", m->number, i);
	while (name.n != 0) {
		size = utf8_size(name.p[0]);
		if (n + size >= BUNDLE_FILE_NAME)
			break;
		if (harmless(slice_of(name.p, size))) {
			memcpy(out + n, name.p, size);
			n += size;
		} else
			out[n++] = '_';
		name = slice_skip(name, size);
	}
	/* Some systems drop a dot or a space at the end. */
	while (out[n - 1] == '.' || out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}
