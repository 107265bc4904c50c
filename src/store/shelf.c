#include "store/shelf.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { NONCE = 24, TAG = 16 };

static_assert(NONCE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
    TAG == crypto_aead_xchacha20poly1305_ietf_ABYTES &&
    SHELF_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES &&
    SHELF_OVERHEAD == NONCE + TAG, "the form of a box");

struct shelf {
	struct shelf_label	label;
	struct secret		*key;
};

/* Ten years of months: few enough to be looked through. */
struct shelves {
	struct shelf	*all;
	size_t		 n;
};

struct shelf_label
shelf_for(msec expires)
{
	struct shelf_label label;
	int year, month;

	assert(expires >= 0 && expires <= TIME_MAX);
	time_month(expires, &year, &month);
	(void)snprintf(label.s, sizeof(label.s), "%04u-%02u",
	    (unsigned)year % 10000, (unsigned)month % 100);
	return label;
}

msec
shelf_over(msec expires)
{
	return expires > TIME_MAX - 31 * DAY ? TIME_MAX : expires + 31 * DAY;
}

struct shelf_label
shelf_brief(msec now)
{
	return shelf_for(duration_add(now, (struct duration){ .months = 1 }));
}

struct shelves *
shelves_new(void)
{
	return xcalloc(1, sizeof(struct shelves));
}

const struct shelf_label *
shelves_at(const struct shelves *s, size_t i)
{
	return i < s->n ? &s->all[i].label : NULL;
}

void
shelves_free(struct shelves *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++)
		secret_free(s->all[i].key);
	free(s->all);
	free(s);
}

static struct shelf *
find(const struct shelves *s, const struct shelf_label *label)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->all[i].label.s, label->s) == 0)
			return &s->all[i];
	return NULL;
}

void
shelves_put(struct shelves *s, const struct shelf_label *label,
    struct secret **key)
{
	struct shelf *shelf = find(s, label);

	assert((*key)->n == SHELF_KEY);
	if (shelf == NULL) {
		s->all = xrealloc(s->all, (s->n + 1) * sizeof(s->all[0]));
		shelf = &s->all[s->n++];
		*shelf = (struct shelf){ .label = *label };
	}
	secret_free(shelf->key);
	shelf->key = *key;
	*key = NULL;
}

void
shelves_drop(struct shelves *s, const struct shelf_label *label)
{
	struct shelf *shelf = find(s, label);

	if (shelf == NULL)
		return;
	secret_free(shelf->key);
	*shelf = s->all[--s->n];
}

bool
shelves_have(const struct shelves *s, const struct shelf_label *label)
{
	return find(s, label) != NULL;
}

static const uint8_t *
key_of(const struct shelves *s, const struct shelf_label *label,
    struct err *err)
{
	const struct shelf *shelf = find(s, label);

	if (shelf != NULL)
		return shelf->key->p;
	err_set(err, ERR_UNAVAILABLE, "E-SHELF-MISSING",
	    "no key for the shelf of %s", label->s);
	return NULL;
}

static void
seal(struct buf *out, const uint8_t key[static SHELF_KEY], struct slice what,
    struct slice plain)
{
	uint8_t *p = buf_room(out, plain.n + SHELF_OVERHEAD);
	unsigned long long n;

	assert(p != NULL);
	randombytes_buf(p, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(p + NONCE, &n,
	    plain.p, plain.n, what.p, what.n, NULL, p, key);
	out->n += NONCE + (size_t)n;
}

static bool
open_box(uint8_t *plain, const uint8_t key[static SHELF_KEY],
    struct slice what, struct slice box, struct err *err)
{
	if (box.n >= SHELF_OVERHEAD &&
	    crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL,
	    box.p + NONCE, box.n - NONCE, what.p, what.n, box.p, key) == 0)
		return true;
	return err_set(err, ERR_VERIFY, "E-SHELF-OPEN",
	    "a box of %zu bytes does not open", box.n);
}

static bool
open_to(struct buf *plain, const uint8_t key[static SHELF_KEY],
    struct slice what, struct slice box, struct err *err)
{
	size_t n = box.n < SHELF_OVERHEAD ? 0 : box.n - SHELF_OVERHEAD;
	uint8_t *p = buf_room(plain, n + 1);	/* never of no bytes */

	assert(p != NULL);
	if (!open_box(p, key, what, box, err))
		return false;
	plain->n += n;
	return true;
}

void
box_seal(struct buf *out, const struct secret *key, struct slice what,
    struct slice plain)
{
	assert(key->n == SHELF_KEY);
	seal(out, key->p, what, plain);
}

bool
box_open(struct buf *plain, const struct secret *key, struct slice what,
    struct slice box, struct err *err)
{
	assert(key->n == SHELF_KEY);
	return open_to(plain, key->p, what, box, err);
}

bool
shelf_new_key(const struct shelves *s, const struct shelf_label *label,
    struct slice what, struct secret **key, struct buf *wrapped,
    struct err *err)
{
	const uint8_t *shelf = key_of(s, label, err);

	if (shelf == NULL)
		return false;
	*key = secret_random(SHELF_KEY);
	seal(wrapped, shelf, what, secret_slice(*key));
	return true;
}

/* A wrapped key has one length: a longer box must not overrun `key`. */
static bool
unwrap(uint8_t key[static SHELF_KEY], const struct shelves *s,
    const struct shelf_label *label, struct slice what, struct slice wrapped,
    struct err *err)
{
	const uint8_t *shelf = key_of(s, label, err);

	if (shelf == NULL)
		return false;
	if (wrapped.n != SHELF_WRAPPED)
		return err_set(err, ERR_VERIFY, "E-SHELF-OPEN",
		    "a wrapped key of %zu bytes", wrapped.n);
	return open_box(key, shelf, what, wrapped, err);
}

struct secret *
shelf_unwrap(const struct shelves *s, const struct shelf_label *label,
    struct slice what, struct slice wrapped, struct err *err)
{
	struct secret *key = secret_new(SHELF_KEY);

	if (!unwrap(key->p, s, label, what, wrapped, err)) {
		secret_free(key);
		return NULL;
	}
	return key;
}

/*
 * The key lives on the stack for this one call and is wiped: a guarded page
 * for each row would cost more than all the rest of writing it.
 */
bool
shelf_seal(struct buf *out, const struct shelves *s,
    const struct shelf_label *label, struct slice what, struct slice plain,
    struct err *err)
{
	const uint8_t *shelf = key_of(s, label, err);
	uint8_t key[SHELF_KEY];

	if (shelf == NULL)
		return false;
	randombytes_buf(key, sizeof(key));
	seal(out, shelf, what, slice_of(key, sizeof(key)));
	seal(out, key, what, plain);
	secret_wipe(key, sizeof(key));
	return true;
}

bool
shelf_open(struct buf *plain, const struct shelves *s,
    const struct shelf_label *label, struct slice what, struct slice sealed,
    struct err *err)
{
	size_t cut = sealed.n < SHELF_WRAPPED ? sealed.n : SHELF_WRAPPED;
	uint8_t key[SHELF_KEY];
	bool ok;

	if (!unwrap(key, s, label, what, slice_of(sealed.p, cut), err))
		return false;
	ok = open_to(plain, key, what, slice_skip(sealed, cut), err);
	secret_wipe(key, sizeof(key));
	return ok;
}
