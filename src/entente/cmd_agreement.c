#include <fcntl.h>
#include <string.h>

#include "base/io.h"
#include "entente/charter.h"
#include "entente/client.h"
#include "entente/commands_trust.h"
#include "entente/out.h"
#include "entente/signing.h"
#include "entente/trust_chain.h"
#include "entente/words.h"
#include "model/text.h"

/* -- list ------------------------------------------------------------------ */

static const char *
text_of(const json_t *item, const char *key)
{
	return json_string_value(json_object_get(item, key));
}

static const char *
parties_of(struct cli *cli, const json_t *item)
{
	const json_t *list = json_object_get(item, "parties");
	const char *s = "";

	for (size_t i = 0; i < json_array_size(list); i++)
		s = arena_printf(&cli->arena, "%s%s%s", s, i == 0 ? "" : ", ",
		    json_string_value(json_array_get(list, i)));
	return s;
}

static void
list_row(struct cli *cli, struct table *t, const json_t *it)
{
	json_int_t version = json_integer_value(json_object_get(it, "version"));

	table_cell(t, cli, OUT_BOLD, text_of(it, "id"));
	table_cell(t, cli, OUT_COLOR_NONE, arena_printf(&cli->arena, "%lld",
	    (long long)version));
	table_cell(t, cli, OUT_COLOR_NONE, parties_of(cli, it));
	table_cell(t, cli, OUT_COLOR_NONE, out_time(cli, text_of(it, "from")));
	table_cell(t, cli, OUT_COLOR_NONE, text_of(it, "until") == NULL ?
	    say(cli, "words.open", NULL) : out_time(cli, text_of(it, "until")));
	table_cell(t, cli, OUT_COLOR_NONE, words_label(cli,
	    json_object_get(it, "title")));
}

static enum exit_code
agreement_list(struct cli *cli)
{
	struct table t = TABLE_INIT;
	struct problem problem;
	const json_t *items;
	json_t *answer;

	if (!client_get(cli, "/agreements", &answer, &problem))
		return out_problem(cli, &problem);
	if (json_is_array(answer))
		answer = json_pack("{s:o}", "items", answer);
	if (out_is_json(cli)) {
		out_json(cli, "agreements/1", answer);
		return EXIT_DONE;
	}
	items = json_object_get(answer, "items");
	table_head(&t, cli, "column.agreement", "column.version",
	    "column.parties", "column.from", "column.until", "column.title",
	    NULL);
	for (size_t i = 0; i < json_array_size(items); i++)
		list_row(cli, &t, json_array_get(items, i));
	table_end(&t, cli);
	json_decref(answer);
	return EXIT_DONE;
}

/* -- propose --------------------------------------------------------------- */

static bool
draft(struct cli *cli, struct signed_file *f, struct err *err)
{
	struct buf json = BUF_INIT, text = BUF_INIT;
	struct trust_chain c;
	bool ok;

	*f = (struct signed_file){ .note.nsigs = 0 };
	if (!trust_chain_load(&c, cli_text(cli, "network-dir"), err))
		return false;
	ok = trust_chain_founded(&c, err) &&
	    io_read_file(AT_FDCWD, cli_arg(cli, 0), &json, TEXT_MAX, err) &&
	    charter_agreement(&text, buf_all(&json), &c.net, cli->now, err) &&
	    signed_file_take(f, &text, err);
	buf_free(&text);
	buf_free(&json);
	trust_chain_free(&c);
	return ok;
}

static enum exit_code
propose(struct cli *cli, struct trust_keyring *t, struct signed_file *f)
{
	const char *path = cli_text(cli, "output");
	enum exit_code code;
	struct signing s;
	unsigned added;
	struct err err;

	if (!signing_keys(&s, t, f, cli_text(cli, "key"), &cli->arena, &err) ||
	    !trust_keyring_bind(t, &s.net, cli->now, &err) ||
	    !words_tell(cli, f, &err))
		return out_error(cli, &err);
	if (!prompt_confirm(cli, &code, say(cli, "trust.ask.sign", NULL)))
		return code;
	if (!signing_do(&s, f, &added, &err) || !trust_keyring_save(t, &err) ||
	    !signed_file_write(f, path, SIGNED_FILE_CREATE, &err))
		return out_error(cli, &err);
	out_note(cli, "agreement.proposed", "file", path, NULL);
	out_next(cli, "entente agreement sign %s", path);
	return EXIT_DONE;
}

static enum exit_code
agreement_propose(struct cli *cli)
{
	struct trust_keyring t;
	enum exit_code code;
	struct signed_file f;
	struct err err;

	if (!draft(cli, &f, &err))
		return out_error(cli, &err);
	if (trust_open(cli, &t, TRUST_EXISTING, "passphrase", &err)) {
		code = propose(cli, &t, &f);
		trust_keyring_close(&t);
	} else {
		code = out_error(cli, &err);
	}
	signed_file_free(&f);
	return code;
}

static enum exit_code
agreement_sign(struct cli *cli)
{
	return trust_sign_file(cli, "agreement");
}

/* -- rows ------------------------------------------------------------------ */

static const struct option propose_options[] = {
	{ "network-dir", OPTION_PATH, "DIR", true, 0 },
	{ "output", OPTION_PATH, "FILE", true, 'o' },
	{ "key", OPTION_TEXT, "root/N|card/MEMBER", false, 0 },
	TRUST_OPTIONS,
	{ NULL, OPTION_FLAG, NULL, false, 0 },
};
static const struct option sign_options[] = {
	TRUST_SIGN_OPTIONS,
	{ NULL, OPTION_FLAG, NULL, false, 0 },
};

const struct command cmd_agreement[] = {
	{ "agreement", "list", "", NULL, 0, "entente agreement list",
	    agreement_list },
	{ "agreement", "propose", "FILE", propose_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente agreement propose rs-fr.json --network-dir police.example "
	    "-o rs-fr.note", agreement_propose },
	{ "agreement", "sign", "FILE", sign_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente agreement sign rs-fr.note", agreement_sign },
	{ NULL, NULL, NULL, NULL, 0, NULL, NULL },
};
