#include "crypto/keyring.h"

#include <assert.h>
#include <stdlib.h>

#include "crypto/keyring_form.h"

/* -- entries ------------------------------------------------------------- */

static int
by_name(const struct keyring_entry *a, const struct keyring_entry *b)
{
	if (a->use != b->use)
		return a->use < b->use ? -1 : 1;
	return strcmp(a->label, b->label);
}

static int
by_age(const struct keyring_entry *a, const struct keyring_entry *b)
{
	if (a->use != b->use)
		return a->use < b->use ? -1 : 1;
	if (a->made != b->made)
		return a->made < b->made ? -1 : 1;
	return strcmp(a->label, b->label);
}

/* Where e stands, or would stand, in an array in that order. */
static size_t
place(struct keyring_entry *const *entries, size_t n,
    int (*order)(const struct keyring_entry *, const struct keyring_entry *),
    const struct keyring_entry *e)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order(entries[middle], e) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
insert(struct keyring_entry **entries, size_t n, size_t at,
    struct keyring_entry *e)
{
	memmove(entries + at + 1, entries + at, (n - at) * sizeof(*entries));
	entries[at] = e;
}

static void
delete(struct keyring_entry **entries, size_t n, size_t at)
{
	memmove(entries + at, entries + at + 1,
	    (n - at - 1) * sizeof(*entries));
}

static void
entry_free(struct keyring_entry *e)
{
	secret_free(e->value);
	free(e);
}

/* The entry of that name; *at is its place in k->named either way. */
static struct keyring_entry *
find(const struct keyring *k, enum keyring_use use, const char *label,
    size_t *at)
{
	struct keyring_entry name = { .use = use };

	if (strlen(label) >= sizeof(name.label))
		return NULL;
	memcpy(name.label, label, strlen(label));
	*at = place(k->named, k->n, by_name, &name);
	if (*at < k->n && by_name(k->named[*at], &name) == 0)
		return k->named[*at];
	return NULL;
}

/* -- the ring ------------------------------------------------------------ */

struct keyring *
keyring_new(void)
{
	struct keyring *k = xcalloc(1, sizeof(*k));

	k->size = 1;		/* the version */
	return k;
}

void
keyring_free(struct keyring *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->n; i++)
		entry_free(k->named[i]);
	free(k->named);
	free(k->aged);
	free(k);
}

static void
add(struct keyring *k, struct keyring_entry *e)
{
	if (k->n == k->cap) {
		k->cap = k->cap == 0 ? 16 : 2 * k->cap;
		k->named = xrealloc(k->named, k->cap * sizeof(*k->named));
		k->aged = xrealloc(k->aged, k->cap * sizeof(*k->aged));
	}
	insert(k->named, k->n, place(k->named, k->n, by_name, e), e);
	insert(k->aged, k->n, place(k->aged, k->n, by_age, e), e);
	k->n++;
	k->size += keyring_form_entry(e->label, e->value->n);
}

bool
keyring_remove(struct keyring *k, enum keyring_use use, const char *label)
{
	struct keyring_entry *e;
	size_t at;

	e = find(k, use, label, &at);
	if (e == NULL)
		return false;
	delete(k->named, k->n, at);
	delete(k->aged, k->n, place(k->aged, k->n, by_age, e));
	k->n--;
	k->size -= keyring_form_entry(e->label, e->value->n);
	entry_free(e);
	return true;
}

static bool
has_room(const struct keyring *k, const struct keyring_entry *old,
    const char *label, size_t value)
{
	size_t size = k->size + keyring_form_entry(label, value);
	size_t n = k->n + 1;

	if (old != NULL) {
		size -= keyring_form_entry(label, old->value->n);
		n--;
	}
	return value <= KEYRING_ENTRY_MAX && size <= KEYRING_PLAIN &&
	    n <= KEYRING_ENTRIES;
}

bool
keyring_put(struct keyring *k, enum keyring_use use, const char *label,
    msec made, struct secret **value, struct err *err)
{
	struct secret *taken = *value;
	struct keyring_entry *e;
	size_t at;
	bool ok;

	assert(use > 0 && use < KEYRING_USES && made >= 0 && made <= TIME_MAX);
	*value = NULL;
	if (!keyring_form_label(label) || taken->n == 0) {
		ok = err_set(err, ERR_INVALID, "E-KEYRING-FORM",
		    "keyring: an entry needs a value and a label of one line");
		goto out;
	}
	if (!has_room(k, find(k, use, label, &at), label, taken->n)) {
		ok = err_set(err, ERR_INVALID, "E-KEYRING-FULL",
		    "keyring: no room for an entry of %zu bytes", taken->n);
		goto out;
	}
	(void)keyring_remove(k, use, label);
	e = xcalloc(1, sizeof(*e));
	e->use = use;
	memcpy(e->label, label, strlen(label));
	e->made = made;
	e->value = taken;
	taken = NULL;
	add(k, e);
	ok = true;
out:
	secret_free(taken);
	return ok;
}

const struct secret *
keyring_get(const struct keyring *k, enum keyring_use use, const char *label)
{
	size_t at;
	const struct keyring_entry *e = find(k, use, label, &at);

	return e == NULL ? NULL : e->value;
}

const struct keyring_entry *
keyring_each(const struct keyring *k, enum keyring_use use, size_t i)
{
	const struct keyring_entry first = { .use = use, .made = 0 };
	size_t at = place(k->aged, k->n, by_age, &first);

	if (i >= k->n - at || k->aged[at + i]->use != use)
		return NULL;
	return k->aged[at + i];
}

/* -- sealing ------------------------------------------------------------- */

/*
 * A buffer over guarded memory.  Its limit is its room, so it never grows and
 * so never moves to the heap.
 */
static struct buf
over(struct secret *s)
{
	return (struct buf){ .p = s->p, .cap = s->n, .limit = s->n };
}

bool
keyring_seal(struct buf *out, const struct keyring *k,
    const struct secret *unlock, struct err *err)
{
	struct secret *plain = secret_new(k->size);
	struct buf b = over(plain);
	struct age_recipient to;
	struct age_identity id;
	bool ok;

	keyring_form_encode(&b, k);
	assert(b.p == plain->p);
	age_identity_x25519(&id, unlock);
	age_identity_recipient(&to, &id);
	ok = age_seal_all(out, &to, 1, buf_all(&b), err);
	secret_free(plain);
	return ok;
}

/* Open a small age file into guarded memory of its own; *n is its size. */
static struct secret *
open_guarded(size_t *n, struct slice sealed, const struct age_identity *id,
    struct err *err)
{
	/* Room for a chunk more, so that the reader may ask for whole ones. */
	struct secret *plain = secret_new(sealed.n + AGE_CHUNK + AGE_TAG);
	struct buf b = over(plain);

	if (!age_open_all(&b, id, 1, sealed, AGE_HEADER_LINK, err)) {
		secret_free(plain);
		return NULL;
	}
	assert(b.p == plain->p && !b.bad);
	*n = b.n;
	return plain;
}

static bool
size_check(struct slice sealed, struct err *err)
{
	if (sealed.n <= KEYRING_FILE_MAX)
		return true;
	return err_set(err, ERR_INVALID, "E-KEYRING-FORM",
	    "keyring: a file of %zu bytes is none", sealed.n);
}

struct keyring *
keyring_open(struct slice sealed, const struct secret *unlock, struct err *err)
{
	struct keyring *k = NULL;
	struct age_identity id;
	struct secret *plain;
	size_t n;

	if (!size_check(sealed, err))
		return NULL;
	age_identity_x25519(&id, unlock);
	plain = open_guarded(&n, sealed, &id, err);
	if (plain != NULL)
		k = keyring_form_decode(slice_of(plain->p, n), err);
	secret_free(plain);
	return k;
}

/* -- the unlock identity under a passphrase ------------------------------ */

bool
keyring_lock(struct buf *out, const struct secret *unlock,
    const struct secret *passphrase, unsigned work, struct err *err)
{
	struct secret *text = age_identity_print(unlock);
	struct age_recipient to;
	bool ok;

	/* A line, as age-keygen writes it: the NUL gives its place. */
	assert(text->n > 1 && text->p[text->n - 1] == '\0');
	text->p[text->n - 1] = '\n';
	age_recipient_scrypt(&to, passphrase, work);
	ok = age_seal_all(out, &to, 1, secret_slice(text), err);
	secret_free(text);
	return ok;
}

struct secret *
keyring_unlock(struct slice locked, const struct secret *passphrase,
    struct err *err)
{
	struct secret *text, *unlock = NULL;
	struct age_identity id;
	struct err why = { .class = ERR_NONE };
	size_t n;

	if (!size_check(locked, err))
		return NULL;
	age_identity_scrypt(&id, passphrase);
	text = open_guarded(&n, locked, &id, &why);
	if (text == NULL) {
		if (strcmp(why.rule, "E-AGE-NO-MATCH") == 0)
			err_set(err, ERR_DENIED, "E-KEYRING-PASSPHRASE",
			    "keyring: the passphrase does not open it");
		else if (err != NULL)
			*err = why;
		return NULL;
	}
	if (n == 0 || text->p[n - 1] != '\n' ||
	    !age_identity_parse(&unlock, slice_of(text->p, n - 1), NULL)) {
		err_set(err, ERR_INVALID, "E-KEYRING-FORM",
		    "keyring: what the passphrase opens is no identity");
		unlock = NULL;
	}
	secret_free(text);
	return unlock;
}
