#include <fcntl.h>
#include <stdio.h>

#include "base/encode.h"
#include "base/io.h"
#include "entente/client.h"
#include "entente/network_acts.h"
#include "entente/out.h"
#include "entente/prompt.h"
#include "entente/trust_open.h"
#include "entente/words.h"
#include "model/settlement.h"

/* -- what a node saw ---------------------------------------------------------- */

static bool
evidence_write(struct cli *cli, const json_t *note, struct err *err)
{
	const char *dir = cli_text(cli, "output"), *path;
	struct buf b = BUF_INIT;
	struct signed_file f;
	char hex[65];
	struct hash h;
	bool ok;

	buf_put(&b, json_string_value(note), json_string_length(note));
	if (!signed_file_take(&f, &b, err))
		return false;
	h = note_text_name(&f.note);
	hex_encode(hex, slice_of(h.b, HASH_LEN));
	path = arena_printf(&cli->arena, "%s/fork-%.16s.note",
	    dir == NULL ? "." : dir, hex);
	ok = signed_file_write(&f, path, SIGNED_FILE_REPLACE, err);
	if (ok) {
		out_line(cli, path);
		ok = words_tell(cli, &f, err);
		out_note(cli, "words.id", "id", hex, NULL);
	}
	signed_file_free(&f);
	return ok;
}

enum exit_code
network_fork(struct cli *cli)
{
	struct problem problem;
	const json_t *fork;
	enum exit_code code = EXIT_DONE;
	struct err err;
	json_t *trust;

	if (!client_get(cli, "/trust", &trust, &problem))
		return out_problem(cli, &problem);
	fork = json_object_get(trust, "fork");
	if (fork == NULL)
		out_note(cli, "network.no-fork", NULL);
	for (size_t i = 0; i < json_array_size(fork) && code == EXIT_DONE; i++)
		if (!evidence_write(cli, json_array_get(fork, i), &err))
			code = out_error(cli, &err);
	json_decref(trust);
	return code;
}

/* -- which one holds -------------------------------------------------------------- */

struct claim {
	struct hash	net, name;
	int64_t		number;
};

static bool
claim_read(struct cli *cli, const char *path, struct claim *c, struct err *err)
{
	struct signed_file f;
	struct directory d;
	bool ok;

	if (!signed_file_read(&f, path, err))
		return false;
	ok = directory_parse(&d, &cli->arena, f.note.text, err);
	if (ok) {
		*c = (struct claim){ .net = d.net, .number = d.number,
		    .name = hash_of(f.note.text) };
		directory_release(&d);
	}
	signed_file_free(&f);
	return ok;
}

/* Two of one number in one network, and --keep names one of them. */
static bool
settlement_of(struct cli *cli, struct settlement *s, struct err *err)
{
	const char *keep = cli_text(cli, "keep");
	struct claim a, b;
	struct hash h;

	if (!claim_read(cli, cli_arg(cli, 0), &a, err) ||
	    !claim_read(cli, cli_arg(cli, 1), &b, err))
		return false;
	if (!hash_eq(&a.net, &b.net) || a.number != b.number ||
	    hash_eq(&a.name, &b.name))
		return err_set(err, ERR_INVALID, "E-CHAIN-FORK",
		    "these are not two directories of one number");
	if (!hex_decode(h.b, HASH_LEN, slice_str(keep)) ||
	    (!hash_eq(&h, &a.name) && !hash_eq(&h, &b.name)))
		return err_field(err, ERR_INVALID, "E-CHAIN-FORK", "keep",
		    "names neither of the two");
	*s = (struct settlement){ .net = a.net, .number = a.number,
	    .issued = cli->now, .keep = h,
	    .drop = hash_eq(&h, &a.name) ? b.name : a.name };
	return true;
}

static bool
settlement_write(struct cli *cli, const struct settlement *s,
    struct trust_keyring *t, const char *path, struct err *err)
{
	struct signed_file f = { .note.nsigs = 0 };
	struct buf text = BUF_INIT;
	unsigned count;
	bool ok;

	settlement_print(&text, s);
	ok = trust_keyring_bind(t, &s->net, cli->now, err) &&
	    network_sign(&f, &text, t, &count, err) &&
	    signed_file_write(&f, path, SIGNED_FILE_CREATE, err);
	if (ok) {
		out_line(cli, path);
		out_note(cli, "network.settled", "count", arena_printf(
		    &cli->arena, "%u", count), "file", path, NULL);
		out_next(cli, "entente network publish %s", path);
	}
	buf_free(&text);
	signed_file_free(&f);
	return ok;
}

enum exit_code
network_settle(struct cli *cli)
{
	const char *path = cli_text(cli, "output");
	struct trust_keyring t;
	struct settlement s;
	enum exit_code code;
	struct err err;
	bool ok;

	if (!settlement_of(cli, &s, &err) ||
	    !trust_open(cli, &t, TRUST_EXISTING, "passphrase", &err))
		return out_error(cli, &err);
	if (path == NULL)
		path = arena_printf(&cli->arena, "settlement-%04lld.note",
		    (long long)s.number);
	if (prompt_confirm(cli, &code, say(cli, "network.ask.settle", "number",
	    arena_printf(&cli->arena, "%lld", (long long)s.number), "id",
	    words_id(cli, &s.keep), NULL))) {
		ok = settlement_write(cli, &s, &t, path, &err);
		code = ok ? EXIT_DONE : out_error(cli, &err);
	}
	trust_keyring_close(&t);
	return code;
}
