#include "entente/network_acts.h"
#include "entente/out.h"
#include "entente/trust_open.h"

/* The chain in --network-dir, and the keyring that signs for it. */
bool
network_begin(struct cli *cli, struct trust_chain *c, struct trust_keyring *t,
    struct err *err)
{
	if (!trust_chain_load(c, cli_text(cli, "network-dir"), err))
		return false;
	if (network_demo(cli, &c->network, err) &&
	    trust_chain_settled(c, err) &&
	    trust_open(cli, t, TRUST_EXISTING, "passphrase", err)) {
		if (trust_keyring_bind(t, &c->net, cli->now, err))
			return true;
		trust_keyring_close(t);
	}
	trust_chain_free(c);
	return false;
}

void
network_end(struct trust_chain *c, struct trust_keyring *t)
{
	trust_chain_free(c);
	trust_keyring_close(t);
}

/* -- the next directory ---------------------------------------------------- */

/* Who must sign what follows this chain. */
static unsigned
votes_needed(const struct trust_chain *c)
{
	return c->directory.number == 0 ? c->network.k : c->directory.k;
}

static void
tell_directory(struct cli *cli, const struct trust_chain *c, const char *path,
    unsigned count)
{
	const char *signed_by = arena_printf(&cli->arena, "%u", count);
	const char *needed = arena_printf(&cli->arena, "%u", votes_needed(c));

	out_note(cli, count >= votes_needed(c) ? "network.directory" :
	    "network.directory-pending", "number", arena_printf(&cli->arena,
	    "%lld", (long long)c->directory.number + 1), "count", signed_by,
	    "k", needed, "file", path, NULL);
	if (out_is_json(cli))
		out_json(cli, "directory/1", json_pack("{s:s,s:I,s:i,s:i}",
		    "file", path, "number",
		    (json_int_t)c->directory.number + 1, "signed", (int)count,
		    "k", (int)votes_needed(c)));
	else
		out_line(cli, path);
	if (count < votes_needed(c))
		out_next(cli, "entente trust sign %s", path);
	else
		out_next(cli, "entente network publish %s", path);
}

bool
network_next(struct cli *cli, struct trust_chain *c,
    const struct trust_keyring *t, const struct chain_change *change,
    struct err *err)
{
	struct signed_file f = { .note.nsigs = 0 };
	struct buf text = BUF_INIT;
	char path[CHAIN_PATH];
	unsigned count;
	bool ok;

	trust_chain_directory_path(path, c->dir, c->directory.number + 1);
	ok = trust_chain_next(&text, c, change, cli->now, err) &&
	    network_sign(&f, &text, t, &count, err) &&
	    signed_file_write(&f, path, SIGNED_FILE_CREATE, err);
	if (ok)
		tell_directory(cli, c, path, count);
	buf_free(&text);
	signed_file_free(&f);
	return ok;
}
