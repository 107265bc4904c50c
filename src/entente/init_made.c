#include "entente/init_made.h"

#include "entente/commands_trust.h"
#include "entente/out.h"
#include "model/join.h"

/* -- keys ------------------------------------------------------------------ */

static bool
card_key(struct cli *cli, const struct init_plan *p, struct trust_keyring *t,
    struct init_made *m, struct err *err)
{
	if (keyring_get(t->ring, KEYRING_CARD, p->member.s) == NULL &&
	    !trust_keyring_generate(t, KEYRING_CARD, p->member.s, p->net.name,
	    cli->now, err))
		return false;
	if (strcmp(t->network, p->net.name) != 0)
		return err_set(err, ERR_CONFLICT, "E-KEYRING-NETWORK",
		    "this trust keyring belongs to %s, not to %s", t->network,
		    p->net.name);
	if (!trust_keyring_bind(t, &p->id, cli->now, err) ||
	    !trust_keyring_signer(t, KEYRING_CARD, p->member.s, &m->signer,
	    err))
		return false;
	for (size_t i = 0; p->entry != NULL && i < p->entry->nkeys; i++)
		if (note_vkey_eq(&p->entry->keys[i].vkey, &m->signer.vkey))
			return true;
	return p->entry == NULL || err_set(err, ERR_DENIED, "E-INIT-KEY",
	    "%s is a member already, under a key that is not in this trust "
	    "keyring", p->member.s);
}

/* The officer's password only when a file or descriptor holds it: then the
 * approval key stands in the first card. */
static bool
officer_key(struct cli *cli, const struct init_plan *p, struct init_made *m,
    struct err *err)
{
	struct secret *password;
	bool ok;

	if (cli_text(cli, "password-file") == NULL &&
	    cli_number(cli, "password-fd", -1) == -1)
		return true;
	password = prompt_secret(cli, say(cli, "init.ask.password", NULL),
	    "password", PROMPT_NEW, err);
	if (password == NULL)
		return false;
	ok = node_keys_officer(&m->keys, p->net.name, &p->member, &p->admin,
	    password, cli->now, err);
	secret_free(password);
	return ok;
}

static bool
seal_ring(struct cli *cli, struct init_made *m, struct err *err)
{
	struct secret *passphrase;
	unsigned work;
	bool ok;

	if (!trust_work(cli, &work, err))
		return false;
	passphrase = prompt_secret(cli, say(cli, "init.ask.passphrase", NULL),
	    "passphrase", PROMPT_NEW, err);
	if (passphrase == NULL)
		return false;
	ok = trust_passphrase_strong(passphrase, err) &&
	    keyring_seal(&m->ring, m->keys.ring, m->keys.unlock, err) &&
	    keyring_lock(&m->unlock, m->keys.unlock, passphrase, work, err);
	secret_free(passphrase);
	return ok;
}

/* -- texts ----------------------------------------------------------------- */

static bool
sign_card(const struct init_plan *p, struct init_made *m, struct err *err)
{
	struct buf text = BUF_INIT;
	bool ok;

	ok = node_card_text(&text, &p->card, &m->keys, err) &&
	    signed_file_take(&m->card, &text, err) &&
	    signed_file_sign(&m->card, &m->signer, err);
	buf_free(&text);
	return ok;
}

static bool
sign_join(const struct init_plan *p, struct init_made *m, struct err *err)
{
	const struct join join = { .net = p->id, .member = p->member,
	    .class = p->class, .vkey = m->signer.vkey,
	    .card = buf_cstr(&m->card.bytes) };
	struct buf text = BUF_INIT;

	if (p->entry != NULL)
		return true;
	join_print(&text, &join);
	return signed_file_take(&m->join, &text, err) &&
	    signed_file_sign(&m->join, &m->signer, err);
}

/* As those will judge it who receive it. */
static bool
judge(struct cli *cli, const struct init_plan *p, const struct init_made *m,
    struct err *err)
{
	struct join join;
	struct card card;
	bool ok;

	if (p->entry != NULL) {
		ok = card_verify(&card, &cli->arena, buf_all(&m->card.bytes),
		    &p->chain.directory, NULL, NULL, err);
	} else {
		ok = join_verify(&join, &card, &cli->arena,
		    buf_all(&m->join.bytes), &p->net, &p->id, err);
		if (ok)
			join_release(&join);
	}
	if (ok)
		card_release(&card);
	return ok;
}

/* -- all ------------------------------------------------------------------- */

bool
init_made_fill(struct cli *cli, const struct init_plan *p,
    struct trust_keyring *t, struct init_made *m, struct err *err)
{
	if (!card_key(cli, p, t, m, err))
		return false;
	node_keys_make(&m->keys, p->net.name, &p->id, &p->member, cli->now);
	return officer_key(cli, p, m, err) && sign_card(p, m, err) &&
	    sign_join(p, m, err) && judge(cli, p, m, err) &&
	    seal_ring(cli, m, err);
}

void
init_made_free(struct init_made *m)
{
	node_keys_free(&m->keys);
	signed_file_free(&m->card);
	signed_file_free(&m->join);
	buf_free(&m->ring);
	buf_free(&m->unlock);
}
