#include "entente/trust_chain.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "entente/signed_file.h"

/* -- names ----------------------------------------------------------------- */

void
trust_chain_network_path(char out[static CHAIN_PATH], const char *dir)
{
	(void)snprintf(out, CHAIN_PATH, "%s/network.note", dir);
}

void
trust_chain_directory_path(char out[static CHAIN_PATH], const char *dir,
    int64_t number)
{
	(void)snprintf(out, CHAIN_PATH, "%s/directory-%04lld.note", dir,
	    (long long)number);
}

void
trust_chain_agreement_path(char out[static CHAIN_PATH], const char *dir,
    const char *id, int64_t version)
{
	(void)snprintf(out, CHAIN_PATH, "%s/agreement-%s-%lld.note", dir, id,
	    (long long)version);
}

void
trust_chain_card_path(char out[static CHAIN_PATH], const char *dir,
    const struct member_id *m, int64_t seq)
{
	(void)snprintf(out, CHAIN_PATH, "%s/card-%s-%lld.note", dir, m->s,
	    (long long)seq);
}

/* -- reading --------------------------------------------------------------- */

static bool
missing(const struct err *err)
{
	return strcmp(err->rule, "E-FILE-MISSING") == 0;
}

/* Whole, or parsed at least: then some roots have not signed yet. */
static bool
network_load(struct trust_chain *c, struct err *err)
{
	char path[CHAIN_PATH];
	struct signed_file f;
	bool ok;

	trust_chain_network_path(path, c->dir);
	if (!signed_file_read(&f, path, err)) {
		if (missing(err))
			err_set(err, ERR_NOT_FOUND, "E-CHAIN-MISSING",
			    "%s is no directory of a network: there is no "
			    "network.note", c->dir);
		return false;
	}
	if (f.note.nsigs != 0 && network_verify(&c->network, &c->net,
	    buf_all(&f.bytes), err)) {
		c->founded = true;
	} else if (f.note.nsigs == 0 ||
	    strcmp(err->rule, "E-NETWORK-SIGNATURES") == 0) {
		c->net = hash_of(f.note.text);
		ok = network_parse(&c->network, f.note.text, err);
		if (!ok)
			goto out;
	} else {
		goto out;
	}
	c->network_note = f.bytes;
	f.bytes = (struct buf)BUF_INIT;
out:
	signed_file_free(&f);
	return c->network.n != 0;
}

static unsigned
signed_by(const struct signed_file *f, const struct note_vkey *roots, size_t n)
{
	unsigned count = 0;

	for (size_t i = 0; i < n; i++)
		count += signed_file_has(f, &roots[i]);
	return count;
}

/* The directory after c->directory; *end when there is none or it waits. */
static bool
directory_load(struct trust_chain *c, bool *end, struct err *err)
{
	struct directory next, *prev = c->directory.number == 0 ? NULL :
	    &c->directory;
	char path[CHAIN_PATH];
	struct signed_file f;
	bool ok;

	trust_chain_directory_path(path, c->dir, c->directory.number + 1);
	*end = true;
	if (!signed_file_read(&f, path, err))
		return missing(err);
	ok = f.note.nsigs != 0 && directory_verify(&next, &c->arena,
	    buf_all(&f.bytes), &c->network, &c->net, prev,
	    &c->directory_name, err);
	if (ok) {
		*end = false;
		directory_release(&c->directory);
		c->directory = next;
		c->directory_name = hash_of(f.note.text);
		buf_free(&c->directory_note);
		c->directory_note = f.bytes;
		f.bytes = (struct buf)BUF_INIT;
	} else if (f.note.nsigs == 0 ||
	    strcmp(err->rule, "E-DIRECTORY-SIGNATURES") == 0) {
		c->pending = ok = true;
		c->pending_by = prev != NULL ?
		    signed_by(&f, prev->roots, prev->nroots) :
		    signed_by(&f, c->network.roots, c->network.n);
	}
	signed_file_free(&f);
	return ok;
}

/* Only whether it is there and signed: what it says is read by who asks. */
static bool
charter_load(struct trust_chain *c, struct err *err)
{
	struct agreement g;
	char path[CHAIN_PATH];
	struct signed_file f;

	trust_chain_agreement_path(path, c->dir, "charter", 1);
	if (!signed_file_read(&f, path, err))
		return missing(err);
	if (f.note.nsigs != 0 && agreement_verify(&g, &c->arena,
	    buf_all(&f.bytes), &c->directory, err)) {
		c->charter = true;
		agreement_release(&g);
	}
	signed_file_free(&f);
	return true;
}

bool
trust_chain_load(struct trust_chain *c, const char *dir, struct err *err)
{
	bool end = false;

	/* The first directory of a network, when there is none yet, allows what
	 * every node verifies. */
	*c = (struct trust_chain){ .arena = ARENA_INIT,
	    .directory = { .p256 = true } };
	if (strlen(dir) >= sizeof(c->dir))
		return err_set(err, ERR_INVALID, "E-CHAIN-MISSING",
		    "the path is too long");
	(void)snprintf(c->dir, sizeof(c->dir), "%s", dir);
	if (!network_load(c, err))
		goto bad;
	/* Until every root has signed there is no network to belong to. */
	while (c->founded && !end)
		if (!directory_load(c, &end, err))
			goto bad;
	if (c->directory.number == 0 || charter_load(c, err))
		return true;
bad:
	trust_chain_free(c);
	return false;
}

void
trust_chain_free(struct trust_chain *c)
{
	network_release(&c->network);
	directory_release(&c->directory);
	buf_free(&c->network_note);
	buf_free(&c->directory_note);
	arena_free(&c->arena);
	*c = (struct trust_chain){ .arena = ARENA_INIT };
}

bool
trust_chain_founded(const struct trust_chain *c, struct err *err)
{
	return c->founded || err_set(err, ERR_CONFLICT, "E-CHAIN-PENDING",
	    "not every root has signed %s/network.note yet", c->dir);
}

bool
trust_chain_settled(const struct trust_chain *c, struct err *err)
{
	if (!trust_chain_founded(c, err))
		return false;
	if (!c->pending)
		return true;
	return err_set(err, ERR_CONFLICT, "E-CHAIN-PENDING",
	    "directory %lld is signed by %u of %u roots", (long long)
	    c->directory.number + 1, c->pending_by,
	    c->directory.number == 0 ? c->network.k : c->directory.k);
}

/* -- writing --------------------------------------------------------------- */

/* The members with the new one at its place. */
static bool
members_with(struct directory *d, struct arena *a,
    const struct directory_member *add, struct err *err)
{
	struct directory_member *all;
	size_t at = 0;

	if (directory_find(d, &add->id) != NULL)
		return err_set(err, ERR_CONFLICT, "E-CHAIN-MEMBER",
		    "%s is in directory %lld already", add->id.s,
		    (long long)d->number);
	if (d->nmembers == DIRECTORY_MEMBERS)
		return err_set(err, ERR_INVALID, "E-FIELD-SIZE",
		    "a directory has at most %d members", DIRECTORY_MEMBERS);
	while (at < d->nmembers && strcmp(d->members[at].id.s, add->id.s) < 0)
		at++;
	all = arena_alloc(a, (d->nmembers + 1) * sizeof(*all));
	for (size_t i = 0; i < at; i++)
		all[i] = d->members[i];
	all[at] = *add;
	for (size_t i = at; i < d->nmembers; i++)
		all[i + 1] = d->members[i];
	d->members = all;
	d->nmembers++;
	return true;
}

static void
members_change(struct directory *d, struct arena *a,
    const struct directory_member *as)
{
	d->members = arena_dup(a, d->members, d->nmembers * sizeof(*d->members));
	for (size_t i = 0; i < d->nmembers; i++)
		if (member_id_eq(&d->members[i].id, &as->id))
			d->members[i] = *as;
}

/* What stood there but the reason of the directory before; NULL: nothing. */
static json_t *
ext_next(const json_t *ext, const struct chain_change *change)
{
	json_t *next = ext == NULL ? json_object() : json_deep_copy(ext);

	json_object_del(next, CHAIN_REASON);
	if (change != NULL && change->reason != NULL)
		json_object_set_new(next, CHAIN_REASON, json_pack("{s:s,s:s}",
		    "member", change->as->id.s, "text", change->reason));
	if (json_object_size(next) != 0)
		return next;
	json_decref(next);
	return NULL;
}

static bool
times_set(struct directory *d, msec until, msec now, struct err *err)
{
	/* A clock that was wrong once must not break the chain. */
	d->issued = now > d->issued ? now : d->issued;
	d->valid_until = d->issued + DIRECTORY_VALIDITY;
	if (until == 0)
		return true;
	if (until <= d->issued || until > d->valid_until)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE",
		    "valid-until", "is a time within the next 14 days");
	d->valid_until = until;
	return true;
}

bool
trust_chain_next(struct buf *text, struct trust_chain *c,
    const struct chain_change *change, msec now, struct err *err)
{
	struct directory d = c->directory;
	json_t *ext;

	if (!trust_chain_settled(c, err))
		return false;
	if (d.number == 0) {
		d.net = c->net;
		d.k = c->network.k;
		d.roots = c->network.roots;
		d.nroots = c->network.n;
	} else {
		d.prev = c->directory_name;
	}
	if (!times_set(&d, change == NULL ? 0 : change->valid_until, now, err) ||
	    (change != NULL && change->add != NULL &&
	    !members_with(&d, &c->arena, change->add, err)))
		return false;
	if (change != NULL && change->as != NULL)
		members_change(&d, &c->arena, change->as);
	if (d.nmembers == 0)
		return err_set(err, ERR_CONFLICT, "E-CHAIN-MISSING",
		    "the network has no members yet");
	d.number++;
	d.ext = ext = ext_next(d.ext, change);
	directory_print(text, &d);
	json_decref(ext);
	return true;
}
