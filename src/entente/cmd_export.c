#include "base/encode.h"
#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/verify.h"

/* "<ref>.tar": references are plain, but a thread may be named otherwise. */
static const char *
default_path(struct cli *cli, const char *ref)
{
	char *path = arena_printf(&cli->arena, "%s.tar", ref);

	for (char *p = path; *p != '\0'; p++)
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= 'A' && *p <= 'Z') &&
		    !(*p >= '0' && *p <= '9') && *p != '-' &&
		    (*p != '.' || p == path))
			*p = '_';
	return path;
}

/* The network that the node belongs to: what it hands out must be of it. */
static bool
own_network(struct cli *cli, struct hash *net, struct problem *p)
{
	const char *id;
	json_t *status;
	bool ok;

	if (!client_get(cli, "/status", &status, p))
		return false;
	id = json_string_value(json_object_get(json_object_get(status,
	    "network"), "id"));
	ok = id != NULL && hex_decode(net->b, sizeof(net->b), slice_str(id));
	json_decref(status);
	return ok || err_set(&p->err, ERR_INVALID, "E-CLI-ANSWER",
	    "the node's status names no network");
}

static enum exit_code
verify_saved(struct cli *cli, const char *path, const struct hash *net)
{
	char id[2 * HASH_LEN + 1];
	enum exit_code code;
	struct verify v;
	struct err err;

	if (!verify_open(&v, path, net, &err)) {
		(void)out_error(cli, &err);
		return EXIT_VERIFY;
	}
	code = verify_report(cli, &v, NULL);
	if (code == EXIT_DONE) {
		hex_encode(id, slice_of(net->b, sizeof(net->b)));
		out_next(cli, "entente verify %s --network-id %s", path, id);
	}
	verify_close(&v);
	return code;
}

static enum exit_code
export_run(struct cli *cli)
{
	const char *ref = cli_arg(cli, 0), *path = cli_text(cli, "output");
	struct problem p;
	struct hash net;

	if (path == NULL)
		path = default_path(cli, ref);
	if (!own_network(cli, &net, &p) || !client_download(cli,
	    arena_printf(&cli->arena, "/threads/%s/export",
	    client_escape(cli, ref)), path, &p))
		return out_problem(cli, &p);
	/* What went down a pipe cannot be looked at again. */
	if (strcmp(path, "-") == 0) {
		out_note(cli, "export.unverified", NULL);
		return EXIT_DONE;
	}
	out_note(cli, "export.saved", "path", path, NULL);
	return verify_saved(cli, path, &net);
}

static const struct option export_options[] = {
	{ "output", OPTION_PATH, "FILE", false, 'o' },
	{ .name = NULL },
};

const struct command cmd_export[] = {
	{ "export", NULL, "REF", export_options, 0,
	    "entente export rs-2026-000184\n"
	    "entente export rs-2026-000184 -o evidence.tar",
	    export_run },
	{ .noun = NULL },
};
