#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/tar.h"
#include "base/tar_form.h"

static bool
header(struct err *err, size_t file, const char *what)
{
	return err_set(err, ERR_INVALID, "E-TAR-HEADER",
	    "tar: header of file %zu: %s", file, what);
}

static bool
all_zero(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != 0)
			return false;
	return true;
}

/* n - 1 octal digits, then a NUL or a space. */
static bool
number(uint64_t *v, const char *field, size_t n)
{
	*v = 0;
	for (size_t i = 0; i < n - 1; i++) {
		if (field[i] < '0' || field[i] > '7')
			return false;
		*v = *v * 8 + (uint64_t)(field[i] - '0');
	}
	return field[n - 1] == '\0' || field[n - 1] == ' ';
}

/* Text up to the first NUL, and only NULs after it. */
static bool
text(char *out, const char *field, size_t n)
{
	size_t len = strnlen(field, n);

	memcpy(out, field, len);
	out[len] = '\0';
	return all_zero(slice_of(field + len, n - len));
}

static bool
sum_holds(const struct tar_header *h)
{
	char want[8] = "";

	(void)snprintf(want, sizeof(want) - 1, "%06o", tar_sum(h));
	want[7] = ' ';
	return memcmp(h->sum, want, sizeof(want)) == 0;
}

static bool
read_path(const char **path, struct arena *arena, const struct tar_header *h)
{
	char name[sizeof(h->name) + 1], prefix[sizeof(h->prefix) + 1];

	if (!text(name, h->name, sizeof(h->name)) ||
	    !text(prefix, h->prefix, sizeof(h->prefix)))
		return false;
	*path = arena_printf(arena, "%s%s%s", prefix,
	    prefix[0] == '\0' ? "" : "/", name);
	return tar_name_valid(*path);
}

/* Everything in a header but where the bytes are. */
static bool
read_header(struct tar_member *m, uint64_t *size, struct arena *arena,
    const struct tar_header *h, size_t file, struct err *err)
{
	uint64_t ignored, mtime;
	char link[sizeof(h->link) + 1];

	if (!sum_holds(h))
		return header(err, file, "the checksum does not hold");
	if (memcmp(h->magic, "ustar", 6) != 0 || memcmp(h->version, "00", 2) != 0)
		return header(err, file, "not in ustar format");
	if (h->type != '0')
		return err_set(err, ERR_INVALID, "E-TAR-TYPE",
		    "tar: file %zu is not a regular file", file);
	if (!number(size, h->size, sizeof(h->size)) ||
	    !number(&mtime, h->mtime, sizeof(h->mtime)) ||
	    !number(&ignored, h->mode, sizeof(h->mode)) ||
	    !number(&ignored, h->uid, sizeof(h->uid)) ||
	    !number(&ignored, h->gid, sizeof(h->gid)))
		return header(err, file, "a number is malformed");
	if (!text(link, h->link, sizeof(h->link)) || link[0] != '\0' ||
	    !all_zero(slice_of(h->fill, sizeof(h->fill))))
		return header(err, file, "a field that must be empty is not");
	if (!read_path(&m->path, arena, h))
		return err_set(err, ERR_INVALID, "E-TAR-NAME",
		    "tar: the name of file %zu is not allowed", file);
	m->mtime = (msec)mtime * SECOND;
	return true;
}

static bool
read_member(struct tar_member *m, struct arena *arena, struct slice *rest,
    size_t file, struct err *err)
{
	struct tar_header h;
	uint64_t size = 0, blocks;

	memcpy(&h, rest->p, sizeof(h));
	if (!read_header(m, &size, arena, &h, file, err))
		return false;
	*rest = slice_skip(*rest, TAR_BLOCK);
	/* Bounded by the bytes there are, before anything is added to it. */
	blocks = size / TAR_BLOCK + (size % TAR_BLOCK != 0);
	if (blocks > rest->n / TAR_BLOCK)
		return err_set(err, ERR_INVALID, "E-TAR-END",
		    "tar: the archive ends within file %zu", file);
	m->bytes = slice_of(rest->p, (size_t)size);
	if (!all_zero(slice_of(rest->p + size,
	    (size_t)(blocks * TAR_BLOCK - size))))
		return header(err, file, "the padding after it is not zeros");
	*rest = slice_skip(*rest, (size_t)blocks * TAR_BLOCK);
	return true;
}

/* Two blocks of zeros, and nothing but zeros to the end. */
static bool
read_end(struct slice rest, struct err *err)
{
	if (rest.n >= 2 * TAR_BLOCK && all_zero(rest))
		return true;
	return err_set(err, ERR_INVALID, "E-TAR-END",
	    "tar: the archive does not end in two blocks of zeros");
}

static int
by_path(const void *a, const void *b)
{
	struct tar_member *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

/* A file that is also a folder of another could not be unpacked. */
static bool
is_folder(const struct tar_archive *t, const char *path)
{
	char folder[TAR_NAME];

	for (const char *s = strchr(path, '/'); s != NULL;
	    s = strchr(s + 1, '/')) {
		(void)snprintf(folder, sizeof(folder), "%.*s",
		    (int)(s - path), path);
		if (tar_find(t, folder) != NULL)
			return true;
	}
	return false;
}

static bool
sort(struct tar_archive *t, struct arena *arena, struct err *err)
{
	t->sorted = arena_alloc(arena, t->n * sizeof(struct tar_member *));
	for (size_t i = 0; i < t->n; i++)
		t->sorted[i] = &t->files[i];
	if (t->n != 0)
		qsort(t->sorted, t->n, sizeof(struct tar_member *), by_path);
	for (size_t i = 0; i < t->n; i++)
		if ((i > 0 && by_path(&t->sorted[i - 1], &t->sorted[i]) == 0) ||
		    is_folder(t, t->sorted[i]->path))
			return err_set(err, ERR_INVALID, "E-TAR-DUPLICATE",
			    "tar: a name stands there twice");
	return true;
}

bool
tar_read(struct tar_archive *t, struct arena *arena, struct slice rest,
    size_t most, struct err *err)
{
	struct buf files = BUF_INIT;
	struct tar_member m;
	bool ok = false;
	size_t n = 0;

	*t = (struct tar_archive){ .n = 0 };
	if (rest.n % TAR_BLOCK != 0)
		return err_set(err, ERR_INVALID, "E-TAR-END",
		    "tar: the archive is not made of whole blocks");
	for (; rest.n != 0 && !all_zero(slice_of(rest.p, TAR_BLOCK)); n++) {
		if (n == most) {
			err_set(err, ERR_INVALID, "E-TAR-SIZE",
			    "tar: more than %zu files", most);
			goto out;
		}
		if (!read_member(&m, arena, &rest, n + 1, err))
			goto out;
		buf_put(&files, &m, sizeof(m));
	}
	if (!read_end(rest, err))
		goto out;
	t->files = arena_dup(arena, files.p, files.n);
	t->n = n;
	ok = sort(t, arena, err);
out:
	buf_free(&files);
	return ok;
}

const struct tar_member *
tar_find(const struct tar_archive *t, const char *path)
{
	struct tar_member key = { .path = path }, *p = &key, **found;

	if (t->n == 0)
		return NULL;
	found = bsearch(&p, t->sorted, t->n, sizeof(struct tar_member *),
	    by_path);
	return found == NULL ? NULL : *found;
}
