#include "entente/client_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/json.h"
#include "base/secret.h"
#include "entente/out.h"

/* -- progress ------------------------------------------------------------------ */

struct progress {
	struct cli	*cli;
	const char	*name;
	msec		 began;
	msec		 shown;		/* 0: never */
};

static void
show_progress(void *arg, int64_t done, int64_t total)
{
	const struct transfer *t = arg;
	struct progress *p = t->progress;
	msec now = clock_steady(), spent = now - p->began;
	struct buf b = BUF_INIT;

	if (!p->cli->out->talk_tty || spent < SECOND || now - p->shown < 200)
		return;
	p->shown = now;
	out_safe(&b, slice_str(p->name));
	(void)fprintf(p->cli->out->talk, "\r\033[K%.40s  ", buf_cstr(&b));
	buf_free(&b);
	if (total > 0)
		(void)fprintf(p->cli->out->talk, "%3d %%  ",
		    (int)(done * 100 / total));
	(void)fprintf(p->cli->out->talk, "%.1f MB  %.1f MB/s",
	    (double)done / 1e6, (double)done / 1e3 / (double)spent);
	(void)fflush(p->cli->out->talk);
}

static void
end_progress(struct progress *p)
{
	if (p->shown != 0)
		(void)fputs("\r\033[K", p->cli->out->talk);
}

static struct progress
begin_progress(struct cli *cli, const char *path)
{
	const char *slash = strrchr(path, '/');

	return (struct progress){ .cli = cli, .began = clock_steady(),
	    .name = slash == NULL ? path : slash + 1 };
}

/* -- up ------------------------------------------------------------------------ */

static const char *
guess_type(const char *name)
{
	static const char *const types[][2] = {
		{ ".csv", "text/csv" }, { ".txt", "text/plain" },
		{ ".log", "text/plain" }, { ".json", "application/json" },
		{ ".xml", "application/xml" }, { ".pdf", "application/pdf" },
		{ ".png", "image/png" }, { ".jpg", "image/jpeg" },
		{ ".jpeg", "image/jpeg" }, { ".eml", "message/rfc822" },
		{ ".zip", "application/zip" }, { ".gz", "application/gzip" },
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcasecmp(dot, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

static int
open_upload(const char *path, int64_t *size, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd == -1) {
		if (errno == ENOENT)
			err_set(err, ERR_NOT_FOUND, "E-FILE-MISSING", "%s", path);
		else
			err_errno(err, "open %s", path);
		return -1;
	}
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		err_set(err, ERR_INVALID, "E-CLI-FILE", "%s", path);
		(void)close(fd);
		return -1;
	}
	*size = st.st_size;
	return fd;
}

bool
client_post_file(struct cli *cli, const char *path, const char *to,
    json_t **answer, struct problem *problem)
{
	struct progress progress = begin_progress(cli, path);
	struct transfer t;
	struct client *c;
	int64_t size;
	bool ok;
	int fd;

	*problem = (struct problem){ .status = 0 };
	if ((c = client_of(cli, &problem->err)) == NULL)
		return false;
	if ((fd = open_upload(path, &size, &problem->err)) == -1)
		return false;
	transfer_begin(&t, cli, c, "POST", to, problem);
	transfer_header(&t, "Content-Type: application/octet-stream");
	/* A refusal comes before the body is sent, and is read. */
	transfer_header(&t, "Expect: 100-continue");
	t.request.body_fd = fd;
	t.request.body_len = size;
	t.request.timeout = 0;
	t.request.progress = show_progress;
	t.progress = &progress;
	ok = transfer_run(&t, c);
	end_progress(&progress);
	if (ok) {
		*answer = json_read(buf_all(&t.body), CLIENT_ANSWER_MAX,
		    &problem->err);
		ok = *answer != NULL;
	}
	buf_wipe(&t.body);
	(void)close(fd);
	return ok;
}

bool
client_upload(struct cli *cli, const char *path, const char *type,
    json_t **answer, struct problem *problem)
{
	const char *slash = strrchr(path, '/'),
	    *name = slash == NULL ? path : slash + 1;

	return client_post_file(cli, path, arena_printf(&cli->arena,
	    "/files?name=%s&type=%s", client_escape(cli, name),
	    client_escape(cli, type != NULL ? type : guess_type(name))),
	    answer, problem);
}

/* -- down ---------------------------------------------------------------------- */

/* A pipe for the transfer and stdout may go at different speeds: the loop
 * reads the one and blocks on the other. */
struct pour {
	int		 from;
	bool		 failed;
};

static void
pour_some(void *arg, unsigned events)
{
	struct pour *p = arg;
	uint8_t piece[65536];
	ssize_t n = read(p->from, piece, sizeof(piece));
	struct err ignored;

	(void)events;
	if (n > 0 && !io_write_all(STDOUT_FILENO, slice_of(piece, (size_t)n),
	    &ignored))
		p->failed = true;
	secret_wipe(piece, sizeof(piece));
}

static bool
download_stdout(struct transfer *t, struct client *c, struct err *err)
{
	struct pour pour = { .from = -1 };
	struct loop_watch *w;
	int ends[2];
	bool ok;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == -1)
		return err_errno(err, "pipe");
	pour.from = ends[0];
	t->request.answer_fd = ends[1];
	w = loop_watch(c->loop, ends[0], LOOP_READ, pour_some, &pour);
	ok = transfer_run(t, c);
	loop_unwatch(w);
	(void)close(ends[1]);
	/* What is still in the pipe; it ends, for nobody writes any more. */
	for (uint8_t b[4096]; ok; ) {
		ssize_t n = read(ends[0], b, sizeof(b));

		if (n <= 0)
			break;
		if (!io_write_all(STDOUT_FILENO, slice_of(b, (size_t)n), err))
			pour.failed = true;
	}
	(void)close(ends[0]);
	if (ok && pour.failed)
		return err_set(err, ERR_IO, "E-IO", "stdout");
	return ok;
}

static bool
download_file(struct transfer *t, struct client *c, const char *path,
    struct err *err)
{
	const char *part = arena_printf(&t->cli->arena, "%s.part", path);
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	bool ok = false;

	if (fd == -1)
		return err_errno(err, "create %s", part);
	t->request.answer_fd = fd;
	if (!transfer_run(t, c))
		goto out;
	if (fsync(fd) == -1) {
		err_errno(err, "write %s", part);
		goto out;
	}
	/* link(2), unlike rename(2), refuses to replace. */
	if (link(part, path) == -1) {
		if (errno == EEXIST)
			err_set(err, ERR_CONFLICT, "E-FILE-EXISTS", "%s", path);
		else
			err_errno(err, "name %s", path);
		goto out;
	}
	ok = true;
out:
	(void)close(fd);
	(void)unlink(part);
	return ok;
}

bool
client_download(struct cli *cli, const char *api_path, const char *path,
    struct problem *problem)
{
	struct progress progress = begin_progress(cli, path);
	bool to_stdout = strcmp(path, "-") == 0;
	struct transfer t;
	struct client *c;
	struct stat st;
	bool ok;

	*problem = (struct problem){ .status = 0 };
	if ((c = client_of(cli, &problem->err)) == NULL)
		return false;
	if (!to_stdout && lstat(path, &st) == 0)
		return err_set(&problem->err, ERR_CONFLICT, "E-FILE-EXISTS",
		    "%s", path);
	transfer_begin(&t, cli, c, "GET", api_path, problem);
	t.request.answer_max = (size_t)1 << 46;
	t.request.timeout = 0;
	t.request.progress = show_progress;
	t.progress = &progress;
	(void)fflush(stdout);
	ok = to_stdout ? download_stdout(&t, c, &problem->err) :
	    download_file(&t, c, path, &problem->err);
	end_progress(&progress);
	buf_wipe(&t.body);
	return ok;
}
