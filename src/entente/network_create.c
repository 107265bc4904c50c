#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/encode.h"
#include "base/io.h"
#include "entente/charter.h"
#include "entente/network_acts.h"
#include "entente/out.h"
#include "entente/trust_open.h"
#include "entente/words.h"
#include "model/keyname.h"
#include "model/text.h"

/* -- roots ----------------------------------------------------------------- */

static bool
root_given(const struct network *net, const char *label)
{
	char name[NOTE_NAME];

	(void)snprintf(name, sizeof(name), "%s/root/%s", net->name, label);
	for (unsigned i = 0; i < net->n; i++)
		if (strcmp(net->roots[i].name, name) == 0)
			return true;
	return false;
}

static bool
root_add(struct network *net, const struct note_vkey *v, struct err *err)
{
	if (net->n == NETWORK_ROOTS)
		return err_field(err, ERR_INVALID, "E-FIELD-SIZE", "root",
		    "a network has at most %d roots", NETWORK_ROOTS);
	net->roots[net->n++] = *v;
	return true;
}

/* Roots whose keys are elsewhere, told by their verifier keys. */
static bool
roots_elsewhere(struct cli *cli, struct network *net, struct err *err)
{
	struct note_vkey v;

	for (size_t i = 0; i < cli_count(cli, "root"); i++)
		if (!note_vkey_parse(&v, slice_str(cli_nth(cli, "root", i)),
		    err) || !root_add(net, &v, err))
			return false;
	return true;
}

/* New keys, under the numbers that nobody has, until there are `want`. */
static bool
roots_make(struct cli *cli, struct trust_keyring *t, const struct network *net,
    size_t held, long want, struct err *err)
{
	char label[8];

	for (unsigned i = 1; (long)(held + net->n) < want && i < 100; i++) {
		(void)snprintf(label, sizeof(label), "%u", i);
		if (root_given(net, label) ||
		    keyring_get(t->ring, KEYRING_ROOT, label) != NULL)
			continue;
		if (!trust_keyring_generate(t, KEYRING_ROOT, label, net->name,
		    cli->now, err))
			return false;
		held++;
	}
	return true;
}

static int
by_number(const void *a, const void *b)
{
	const struct note_vkey *x = a, *y = b;
	long n = strtol(strrchr(x->name, '/') + 1, NULL, 10);
	long m = strtol(strrchr(y->name, '/') + 1, NULL, 10);

	return n < m ? -1 : n > m;
}

static bool
roots_sort(struct network *net, struct err *err)
{
	for (unsigned i = 0; i < net->n; i++)
		if (!keyname_is_root(net->roots[i].name, net->name))
			return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
			    "root", "%s is no root of %s: that would be "
			    "%s/root/<number>", net->roots[i].name, net->name,
			    net->name);
	qsort(net->roots, net->n, sizeof(net->roots[0]), by_number);
	return true;
}

static bool
roots_gather(struct cli *cli, struct trust_keyring *t, struct network *net,
    struct err *err)
{
	struct note_signer held[TRUST_SIGNERS];
	long want = cli_number(cli, "roots", 0), k;
	size_t n;

	if (!roots_elsewhere(cli, net, err))
		return false;
	n = trust_keyring_signers(t, KEYRING_ROOT, held, TRUST_SIGNERS);
	if (!roots_make(cli, t, net, n, want, err))
		return false;
	n = trust_keyring_signers(t, KEYRING_ROOT, held, TRUST_SIGNERS);
	for (size_t i = 0; i < n; i++)
		if (!root_add(net, &held[i].vkey, err))
			return false;
	if (want != 0 && net->n != (unsigned)want)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "roots",
		    "%u root keys are here or were given, not %ld", net->n,
		    want);
	if (net->n == 0)
		return err_field(err, ERR_INVALID, "E-FIELD-MISSING", "roots",
		    "--roots N makes keys, --root VKEY names one held "
		    "elsewhere");
	k = cli_number(cli, "threshold", (long)net->n / 2 + 1);
	if (k < 1 || k > (long)net->n)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
		    "threshold", "is a number from 1 to %u", net->n);
	net->k = (unsigned)k;
	return roots_sort(net, err);
}

/* -- texts ----------------------------------------------------------------- */

struct founding {
	struct network		 net;
	struct hash		 id;
	struct signed_file	 network, directory, charter;
	unsigned		 signed_by;
	bool			 has_directory;
};

static bool
sign_network(struct founding *f, const struct trust_keyring *t,
    struct err *err)
{
	struct buf text = BUF_INIT;

	network_print(&text, &f->net);
	if (!network_sign(&f->network, &text, t, &f->signed_by, err))
		return false;
	f->id = hash_of(f->network.note.text);
	return true;
}

/* The coordinator's card key, made when the ring has none. */
static bool
coordinator_key(struct cli *cli, struct trust_keyring *t, const char *member,
    struct note_signer *signer, struct err *err)
{
	if (keyring_get(t->ring, KEYRING_CARD, member) == NULL &&
	    !trust_keyring_generate(t, KEYRING_CARD, member, t->network,
	    cli->now, err))
		return false;
	return trust_keyring_signer(t, KEYRING_CARD, member, signer, err);
}

static bool
sign_directory(struct cli *cli, struct founding *f, struct trust_keyring *t,
    struct err *err)
{
	const char *member = cli_text(cli, "coordinator");
	const char *class = cli_text(cli, "class");
	struct trust_chain c = { .network = f->net, .net = f->id,
	    .founded = true, .directory = { .p256 = true } };
	struct directory_member first;
	struct member_id id;
	struct note_signer signer;
	struct buf text = BUF_INIT;
	struct chain_change change = { .reason = NULL };
	enum member_class as;
	unsigned count;

	change.add = &first;
	if (member == NULL)
		return true;
	if (!network_class_parse(&as, class == NULL ? "secretariat" : class,
	    err) || !coordinator_key(cli, t, member, &signer, err))
		return false;
	if (!member_id_parse(&id, slice_str(member)))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
		    "coordinator", "is no member's id");
	network_member(&first, &cli->arena, &id, as, &signer.vkey, cli->now);
	c.arena = cli->arena;
	f->has_directory = trust_chain_next(&text, &c, &change, cli->now, err);
	cli->arena = c.arena;
	if (f->has_directory)
		f->has_directory = network_sign(&f->directory, &text, t,
		    &count, err);
	buf_free(&text);
	return f->has_directory;
}

static bool
sign_charter(struct cli *cli, struct founding *f, const struct trust_keyring *t,
    struct err *err)
{
	const char *path = cli_text(cli, "charter");
	struct buf json = BUF_INIT, text = BUF_INIT;
	unsigned count;
	bool ok;

	if (path == NULL)
		buf_slice(&json, charter_template());
	ok = (path == NULL ||
	    io_read_file(AT_FDCWD, path, &json, TEXT_MAX, err)) &&
	    charter_text(&text, buf_all(&json), &f->id, cli->now, err) &&
	    network_sign(&f->charter, &text, t, &count, err);
	buf_free(&text);
	buf_free(&json);
	return ok;
}

static bool
write_all(const struct founding *f, const char *dir, struct err *err)
{
	char path[CHAIN_PATH];

	if (mkdir(dir, 0755) == -1 && errno != EEXIST)
		return err_errno(err, "make %s", dir);
	trust_chain_network_path(path, dir);
	if (!signed_file_write(&f->network, path, SIGNED_FILE_CREATE, err))
		return false;
	trust_chain_agreement_path(path, dir, "charter", 1);
	if (!signed_file_write(&f->charter, path, SIGNED_FILE_CREATE, err))
		return false;
	trust_chain_directory_path(path, dir, 1);
	return !f->has_directory ||
	    signed_file_write(&f->directory, path, SIGNED_FILE_CREATE, err);
}

/* -- the command ----------------------------------------------------------- */

static void
tell(struct cli *cli, const struct founding *f, const char *dir)
{
	char id[65];

	hex_encode(id, slice_of(f->id.b, sizeof(f->id.b)));
	out_note(cli, "network.created", "name", f->net.name, "dir", dir, NULL);
	if (out_is_json(cli)) {
		out_json(cli, "network/1", json_pack("{s:s,s:s,s:s,s:i,s:i,s:i}",
		    "name", f->net.name, "id", id, "class",
		    network_class_names[f->net.class], "k", (int)f->net.k,
		    "n", (int)f->net.n, "signed", (int)f->signed_by));
	} else {
		out_line(cli, id);
	}
	if (f->signed_by < f->net.n)
		out_next(cli, "entente trust sign %s/network.note", dir);
	else if (f->has_directory)
		out_next(cli, "entente init DIR --network %s --member %s", dir,
		    cli_text(cli, "coordinator"));
	else
		out_next(cli, "entente init DIR --network %s --member ID "
		    "--class CLASS", dir);
}

static void
founding_free(struct founding *f)
{
	signed_file_free(&f->network);
	signed_file_free(&f->directory);
	signed_file_free(&f->charter);
}

/* The keys are saved before the texts: a network whose keys are lost is
 * worse than a key without a network. */
static bool
found(struct cli *cli, struct founding *f, struct trust_keyring *t,
    const char *dir, struct err *err)
{
	char path[CHAIN_PATH];
	struct stat st;

	trust_chain_network_path(path, dir);
	if (stat(path, &st) == 0)
		return err_set(err, ERR_CONFLICT, "E-FILE-EXISTS",
		    "%s is there already", path);
	return roots_gather(cli, t, &f->net, err) &&
	    sign_network(f, t, err) &&
	    trust_keyring_bind(t, &f->id, cli->now, err) &&
	    sign_directory(cli, f, t, err) && sign_charter(cli, f, t, err) &&
	    trust_keyring_save(t, err) && write_all(f, dir, err);
}

enum exit_code
network_create(struct cli *cli)
{
	const char *name = cli_arg(cli, 0), *dir = cli_text(cli, "output");
	struct founding f = { .net = { .class = cli_flag(cli, "demo") ?
	    NETWORK_DEMO : NETWORK_REAL, .created = cli->now } };
	struct trust_keyring t;
	struct err err;
	bool ok;

	if (!network_name_valid(slice_str(name))) {
		err_field(&err, ERR_INVALID, "E-FIELD-VALUE", "NAME",
		    "a network is named like a host: police.example");
		return out_error(cli, &err);
	}
	(void)snprintf(f.net.name, sizeof(f.net.name), "%s", name);
	if (!trust_open(cli, &t, TRUST_OR_NEW, "passphrase", &err))
		return out_error(cli, &err);
	ok = found(cli, &f, &t, dir, &err);
	if (ok)
		tell(cli, &f, dir);
	trust_keyring_close(&t);
	founding_free(&f);
	return ok ? EXIT_DONE : out_error(cli, &err);
}
