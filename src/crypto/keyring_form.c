#include "crypto/keyring_form.h"

#include <assert.h>

#include "base/cursor.h"
#include "base/utf8.h"

size_t
keyring_form_entry(const char *label, size_t value)
{
	return 2 + (4 + strlen(label)) + 8 + (4 + value);
}

bool
keyring_form_label(const char *label)
{
	struct slice s = slice_str(label);

	return s.n < KEYRING_LABEL && utf8_printable(s, UTF8_ONE_LINE);
}

void
keyring_form_encode(struct buf *b, const struct keyring *k)
{
	size_t start = b->n;

	buf_u8(b, KEYRING_V1);
	for (size_t i = 0; i < k->n; i++) {
		const struct keyring_entry *e = k->named[i];

		buf_u16(b, (uint16_t)e->use);
		buf_var_str(b, e->label);
		buf_u64(b, (uint64_t)e->made);
		buf_var(b, secret_slice(e->value));
	}
	assert(!b->bad && b->n - start == k->size);
}

/* One entry's bytes, the value still in the plaintext. */
struct raw_entry {
	uint16_t	use;
	char		label[KEYRING_LABEL];
	uint64_t	made;
	struct slice	value;
};

static bool
raw_entry_read(struct raw_entry *e, struct cursor *c)
{
	e->use = cursor_u16(c);
	cursor_str(c, e->label, sizeof(e->label));
	e->made = cursor_u64(c);
	e->value = cursor_var(c, KEYRING_ENTRY_MAX);
	return !c->bad && e->use > 0 && e->use < KEYRING_USES &&
	    keyring_form_label(e->label) && e->made <= (uint64_t)TIME_MAX &&
	    e->value.n > 0;
}

/* After the ring's last entry, by (use, label). */
static bool
raw_entry_follows(const struct raw_entry *e, const struct keyring *k)
{
	const struct keyring_entry *last;

	if (k->n == 0)
		return true;
	last = k->named[k->n - 1];
	return e->use > last->use ||
	    (e->use == last->use && strcmp(e->label, last->label) > 0);
}

struct keyring *
keyring_form_decode(struct slice plain, struct err *err)
{
	struct cursor c = cursor_of(plain);
	struct keyring *k = keyring_new();
	struct secret *value;
	struct raw_entry e;

	if (cursor_u8(&c) != KEYRING_V1)
		goto bad;
	while (c.rest.n > 0) {
		if (!raw_entry_read(&e, &c) || !raw_entry_follows(&e, k))
			goto bad;
		value = secret_copy(e.value);
		if (!keyring_put(k, e.use, e.label, (msec)e.made, &value, NULL))
			goto bad;
	}
	if (cursor_done(&c))
		return k;
bad:
	err_set(err, ERR_INVALID, "E-KEYRING-FORM",
	    "keyring: its plaintext is malformed");
	keyring_free(k);
	return NULL;
}
