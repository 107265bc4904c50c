#include "entente/client.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"

static enum exit_code
spool_export(struct cli *cli)
{
	const char *to = cli_text(cli, "to"), *path = cli_text(cli, "output");
	struct problem p;

	if (!client_download(cli, path_of(cli, "spools", to), path, &p))
		return out_problem(cli, &p);
	if (out_is_json(cli))
		out_json(cli, "spool-export/1", json_pack("{s:s, s:s}", "to", to,
		    "path", path));
	else
		out_note(cli, "spool.saved", "path", path, "member", to, NULL);
	return EXIT_DONE;
}

static void
show_import(struct cli *cli, const json_t *a)
{
	static const char *const counts[] = { "messages", "taken", "known",
		"refused", "later", "receipts", "files", "trust", "missing" };

	out_pair(cli, "label.member", pick_str(a, "from"));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		out_labelled(cli, say_code(cli, "spool.count", counts[i]),
		    arena_printf(&cli->arena, "%lld",
		    (long long)pick_int(a, counts[i])));
	if (pick_int(a, "missing") != 0)
		out_note(cli, "spool.missing", NULL);
	out_next(cli, "entente spool export --to %s -o FILE",
	    pick_str(a, "from"));
}

static enum exit_code
spool_import(struct cli *cli)
{
	enum exit_code code;
	struct problem p;
	json_t *a;

	if (!client_post_file(cli, cli_arg(cli, 0), "/spools", &a, &p))
		return out_problem(cli, &p);
	code = pick_int(a, "missing") == 0 ? EXIT_DONE : EXIT_FINDINGS;
	if (out_is_json(cli)) {
		out_json(cli, "spool-import/1", a);
		return code;
	}
	show_import(cli, a);
	json_decref(a);
	return code;
}

static const struct option export_options[] = {
	{ "to", OPTION_TEXT, "MEMBER", true, 0 },
	{ "output", OPTION_PATH, "FILE", true, 'o' },
	{ .name = NULL },
};

const struct command cmd_spool[] = {
	{ "spool", "export", NULL, export_options, 0,
	    "entente spool export --to fr -o for-fr.tar", spool_export },
	{ "spool", "import", "FILE", NULL, 0,
	    "entente spool import from-rs.tar", spool_import },
	{ .noun = NULL },
};
