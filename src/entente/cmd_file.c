#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/thread.h"

/* SHA-256 of a file as hex. */
static bool
hash_file(const char *path, char hex[static 65], struct err *err)
{
	struct hash_stream *h;
	uint8_t piece[65536];
	struct hash sum;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return err_errno(err, "open %s", path);
	h = hash_stream_new();
	while ((n = read(fd, piece, sizeof(piece))) > 0 ||
	    (n == -1 && errno == EINTR))
		if (n > 0)
			hash_stream_add(h, slice_of(piece, (size_t)n));
	sum = hash_stream_end(h);
	hash_stream_free(h);
	secret_wipe(piece, sizeof(piece));
	(void)close(fd);
	hex_encode(hex, slice_of(sum.b, sizeof(sum.b)));
	return n == 0 || err_errno(err, "read %s", path);
}

/* The sender's name for it, but no path, no dot file, nothing unseen. */
static const char *
safe_name(struct cli *cli, const json_t *file)
{
	const char *name = pick_str(file, "name"), *slash = strrchr(name, '/');
	struct buf b = BUF_INIT;
	char *s;

	if (slash != NULL)
		name = slash + 1;
	out_safe(&b, slice_str(name));
	s = arena_strdup(&cli->arena, buf_cstr(&b));
	buf_free(&b);
	for (char *c = s; *c != '\0'; c++)
		if (*c == '\\' || *c == '{' || *c == '}')
			*c = '_';
	if (*s == '.' || *s == '-')
		*s = '_';
	return *s == '\0' ? "file" : s;
}

static enum exit_code
fetched(struct cli *cli, const json_t *file, const char *path)
{
	const char *want = pick_str(file, "sha256");
	struct err err;
	char hex[65];

	if (!hash_file(path, hex, &err))
		return out_error(cli, &err);
	if (strcmp(hex, want) != 0) {
		(void)unlink(path);
		err_set(&err, ERR_VERIFY, "E-CLI-HASH", "%s",
		    say(cli, "file.hash", "want", want, "got", hex, NULL));
		return out_error(cli, &err);
	}
	out_note(cli, "file.fetched", "path", path, "sha256", hex, NULL);
	if (out_is_json(cli))
		out_json(cli, "file/1", json_pack("{s:s, s:s, s:I}", "path",
		    path, "sha256", hex, "size",
		    (json_int_t)pick_int(file, "size")));
	else
		out_line(cli, path);
	return EXIT_DONE;
}

static enum exit_code
get(struct cli *cli, const json_t *thread, size_t n)
{
	const char *path = cli_text(cli, "output");
	const json_t *file, *message;
	struct problem p;

	file = n == 0 ? NULL : thread_file(thread, n, &message);
	if (file == NULL) {
		err_set(&p.err, ERR_NOT_FOUND, "E-NOT-FOUND", "%s",
		    say(cli, "file.none", "n", cli_arg(cli, 1), NULL));
		return out_error(cli, &p.err);
	}
	if (path == NULL)
		path = safe_name(cli, file);
	if (!client_download(cli, arena_printf(&cli->arena, "%s/files/%lld",
	    path_of(cli, "messages", pick_str(message, "name")),
	    (long long)pick_int(file, "n")), path, &p))
		return out_problem(cli, &p);
	return strcmp(path, "-") == 0 ? EXIT_DONE : fetched(cli, file, path);
}

static enum exit_code
file_get(struct cli *cli)
{
	struct problem p;
	enum exit_code code;
	json_t *thread;
	char *end;
	unsigned long n = strtoul(cli_arg(cli, 1), &end, 10);

	if (*end != '\0' || *cli_arg(cli, 1) == '-') {
		err_set(&p.err, ERR_INVALID, "E-USAGE-NUMBER", "%s",
		    say(cli, "usage.number", "option", "N", NULL));
		return out_error(cli, &p.err);
	}
	if (!thread_get(cli, cli_arg(cli, 0), THREAD_PEEK, &thread, &p))
		return out_problem(cli, &p);
	code = get(cli, thread, n);
	json_decref(thread);
	return code;
}

static json_t *
file_items(const json_t *thread)
{
	json_t *items = json_array(), *item, *f;
	const json_t *m;
	size_t i, k;

	json_array_foreach(json_object_get(thread, "messages"), i, m)
		json_array_foreach(json_object_get(m, "files"), k, f) {
			item = json_pack("{s:I, s:s}", "number",
			    (json_int_t)json_array_size(items) + 1,
			    "message", pick_str(m, "name"));
			json_object_update_missing(item, f);
			json_array_append_new(items, item);
		}
	return items;
}

static enum exit_code
file_list(struct cli *cli)
{
	struct table t = TABLE_INIT;
	const json_t *f, *m;
	struct problem p;
	json_t *thread;

	if (!thread_get(cli, cli_arg(cli, 0), THREAD_PEEK, &thread, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli)) {
		out_json(cli, "files/1", json_pack("{s:o}", "items",
		    file_items(thread)));
		json_decref(thread);
		return EXIT_DONE;
	}
	table_head(&t, cli, "column.number", "column.name", "column.type",
	    "column.size", "column.from", NULL);
	for (size_t n = 1; (f = thread_file(thread, n, &m)) != NULL; n++) {
		table_cell(&t, cli, OUT_BOLD,
		    arena_printf(&cli->arena, "%zu", n));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(f, "name"));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(f, "type"));
		table_cell(&t, cli, OUT_COLOR_NONE, arena_printf(&cli->arena,
		    "%lld", (long long)pick_int(f, "size")));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(m, "from"));
	}
	table_end(&t, cli);
	json_decref(thread);
	return EXIT_DONE;
}

static const struct option get_options[] = {
	{ "output", OPTION_PATH, "PATH", false, 'o' },
	{ .name = NULL },
};

const struct command cmd_file[] = {
	{ "file", "list", "REF", NULL, 0, "entente file list REQ-2026-000184",
	    file_list },
	{ "file", "get", "REF N", get_options, 0,
	    "entente file get REQ-2026-000184 1\n"
	    "entente file get REQ-2026-000184 2 -o - | less", file_get },
	{ .noun = NULL },
};
