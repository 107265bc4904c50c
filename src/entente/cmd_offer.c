#include "entente/nouns.h"
#include "entente/request.h"

/* Headline and conditions; the content follows by `entente deliver`. */
static enum exit_code
offer_new(struct cli *cli)
{
	const char *kind = cli_arg(cli, 0);

	if (kind == NULL && cli_text(cli, "from") == NULL)
		kind = "spontaneous/1";
	return request_write(cli, kind);
}

static const struct option options[] = {
	REQUEST_OPTIONS,
	{ "until", OPTION_TIME, "TIME", false, 0 },
	{ .name = NULL },
};

const struct command cmd_offer[] = {
	{ "offer", "new", "[KIND]", options, COMMAND_OUTWARD,
	    "entente offer new --until +7d --to fr/cyber\n"
	    "entente offer new --from offer.json --until +7d --dry-run", offer_new },
	{ .noun = NULL },
};
