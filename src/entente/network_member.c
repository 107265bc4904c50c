#include <string.h>

#include "entente/network_acts.h"
#include "entente/out.h"
#include "entente/prompt.h"

/* A rotated directory key and its successor sign side by side for a while. */
#define KEY_OVERLAP	(30 * DAY)

static bool
member_of(struct directory_member *m, struct cli *cli,
    const struct trust_chain *c, struct err *err)
{
	const struct directory_member *found = NULL;
	struct member_id id;

	if (member_id_parse(&id, slice_str(cli_arg(cli, 0))))
		found = directory_find(&c->directory, &id);
	if (found == NULL)
		return err_set(err, ERR_NOT_FOUND, "E-CHAIN-MEMBER",
		    "directory %lld does not list %s",
		    (long long)c->directory.number, cli_arg(cli, 0));
	*m = *found;
	m->keys = arena_dup(&cli->arena, found->keys,
	    found->nkeys * sizeof(*found->keys));
	return true;
}

static enum exit_code
change_with(struct cli *cli, struct trust_chain *c,
    const struct trust_keyring *t,
    bool (*as)(struct cli *, struct directory_member *, struct err *),
    const char *question)
{
	struct chain_change change = { .reason = cli_text(cli, "reason") };
	struct directory_member m;
	enum exit_code code;
	struct err err;

	change.as = &m;
	if (change.reason != NULL && strlen(change.reason) > 200) {
		err_field(&err, ERR_INVALID, "E-FIELD-SIZE", "reason",
		    "has at most 200 bytes");
		return out_error(cli, &err);
	}
	if (!member_of(&m, cli, c, &err) || !as(cli, &m, &err))
		return out_error(cli, &err);
	if (!prompt_confirm(cli, &code, say(cli, question, "member", m.id.s,
	    NULL)))
		return code;
	return network_next(cli, c, t, &change, &err) ? EXIT_DONE :
	    out_error(cli, &err);
}

static enum exit_code
change(struct cli *cli,
    bool (*as)(struct cli *, struct directory_member *, struct err *),
    const char *question)
{
	struct trust_keyring t;
	struct trust_chain c;
	enum exit_code code;
	struct err err;

	if (!network_begin(cli, &c, &t, &err))
		return out_error(cli, &err);
	code = change_with(cli, &c, &t, as, question);
	network_end(&c, &t);
	return code;
}

/* -- standing ---------------------------------------------------------------- */

static bool
set_status(struct directory_member *m, enum member_status status,
    struct err *err)
{
	if (m->status == status)
		return err_set(err, ERR_CONFLICT, "E-CHAIN-MEMBER",
		    "%s is %s already", m->id.s, member_status_names[status]);
	m->status = status;
	return true;
}

static bool
as_suspended(struct cli *cli, struct directory_member *m, struct err *err)
{
	(void)cli;
	if (m->status == MEMBER_REMOVED)
		return err_set(err, ERR_CONFLICT, "E-CHAIN-MEMBER",
		    "%s is removed", m->id.s);
	return set_status(m, MEMBER_SUSPENDED, err);
}

static bool
as_removed(struct cli *cli, struct directory_member *m, struct err *err)
{
	(void)cli;
	return set_status(m, MEMBER_REMOVED, err);
}

static bool
as_active(struct cli *cli, struct directory_member *m, struct err *err)
{
	(void)cli;
	return set_status(m, MEMBER_ACTIVE, err);
}

enum exit_code
network_suspend(struct cli *cli)
{
	return change(cli, as_suspended, "network.ask.suspend");
}

enum exit_code
network_remove(struct cli *cli)
{
	return change(cli, as_removed, "network.ask.remove");
}

enum exit_code
network_reinstate(struct cli *cli)
{
	return change(cli, as_active, "network.ask.reinstate");
}

/* -- directory keys ------------------------------------------------------------- */

static bool
key_given(struct cli *cli, const struct directory_member *m,
    struct note_vkey *v, struct directory_key **known, struct err *err)
{
	*known = NULL;
	if (!note_vkey_parse(v, slice_str(cli_text(cli, "key")), err))
		return false;
	if (strcmp(v->name, m->keys[0].vkey.name) != 0)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "key",
		    "is no directory key of %s: its name is %s", m->id.s,
		    v->name);
	for (size_t i = 0; i < m->nkeys; i++)
		if (note_vkey_eq(&m->keys[i].vkey, v))
			*known = &m->keys[i];
	return true;
}

/* The new one begins, those open end after both have signed for a while. */
static bool
as_rekeyed(struct cli *cli, struct directory_member *m, struct err *err)
{
	struct directory_key *keys, *known;
	struct note_vkey v;

	if (!key_given(cli, m, &v, &known, err))
		return false;
	if (known != NULL)
		return err_set(err, ERR_CONFLICT, "E-CHAIN-MEMBER",
		    "this key of %s is listed already", m->id.s);
	if (m->nkeys == DIRECTORY_KEYS)
		return err_set(err, ERR_INVALID, "E-FIELD-SIZE",
		    "a member has at most %d keys", DIRECTORY_KEYS);
	keys = arena_alloc(&cli->arena, (m->nkeys + 1) * sizeof(*keys));
	memcpy(keys, m->keys, m->nkeys * sizeof(*keys));
	for (size_t i = 0; i < m->nkeys; i++)
		if (keys[i].until == 0)
			keys[i].until = cli->now + KEY_OVERLAP;
	keys[m->nkeys++] = (struct directory_key){ .vkey = v,
	    .from = cli->now };
	m->keys = keys;
	return true;
}

static bool
as_revoked(struct cli *cli, struct directory_member *m, struct err *err)
{
	msec at = cli_time(cli, "at");
	struct directory_key *known;
	struct note_vkey v;

	if (!key_given(cli, m, &v, &known, err))
		return false;
	if (known == NULL || known->revoked != 0)
		return err_set(err, ERR_CONFLICT, "E-CHAIN-MEMBER",
		    "this key of %s is not listed, or revoked already",
		    m->id.s);
	if (at > cli->now)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "at",
		    "is a time ahead");
	known->revoked = at == 0 ? cli->now : at;
	return true;
}

enum exit_code
network_rekey(struct cli *cli)
{
	return change(cli, as_rekeyed, "network.ask.rekey");
}

enum exit_code
network_revoke(struct cli *cli)
{
	return change(cli, as_revoked, "network.ask.revoke");
}
