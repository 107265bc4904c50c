#include <assert.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/tar.h"
#include "base/tar_form.h"
#include "base/utf8.h"

static_assert(sizeof(struct tar_header) == TAR_BLOCK, "a header is a block");

static const uint8_t zeros[2 * TAR_BLOCK];

unsigned
tar_sum(const struct tar_header *h)
{
	const uint8_t *p = (const uint8_t *)h;
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof(*h); i++)
		sum += p[i];
	for (size_t i = 0; i < sizeof(h->sum); i++)
		sum = sum - (uint8_t)h->sum[i] + ' ';
	return sum;
}

bool
tar_split(struct tar_header *h, const char *path)
{
	size_t n = strlen(path), cut;

	if (n <= sizeof(h->name)) {
		memcpy(h->name, path, n);
		return true;
	}
	/* The first slash that leaves a name short enough. */
	for (cut = n - sizeof(h->name) - 1; cut < n && path[cut] != '/'; cut++)
		;
	if (cut == 0 || cut > sizeof(h->prefix) || cut + 1 >= n)
		return false;
	memcpy(h->prefix, path, cut);
	memcpy(h->name, path + cut + 1, n - cut - 1);
	return true;
}

static bool
segment_valid(struct slice s)
{
	return s.n != 0 && !slice_eq(s, slice_str(".")) &&
	    !slice_eq(s, slice_str(".."));
}

bool
tar_name_valid(const char *path)
{
	struct tar_header scratch;
	struct slice rest = slice_str(path), segment;
	unsigned depth = 1;

	if (rest.n == 0 || rest.n >= TAR_NAME || strchr(path, '\\') != NULL ||
	    !utf8_printable(rest, UTF8_ONE_LINE))
		return false;
	for (; slice_cut(&segment, &rest, '/'); depth++)
		if (!segment_valid(segment))
			return false;
	return depth <= TAR_DEPTH && segment_valid(rest) &&
	    tar_split(&scratch, path);
}

static bool
give(struct tar_writer *w, struct slice s, struct err *err)
{
	assert(!w->failed);
	if (s.n != 0 && !w->sink(w->arg, s, err))
		w->failed = true;
	return !w->failed;
}

void
tar_begin(struct tar_writer *w, tar_sink *sink, void *arg)
{
	*w = (struct tar_writer){ .sink = sink, .arg = arg };
}

/* Owned by nobody in particular, readable by whoever unpacks it. */
static void
header_fill(struct tar_header *h, uint64_t size, msec mtime)
{
	memcpy(h->mode, "0000644", 7);
	memcpy(h->uid, "0000000", 7);
	memcpy(h->gid, "0000000", 7);
	(void)snprintf(h->size, sizeof(h->size), "%011llo",
	    (unsigned long long)size);
	(void)snprintf(h->mtime, sizeof(h->mtime), "%011llo",
	    (unsigned long long)(mtime / SECOND));
	h->type = '0';
	memcpy(h->magic, "ustar", 6);
	memcpy(h->version, "00", 2);
	memcpy(h->major, "0000000", 7);
	memcpy(h->minor, "0000000", 7);
	/* Six digits, a NUL and a space, as the first tar wrote it. */
	(void)snprintf(h->sum, sizeof(h->sum) - 1, "%06o", tar_sum(h));
	h->sum[7] = ' ';
}

bool
tar_file(struct tar_writer *w, const char *path, uint64_t size, msec mtime,
    struct err *err)
{
	struct tar_header h;

	assert(w->left == 0);
	if (!tar_name_valid(path))
		return err_set(err, ERR_INVALID, "E-TAR-NAME",
		    "a name that a tar archive cannot hold");
	if (size > TAR_SIZE_MAX)
		return err_set(err, ERR_INVALID, "E-TAR-SIZE",
		    "a file of %llu bytes, at most %llu",
		    (unsigned long long)size, (unsigned long long)TAR_SIZE_MAX);
	assert(mtime >= 0 && mtime <= TIME_MAX);
	/* Eleven digits end in 2242; a later file says that it is from then. */
	if ((uint64_t)(mtime / SECOND) > TAR_SIZE_MAX)
		mtime = (msec)TAR_SIZE_MAX * SECOND;
	memset(&h, 0, sizeof(h));
	(void)tar_split(&h, path);
	header_fill(&h, size, mtime);
	w->left = size;
	w->pad = (unsigned)((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
	return give(w, slice_of(&h, sizeof(h)), err);
}

bool
tar_data(struct tar_writer *w, struct slice s, struct err *err)
{
	assert(s.n <= w->left);
	if (s.n == 0)
		return true;
	w->left -= s.n;
	if (!give(w, s, err))
		return false;
	return w->left != 0 || give(w, slice_of(zeros, w->pad), err);
}

bool
tar_put(struct tar_writer *w, const char *path, struct slice s, msec mtime,
    struct err *err)
{
	return tar_file(w, path, s.n, mtime, err) && tar_data(w, s, err);
}

bool
tar_end(struct tar_writer *w, struct err *err)
{
	assert(w->left == 0);
	return give(w, slice_of(zeros, sizeof(zeros)), err);
}

bool
tar_to_buf(void *buf, struct slice s, struct err *err)
{
	struct buf *b = buf;

	buf_slice(b, s);
	return !b->bad || err_set(err, ERR_INVALID, "E-TAR-SIZE",
	    "the archive is over %zu bytes", b->limit);
}

uint64_t
tar_room(uint64_t size)
{
	return TAR_BLOCK + (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}
