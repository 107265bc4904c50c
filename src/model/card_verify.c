#include <assert.h>

#include "model/card.h"
#include "model/signers.h"

static bool
broken(struct err *err, const char *field, const char *what)
{
	return err_field(err, ERR_CONFLICT, "E-CARD-CHAIN", field,
	    "this card does not follow the one before: %s", what);
}

/* The signer's name is <network>/<member>/card, the card's keys are
 * <network>/<member>: so both are of one network. */
static bool
same_network(const struct card *c, const struct note_vkey *signer)
{
	size_t n = strlen(c->keys[0].vkey.name);

	return strncmp(signer->name, c->keys[0].vkey.name, n) == 0 &&
	    strcmp(signer->name + n, "/card") == 0;
}

static bool
may_sign(const struct card *c, const struct directory_key *k)
{
	return directory_key_at(k, c->issued) && same_network(c, &k->vkey);
}

/*
 * The key that answers for this card: of those that signed and were valid,
 * the one that began last, so that a card signed by an old key and a new one
 * hands the chain to the new.
 */
static const struct directory_key *
signer_find(const struct signers *s, const struct card *c,
    const struct directory_member *m)
{
	const struct directory_key *found = NULL;

	for (size_t i = 0; i < s->n; i++) {
		if (s->member[i] != m || !may_sign(c, s->key[i]))
			continue;
		if (found == NULL || s->key[i]->from > found->from)
			found = s->key[i];
	}
	return found;
}

static const struct directory_key *
key_of(const struct directory_member *m, const struct note_vkey *v)
{
	for (size_t i = 0; i < m->nkeys; i++)
		if (note_vkey_eq(&m->keys[i].vkey, v))
			return &m->keys[i];
	return NULL;
}

/* Did the key that answered for the card before sign this one as well? */
static bool
continued(const struct signers *s, const struct card *c,
    const struct note_vkey *before)
{
	for (size_t i = 0; i < s->n; i++)
		if (note_vkey_eq(&s->key[i]->vkey, before) &&
		    may_sign(c, s->key[i]))
			return true;
	return false;
}

static bool
chain_follows(const struct card *c, const struct directory_member *m,
    const struct signers *s, const struct directory_key *signer,
    const struct card *prev, const struct hash *prev_name, struct err *err)
{
	const struct directory_key *before;

	assert(prev->signer.name[0] != '\0');
	if (!member_id_eq(&prev->member, &c->member))
		return broken(err, "member", "it is another member's");
	if (c->issued < prev->issued)
		return broken(err, "issued", "it is older");
	if (c->seq == 1) {
		before = key_of(m, &prev->signer);
		if (before != NULL && signer->from > before->from)
			return true;
		return broken(err, "seq",
		    "it starts again without a newer directory key");
	}
	if (c->seq != prev->seq + 1)
		return broken(err, "seq", "the number is not the next one");
	if (!hash_eq(&c->prev, prev_name))
		return broken(err, "prev", "it names another");
	if (!continued(s, c, &prev->signer))
		return broken(err, "seq",
		    "another directory key starts again at 1");
	return true;
}

static bool
card_judge(struct card *c, const struct signers *s,
    const struct directory *dir, const struct card *prev,
    const struct hash *prev_name, struct err *err)
{
	const struct directory_member *m = directory_find(dir, &c->member);
	const struct directory_key *signer;

	if (!hash_eq(&c->net, &dir->net))
		return err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "this text belongs to another network");
	if (m == NULL || m->status == MEMBER_REMOVED)
		return err_field(err, ERR_DENIED, "E-CARD-MEMBER", "member",
		    "the directory does not list %s as a member", c->member.s);
	signer = signer_find(s, c, m);
	if (signer == NULL)
		return err_set(err, ERR_VERIFY, "E-CARD-KEY",
		    "no directory key of %s that was valid when the card was "
		    "issued signed it", c->member.s);
	if (!card_algorithms(c, dir, err))
		return false;
	if (prev != NULL &&
	    !chain_follows(c, m, s, signer, prev, prev_name, err))
		return false;
	c->signer = signer->vkey;
	return true;
}

bool
card_verify(struct card *c, struct arena *a, struct slice bytes,
    const struct directory *dir, const struct card *prev,
    const struct hash *prev_name, struct err *err)
{
	struct signers s;
	struct note note;

	*c = (struct card){ .json = NULL };
	if (!note_parse(&note, bytes, err) ||
	    !signers_verify(&s, &note, dir, err) ||
	    !card_parse(c, a, note.text, err))
		return false;
	if (card_judge(c, &s, dir, prev, prev_name, err))
		return true;
	card_release(c);
	return false;
}
