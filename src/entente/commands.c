#include "entente/nouns.h"

/* The order of the help page: what one does daily first. */
const struct command *const commands[] = {
	cmd_status,
	cmd_inbox,
	cmd_page,
	cmd_show,
	cmd_act,
	cmd_request,
	cmd_offer,
	cmd_send,
	cmd_draft,
	cmd_file,
	cmd_receipt,
	cmd_export,
	cmd_verify,
	cmd_spool,
	cmd_kind,
	cmd_member,
	cmd_agreement,
	cmd_init,
	cmd_network,
	cmd_trust,
	cmd_card,
	cmd_login,
	cmd_user,
	cmd_token,
	cmd_audit,
	cmd_config,
	cmd_explain,
	cmd_help,
	cmd_completion,
	cmd_version,
	NULL,
};

const struct option command_global[] = {
	{ "json", OPTION_FLAG, NULL, false, 0 },
	{ "jsonl", OPTION_FLAG, NULL, false, 0 },
	{ "plain", OPTION_FLAG, NULL, false, 0 },
	{ "color", OPTION_TEXT, "auto|always|never", false, 0 },
	{ "lang", OPTION_TEXT, "ar|en|es|fr", false, 0 },
	{ "no-input", OPTION_FLAG, NULL, false, 0 },
	{ "dir", OPTION_PATH, "DIR", false, 0 },
	{ "socket", OPTION_PATH, "PATH", false, 0 },
	{ "url", OPTION_TEXT, "URL", false, 0 },
	{ "pin", OPTION_TEXT, "HEX", false, 0 },
	{ "token-file", OPTION_PATH, "FILE", false, 0 },
	{ "help", OPTION_FLAG, NULL, false, 'h' },
	{ "version", OPTION_FLAG, NULL, false, 'V' },
	{ .name = NULL },
};

const struct option command_outward[] = {
	{ "yes", OPTION_FLAG, NULL, false, 'y' },
	{ "dry-run", OPTION_FLAG, NULL, false, 'n' },
	{ .name = NULL },
};
