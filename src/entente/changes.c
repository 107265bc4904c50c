#include "entente/changes.h"

#include <string.h>

#include "entente/out.h"
#include "entente/trust_chain.h"

static const char *
directory_of(struct cli *cli, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	return arena_str(&cli->arena, slice_of(path,
	    slash == path ? 1 : (size_t)(slash - path)));
}

static bool
same_keys(const struct directory_member *a, const struct directory_member *b)
{
	if (a->nkeys != b->nkeys)
		return false;
	for (size_t i = 0; i < a->nkeys; i++)
		if (!note_vkey_eq(&a->keys[i].vkey, &b->keys[i].vkey) ||
		    a->keys[i].until != b->keys[i].until ||
		    a->keys[i].revoked != b->keys[i].revoked)
			return false;
	return true;
}

static bool
same_roots(const struct directory *a, const struct directory *b)
{
	if (a->k != b->k || a->nroots != b->nroots)
		return false;
	for (unsigned i = 0; i < a->nroots; i++)
		if (!note_vkey_eq(&a->roots[i], &b->roots[i]))
			return false;
	return true;
}

static void
tell_member(struct cli *cli, const struct directory_member *m,
    const struct directory_member *old, bool *any)
{
	const char *key = NULL;

	if (old == NULL)
		key = "changes.new";
	else if (old->status != m->status || old->class != m->class)
		key = "changes.status";
	else if (!same_keys(old, m))
		key = "changes.keys";
	if (key == NULL)
		return;
	*any = true;
	out_note(cli, key, "member", m->id.s, "class", say_code(cli,
	    "member-class", class_names[m->class]), "status", say_code(cli,
	    "member-status", member_status_names[m->status]), NULL);
}

static void
tell(struct cli *cli, const struct directory *d, const struct directory *prev)
{
	const char *reason = json_string_value(json_object_get(json_object_get(
	    d->ext, CHAIN_REASON), "text"));
	bool any = false;

	for (size_t i = 0; i < d->nmembers; i++)
		tell_member(cli, &d->members[i],
		    directory_find(prev, &d->members[i].id), &any);
	if (!same_roots(d, prev)) {
		any = true;
		out_note(cli, "changes.roots", NULL);
	}
	if (d->p256 != prev->p256) {
		any = true;
		out_note(cli, d->p256 ? "changes.p256" : "changes.no-p256",
		    NULL);
	}
	if (!any)
		out_note(cli, "changes.none", NULL);
	if (reason != NULL)
		out_note(cli, "changes.reason", "text", reason, NULL);
}

/* Signatures are what is missing; the rest of a chain can be judged. */
static bool
follows(const struct directory *d, const struct trust_chain *c,
    struct err *err)
{
	if (d->number == c->directory.number + 1 &&
	    hash_eq(&d->prev, &c->directory_name))
		return true;
	return err_field(err, ERR_CONFLICT, "E-DIRECTORY-CHAIN", "prev",
	    "this directory does not follow directory %lld beside it",
	    (long long)c->directory.number);
}

static bool
compare(struct cli *cli, const struct directory *d,
    const struct trust_chain *c, struct err *err)
{
	if (!hash_eq(&d->net, &c->net) || c->directory.number >= d->number ||
	    c->directory.number == 0) {
		out_note(cli, "changes.unseen", NULL);
		return true;
	}
	if (!follows(d, c, err))
		return false;
	tell(cli, d, &c->directory);
	return true;
}

bool
changes_tell(struct cli *cli, const struct signed_file *f, const char *path,
    struct err *err)
{
	struct trust_chain c;
	struct directory d;
	struct err ignored;
	bool ok = true;

	if (!signed_file_is(f, "directory"))
		return true;
	if (!directory_parse(&d, &cli->arena, f->note.text, err))
		return false;
	if (d.number == 1) {
		directory_release(&d);
		return true;
	}
	if (trust_chain_load(&c, directory_of(cli, path), &ignored)) {
		ok = compare(cli, &d, &c, err);
		trust_chain_free(&c);
	} else {
		out_note(cli, "changes.unseen", NULL);
	}
	directory_release(&d);
	return ok;
}
