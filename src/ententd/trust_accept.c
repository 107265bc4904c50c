#include "ententd/outbox.h"
#include "ententd/trust_state.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "model/quorum.h"
#include "model/text.h"
#include "store/trust_store.h"

/* -- the founding note ------------------------------------------------------ */

static enum trust_result
accept_network(struct vault *v, struct slice bytes, struct hash *name,
    struct err *err)
{
	struct trust *t = v->trust;
	struct network n;

	if (!network_verify(&n, name, bytes, err))
		return TRUST_REFUSED;
	if (t->has_network && hash_eq(name, &t->net)) {
		network_release(&n);
		return TRUST_KNOWN;
	}
	/* The keyring was made for one network; there is no other for it. */
	if (t->has_network || !hash_eq(name, &v->net)) {
		network_release(&n);
		err_set(err, ERR_CONFLICT, "E-TRUST-NETWORK",
		    "this node's keys belong to another network");
		return TRUST_REFUSED;
	}
	if (!trust_store_put_network(&v->store, bytes, name, err)) {
		network_release(&n);
		return TRUST_REFUSED;
	}
	t->network = n;
	t->net = *name;
	t->has_network = true;
	return TRUST_NEW;
}

/* -- directories ------------------------------------------------------------ */

/*
 * Two directories of one number, both signed by the roots: somebody shows
 * different members different lists.  Both are kept, and nothing of trust
 * changes here until people have looked.
 */
static enum trust_result
keep_fork(struct vault *v, struct slice bytes, const struct directory *d,
    const struct hash *name, struct err *err)
{
	char number[24];

	(void)snprintf(number, sizeof(number), "%lld", (long long)d->number);
	log_error("two directories claim the number %s: trust is frozen", number);
	if (!trust_store_put_directory(&v->store, bytes, d->number, name, err) ||
	    !trust_store_drop_directory(&v->store, name, err) ||
	    !store_set_fact(&v->store, "trust.fork", number, err) ||
	    !vault_audit(v, "node", "trust.fork", name, "", number, err))
		return TRUST_REFUSED;
	v->trust->forked = true;
	err_set(err, ERR_CONFLICT, "E-DIRECTORY-FORK",
	    "another directory of number %s is known here", number);
	return TRUST_FORKED;
}

/* A signature of the roots before a byte of the text is parsed. */
static bool
roots_signed(const struct trust *t, const struct note *note, struct err *err)
{
	const char *rule = "E-DIRECTORY-SIGNATURES";

	if (t->dir.number != 0)
		return quorum_signed(note, t->dir.roots, t->dir.nroots,
		    t->dir.k, rule, err);
	return quorum_signed(note, t->network.roots, t->network.n, t->network.k,
	    rule, err);
}

static enum trust_result
take_directory(struct vault *v, struct slice bytes, struct directory *d,
    struct arena *arena, const struct hash *name, struct err *err)
{
	struct trust *t = v->trust;

	if (d->number <= t->dir.number)
		return keep_fork(v, bytes, d, name, err);
	directory_release(d);
	if (!directory_verify(d, arena, bytes, &t->network, &t->net,
	    t->dir.number == 0 ? NULL : &t->dir,
	    t->dir.number == 0 ? NULL : &t->dir_name, err) ||
	    !trust_store_put_directory(&v->store, bytes, d->number, name, err))
		return TRUST_REFUSED;
	directory_release(&t->dir);
	arena_free(&t->dir_arena);
	t->dir_arena = *arena;
	t->dir = *d;
	t->dir_name = *name;
	*arena = (struct arena)ARENA_INIT;
	*d = (struct directory){ .number = 0 };
	claims_served(&t->claims, t->dir.number);
	/* It may revoke keys or remove members: their cards no longer speak. */
	trust_forget_cards(t);
	trust_load_cards(v);
	trust_see_self(v);
	/* What waits for a member may be given back, or go on. */
	outbox_kick(v);
	return TRUST_NEW;
}

static enum trust_result
accept_directory(struct vault *v, struct slice bytes, const struct note *note,
    const struct hash *name, struct err *err)
{
	enum trust_result r = TRUST_REFUSED;
	struct directory d = { .number = 0 };
	struct arena arena = ARENA_INIT;

	if (trust_store_has_directory(&v->store, name))
		return TRUST_KNOWN;
	if (roots_signed(v->trust, note, err) &&
	    directory_parse(&d, &arena, note->text, err))
		r = take_directory(v, bytes, &d, &arena, name, err);
	directory_release(&d);
	arena_free(&arena);
	return r;
}

/* -- any of them ------------------------------------------------------------ */

void
trust_forget(struct trust *t)
{
	trust_forget_cards(t);
	trust_forget_endings(t);
	trust_forget_agreements(t);
	directory_release(&t->dir);
	arena_free(&t->dir_arena);
	t->dir = (struct directory){ .number = 0 };
	network_release(&t->network);
	t->has_network = false;
	t->forked = t->self = false;
}

/* What all but the founding note begin with. */
static bool
begin(const struct trust *t, bool under_directory, struct slice bytes,
    struct note *note, struct hash *name, struct err *err)
{
	if (under_directory && t->dir.number == 0)
		return err_set(err, ERR_UNAVAILABLE, "E-TRUST-DIRECTORY",
		    "a directory is needed first");
	if (!under_directory && !t->has_network)
		return err_set(err, ERR_UNAVAILABLE, "E-TRUST-NETWORK",
		    "the founding note is needed first");
	if (!note_parse(note, bytes, err))
		return false;
	*name = note_text_name(note);
	return true;
}

enum trust_result
trust_accept(struct vault *v, struct slice bytes, char type[static 16],
    struct hash *name, struct err *err)
{
	static const struct {
		const char *type;
		bool under_directory;	/* by whose keys it is signed */
		enum trust_result (*accept)(struct vault *, struct slice,
		    const struct note *, const struct hash *, struct err *);
	} kinds[] = {
		{ "directory", false, accept_directory },
		{ "settlement", false, trust_accept_settlement },
		{ "card", true, trust_accept_card },
		{ "agreement", true, trust_accept_agreement },
		{ "ending", true, trust_accept_ending },
	};
	struct slice got = text_type(bytes);
	struct note note;

	if (v->trust->forked && !slice_eq(got, slice_str("settlement"))) {
		err_set(err, ERR_CONFLICT, "E-DIRECTORY-FORK",
		    "two directories claim one number: trust is frozen here");
		type[0] = '\0';
		memset(name, 0, sizeof(*name));
		return TRUST_REFUSED;
	}
	memset(name, 0, sizeof(*name));
	(void)snprintf(type, 16, "%.*s", (int)(got.n < 15 ? got.n : 15),
	    got.n == 0 ? "" : (const char *)got.p);
	if (slice_eq(got, slice_str("network")))
		return accept_network(v, bytes, name, err);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (slice_eq(got, slice_str(kinds[i].type)))
			return begin(v->trust, kinds[i].under_directory, bytes,
			    &note, name, err) ?
			    kinds[i].accept(v, bytes, &note, name, err) :
			    TRUST_REFUSED;
	err_set(err, ERR_INVALID, "E-TEXT-TYPE", "no note of trust: \"%s\"", type);
	return TRUST_REFUSED;
}
