#include "base/encode.h"
#include "entente/commands_trust.h"
#include "entente/init_made.h"
#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/words.h"

static void
tell(struct cli *cli, const struct init_plan *p, const struct init_made *m)
{
	const char *join = cli_text(cli, "output");
	char link[65], desk[65], id[65];

	if (join == NULL)
		join = arena_printf(&cli->arena, "%s/join.note", p->dir);
	hex_encode(link, slice_of(m->keys.link_pin, 32));
	hex_encode(desk, slice_of(m->keys.desk_pin, 32));
	hex_encode(id, slice_of(p->id.b, sizeof(p->id.b)));
	if (out_is_json(cli)) {
		out_json(cli, "init/1", json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}",
		    "dir", p->dir, "member", p->member.s, "network", id,
		    "link_pin", link, "desk_pin", desk, "join",
		    p->entry == NULL ? join : ""));
	} else {
		out_pair(cli, "label.member", p->member.s);
		out_pair(cli, "label.network", id);
		out_pair(cli, "label.link-pin", link);
		out_pair(cli, "label.desk-pin", desk);
	}
	out_note(cli, "init.made", "dir", p->dir, "member", p->member.s, NULL);
	if (p->entry == NULL) {
		out_note(cli, "init.send-join", "file", join, NULL);
		out_next(cli, "entente network admit %s --network-dir DIR",
		    join);
	}
	out_next(cli, "ententd %s", p->dir);
}

static enum exit_code
init_with(struct cli *cli, const struct init_plan *p)
{
	struct init_made m = { .ring = BUF_INIT };
	struct trust_keyring t;
	enum exit_code code;
	struct err err;
	bool ok;

	out_note(cli, "init.network", "name", p->net.name, "class",
	    say_code(cli, "network-class", network_class_names[p->net.class]),
	    "id", words_id(cli, &p->id), NULL);
	if (!prompt_confirm(cli, &code, say(cli, "init.ask.confirm", "member",
	    p->member.s, "name", p->net.name, "dir", p->dir, NULL)))
		return code;
	if (!trust_open(cli, &t, TRUST_OR_NEW, "trust-passphrase", &err))
		return out_error(cli, &err);
	ok = init_made_fill(cli, p, &t, &m, &err) &&
	    init_files_write(cli, p, &t, &m, &err);
	if (ok)
		tell(cli, p, &m);
	init_made_free(&m);
	trust_keyring_close(&t);
	return ok ? EXIT_DONE : out_error(cli, &err);
}

enum exit_code
init_run(struct cli *cli)
{
	struct init_plan p;
	enum exit_code code;
	struct err err;

	if (cli_text(cli, "recover") != NULL)
		return init_recover(cli);
	code = init_plan_network(cli, &p, &err) &&
	    init_plan_answers(cli, &p, &err) ? init_with(cli, &p) :
	    out_error(cli, &err);
	init_plan_free(&p);
	return code;
}

const struct option init_options[] = {
	{ "invite", OPTION_PATH, "FILE", false, 0 },
	{ "network", OPTION_PATH, "PATH", false, 0 },
	{ "member", OPTION_TEXT, "MEMBER", false, 0 },
	{ "class", OPTION_TEXT, "CLASS", false, 0 },
	{ "name", OPTION_REPEAT, "TEXT", false, 0 },
	{ "country", OPTION_TEXT, "FR", false, 0 },
	{ "time-zone", OPTION_TEXT, "Europe/Paris", false, 0 },
	{ "languages", OPTION_TEXT, "en,fr", false, 0 },
	{ "desk", OPTION_REPEAT, "DESK", false, 0 },
	{ "desks", OPTION_PATH, "FILE", false, 0 },
	{ "link", OPTION_TEXT, "ADDR:PORT", false, 0 },
	{ "url", OPTION_TEXT, "URL", false, 0 },
	{ "desk-listen", OPTION_TEXT, "ADDR:PORT", false, 0 },
	{ "admin", OPTION_TEXT, "BADGE", false, 0 },
	{ "admin-name", OPTION_TEXT, "TEXT", false, 0 },
	{ "role", OPTION_REPEAT, "ROLE", false, 0 },
	{ "uid", OPTION_NUMBER, "UID", false, 0 },
	{ "owner", OPTION_TEXT, "USER", false, 0 },
	{ "credential", OPTION_PATH, "FILE", false, 0 },
	{ "output", OPTION_PATH, "FILE", false, 'o' },
	{ "recover", OPTION_PATH, "FILE", false, 0 },
	{ "identity", OPTION_PATH, "FILE", false, 'i' },
	{ "demo", OPTION_FLAG, NULL, false, 0 },
	PROMPT_SECRET_OPTIONS("password"),
	PROMPT_SECRET_OPTIONS("trust-passphrase"),
	TRUST_NEW_OPTIONS,
	{ .name = NULL },
};

const struct command cmd_init[] = {
	{ "init", NULL, "DIR", init_options, COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente init /var/lib/entente --invite rs-invite.note\n"
	    "entente init hq --network police.example --member hq "
	    "--link 192.0.2.1:7401 --admin 1\n"
	    "entente init /var/lib/entente --recover 1.age --identity anna.key",
	    init_run },
	{ .noun = NULL },
};
