#include "base/encode.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/verify.h"

static bool
network_asked(struct hash *net, const char *text, struct err *err)
{
	return hex_decode(net->b, sizeof(net->b), slice_str(text)) ||
	    err_field(err, ERR_INVALID, "E-USAGE-VALUE", "--network-id",
	    "64 digits of 0-9 and a-f");
}

/* An archive that is none is as bad as one that lies. */
static enum exit_code
refuse(struct cli *cli, const struct err *err)
{
	enum exit_code code = out_error(cli, err);

	return strncmp(err->rule, "E-TAR-", 6) == 0 ? EXIT_VERIFY : code;
}

static enum exit_code
verify_run(struct cli *cli)
{
	const char *id = cli_text(cli, "network-id");
	const char *dir = cli_text(cli, "extract");
	json_t *extracted = NULL;
	enum exit_code code;
	struct verify v;
	struct hash net;
	struct err err;
	bool wrote = true;

	if (id != NULL && !network_asked(&net, id, &err))
		return out_error(cli, &err);
	if (!verify_open(&v, cli_arg(cli, 0), id == NULL ? NULL : &net, &err))
		return refuse(cli, &err);
	/* What does not verify is not opened: it may be anyone's. */
	if (dir != NULL && bundle_ok(&v.bundle))
		wrote = verify_extract(&v, dir, &extracted, &err);
	code = verify_report(cli, &v, extracted);
	if (!wrote)
		code = out_error(cli, &err);
	else if (dir != NULL && extracted == NULL)
		out_note(cli, "verify.not-extracted", NULL);
	json_decref(extracted);
	verify_close(&v);
	return code;
}

static const struct option verify_options[] = {
	{ "network-id", OPTION_TEXT, "HEX", false, 0 },
	{ "extract", OPTION_PATH, "DIR", false, 0 },
	{ .name = NULL },
};

const struct command cmd_verify[] = {
	{ "verify", NULL, "FILE", verify_options, COMMAND_OFFLINE,
	    "entente verify rs-2026-000184.tar\n"
	    "entente verify rs-2026-000184.tar --network-id \"$(cat network.id)\"\n"
	    "entente verify rs-2026-000184.tar --extract files",
	    verify_run },
	{ .noun = NULL },
};
