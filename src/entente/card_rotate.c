#include "entente/card_rotate.h"

#include <string.h>

#include "entente/client.h"
#include "entente/node_ring.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "entente/trust_open.h"
#include "proc/ring_key.h"

static const struct {
	const char		*name;
	enum keyring_use	 use;
} rotating[] = {
	{ "seal", KEYRING_SEAL },
	{ "sign", KEYRING_SIGN },
	{ "tls", KEYRING_TLS_LINK },
};
enum { ROTATING = sizeof(rotating) / sizeof(rotating[0]) };

static bool
any_wanted(const struct cli *cli)
{
	bool any = false;

	for (size_t i = 0; i < ROTATING; i++)
		any = any || cli_flag(cli, rotating[i].name);
	return any;
}

/* -- a running node ---------------------------------------------------------- */

void
card_keys_show(struct cli *cli, const json_t *list)
{
	struct table t = TABLE_INIT;
	const json_t *k;
	size_t i;

	table_head(&t, cli, "column.use", "column.state", "column.made",
	    "column.key", NULL);
	json_array_foreach(json_object_get(list, "items"), i, k) {
		const char *made = pick_str(k, "made");

		table_cell(&t, cli, OUT_BOLD, say_code(cli, "key-use",
		    pick_str(k, "use")));
		table_cell(&t, cli, OUT_COLOR_NONE, say_code(cli, "key-state",
		    pick_str(k, "state")));
		table_cell(&t, cli, OUT_COLOR_NONE, out_time(cli,
		    *made != '\0' ? made : pick_str(k, "retired")));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(k, "public"));
	}
	table_end(&t, cli);
}

static bool
ask_keys(struct cli *cli, json_t *make, bool due, enum exit_code *code)
{
	json_t *body, *answer = NULL;
	struct call call = { .method = "POST", .path = "/keys" };
	FILE *data = cli->out->data;
	struct problem p;
	bool ok;

	body = json_pack("{s:o,s:b}", "make", make, "due", (int)due);
	call.body = body;
	ok = client_call(cli, &call, NULL, &answer, &p);
	json_decref(body);
	if (!ok) {
		*code = out_problem(cli, &p);
		return false;
	}
	/* The data of the command is what became of the card. */
	cli->out->data = cli->out->talk;
	if (!out_is_json(cli))
		card_keys_show(cli, answer);
	cli->out->data = data;
	json_decref(answer);
	return true;
}

bool
card_keys_make(struct cli *cli, enum exit_code *code)
{
	json_t *make = json_array();

	for (size_t i = 0; i < ROTATING; i++)
		if (cli_flag(cli, rotating[i].name))
			json_array_append_new(make,
			    json_string(rotating[i].name));
	return ask_keys(cli, make, cli_flag(cli, "due"), code);
}

/* -- keys that others have -------------------------------------------------------- */

bool
card_lost(const struct cli *cli, const char *use)
{
	for (size_t i = 0; i < cli_count(cli, "compromised"); i++)
		if (strcmp(cli_nth(cli, "compromised", i), use) == 0 ||
		    strcmp(cli_nth(cli, "compromised", i), "all") == 0)
			return true;
	return false;
}

static bool
is_use(const char *s)
{
	for (size_t i = 0; i < ROTATING; i++)
		if (strcmp(s, rotating[i].name) == 0)
			return true;
	return strcmp(s, "all") == 0;
}

bool
card_replace_begin(struct cli *cli, enum exit_code *code)
{
	json_t *make;
	struct err err;

	for (size_t i = 0; i < cli_count(cli, "compromised"); i++)
		if (!is_use(cli_nth(cli, "compromised", i))) {
			err_set(&err, ERR_INVALID, "E-USAGE-OPTION",
			    "--compromised is sign, seal, tls or all");
			*code = out_error(cli, &err);
			return false;
		}
	if (!prompt_confirm(cli, code, say(cli, "card.ask.replace", "since",
	    out_msec(cli, cli_time(cli, "since")), NULL)))
		return false;
	make = json_array();
	for (size_t i = 0; i < ROTATING; i++)
		if (card_lost(cli, rotating[i].name))
			json_array_append_new(make,
			    json_string(rotating[i].name));
	return ask_keys(cli, make, false, code);
}

/* -- a node that is stopped ------------------------------------------------------- */

static bool
make_stopped(struct cli *cli, struct node_ring *n, struct err *err)
{
	for (size_t i = 0; i < ROTATING; i++)
		if (cli_flag(cli, rotating[i].name) &&
		    !ring_key_make(n->ring, rotating[i].use, cli->now, err))
			return false;
	return node_ring_save(n, err);
}

static enum exit_code
rotate_stopped(struct cli *cli)
{
	const char *dir = cli_text(cli, "stopped");
	struct secret *passphrase;
	struct node_ring n;
	struct err err;
	bool ok;

	passphrase = prompt_secret(cli, say(cli, "unlock.passphrase", NULL),
	    "passphrase", PROMPT_OLD, &err);
	if (passphrase == NULL)
		return out_error(cli, &err);
	ok = node_ring_open(&n, dir, passphrase, &err);
	secret_free(passphrase);
	if (!ok)
		return out_error(cli, &err);
	ok = make_stopped(cli, &n, &err);
	node_ring_close(&n);
	if (!ok)
		return out_error(cli, &err);
	out_note(cli, "card.rotate.stopped", NULL);
	out_next(cli, "entente card update");
	return EXIT_DONE;
}

/* -- the directory key ------------------------------------------------------------ */

/* It lives off the node, and the roots list it: this is the first step. */
static enum exit_code
rotate_directory(struct cli *cli)
{
	struct note_signer signer;
	struct trust_keyring t;
	struct problem problem;
	char vkey[NOTE_VKEY];
	const char *member;
	json_t *status;
	struct err err;
	bool ok;

	if (!client_get(cli, "/status", &status, &problem))
		return out_problem(cli, &problem);
	member = arena_strdup(&cli->arena, pick_str(status, "member"));
	json_decref(status);
	if (!trust_open(cli, &t, TRUST_EXISTING, "passphrase", &err))
		return out_error(cli, &err);
	ok = trust_keyring_generate_next(&t, member, cli->now, &signer, &err) &&
	    trust_keyring_save(&t, &err);
	if (ok)
		note_vkey_print(vkey, &signer.vkey);
	trust_keyring_close(&t);
	if (!ok)
		return out_error(cli, &err);
	if (out_is_json(cli))
		out_json(cli, "trust-key/1", json_pack("{s:s,s:s}", "name",
		    signer.vkey.name, "vkey", vkey));
	else
		out_line(cli, vkey);
	out_note(cli, "card.rotate.directory", NULL);
	out_next(cli, "entente network rekey %s --key %s", member, vkey);
	return EXIT_DONE;
}

/* -- the command --------------------------------------------------------------------- */

bool
card_rotate_begin(struct cli *cli, enum exit_code *code)
{
	const char *stopped = cli_text(cli, "stopped");
	bool directory = cli_flag(cli, "directory");
	struct err err;

	if (directory == (any_wanted(cli) || (cli_flag(cli, "due") &&
	    stopped == NULL))) {
		err_set(&err, ERR_INVALID, "E-USAGE-OPTION",
		    "--seal, --sign, --tls, --due, or --directory alone");
		*code = out_error(cli, &err);
		return false;
	}
	if (!prompt_confirm(cli, code, say(cli, "card.ask.rotate", NULL)))
		return false;
	if (directory || stopped != NULL) {
		*code = directory ? rotate_directory(cli) : rotate_stopped(cli);
		return false;
	}
	return card_keys_make(cli, code);
}
