#include <stdio.h>

#include "base/log.h"
#include "ententd/outbox.h"
#include "ententd/trust_state.h"
#include "model/quorum.h"
#include "model/settlement.h"
#include "store/trust_store.h"

enum { LOOK_BACK = 64 };

/* Who had to sign a directory of this number: the roots of the one before. */
static bool
read_before(struct vault *v, struct arena *a, int64_t number,
    struct directory *before, struct hash *name, struct err *err)
{
	struct slice bytes;
	struct note note;

	*before = (struct directory){ .number = 0 };
	if (number == 1)
		return true;
	return trust_store_directory(&v->store, a, number - 1, &bytes, name,
	    err) && note_parse(&note, bytes, err) &&
	    directory_parse(before, a, note.text, err);
}

static bool
any_signed(const struct note *note, const struct note_vkey *roots, size_t n,
    struct err *err)
{
	return quorum_signed(note, roots, n, 1, "E-SETTLEMENT-SIGNATURES", err);
}

/*
 * Whose roots must have signed stands in the text, and no text is parsed before
 * a signature: so first one root, of now or of a while ago, must have.
 */
static bool
some_root_signed(struct vault *v, const struct note *note, struct err *err)
{
	const struct trust *t = v->trust;
	struct directory d;
	struct hash name;
	bool ok;

	ok = any_signed(note, t->network.roots, t->network.n, err);
	for (int64_t n = t->dir.number; !ok && n > 0 &&
	    n > t->dir.number - LOOK_BACK; n--) {
		struct arena arena = ARENA_INIT;

		ok = read_before(v, &arena, n + 1, &d, &name, err) &&
		    any_signed(note, d.roots, d.nroots, err);
		directory_release(&d);
		arena_free(&arena);
	}
	return ok;
}

static bool
read_number(struct slice text, struct arena *a, int64_t *number,
    struct err *err)
{
	struct settlement s;

	if (!settlement_parse(&s, a, text, err))
		return false;
	*number = s.number;
	settlement_release(&s);
	return true;
}

static bool
verify(struct vault *v, struct arena *a, struct slice bytes,
    const struct note *note, struct settlement *s, struct directory *before,
    struct hash *before_name, struct err *err)
{
	const struct trust *t = v->trust;
	int64_t number;

	if (!some_root_signed(v, note, err) ||
	    !read_number(note->text, a, &number, err))
		return false;
	if (number > t->dir.number + 1)
		return err_set(err, ERR_UNAVAILABLE, "E-TRUST-DIRECTORY",
		    "the directories before the fork are needed first");
	return read_before(v, a, number, before, before_name, err) &&
	    (before->number == 0 ?
	    settlement_verify(s, a, bytes, &t->net, t->network.roots,
	    t->network.n, t->network.k, err) :
	    settlement_verify(s, a, bytes, &t->net, before->roots,
	    before->nroots, before->k, err));
}

/* The kept one is here, and was only ever looked at as the other of two. */
static bool
adopt(struct vault *v, struct arena *a, const struct settlement *s,
    const struct directory *before, const struct hash *before_name,
    struct err *err)
{
	struct directory d;
	struct slice bytes;
	struct err none;

	if (!trust_store_directory_named(&v->store, a, &s->keep, &bytes, &none))
		return true;	/* others have it: sync brings it */
	if (!directory_verify(&d, a, bytes, &v->trust->network, &v->trust->net,
	    before->number == 0 ? NULL : before, before->number == 0 ? NULL :
	    before_name, err))
		return false;
	directory_release(&d);
	return trust_store_keep_directory(&v->store, &s->keep, err);
}

static bool
stands(struct vault *v, struct arena *a, const struct settlement *s)
{
	struct slice bytes;
	struct hash name;
	struct err err;

	return trust_store_directory(&v->store, a, s->number, &bytes, &name,
	    &err) && hash_eq(&name, &s->keep);
}

static bool
settle(struct vault *v, struct arena *a, struct slice bytes,
    const struct settlement *s, const struct hash *name,
    const struct directory *before, const struct hash *before_name,
    struct err *err)
{
	char number[24];

	(void)snprintf(number, sizeof(number), "%lld", (long long)s->number);
	/* Where the dropped one was believed, so was what followed it. */
	if (!stands(v, a, s) &&
	    (!trust_store_drop_after(&v->store, s->number, &s->keep, err) ||
	    !adopt(v, a, s, before, before_name, err)))
		return false;
	return trust_store_drop_directory(&v->store, &s->drop, err) &&
	    trust_store_put_settlement(&v->store, bytes, name, err) &&
	    store_set_fact(&v->store, "trust.fork", "", err) &&
	    vault_audit(v, "node", "trust.settle", &s->keep, "", number, err);
}

enum trust_result
trust_accept_settlement(struct vault *v, struct slice bytes,
    const struct note *note, const struct hash *name, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct settlement s = { .json = NULL };
	struct directory before = { .number = 0 };
	struct hash before_name;
	bool ok;

	if (trust_store_has_settlement(&v->store, name))
		return TRUST_KNOWN;
	ok = verify(v, &arena, bytes, note, &s, &before, &before_name, err) &&
	    settle(v, &arena, bytes, &s, name, &before, &before_name, err);
	settlement_release(&s);
	directory_release(&before);
	arena_free(&arena);
	if (!ok)
		return TRUST_REFUSED;
	log_info("the roots settled a fork: trust goes on");
	trust_read_again(v);
	outbox_kick(v);
	trust_sync_soon(v, 0);
	return TRUST_NEW;
}
