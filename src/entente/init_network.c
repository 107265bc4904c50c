#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "entente/demo.h"
#include "entente/init_plan.h"
#include "entente/network_acts.h"
#include "entente/out.h"
#include "entente/prompt.h"

/* -- where the network is told --------------------------------------------- */

static bool
from_invite(struct cli *cli, struct init_plan *p, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	p->from = INIT_INVITE;
	ok = io_read_file(AT_FDCWD, cli_text(cli, "invite"), &b, NOTE_MAX,
	    err) && invite_verify(&p->invite, &p->net, &cli->arena,
	    buf_all(&b), NULL, cli->now, err);
	if (ok) {
		p->id = p->invite.net;
		p->member = p->invite.member;
		p->class = p->invite.class;
		buf_str(&p->network_note, p->invite.network);
		buf_str(&p->directory_note, p->invite.directory);
		p->invite_note = b;
		return true;
	}
	buf_free(&b);
	return false;
}

static bool
from_note(struct init_plan *p, const char *path, struct err *err)
{
	p->from = INIT_NETWORK;
	return io_read_file(AT_FDCWD, path, &p->network_note, NOTE_MAX, err) &&
	    network_verify(&p->net, &p->id, buf_all(&p->network_note), err);
}

static bool
from_chain(struct init_plan *p, const char *path, struct err *err)
{
	p->from = INIT_CHAIN;
	if (!trust_chain_load(&p->chain, path, err) ||
	    !trust_chain_founded(&p->chain, err))
		return false;
	buf_slice(&p->network_note, buf_all(&p->chain.network_note));
	/* The same once more, so that one place frees it. */
	return network_verify(&p->net, &p->id, buf_all(&p->network_note), err);
}

static bool
from_network(struct init_plan *p, const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return from_chain(p, path, err);
	return from_note(p, path, err);
}

/* -- who joins ------------------------------------------------------------- */

static bool
member_told(struct cli *cli, struct init_plan *p, struct err *err)
{
	const char *s = cli_text(cli, "member");

	if (p->from == INIT_INVITE) {
		if (s == NULL || strcmp(s, p->member.s) == 0)
			return true;
		return err_field(err, ERR_INVALID, "E-INIT-MEMBER", "member",
		    "the invitation is for %s", p->member.s);
	}
	if (s == NULL)
		s = prompt_line(cli, say(cli, "init.ask.member", NULL), NULL,
		    "--member", err);
	if (s == NULL)
		return false;
	return member_id_parse(&p->member, slice_str(s)) || err_field(err,
	    ERR_INVALID, "E-INIT-MEMBER", "member",
	    "a member's id is of small letters, digits and dashes");
}

/* The message key's entry in the ring bears both names. */
static bool
names_fit(const struct init_plan *p, struct err *err)
{
	return strlen(p->net.name) + 1 + strlen(p->member.s) < KEYRING_LABEL ||
	    err_field(err, ERR_INVALID, "E-INIT-MEMBER", "member",
	    "the names of the network and the member are too long together");
}

/* Who stands in the directory has a class; others say theirs. */
static bool
class_told(struct cli *cli, struct init_plan *p, struct err *err)
{
	const char *s = cli_text(cli, "class");
	enum member_class class;

	if (p->from == INIT_CHAIN)
		p->entry = directory_find(&p->chain.directory, &p->member);
	if (p->entry != NULL)
		p->class = p->entry->class;
	else if (p->from != INIT_INVITE && s == NULL)
		s = prompt_line(cli, say(cli, "init.ask.class", NULL),
		    "bureau", "--class", err);
	if (s == NULL)
		return p->entry != NULL || p->from == INIT_INVITE;
	if (!network_class_parse(&class, s, err))
		return false;
	if ((p->entry != NULL || p->from == INIT_INVITE) && class != p->class)
		return err_field(err, ERR_INVALID, "E-INIT-MEMBER", "class",
		    "%s is to be %s", p->member.s, class_names[p->class]);
	p->class = class;
	return true;
}

bool
init_plan_network(struct cli *cli, struct init_plan *p, struct err *err)
{
	const char *network = cli_text(cli, "network");

	*p = (struct init_plan){ .dir = cli_arg(cli, 0) };
	if ((network == NULL) == (cli_text(cli, "invite") == NULL))
		return err_set(err, ERR_INVALID, "E-USAGE-OPTION",
		    "one of --invite FILE and --network PATH is needed");
	return (network == NULL ? from_invite(cli, p, err) :
	    from_network(p, network, err)) &&
	    network_demo(cli, &p->net, err) &&
	    (p->from != INIT_INVITE ||
	    demo_place_allowed(&p->net, p->invite.url, err)) &&
	    member_told(cli, p, err) && names_fit(p, err) &&
	    class_told(cli, p, err);
}

void
init_plan_free(struct init_plan *p)
{
	network_release(&p->net);
	buf_free(&p->network_note);
	buf_free(&p->directory_note);
	invite_release(&p->invite);
	buf_free(&p->invite_note);
	trust_chain_free(&p->chain);
	node_card_free(&p->card);
	json_decref(p->roles);
	*p = (struct init_plan){ .dir = NULL };
}
