#include <string.h>

#include "entente/card_rotate.h"
#include "entente/client.h"
#include "entente/commands_trust.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/signing.h"
#include "entente/words.h"

/* What the node drafted, when it is a card. */
static bool
draft_take(struct signed_file *f, struct buf *text, struct err *err)
{
	if (!signed_file_take(f, text, err))
		return false;
	if (signed_file_is(f, "card"))
		return true;
	signed_file_free(f);
	return err_set(err, ERR_INVALID, "E-SIGN-TYPE",
	    "the node drafted no card");
}

/* Shown, signed with the card key, and given back to the node. */
static enum exit_code
sign_and_post(struct cli *cli, struct trust_keyring *t, struct signed_file *f)
{
	enum exit_code code;
	json_t *notes;
	struct signing s;
	unsigned added;
	struct err err;

	if (!signing_keys(&s, t, f, NULL, &cli->arena, &err) ||
	    !trust_keyring_bind(t, &s.net, cli->now, &err) ||
	    !words_tell(cli, f, &err))
		return out_error(cli, &err);
	if (!prompt_confirm(cli, &code, say(cli, "card.ask.sign", NULL)))
		return code;
	if (!signing_do(&s, f, &added, &err) || !trust_keyring_save(t, &err))
		return out_error(cli, &err);
	notes = json_array();
	json_array_append_new(notes, json_stringn((const char *)f->bytes.p,
	    f->bytes.n));
	code = trust_publish(cli, notes);
	json_decref(notes);
	return code;
}

/* What is not the node's to know: where it is reached. */
static const char *
draft_path(struct cli *cli)
{
	const char *relay = cli_text(cli, "relay"),
	    *address = cli_text(cli, "address");

	return arena_printf(&cli->arena, "/card/draft%s%s%s%s",
	    relay == NULL ? "" : "?relay=",
	    relay == NULL ? "" : client_escape(cli, relay),
	    address == NULL ? "" : relay == NULL ? "?url=" : "&url=",
	    address == NULL ? "" : client_escape(cli, address));
}

/* The node's draft, shown and signed. */
static enum exit_code
update_from(struct cli *cli, const char *path)
{
	struct buf text = BUF_INIT;
	struct trust_keyring t;
	struct problem problem;
	struct signed_file f;
	enum exit_code code;
	struct err err;

	if (!client_text(cli, path, NOTE_MAX, &text, &problem)) {
		buf_free(&text);
		return out_problem(cli, &problem);
	}
	if (!draft_take(&f, &text, &err))
		return out_error(cli, &err);
	if (!trust_open(cli, &t, TRUST_EXISTING, "passphrase", &err)) {
		signed_file_free(&f);
		return out_error(cli, &err);
	}
	code = sign_and_post(cli, &t, &f);
	trust_keyring_close(&t);
	signed_file_free(&f);
	return code;
}

static enum exit_code
card_update(struct cli *cli)
{
	return update_from(cli, draft_path(cli));
}

static enum exit_code
card_replace(struct cli *cli)
{
	char since[TIME_TEXT];
	enum exit_code code;

	if (!card_replace_begin(cli, &code))
		return code;
	time_print(since, cli_time(cli, "since"));
	code = update_from(cli, !card_lost(cli, "sign") ? "/card/draft" :
	    arena_printf(&cli->arena, "/card/draft?compromised=sign&since=%s",
	    client_escape(cli, since)));
	if (code == EXIT_DONE && card_lost(cli, "tls"))
		out_note(cli, "card.replace.tls", NULL);
	return code;
}

static enum exit_code
card_rotate(struct cli *cli)
{
	enum exit_code code;

	return card_rotate_begin(cli, &code) ? card_update(cli) : code;
}

static enum exit_code
card_keys(struct cli *cli)
{
	struct problem problem;
	json_t *list;

	if (!client_get(cli, "/keys", &list, &problem))
		return out_problem(cli, &problem);
	if (out_is_json(cli)) {
		out_json(cli, "keys/1", list);
		return EXIT_DONE;
	}
	card_keys_show(cli, list);
	json_decref(list);
	return EXIT_DONE;
}

static const struct option rotate_options[] = {
	CARD_ROTATE_OPTIONS,
	{ "relay", OPTION_TEXT, "MEMBER", false, 0 },
	{ "address", OPTION_TEXT, "URL", false, 0 },
	TRUST_OPTIONS,
	{ .name = NULL },
};
static const struct option replace_options[] = {
	{ "compromised", OPTION_REPEAT, "sign|seal|tls|all", true, 0 },
	{ "since", OPTION_TIME, "TIME", true, 0 },
	TRUST_OPTIONS,
	{ .name = NULL },
};
static const struct option update_options[] = {
	{ "relay", OPTION_TEXT, "MEMBER", false, 0 },
	{ "address", OPTION_TEXT, "URL", false, 0 },
	TRUST_OPTIONS,
	{ .name = NULL },
};

const struct command cmd_card[] = {
	{ "card", "update", "", update_options, COMMAND_OUTWARD,
	    "entente card update\nentente card update --relay hq --address -",
	    card_update },
	{ "card", "rotate", "", rotate_options, COMMAND_OUTWARD,
	    "entente card rotate --due\n"
	    "entente card rotate --seal --sign --tls\n"
	    "entente card rotate --directory\n"
	    "entente card rotate --seal --stopped /var/lib/entente",
	    card_rotate },
	{ "card", "replace", "", replace_options, COMMAND_OUTWARD,
	    "entente card replace --compromised sign --since "
	    "\"2026-11-22 14:00\"\n"
	    "entente card replace --compromised all --since "
	    "\"2026-11-22 14:00\"", card_replace },
	{ "card", "keys", "", NULL, 0, "entente card keys", card_keys },
	{ .noun = NULL },
};
