#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/secret.h"
#include "crypto/age.h"
#include "crypto/armor.h"

/*
 * Our age files on a command line, to be held against Debian's age:
 *
 *	age_tool seal [-a] -r RECIPIENT... | -p PASSPHRASE-FILE
 *	age_tool open -i IDENTITY-FILE | -k SCALAR-FILE | -p PASSPHRASE-FILE
 *	age_tool recipient -k SCALAR-FILE
 *
 * from standard input to standard output; open knows armor when it sees it.
 * A scalar is a P-256 key's, 64 hexadecimal digits: age has no text for it.
 */
enum { PIECE = 256 * 1024, RECIPIENTS = 1024, WORK = 12 };

struct job {
	bool			 armor;
	struct age_recipient	 to[RECIPIENTS];
	size_t			 n;
	struct secret		*key;
	struct age_identity	 id;
};

static void
die(const struct err *err)
{
	(void)fprintf(stderr, "age_tool: %s: %s\n", err->rule, err->text);
	exit(1);
}

static size_t
read_piece(uint8_t *piece)
{
	struct err err;
	ssize_t n;

	do
		n = read(STDIN_FILENO, piece, PIECE);
	while (n == -1 && errno == EINTR);
	if (n == -1) {
		err_errno(&err, "standard input");
		die(&err);
	}
	return (size_t)n;
}

static void
write_out(struct buf *b)
{
	struct err err;

	if (!io_write_all(STDOUT_FILENO, buf_all(b), &err))
		die(&err);
	buf_clear(b);
}

/* The first line that is no comment. */
static struct secret *
read_line(const char *path)
{
	struct buf b = BUF_INIT;
	struct slice rest, line;
	struct secret *s = NULL;
	struct err err;

	if (!io_read_file(AT_FDCWD, path, &b, 4096, &err))
		die(&err);
	rest = buf_all(&b);
	while (s == NULL && slice_cut(&line, &rest, '\n'))
		if (!slice_starts(line, "#"))
			s = secret_copy(line);
	buf_wipe(&b);
	if (s == NULL) {
		err_set(&err, ERR_INVALID, "E-AGE-KEY", "no line in %s", path);
		die(&err);
	}
	return s;
}

static void
seal(const struct job *job)
{
	struct buf sealed = BUF_INIT, text = BUF_INIT;
	struct armor_writer w = { .n = 0 };
	uint8_t *piece = xmalloc(PIECE);
	struct err err;
	struct age_seal *s = age_seal_begin(job->to, job->n, &sealed, &err);
	size_t n;

	if (s == NULL)
		die(&err);
	do {
		n = read_piece(piece);
		if (n != 0)
			age_seal_add(s, slice_of(piece, n), &sealed);
		else
			age_seal_end(s, &sealed);
		if (job->armor) {
			armor_add(&w, buf_all(&sealed), &text);
			buf_clear(&sealed);
			write_out(&text);
		} else {
			write_out(&sealed);
		}
	} while (n != 0);
	if (job->armor) {
		armor_end(&w, &text);
		write_out(&text);
	}
	buf_free(&sealed);
	buf_free(&text);
	free(piece);
}

static void
open_stdin(const struct job *job)
{
	struct age_open *o = age_open_begin(&job->id, 1, AGE_HEADER_MAX);
	struct buf plain = BUF_INIT, bytes = BUF_INIT;
	uint8_t *piece = xmalloc(PIECE);
	size_t n = read_piece(piece);
	struct armor_reader *r = armor_detect(slice_of(piece, n)) ?
	    armor_reader_new() : NULL;
	struct err err;
	bool ok = true;

	for (; n != 0; n = read_piece(piece)) {
		struct slice in = slice_of(piece, n);

		if (r != NULL) {
			buf_clear(&bytes);
			if (!armor_read(r, in, &bytes, &err))
				die(&err);
			in = buf_all(&bytes);
		}
		if (!age_open_add(o, in, &plain, &err))
			die(&err);
		write_out(&plain);
	}
	buf_clear(&bytes);
	if (r != NULL)
		ok = armor_read_end(r, &bytes, &err) &&
		    age_open_add(o, buf_all(&bytes), &plain, &err);
	if (!ok || !age_open_end(o, &plain, &err))
		die(&err);
	write_out(&plain);
	buf_wipe(&plain);
	buf_free(&bytes);
	free(piece);
}

static void
read_scalar(struct job *job, const char *path)
{
	struct secret *line = read_line(path);
	struct err err;

	job->key = secret_new(32);
	if (!hex_decode(job->key->p, 32, secret_slice(line))) {
		err_set(&err, ERR_INVALID, "E-AGE-KEY", "no scalar in %s", path);
		die(&err);
	}
	if (!age_identity_p256(&job->id, job->key, &err))
		die(&err);
	secret_free(line);
}

static void
print_recipient(const struct job *job)
{
	struct age_recipient r;
	char text[AGE_KEY_TEXT];

	age_identity_recipient(&r, &job->id);
	age_recipient_print(text, &r);
	(void)printf("%s\n", text);
}

static void
read_option(struct job *job, int option, const char *value)
{
	struct secret *line;
	struct err err;

	if (option == 'r') {
		if (job->n == RECIPIENTS)
			exit(2);
		if (!age_recipient_parse(&job->to[job->n++], slice_str(value),
		    &err))
			die(&err);
	} else if (option == 'p') {
		job->key = read_line(value);
		age_recipient_scrypt(&job->to[job->n++], job->key, WORK);
		age_identity_scrypt(&job->id, job->key);
	} else if (option == 'i') {
		line = read_line(value);
		if (!age_identity_parse(&job->key, secret_slice(line), &err))
			die(&err);
		secret_free(line);
		age_identity_x25519(&job->id, job->key);
	} else if (option == 'k') {
		read_scalar(job, value);
	} else if (option == 'a') {
		job->armor = true;
	} else {
		exit(2);
	}
}

int
main(int argc, char **argv)
{
	struct job *job = xcalloc(1, sizeof(*job));
	int option;

	secret_process_init();
	if (argc < 2) {
		(void)fprintf(stderr, "usage: age_tool seal|open|recipient options\n");
		return 2;
	}
	while ((option = getopt(argc - 1, argv + 1, "ar:i:k:p:")) != -1)
		read_option(job, option, optarg);
	if (strcmp(argv[1], "seal") == 0)
		seal(job);
	else if (strcmp(argv[1], "open") == 0 && job->key != NULL)
		open_stdin(job);
	else if (strcmp(argv[1], "recipient") == 0 && job->key != NULL)
		print_recipient(job);
	else
		return 2;
	secret_free(job->key);
	free(job);
	return 0;
}
