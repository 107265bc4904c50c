#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "entente/custody_files.h"
#include "entente/node_ring.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/prompt.h"

/* -- set ------------------------------------------------------------------------ */

/* On the files of a node that is stopped, by who has its passphrase: no process
 * of a running node can say to whom its keys are given. */
static enum exit_code
custodian_set(struct cli *cli)
{
	struct secret *passphrase;
	struct custodians c;
	enum exit_code code;
	struct node_ring n;
	struct err err;
	bool ok;

	if (!custodians_told(cli, &c, &err))
		return out_error(cli, &err);
	if (!custody_confirm(cli, &c, &code))
		return code;
	passphrase = prompt_secret(cli, say(cli, "unlock.passphrase", NULL),
	    "passphrase", PROMPT_OLD, &err);
	if (passphrase == NULL)
		return out_error(cli, &err);
	ok = node_ring_open(&n, cli_arg(cli, 0), passphrase, &err);
	secret_free(passphrase);
	if (!ok)
		return out_error(cli, &err);
	ok = custodians_put(n.ring, &c, cli->now, &err) &&
	    node_ring_save(&n, &err);
	node_ring_close(&n);
	if (!ok)
		return out_error(cli, &err);
	out_note(cli, "custody.set", "dir", cli_arg(cli, 0), NULL);
	out_next(cli, "entente custodian export %s -o FOLDER",
	    cli_arg(cli, 0));
	return EXIT_DONE;
}

/* -- export ------------------------------------------------------------------------ */

static bool
copy(int from, int to, const char *name, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	ok = io_read_file(from, name, &b, CUSTODY_FILE_MAX, err) &&
	    io_create_file(to, name, buf_all(&b), 0600, err);
	buf_free(&b);
	return ok;
}

/* The lines of the index that name files: "1-2.age bela anna". */
static json_t *
pairs_of(struct slice index)
{
	char line[2 * CUSTODIAN_NAME + 32], file[16], first[CUSTODIAN_NAME],
	    then[CUSTODIAN_NAME];
	json_t *items = json_array();

	while (index.n != 0) {
		const uint8_t *end = memchr(index.p, '\n', index.n);
		size_t n = end == NULL ? index.n : (size_t)(end - index.p);

		if (n < sizeof(line)) {
			memcpy(line, index.p, n);
			line[n] = '\0';
			if (sscanf(line, "%15s %32s %32s", file, first,
			    then) == 3 && strlen(file) == 7 &&
			    strcmp(file + 3, ".age") == 0)
				json_array_append_new(items, json_pack(
				    "{s:s,s:s,s:s}", "file", file, "first",
				    first, "then", then));
		}
		n += end != NULL;
		index = slice_of(index.p + n, index.n - n);
	}
	return items;
}

static bool
copy_all(int from, int to, json_t **items, struct err *err)
{
	struct buf b = BUF_INIT;
	const json_t *pair;
	bool ok;
	size_t i;

	if (!io_read_file(from, CUSTODY_INDEX, &b, KEYRING_ENTRY_MAX, err)) {
		buf_free(&b);
		return false;
	}
	*items = pairs_of(buf_all(&b));
	buf_free(&b);
	ok = copy(from, to, CUSTODY_INDEX, err);
	json_array_foreach(*items, i, pair)
		ok = ok && copy(from, to, json_string_value(
		    json_object_get(pair, "file")), err);
	return ok;
}

static void
show_pairs(struct cli *cli, json_t *items)
{
	struct table t = TABLE_INIT;
	const json_t *pair;
	size_t i;

	if (out_is_json(cli)) {
		out_json(cli, "custody/1", json_pack("{s:O}", "items", items));
		return;
	}
	table_head(&t, cli, "column.file", "column.opens-first",
	    "column.opens-then", NULL);
	json_array_foreach(items, i, pair) {
		table_cell(&t, cli, OUT_BOLD, json_string_value(
		    json_object_get(pair, "file")));
		table_cell(&t, cli, OUT_COLOR_NONE, json_string_value(
		    json_object_get(pair, "first")));
		table_cell(&t, cli, OUT_COLOR_NONE, json_string_value(
		    json_object_get(pair, "then")));
	}
	table_end(&t, cli);
}

static enum exit_code
custodian_export(struct cli *cli)
{
	const char *folder = cli_text(cli, "output");
	char *path = arena_printf(&cli->arena, "%s/" CUSTODY_FOLDER,
	    cli_arg(cli, 0));
	int from, to = -1;
	json_t *items = NULL;
	struct err err;
	bool ok = false;

	from = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (from == -1 && errno == ENOENT)
		(void)err_set(&err, ERR_NOT_FOUND, "E-CUSTODY-NONE",
		    "%s has no custodians", cli_arg(cli, 0));
	else if (from == -1)
		(void)err_errno(&err, "open %s", path);
	else if (mkdir(folder, 0700) == -1)
		(void)err_errno(&err, "create %s", folder);
	else if ((to = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		(void)err_errno(&err, "open %s", folder);
	else
		ok = copy_all(from, to, &items, &err);
	if (ok) {
		show_pairs(cli, items);
		out_note(cli, "custody.exported", "dir", folder, NULL);
	}
	json_decref(items);
	if (from != -1)
		(void)close(from);
	if (to != -1)
		(void)close(to);
	return ok ? EXIT_DONE : out_error(cli, &err);
}

/* -- open ---------------------------------------------------------------------------- */

static enum exit_code
custodian_open(struct cli *cli)
{
	const char *to = cli_text(cli, "output");
	struct secret *plain = NULL;
	struct buf b = BUF_INIT;
	struct err err;
	bool ok, more = false;

	ok = io_read_file(AT_FDCWD, cli_arg(cli, 0), &b, CUSTODY_FILE_MAX,
	    &err);
	if (ok)
		plain = custody_file_peel(cli, buf_all(&b), &err);
	buf_free(&b);
	if (plain == NULL)
		return out_error(cli, &err);
	more = custody_is_sealed(secret_slice(plain));
	ok = io_create_file(AT_FDCWD, to, secret_slice(plain), 0600, &err);
	secret_free(plain);
	if (!ok)
		return out_error(cli, &err);
	out_note(cli, more ? "custody.opened-first" : "custody.opened-last",
	    "file", to, NULL);
	return EXIT_DONE;
}

/* -- rows -------------------------------------------------------------------------- */

static const struct option set_options[] = {
	{ "custodian", OPTION_REPEAT_PATH, "FILE", true, 0 },
	PROMPT_SECRET_OPTIONS("passphrase"),
	{ .name = NULL },
};
static const struct option export_options[] = {
	{ "output", OPTION_PATH, "FOLDER", true, 'o' },
	{ .name = NULL },
};
static const struct option open_options[] = {
	{ "identity", OPTION_PATH, "FILE", true, 'i' },
	{ "output", OPTION_PATH, "FILE", true, 'o' },
	{ .name = NULL },
};

const struct command cmd_custodian[] = {
	{ "custodian", "set", "DIR", set_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente custodian set /var/lib/entente --custodian anna.pub "
	    "--custodian bela.pub --custodian chen.pub", custodian_set },
	{ "custodian", "export", "DIR", export_options, COMMAND_OFFLINE,
	    "entente custodian export /var/lib/entente -o for-custodians",
	    custodian_export },
	{ "custodian", "open", "FILE", open_options, COMMAND_OFFLINE,
	    "entente custodian open 1-2.age --identity bela.key -o 1.age",
	    custodian_open },
	{ .noun = NULL },
};
