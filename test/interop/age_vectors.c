#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/secret.h"
#include "crypto/age.h"
#include "crypto/armor.h"
#include "crypto/hash.h"
#include "../unit/tap.h"

/*
 * Runs a directory of age test vectors (their README describes the form: key
 * lines, an empty line, an age file).  Each is opened in one piece and in
 * small ones; outcome and released plaintext must be what the vector says.
 */
enum { FILE_MAX = 64 * 1024 * 1024, IDENTITIES = 8 };

struct vector {
	struct slice		 expect;
	struct slice		 payload;	/* hex of its SHA-256, or empty */
	bool			 armored;
	bool			 compressed;
	const char		*skip;		/* why, or NULL */
	struct secret		*keys[IDENTITIES];
	struct age_identity	 ids[IDENTITIES];
	size_t			 n;
	struct slice		 file;
};

static void
add_identity(struct vector *v, struct slice text)
{
	struct err err;

	if (slice_starts(text, "AGE-SECRET-KEY-PQ-")) {
		v->skip = "hybrid identity";
	} else if (v->n == IDENTITIES ||
	    !age_identity_parse(&v->keys[v->n], text, &err)) {
		OK(false, "the vector's identity is one");
	} else {
		age_identity_x25519(&v->ids[v->n], v->keys[v->n]);
		v->n++;
	}
}

static void
add_passphrase(struct vector *v, struct slice text)
{
	if (v->n == IDENTITIES)
		return;
	v->keys[v->n] = secret_copy(text);
	age_identity_scrypt(&v->ids[v->n], v->keys[v->n]);
	v->n++;
}

static void
read_key(struct vector *v, struct slice key, struct slice value)
{
	if (slice_eq(key, slice_str("expect")))
		v->expect = value;
	else if (slice_eq(key, slice_str("payload")))
		v->payload = value;
	else if (slice_eq(key, slice_str("identity")))
		add_identity(v, value);
	else if (slice_eq(key, slice_str("passphrase")))
		add_passphrase(v, value);
	else if (slice_eq(key, slice_str("armored")))
		v->armored = slice_eq(value, slice_str("yes"));
	else if (slice_eq(key, slice_str("compressed")))
		v->compressed = slice_eq(value, slice_str("zlib"));
	else if (!slice_eq(key, slice_str("file key")) &&
	    !slice_eq(key, slice_str("comment")))
		v->skip = "unknown key";
}

static void
read_vector(struct vector *v, struct slice rest)
{
	struct slice line, key;

	*v = (struct vector){ .n = 0 };
	while (slice_cut(&line, &rest, '\n') && line.n != 0) {
		if (!slice_cut(&key, &line, ':') || line.n == 0)
			v->skip = "not a key line";
		else
			read_key(v, key, slice_skip(line, 1));
	}
	v->file = rest;
}

static bool
inflate_all(struct buf *out, struct slice in)
{
	z_stream z = { .avail_in = (uInt)in.n };
	uint8_t *copy = xmalloc(in.n);
	int got = Z_OK;

	memcpy(copy, in.p, in.n);
	z.next_in = copy;
	if (inflateInit(&z) != Z_OK)
		return false;
	while (got == Z_OK && out->n < FILE_MAX) {
		z.next_out = buf_room(out, 65536);
		z.avail_out = 65536;
		got = inflate(&z, Z_NO_FLUSH);
		out->n += 65536 - z.avail_out;
	}
	(void)inflateEnd(&z);
	free(copy);
	return got == Z_STREAM_END;
}

/* The vector's word for how it went. */
static const char *
outcome(bool ok, const struct err *err)
{
	static const char *const words[][2] = {
		{ "E-AGE-HEADER", "header failure" },
		{ "E-AGE-VERSION", "header failure" },
		{ "E-AGE-SIZE", "header failure" },
		{ "E-AGE-WORK", "header failure" },
		{ "E-AGE-NO-MATCH", "no match" },
		{ "E-AGE-MAC", "HMAC failure" },
		{ "E-AGE-PAYLOAD", "payload failure" },
		{ "E-AGE-ARMOR", "armor failure" },
	};

	if (ok)
		return "success";
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(err->rule, words[i][0]) == 0)
			return words[i][1];
	return err->rule;
}

static bool
open_armored(const struct vector *v, struct slice text, size_t piece,
    struct buf *plain, struct err *err)
{
	struct age_open *o = age_open_begin(v->ids, v->n, AGE_HEADER_MAX);
	struct armor_reader *r = armor_reader_new();
	struct buf bytes = BUF_INIT;
	bool ok = true;

	while (ok && text.n != 0) {
		size_t n = piece < text.n ? piece : text.n;

		buf_clear(&bytes);
		ok = armor_read(r, slice_of(text.p, n), &bytes, err) &&
		    age_open_add(o, buf_all(&bytes), plain, err);
		text = slice_skip(text, n);
	}
	buf_clear(&bytes);
	if (ok) {
		ok = armor_read_end(r, &bytes, err) &&
		    age_open_add(o, buf_all(&bytes), plain, err);
		r = NULL;
	}
	if (ok) {
		ok = age_open_end(o, plain, err);
		o = NULL;
	}
	armor_reader_free(r);
	age_open_free(o);
	buf_free(&bytes);
	return ok;
}

static bool
open_binary(const struct vector *v, struct slice bytes, size_t piece,
    struct buf *plain, struct err *err)
{
	struct age_open *o = age_open_begin(v->ids, v->n, AGE_HEADER_MAX);

	while (bytes.n != 0) {
		size_t n = piece < bytes.n ? piece : bytes.n;

		if (!age_open_add(o, slice_of(bytes.p, n), plain, err)) {
			age_open_free(o);
			return false;
		}
		bytes = slice_skip(bytes, n);
	}
	return age_open_end(o, plain, err);
}

static void
check(const struct vector *v, const char *name, struct slice file, size_t piece)
{
	struct buf plain = BUF_INIT;
	struct err err = { .class = ERR_NONE };
	bool ok = v->armored ? open_armored(v, file, piece, &plain, &err) :
	    open_binary(v, file, piece, &plain, &err);
	const char *got = outcome(ok, &err);
	struct hash h = hash_of(buf_all(&plain));
	char hex[2 * HASH_LEN + 1];

	hex_encode(hex, slice_of(h.b, HASH_LEN));
	OK(slice_eq(slice_str(got), v->expect), "%s (%zu a piece): %s", name,
	    piece, got);
	/* Where the vector names no payload, none may be released. */
	if (v->payload.n != 0)
		OK(slice_eq(slice_str(hex), v->payload), "its plaintext");
	else
		OK(plain.n == 0, "no plaintext");
	buf_free(&plain);
}

static void
run(const char *name, struct slice bytes, unsigned *skipped)
{
	struct buf inflated = BUF_INIT;
	struct vector v;

	read_vector(&v, bytes);
	if (v.compressed && OK(inflate_all(&inflated, v.file), "inflates"))
		v.file = buf_all(&inflated);
	if (v.skip != NULL) {
		printf("ok %d - %s # SKIP %s\n", ++tap_count, name, v.skip);
		(*skipped)++;
	} else {
		check(&v, name, v.file, v.file.n + 1);
		check(&v, name, v.file, v.file.n < 4096 ? 1 : 1009);
	}
	for (size_t i = 0; i < v.n; i++)
		secret_free(v.keys[i]);
	buf_free(&inflated);
}

int
main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;
	struct buf b = BUF_INIT;
	struct dirent **names;
	unsigned skipped = 0;
	struct err err;
	int n, files = 0;

	secret_process_init();
	n = fd == -1 ? -1 : scandir(argv[1], &names, NULL, alphasort);
	if (n == -1) {
		(void)fprintf(stderr, "usage: age_vectors directory\n");
		return 2;
	}
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		buf_clear(&b);
		if (name[0] != '.' && OK(io_read_file(fd, name, &b, FILE_MAX,
		    &err), "read %s", name)) {
			run(name, buf_all(&b), &skipped);
			files++;
		}
		free(names[i]);
	}
	free(names);
	(void)close(fd);
	buf_free(&b);
	OK(files >= 100 + (int)skipped, "%d vectors, %u of kinds we do not have",
	    files, skipped);
	return tap_done();
}
