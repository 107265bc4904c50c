#include "base/tar.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/secret.h"
#include "base/tar_form.h"

#include "tap.h"

static struct err err;
static char dir[] = "/tmp/entente-tar-XXXXXX";

#define LONG	"bundle/a-folder-whose-name-is-rather-long-for-a-folder/" \
	"another-one-of-the-same-sort/and-a-file-that-does-not-fit-into-one-" \
	"hundred-bytes.note"

static const struct {
	const char	*path;
	const char	*bytes;
} files[] = {
	{ "bundle/README.txt", "read me\n" },
	{ "bundle/empty", "" },
	{ "bundle/\xd8\xb1\xd8\xb3\xd8\xa7\xd9\x84\xd8\xa9.txt", "x" },
	{ LONG, "deep" },
};
enum { FILES = sizeof(files) / sizeof(files[0]) };

static void
write_all(struct buf *out)
{
	struct tar_writer w;

	buf_clear(out);
	tar_begin(&w, tar_to_buf, out);
	for (int i = 0; i < FILES; i++)
		if (!tar_put(&w, files[i].path, slice_str(files[i].bytes),
		    1700000000 * SECOND, &err))
			OK(false, "writes %s: %s", files[i].path, err.text);
	if (!tar_end(&w, &err))
		OK(false, "ends: %s", err.text);
}

static bool
reads(struct slice bytes)
{
	struct arena arena = ARENA_INIT;
	struct tar_archive t;
	bool ok;

	err.rule[0] = '\0';
	ok = tar_read(&t, &arena, bytes, 100, &err);
	arena_free(&arena);
	return ok;
}

static bool
refused(struct slice bytes, const char *rule)
{
	return !reads(bytes) && strcmp(err.rule, rule) == 0;
}

static void
same_files(struct slice bytes, const char *who)
{
	struct arena arena = ARENA_INIT;
	const struct tar_member *m;
	struct tar_archive t;

	OK(tar_read(&t, &arena, bytes, FILES, &err) && t.n == FILES,
	    "what %s wrote is read (%s)", who, err.text);
	for (int i = 0; i < FILES; i++) {
		m = tar_find(&t, files[i].path);
		OK(m != NULL && slice_eq(m->bytes, slice_str(files[i].bytes)) &&
		    m->mtime == 1700000000 * SECOND,
		    "%s: file %d has its bytes and its time", who, i);
	}
	OK(tar_find(&t, "bundle") == NULL, "%s: what is not there is not found",
	    who);
	arena_free(&arena);
}

static int
run(const char *command)
{
	int status = system(command);	/* a fixed text of this test */

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_debian_tar(struct buf *ours)
{
	struct buf b = BUF_INIT;
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/ours.tar", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	OK(fd != -1 && io_write_all(fd, buf_all(ours), &err), "an archive is saved");
	(void)close(fd);
	OK(setenv("D", dir, 1) == 0 && run("cd \"$D\" && "
	    "tar -xf ours.tar 2>err && test ! -s err") == 0,
	    "Debian's tar unpacks ours without a word");
	for (int i = 0; i < FILES; i++) {
		buf_clear(&b);
		fd = open(dir, O_RDONLY | O_DIRECTORY);
		OK(io_read_file(fd, files[i].path, &b, 100, &err) &&
		    slice_eq(buf_all(&b), slice_str(files[i].bytes)),
		    "and file %d is what it was", i);
		(void)close(fd);
	}
	OK(run("cd \"$D\" && find bundle -type f | tar --format=ustar --no-recursion"
	    " -cf theirs.tar -T -") == 0, "Debian's tar packs them again");
	buf_clear(&b);
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	OK(io_read_file(fd, "theirs.tar", &b, 100000, &err), "it is loaded");
	(void)close(fd);
	same_files(buf_all(&b), "Debian's tar");
	buf_free(&b);
	(void)run("rm -rf \"$D\"");
}

/* Apply f to the header of the first file, with a sum that fits again. */
static bool
refused_header(const struct buf *good, void (*f)(struct tar_header *),
    const char *rule)
{
	struct buf b = BUF_INIT;
	struct tar_header h;
	bool ok;

	buf_slice(&b, buf_all(good));
	memcpy(&h, b.p, sizeof(h));
	f(&h);
	(void)snprintf(h.sum, sizeof(h.sum) - 1, "%06o", tar_sum(&h));
	h.sum[7] = ' ';
	memcpy(b.p, &h, sizeof(h));
	ok = refused(buf_all(&b), rule);
	buf_free(&b);
	return ok;
}

static void a_link(struct tar_header *h) { h->type = '2'; }
static void a_folder(struct tar_header *h) { h->type = '5'; }
static void a_pax(struct tar_header *h) { h->type = 'x'; }
static void linked(struct tar_header *h) { h->link[0] = 'a'; }
static void filled(struct tar_header *h) { h->fill[3] = 1; }
static void gnu(struct tar_header *h) { memcpy(h->magic, "ustar  ", 7); }
static void binary(struct tar_header *h) { h->size[0] = (char)0x80; }
static void huge(struct tar_header *h) { memset(h->size, '7', 11); }
static void dotted(struct tar_header *h) { memcpy(h->name, "../x", 5); }
static void rooted(struct tar_header *h) { memcpy(h->name, "/x", 3); }
static void trailing(struct tar_header *h) { h->name[90] = 'x'; }
static void same(struct tar_header *h)
{
	memset(h->name, 0, sizeof(h->name));
	memcpy(h->name, "bundle/empty", 13);
}
static void inside(struct tar_header *h)
{
	memset(h->name, 0, sizeof(h->name));
	memcpy(h->name, "bundle/empty/x", 15);
}

static void
test_headers(const struct buf *good)
{
	static const struct {
		void		(*change)(struct tar_header *);
		const char	*rule, *fact;
	} bad[] = {
		{ a_link, "E-TAR-TYPE", "a link" },
		{ a_folder, "E-TAR-TYPE", "a folder" },
		{ a_pax, "E-TAR-TYPE", "a pax header" },
		{ linked, "E-TAR-HEADER", "a file with a link's target" },
		{ filled, "E-TAR-HEADER", "bytes after the prefix" },
		{ gnu, "E-TAR-HEADER", "GNU's own magic" },
		{ binary, "E-TAR-HEADER", "a size in binary" },
		{ huge, "E-TAR-END", "a size of 8 GiB" },
		{ dotted, "E-TAR-NAME", "a path through .." },
		{ rooted, "E-TAR-NAME", "an absolute path" },
		{ trailing, "E-TAR-NAME", "bytes after the name's end" },
		{ same, "E-TAR-DUPLICATE", "a name twice" },
		{ inside, "E-TAR-DUPLICATE", "a file that is also a folder" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(refused_header(good, bad[i].change, bad[i].rule),
		    "%s is refused (%s)", bad[i].fact, err.rule);
}

static void
test_names(void)
{
	static const char *const good[] = { "a", "a/b", "a-b/c.d", "...", ".a" };
	static const char *const bad[] = { "", "/", "/a", "a/", "a//b", ".", "..",
	    "a/../b", "./a", "a\\b", "a\nb", "a\x7f", "\xff",
	    "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q" };
	char s[TAR_NAME + 1];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(tar_name_valid(good[i]), "%s is a name", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!tar_name_valid(bad[i]), "name %zu is refused", i);
	memset(s, 'a', sizeof(s));
	s[100] = '\0';
	OK(tar_name_valid(s), "100 bytes need no slash");
	s[100] = 'a', s[101] = '\0';
	OK(!tar_name_valid(s), "101 bytes need one");
	s[155] = '/', s[101] = 'a', s[TAR_NAME - 1] = '\0';
	OK(tar_name_valid(s), "155, a slash and 100 are the most");
	s[TAR_NAME - 1] = 'a', s[TAR_NAME] = '\0';
	OK(!tar_name_valid(s), "one more is too much");
}

static void
test_bytes(struct buf *good)
{
	size_t contents = 0, accepted = 0;

	for (size_t n = 0; n < good->n; n++)
		if (reads(slice_of(good->p, n)))
			accepted++;
	OK(accepted == 0, "no archive cut short is one (%zu)", accepted);
	accepted = 0;
	for (int i = 0; i < FILES; i++)
		contents += strlen(files[i].bytes);
	for (size_t i = 0; i < good->n; i++) {
		good->p[i] ^= 0x20;
		if (reads(buf_all(good)))
			accepted++;
		good->p[i] ^= 0x20;
	}
	OK(accepted == contents, "every changed byte is noticed but those of the "
	    "files themselves (%zu of %zu)", accepted, contents);
}

static void
test_bounds(void)
{
	struct buf small = { .limit = 1024 }, b = BUF_INIT;
	struct arena arena = ARENA_INIT;
	struct tar_archive t;
	struct tar_writer w;

	tar_begin(&w, tar_to_buf, &small);
	OK(!tar_file(&w, "../a", 0, 0, &err) &&
	    strcmp(err.rule, "E-TAR-NAME") == 0, "the writer refuses a bad name");
	OK(!tar_file(&w, "a", TAR_SIZE_MAX + 1, 0, &err) &&
	    strcmp(err.rule, "E-TAR-SIZE") == 0, "and a file of over 8 GiB");
	OK(tar_put(&w, "a", slice_str("a"), 0, &err) &&
	    !tar_put(&w, "b", slice_str("b"), 0, &err) && w.failed,
	    "a sink that fails ends it");
	tar_begin(&w, tar_to_buf, &b);
	OK(tar_file(&w, "pieces", 700, 0, &err), "a file in pieces");
	for (int i = 0; i < 7; i++)
		(void)tar_data(&w, slice_of(small.p, 100), &err);
	OK(tar_put(&w, "b", slice_str("b"), 0, &err) && tar_end(&w, &err) &&
	    b.n == tar_room(700) + tar_room(1) + 1024, "takes the room it says");
	OK(tar_read(&t, &arena, buf_all(&b), 2, &err) && t.files[0].bytes.n == 700,
	    "and is one file");
	OK(!tar_read(&t, &arena, buf_all(&b), 1, &err) &&
	    strcmp(err.rule, "E-TAR-SIZE") == 0, "more files than asked are refused");
	OK(refused(slice_of(b.p, b.n - 512), "E-TAR-END"),
	    "one block of zeros is no end");
	arena_free(&arena);
	buf_free(&b);
	buf_free(&small);
}

int
main(void)
{
	struct buf b = BUF_INIT;

	secret_process_init();
	if (mkdtemp(dir) == NULL)
		return EXIT_FAILURE;
	write_all(&b);
	same_files(buf_all(&b), "our writer");
	test_headers(&b);
	test_names();
	test_bytes(&b);
	test_bounds();
	test_debian_tar(&b);
	buf_free(&b);
	return tap_done();
}
