#include "model/directory.h"
#include "model/keyname.h"
#include "model/quorum.h"

/* Who had to be asked: the roots of the directory before, or the founders. */
struct voters {
	const struct note_vkey	*roots;
	size_t			 n;
	unsigned		 k;
};

static struct voters
voters_of(const struct network *network, const struct directory *prev)
{
	if (prev != NULL)
		return (struct voters){ prev->roots, prev->nroots, prev->k };
	return (struct voters){ network->roots, network->n, network->k };
}

static bool
voters_listed(const struct voters *v, const struct note_vkey *key)
{
	for (size_t i = 0; i < v->n; i++)
		if (note_vkey_eq(&v->roots[i], key))
			return true;
	return false;
}

/* The order in the list decides nothing. */
static bool
voters_same(const struct voters *a, const struct voters *b)
{
	if (a->k != b->k || a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!voters_listed(a, &b->roots[i]))
			return false;
	return true;
}

static bool
voters_signed(const struct voters *v, const struct note *note, struct err *err)
{
	return quorum_signed(note, v->roots, v->n, v->k,
	    "E-DIRECTORY-SIGNATURES", err);
}

static bool
broken(struct err *err, const char *field, const char *what)
{
	return err_field(err, ERR_CONFLICT, "E-DIRECTORY-CHAIN", field,
	    "this directory does not follow the one before: %s", what);
}

static const struct directory_key *
key_find(const struct directory_member *m, const struct note_vkey *v)
{
	for (size_t i = 0; i < m->nkeys; i++)
		if (note_vkey_eq(&m->keys[i].vkey, v))
			return &m->keys[i];
	return NULL;
}

/*
 * Proofs of years ago are checked against these: a key stays as it began, its
 * end may be set or come nearer, and a revocation stands for ever.
 */
static bool
key_follows(const struct directory_key *old, const struct directory_key *new)
{
	return new != NULL && new->from == old->from &&
	    (old->until == 0 || (new->until != 0 && new->until <= old->until)) &&
	    (old->revoked == 0 || new->revoked == old->revoked);
}

static bool
members_follow(const struct directory *d, const struct directory *prev,
    struct err *err)
{
	for (size_t i = 0; i < prev->nmembers; i++) {
		const struct directory_member *old = &prev->members[i];
		const struct directory_member *new = directory_find(d, &old->id);

		if (new == NULL)
			return broken(err, old->id.s,
			    "a member is gone, where its status should say so");
		for (size_t k = 0; k < old->nkeys; k++)
			if (!key_follows(&old->keys[k],
			    key_find(new, &old->keys[k].vkey)))
				return broken(err, old->id.s,
				    "an old key is gone, or has new rights");
	}
	return true;
}

static bool
number_follows(const struct directory *d, const struct directory *prev,
    struct err *err)
{
	int64_t want = prev == NULL ? 1 : prev->number + 1;

	if (d->number == want)
		return true;
	return err_field(err, ERR_CONFLICT, "E-DIRECTORY-NUMBER", "number",
	    "directory %lld where %lld is next", (long long)d->number,
	    (long long)want);
}

static bool
chain_follows(const struct directory *d, const struct directory *prev,
    const struct hash *prev_name, struct err *err)
{
	if (prev == NULL)
		return true;
	if (!hash_eq(&d->prev, prev_name))
		return broken(err, "prev", "it names another");
	if (d->issued < prev->issued)
		return broken(err, "issued", "it is older");
	return members_follow(d, prev, err);
}

/* Both roots' signatures are known when the first field is believed. */
static bool
directory_judge(struct directory *d, const struct note *note,
    const struct network *network, const struct hash *net,
    const struct directory *prev, const struct hash *prev_name, struct err *err)
{
	struct voters old = voters_of(network, prev);
	struct voters new = { d->roots, d->nroots, d->k };

	if (!hash_eq(&d->net, net))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "this text belongs to another network");
	if (!keyname_is_root(d->roots[0].name, network->name))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "roots[0]",
		    "is not named after this network");
	if (!number_follows(d, prev, err))
		return false;
	if (!voters_same(&old, &new) && !voters_signed(&new, note, err))
		return false;
	return chain_follows(d, prev, prev_name, err);
}

bool
directory_verify(struct directory *d, struct arena *a, struct slice bytes,
    const struct network *network, const struct hash *net,
    const struct directory *prev, const struct hash *prev_name, struct err *err)
{
	struct voters old = voters_of(network, prev);
	struct note note;

	*d = (struct directory){ .number = 0 };
	if (!note_parse(&note, bytes, err) || !voters_signed(&old, &note, err) ||
	    !directory_parse(d, a, note.text, err))
		return false;
	if (directory_judge(d, &note, network, net, prev, prev_name, err))
		return true;
	directory_release(d);
	return false;
}
