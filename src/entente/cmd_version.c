#include "entente/out.h"
#include "entente/nouns.h"
#include "entente/version.h"

void
version_show(struct cli *cli)
{
	if (out_is_json(cli))
		out_json(cli, "version/1", json_pack("{s:s}", "version",
		    ENTENTE_VERSION));
	else
		out_line(cli, "entente " ENTENTE_VERSION);
}

static enum exit_code
version(struct cli *cli)
{
	version_show(cli);
	return EXIT_DONE;
}

const struct command cmd_version[] = {
	{ "version", NULL, NULL, NULL, COMMAND_OFFLINE,
	    "entente version --json", version },
	{ .noun = NULL },
};
