#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "entente/demo.h"
#include "entente/init_plan.h"
#include "entente/out.h"
#include "entente/prompt.h"
#include "entente/when.h"

/*
 * What a flag says, else what is answered to say(key); preset NULL: there is
 * no answer without asking.  NULL: err.
 */
static const char *
told(struct cli *cli, const char *option, const char *key, const char *preset,
    struct err *err)
{
	const char *s = cli_text(cli, option);

	if (s != NULL)
		return s;
	if (preset != NULL && !prompt_possible(cli))
		return preset;
	return prompt_line(cli, say(cli, key, NULL), preset,
	    arena_printf(&cli->arena, "--%s", option), err);
}

/* -- the member ------------------------------------------------------------ */

static bool
name_told(struct cli *cli, struct node_card *c, struct err *err)
{
	const char *s;

	c->name = json_object();
	for (size_t i = 0; i < cli_count(cli, "name"); i++)
		if (!node_card_name(c->name, cli_nth(cli, "name", i), err))
			return false;
	if (cli_count(cli, "name") != 0)
		return true;
	s = prompt_line(cli, say(cli, "init.ask.name", NULL), NULL, "--name",
	    err);
	return s != NULL && node_card_name(c->name, s, err);
}

static bool
place_told(struct cli *cli, struct node_card *c, struct err *err)
{
	const char *languages;

	c->country = told(cli, "country", "init.ask.country", "", err);
	if (c->country == NULL)
		return false;
	c->time_zone = told(cli, "time-zone", "init.ask.time-zone",
	    when_zone(&cli->arena), err);
	if (c->time_zone == NULL)
		return false;
	languages = told(cli, "languages", "init.ask.languages", "en", err);
	if (languages == NULL)
		return false;
	c->languages = node_card_list(languages);
	return true;
}

static bool
desks_file(struct cli *cli, struct node_card *c, struct err *err)
{
	const char *path = cli_text(cli, "desks");
	struct buf b = BUF_INIT;
	json_t *list = NULL;

	if (path == NULL)
		return true;
	if (io_read_file(AT_FDCWD, path, &b, NOTE_MAX, err))
		list = json_read(buf_all(&b), NOTE_MAX, err);
	buf_free(&b);
	if (list == NULL)
		return false;
	if (json_is_array(list) && json_array_extend(c->desks, list) == 0) {
		json_decref(list);
		return true;
	}
	json_decref(list);
	return err_set(err, ERR_INVALID, "E-INIT-DESK",
	    "%s holds no list of desks", path);
}

/* Without a word about desks there is one: the member's own address. */
static bool
desks_told(struct cli *cli, struct init_plan *p, struct err *err)
{
	struct node_card *c = &p->card;

	c->desks = json_array();
	if (!desks_file(cli, c, err))
		return false;
	for (size_t i = 0; i < cli_count(cli, "desk"); i++) {
		json_t *desk = node_card_desk(cli_nth(cli, "desk", i), err);

		if (desk == NULL)
			return false;
		json_array_append_new(c->desks, desk);
	}
	if (json_array_size(c->desks) == 0)
		json_array_append_new(c->desks, json_pack("{s:s,s:O}",
		    "desk", p->member.s, "name", c->name));
	return true;
}

/* -- the node -------------------------------------------------------------- */

static bool
places_told(struct cli *cli, struct init_plan *p, struct err *err)
{
	const char *desk = cli_text(cli, "desk-listen");

	p->link = told(cli, "link", "init.ask.link", NULL, err);
	if (p->link == NULL)
		return false;
	p->card.url = told(cli, "url", "init.ask.url",
	    arena_printf(&cli->arena, "https://%s", p->link), err);
	if (p->card.url == NULL)
		return false;
	p->desk = desk == NULL ? "" : desk;
	return demo_place_allowed(&p->net, p->link, err) &&
	    demo_place_allowed(&p->net, p->card.url, err) &&
	    demo_place_allowed(&p->net, p->desk, err);
}

static bool
credential_told(struct cli *cli, struct init_plan *p, struct err *err)
{
	const char *s = cli_text(cli, "credential");
	char here[400];

	p->credential = s == NULL ? "" : s;
	if (s == NULL || s[0] == '/')
		return true;
	if (getcwd(here, sizeof(here)) == NULL)
		return err_errno(err, "this directory");
	p->credential = arena_printf(&cli->arena, "%s/%s", here, s);
	return true;
}

/* A line of entente.conf holds one value and nothing else. */
static bool
line_valid(const char *s)
{
	return s[strcspn(s, "\r\n;#\"")] == '\0' && s[0] != ' ' &&
	    strlen(s) < 500;
}

static bool
lines_valid(const struct init_plan *p, struct err *err)
{
	if (line_valid(p->link) && line_valid(p->desk) &&
	    line_valid(p->credential))
		return true;
	return err_set(err, ERR_INVALID, "E-CONFIG",
	    "an address or path holds a character that entente.conf cannot");
}

/* "entente" or "990": a user of this machine. */
static bool
owner_told(struct cli *cli, struct init_plan *p, struct err *err)
{
	const char *s = cli_text(cli, "owner");
	const struct passwd *pw;
	char *end;
	long n;

	p->uid = (uid_t)-1;
	p->gid = (gid_t)-1;
	if (s == NULL) {
		if (geteuid() != 0)
			return true;
		return err_set(err, ERR_DENIED, "E-INIT-OWNER",
		    "run by root, a node needs --owner USER: ententd does not "
		    "run as root");
	}
	pw = getpwnam(s);
	n = strtol(s, &end, 10);
	if (pw != NULL) {
		p->uid = pw->pw_uid;
		p->gid = pw->pw_gid;
	} else if (s[0] != '\0' && *end == '\0' && n >= 0 && n < 0x7fffffff) {
		p->uid = (uid_t)n;
		p->gid = (gid_t)n;
	} else {
		return err_set(err, ERR_NOT_FOUND, "E-INIT-OWNER",
		    "there is no user %s", s);
	}
	return p->uid != 0 || err_set(err, ERR_DENIED, "E-INIT-OWNER",
	    "ententd does not run as root: choose another owner");
}

/* -- the first officer ----------------------------------------------------- */

static bool
roles_told(struct cli *cli, struct init_plan *p, struct err *err)
{
	static const char *const known[] = { "duty", "analyst", "supervisor",
	    "frontline", "auditor", "admin" };
	size_t n = cli_count(cli, "role"), k;

	p->roles = json_array();
	for (size_t i = 0; i < n; i++) {
		const char *role = cli_nth(cli, "role", i);

		for (k = 0; k < 6 && strcmp(known[k], role) != 0; k++)
			;
		if (k == 6)
			return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
			    "role", "is one of duty, analyst, supervisor, "
			    "frontline, admin");
		if (strcmp(role, "auditor") == 0)
			return err_field(err, ERR_INVALID, "E-ROLE-AUDITOR",
			    "role", "who audits does nothing else: the first "
			    "officer cannot");
		json_array_append_new(p->roles, json_string(role));
	}
	if (n == 0) {
		json_array_append_new(p->roles, json_string("admin"));
		json_array_append_new(p->roles, json_string("duty"));
	}
	return true;
}

static bool
admin_told(struct cli *cli, struct init_plan *p, struct err *err)
{
	const char *badge = told(cli, "admin", "init.ask.admin", NULL, err);

	if (badge == NULL)
		return false;
	if (!badge_parse(&p->admin, slice_str(badge)))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "admin",
		    "a badge is of letters, digits, dots and dashes");
	p->admin_name = told(cli, "admin-name", "init.ask.admin-name", badge,
	    err);
	p->account_uid = cli_number(cli, "uid", geteuid() == 0 ?
	    (long)p->uid : (long)getuid());
	return p->admin_name != NULL && roles_told(cli, p, err);
}

bool
init_plan_answers(struct cli *cli, struct init_plan *p, struct err *err)
{
	p->card.net = p->id;
	p->card.member = p->member;
	p->card.now = cli->now;
	return owner_told(cli, p, err) && name_told(cli, &p->card, err) &&
	    place_told(cli, &p->card, err) && desks_told(cli, p, err) &&
	    places_told(cli, p, err) && credential_told(cli, p, err) &&
	    lines_valid(p, err) && admin_told(cli, p, err);
}
