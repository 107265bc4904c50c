#include "crypto/custody.h"

#include "tap.h"

static struct err err;

struct person {
	struct secret		*key;
	struct age_identity	 id;
	struct custodian	 card;
};

static void
person_make(struct person *p, const char *name, bool p256)
{
	struct age_recipient r;

	p->key = p256 ? age_identity_p256_generate() : age_identity_generate();
	if (p256)
		(void)age_identity_p256(&p->id, p->key, &err);
	else
		age_identity_x25519(&p->id, p->key);
	age_identity_recipient(&r, &p->id);
	(void)snprintf(p->card.name, sizeof(p->card.name), "%s", name);
	age_recipient_print(p->card.recipient, &r);
}

static bool
add(struct custodians *c, const struct person *p)
{
	return custodians_add(c, slice_str(p->card.name),
	    slice_str(p->card.recipient), &err);
}

static void
persons_are_kept_in_the_ring(struct person p[static 3])
{
	struct keyring *ring = keyring_new();
	struct custodians c = { .n = 0 }, read;
	size_t a, b, pairs = 0;

	OK(add(&c, &p[0]) && !custodians_put(ring, &c, 1, &err),
	    "one alone is no set");
	EQ_STR(err.rule, "E-CUSTODY-SET", "and is told so");
	OK(!add(&c, &p[0]) && c.n == 1, "one person is one");
	OK(!custodians_add(&c, slice_str("../x"),
	    slice_str(p[1].card.recipient), &err), "a name is no path");
	OK(!custodians_add(&c, slice_str("x"), slice_str("age1x"), &err) &&
	    c.n == 1, "a key is a key");
	OK(add(&c, &p[1]) && add(&c, &p[2]) &&
	    custodians_put(ring, &c, 1, &err), "three are");
	custodians_of(&read, ring);
	OK(read.n == 3 && strcmp(read.of[2].name, p[2].card.name) == 0 &&
	    strcmp(read.of[2].recipient, p[2].card.recipient) == 0,
	    "and are read in their order, an age1tag key too");
	while (custody_pair(&read, pairs, &a, &b)) {
		OK(a < b && b < 3, "pair %zu: %zu and %zu", pairs, a, b);
		pairs++;
	}
	OK(pairs == 3, "each two of three make a pair");
	read.n = 2;
	OK(custodians_put(ring, &read, 2, &err), "two others take their place");
	custodians_of(&c, ring);
	OK(c.n == 2, "and the third is none any more");
	keyring_free(ring);
}

static struct secret *
peel(struct slice sealed, const struct person *p)
{
	return custody_peel(sealed, &p->id, 1, &err);
}

static void
two_open_and_no_one_else(struct person p[static 3])
{
	struct secret *unlock = age_identity_generate(), *one, *two;
	struct slice ring = slice_str("age-encryption.org/v1\nring");
	struct buf file = BUF_INIT;
	struct custody c;
	unsigned taken = 0;

	OK(custody_seal(&file, CUSTODY_NODE, "demo.example/rs", &p[0].card,
	    &p[2].card, unlock, ring, &err), "sealed to a pair");
	OK(peel(buf_all(&file), &p[0]) == NULL && peel(buf_all(&file), &p[1]) ==
	    NULL, "the first does not begin, a third never");
	EQ_STR(err.rule, "E-AGE-NO-MATCH", "for it is not sealed to them");
	one = peel(buf_all(&file), &p[2]);
	OK(one != NULL && custody_is_sealed(secret_slice(one)) &&
	    peel(secret_slice(one), &p[2]) == NULL,
	    "the second takes one layer off, and no more");
	two = peel(secret_slice(one), &p[0]);
	OK(two != NULL && custody_parse(&c, secret_slice(two), &err),
	    "then the first has it");
	EQ_STR(c.whose, "demo.example/rs", "whose it is");
	OK(c.of == CUSTODY_NODE && slice_eq(c.ring, ring) &&
	    slice_eq(secret_slice(c.unlock), secret_slice(unlock)),
	    "with the ring, and what opens it");
	custody_release(&c);
	for (size_t n = 0; n < two->n - 4; n++)
		taken += custody_parse(&c, slice_of(two->p, n), &err);
	OK(taken == 0, "none that is cut short is taken");
	secret_free(one);
	secret_free(two);
	secret_free(unlock);
	buf_free(&file);
}

int
main(void)
{
	struct person p[3];

	secret_process_init();
	person_make(&p[0], "anna", false);
	person_make(&p[1], "bela", false);
	person_make(&p[2], "chen-2", true);
	persons_are_kept_in_the_ring(p);
	two_open_and_no_one_else(p);
	for (size_t i = 0; i < 3; i++)
		secret_free(p[i].key);
	return tap_done();
}
