#include <string.h>

#include "base/encode.h"
#include "entente/client.h"
#include "entente/commands_trust.h"
#include "entente/network_acts.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/words.h"

/* -- show ------------------------------------------------------------------ */

static const char *
number(struct cli *cli, int64_t n)
{
	return arena_printf(&cli->arena, "%lld", (long long)n);
}

static json_t *
members_json(const struct directory *d)
{
	json_t *items = json_array();

	for (size_t i = 0; i < d->nmembers; i++)
		json_array_append_new(items, json_pack("{s:s,s:s,s:s}", "id",
		    d->members[i].id.s, "class",
		    class_names[d->members[i].class], "status",
		    member_status_names[d->members[i].status]));
	return items;
}

static json_t *
chain_json(const struct trust_chain *c)
{
	char id[65], until[TIME_TEXT];
	json_t *o;

	hex_encode(id, slice_of(c->net.b, sizeof(c->net.b)));
	o = json_pack("{s:s,s:s,s:s,s:b,s:b,s:b}", "name", c->network.name,
	    "id", id, "class", network_class_names[c->network.class],
	    "founded", (int)c->founded, "charter", (int)c->charter,
	    "pending", (int)c->pending);
	if (c->directory.number == 0)
		return o;
	time_print(until, c->directory.valid_until);
	json_object_set_new(o, "directory", json_pack("{s:I,s:s,s:o}",
	    "number", (json_int_t)c->directory.number, "valid_until", until,
	    "members", members_json(&c->directory)));
	return o;
}

static void
chain_page(struct cli *cli, const struct trust_chain *c)
{
	const struct directory *d = &c->directory;
	struct table t = TABLE_INIT;

	out_pair(cli, "label.network", c->network.name);
	out_pair(cli, "label.id", words_id(cli, &c->net));
	out_pair(cli, "label.class", say_code(cli, "network-class",
	    network_class_names[c->network.class]));
	out_pair(cli, "label.roots", say(cli, "network.k-of-n", "k",
	    number(cli, d->number == 0 ? c->network.k : d->k), "n",
	    number(cli, d->number == 0 ? c->network.n : d->nroots), NULL));
	if (d->number == 0)
		return;
	out_pair(cli, "label.directory", number(cli, d->number));
	out_pair(cli, "label.valid-until", out_msec(cli, d->valid_until));
	table_head(&t, cli, "column.member", "column.class", "column.status",
	    NULL);
	for (size_t i = 0; i < d->nmembers; i++) {
		table_cell(&t, cli, OUT_BOLD, d->members[i].id.s);
		table_cell(&t, cli, OUT_COLOR_NONE, say_code(cli,
		    "member-class", class_names[d->members[i].class]));
		table_cell(&t, cli, OUT_COLOR_NONE, say_code(cli,
		    "member-status",
		    member_status_names[d->members[i].status]));
	}
	table_end(&t, cli);
}

/* What is missing, and which command brings it. */
static void
chain_advice(struct cli *cli, const struct trust_chain *c)
{
	char path[CHAIN_PATH];

	trust_chain_directory_path(path, c->dir, c->directory.number + 1);
	if (!c->founded)
		out_next(cli, "entente trust sign %s/network.note", c->dir);
	else if (c->pending)
		out_next(cli, "entente trust sign %s", path);
	else if (c->directory.number != 0 && !c->charter)
		out_next(cli, "entente trust sign %s/agreement-charter-1.note",
		    c->dir);
	else if (c->directory.number != 0 &&
	    c->directory.valid_until - cli->now < 4 * DAY)
		out_next(cli, "entente network renew --network-dir %s", c->dir);
}

static enum exit_code
network_show(struct cli *cli)
{
	struct trust_chain c;
	struct err err;

	if (!trust_chain_load(&c, cli_text(cli, "network-dir"), &err))
		return out_error(cli, &err);
	if (out_is_json(cli))
		out_json(cli, "network/1", chain_json(&c));
	else
		chain_page(cli, &c);
	chain_advice(cli, &c);
	trust_chain_free(&c);
	return EXIT_DONE;
}

/* -- publish --------------------------------------------------------------- */

static const char *
text_of(const json_t *item, const char *key)
{
	const char *s = json_string_value(json_object_get(item, key));

	return s == NULL ? "" : s;
}

/* True when the node took them all, or had them. */
static bool
published_tell(struct cli *cli, const json_t *answer)
{
	const json_t *items = json_object_get(answer, "items");
	struct table t = TABLE_INIT;
	bool all = true;

	table_head(&t, cli, "column.type", "column.result", "column.code",
	    "column.detail", NULL);
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *it = json_array_get(items, i);
		const char *result = text_of(it, "result");
		bool refused = strcmp(result, "refused") == 0;

		all = all && !refused;
		table_cell(&t, cli, OUT_BOLD, text_of(it, "type"));
		table_cell(&t, cli, refused ? OUT_RED : OUT_COLOR_NONE,
		    say_code(cli, "publish-result", result));
		table_cell(&t, cli, OUT_COLOR_NONE, text_of(it, "code"));
		table_cell(&t, cli, OUT_COLOR_NONE, text_of(it, "detail"));
	}
	if (!out_is_json(cli))
		table_end(&t, cli);
	return all;
}

enum exit_code
trust_publish(struct cli *cli, json_t *notes)
{
	json_t *body = json_pack("{s:O}", "notes", notes), *answer = NULL;
	const struct call call = { .method = "POST", .path = "/trust",
	    .body = body };
	struct problem problem;
	bool all;

	if (!client_call(cli, &call, NULL, &answer, &problem)) {
		json_decref(body);
		return out_problem(cli, &problem);
	}
	json_decref(body);
	if (out_is_json(cli)) {
		const json_t *items = json_object_get(answer, "items");

		all = true;
		for (size_t i = 0; i < json_array_size(items); i++)
			all = all && strcmp(text_of(json_array_get(items, i),
			    "result"), "refused") != 0;
		out_json(cli, "publish/1", answer);
	} else {
		all = published_tell(cli, answer);
		json_decref(answer);
	}
	return all ? EXIT_DONE : EXIT_VERIFY;
}

/* A card needs the directory that lists its member, and so on. */
static const char *const publish_order[] = { "network", "settlement",
    "directory", "card", "agreement" };
enum { PUBLISH_TYPES = 5 };

static bool
publish_knows(const struct signed_file *f)
{
	for (size_t i = 0; i < PUBLISH_TYPES; i++)
		if (signed_file_is(f, publish_order[i]))
			return true;
	return false;
}

/* The notes of a type, in the order they were named. */
static bool
publish_add(struct cli *cli, json_t *notes, const char *type, struct err *err)
{
	struct signed_file f;

	for (size_t i = 0; i < cli->nargs; i++) {
		if (!signed_file_read(&f, cli_arg(cli, i), err))
			return false;
		if (signed_file_is(&f, type))
			json_array_append_new(notes, json_stringn(
			    (const char *)f.bytes.p, f.bytes.n));
		if (!publish_knows(&f)) {
			signed_file_free(&f);
			return err_set(err, ERR_INVALID, "E-PUBLISH-TYPE",
			    "%s is no network, settlement, directory, card or "
			    "agreement",
			    cli_arg(cli, i));
		}
		signed_file_free(&f);
	}
	return true;
}

static enum exit_code
network_publish(struct cli *cli)
{
	json_t *notes = json_array();
	enum exit_code code = EXIT_DONE;
	struct err err;

	for (size_t i = 0; i < PUBLISH_TYPES; i++)
		if (!publish_add(cli, notes, publish_order[i], &err)) {
			json_decref(notes);
			return out_error(cli, &err);
		}
	if (prompt_confirm(cli, &code, say(cli, "network.ask.publish",
	    "count", number(cli, (int64_t)json_array_size(notes)), NULL)))
		code = trust_publish(cli, notes);
	json_decref(notes);
	return code;
}

/* -- rows ------------------------------------------------------------------ */

#define NETWORK_DIR \
	{ "network-dir", OPTION_PATH, "DIR", true, 0 }
#define DEMO \
	{ "demo", OPTION_FLAG, NULL, false, 0 }
#define END \
	{ .name = NULL }

static const struct option create_options[] = {
	{ "output", OPTION_PATH, "DIR", true, 'o' },
	{ "roots", OPTION_NUMBER, "N", false, 0 },
	{ "threshold", OPTION_NUMBER, "K", false, 0 },
	{ "root", OPTION_REPEAT, "VKEY", false, 0 },
	{ "coordinator", OPTION_TEXT, "MEMBER", false, 0 },
	{ "class", OPTION_TEXT, "CLASS", false, 0 },
	{ "charter", OPTION_PATH, "FILE", false, 0 },
	DEMO, TRUST_NEW_OPTIONS, END
};
static const struct option invite_options[] = {
	{ "class", OPTION_TEXT, "CLASS", true, 0 },
	{ "url", OPTION_TEXT, "URL", true, 0 },
	{ "pin", OPTION_TEXT, "HEX", true, 0 },
	{ "expires", OPTION_TEXT, "7d", false, 0 },
	{ "key", OPTION_TEXT, "root/N|card/MEMBER", false, 0 },
	{ "output", OPTION_PATH, "FILE", false, 'o' },
	NETWORK_DIR, DEMO, TRUST_OPTIONS, END
};
static const struct option admit_options[] = {
	NETWORK_DIR, DEMO, TRUST_OPTIONS, END
};
static const struct option renew_options[] = {
	{ "p256", OPTION_FLAG, NULL, false, 0 },
	{ "valid-until", OPTION_TIME, "TIME", false, 0 },
	NETWORK_DIR, DEMO, TRUST_OPTIONS, END
};
static const struct option standing_options[] = {
	{ "reason", OPTION_TEXT, "TEXT", true, 0 },
	NETWORK_DIR, DEMO, TRUST_OPTIONS, END
};
static const struct option rekey_options[] = {
	{ "key", OPTION_TEXT, "VKEY", true, 0 },
	{ "reason", OPTION_TEXT, "TEXT", false, 0 },
	NETWORK_DIR, DEMO, TRUST_OPTIONS, END
};
static const struct option revoke_options[] = {
	{ "key", OPTION_TEXT, "VKEY", true, 0 },
	{ "at", OPTION_TIME, "TIME", false, 0 },
	{ "reason", OPTION_TEXT, "TEXT", true, 0 },
	NETWORK_DIR, DEMO, TRUST_OPTIONS, END
};
static const struct option fork_options[] = {
	{ "output", OPTION_PATH, "DIR", false, 'o' }, END
};
static const struct option settle_options[] = {
	{ "keep", OPTION_TEXT, "HASH", true, 0 },
	{ "output", OPTION_PATH, "FILE", false, 'o' },
	TRUST_OPTIONS, END
};
static const struct option show_options[] = {
	NETWORK_DIR, END
};

const struct command cmd_network[] = {
	{ "network", "create", "NAME", create_options, COMMAND_OFFLINE,
	    "entente network create police.example --roots 3 --threshold 2 "
	    "--coordinator hq -o police.example\n"
	    "entente network create demo.example --demo --roots 1 -o demo",
	    network_create },
	{ "network", "invite", "MEMBER", invite_options, COMMAND_OFFLINE,
	    "entente network invite rs --class bureau "
	    "--url https://hq.police.example:7401 --pin HEX "
	    "--network-dir police.example -o rs-invite.note",
	    network_invite },
	{ "network", "join", "DIR", init_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente network join /var/lib/entente --invite rs-invite.note",
	    init_run },
	{ "network", "admit", "FILE", admit_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente network admit rs-join.note --network-dir police.example",
	    network_admit },
	{ "network", "renew", "", renew_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente network renew --network-dir police.example\n"
	    "entente network renew --p256 --network-dir police.example",
	    network_renew },
	{ "network", "suspend", "MEMBER", standing_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente network suspend rs --reason 'Node taken over' "
	    "--network-dir police.example",
	    network_suspend },
	{ "network", "remove", "MEMBER", standing_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente network remove rs --reason 'Left the network' "
	    "--network-dir police.example",
	    network_remove },
	{ "network", "reinstate", "MEMBER", standing_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente network reinstate rs --reason 'Node made anew' "
	    "--network-dir police.example",
	    network_reinstate },
	{ "network", "rekey", "MEMBER", rekey_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente network rekey rs --key VKEY --network-dir police.example",
	    network_rekey },
	{ "network", "revoke", "MEMBER", revoke_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente network revoke rs --key VKEY --at '2026-11-21 18:00' "
	    "--reason 'Keyring stolen' --network-dir police.example",
	    network_revoke },
	{ "network", "fork", "", fork_options, 0,
	    "entente network fork -o evidence", network_fork },
	{ "network", "settle", "FILE FILE", settle_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente network settle fork-1.note fork-2.note --keep HASH",
	    network_settle },
	{ "network", "show", "", show_options, COMMAND_OFFLINE,
	    "entente network show --network-dir police.example",
	    network_show },
	{ "network", "publish", "FILE...", NULL, COMMAND_OUTWARD,
	    "entente network publish police.example/directory-0002.note",
	    network_publish },
	{ .noun = NULL },
};
