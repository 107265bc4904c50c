#include "crypto/custody.h"

#include <assert.h>
#include <stdio.h>

#include "base/utf8.h"

static const char magic[] = "entente/custody/v1 ";
static const char age_magic[] = "age-encryption.org/v1\n";
static const char *const of_names[] = {
	[CUSTODY_NODE] = "node ",
	[CUSTODY_TRUST] = "trust ",
};
enum { OF_NAMES = sizeof(of_names) / sizeof(of_names[0]) };

/* -- who they are ------------------------------------------------------------ */

static bool
name_valid(struct slice name)
{
	if (name.n == 0 || name.n >= CUSTODIAN_NAME)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!(name.p[i] >= 'a' && name.p[i] <= 'z') &&
		    !(name.p[i] >= '0' && name.p[i] <= '9') && name.p[i] != '-')
			return false;
	return true;
}

static bool
is_there(const struct custodians *c, struct slice name, struct slice recipient)
{
	for (size_t i = 0; i < c->n; i++)
		if (slice_eq(name, slice_str(c->of[i].name)) ||
		    slice_eq(recipient, slice_str(c->of[i].recipient)))
			return true;
	return false;
}

bool
custodians_add(struct custodians *c, struct slice name, struct slice recipient,
    struct err *err)
{
	struct age_recipient r;
	struct custodian *to;

	if (!name_valid(name))
		return err_set(err, ERR_INVALID, "E-CUSTODY-SET",
		    "a custodian's name has a-z, 0-9 and -, at most %d",
		    CUSTODIAN_NAME - 1);
	if (recipient.n >= AGE_KEY_TEXT ||
	    !age_recipient_parse(&r, recipient, err))
		return err_set(err, ERR_INVALID, "E-CUSTODY-SET",
		    "%.*s: no age recipient", (int)name.n,
		    (const char *)name.p);
	if (c->n == CUSTODIANS)
		return err_set(err, ERR_INVALID, "E-CUSTODY-SET",
		    "more than %d custodians", CUSTODIANS);
	if (is_there(c, name, recipient))
		return err_set(err, ERR_INVALID, "E-CUSTODY-SET",
		    "%.*s: this name or key is there already", (int)name.n,
		    (const char *)name.p);
	to = &c->of[c->n++];
	*to = (struct custodian){ .name = "" };
	memcpy(to->name, name.p, name.n);
	memcpy(to->recipient, recipient.p, recipient.n);
	return true;
}

bool
custodians_put(struct keyring *ring, const struct custodians *c, msec now,
    struct err *err)
{
	const struct keyring_entry *e;
	char label[KEYRING_LABEL];
	struct secret *value;

	if (c->n < 2)
		return err_set(err, ERR_INVALID, "E-CUSTODY-SET",
		    "any two give the ring back: two custodians at least");
	while ((e = keyring_each(ring, KEYRING_CUSTODIAN, 0)) != NULL) {
		memcpy(label, e->label, sizeof(label));
		(void)keyring_remove(ring, KEYRING_CUSTODIAN, label);
	}
	for (size_t i = 0; i < c->n; i++) {
		(void)snprintf(label, sizeof(label), "%zu %s", i + 1,
		    c->of[i].name);
		value = secret_copy(slice_str(c->of[i].recipient));
		if (!keyring_put(ring, KEYRING_CUSTODIAN, label, now, &value,
		    err))
			return false;
	}
	return true;
}

void
custodians_of(struct custodians *c, const struct keyring *ring)
{
	const struct keyring_entry *e;
	struct err err;

	c->n = 0;
	for (size_t i = 0; (e = keyring_each(ring, KEYRING_CUSTODIAN, i)) !=
	    NULL; i++)
		if (strlen(e->label) > 2)
			(void)custodians_add(c, slice_str(e->label + 2),
			    secret_slice(e->value), &err);
}

bool
custody_pair(const struct custodians *c, size_t i, size_t *first,
    size_t *second)
{
	for (size_t b = 1; b < c->n; b++) {
		if (i < b) {
			*first = i;
			*second = b;
			return true;
		}
		i -= b;
	}
	return false;
}

/* -- sealing ----------------------------------------------------------------- */

static bool
seal_to(struct buf *out, const struct custodian *to, struct slice plain,
    struct err *err)
{
	struct age_recipient r;

	return age_recipient_parse(&r, slice_str(to->recipient), err) &&
	    age_seal_all(out, &r, 1, plain, err);
}

/* In guarded memory of just its size: a buffer over it never moves. */
static struct secret *
plaintext(enum custody_of of, const char *whose, const struct secret *unlock,
    struct slice ring)
{
	struct secret *key = age_identity_print(unlock), *plain;
	size_t n = sizeof(magic) - 1 + strlen(of_names[of]) + strlen(whose) +
	    1 + key->n + ring.n;
	struct buf b;

	plain = secret_new(n);
	b = (struct buf){ .p = plain->p, .cap = n, .limit = n };
	buf_str(&b, magic);
	buf_str(&b, of_names[of]);
	buf_str(&b, whose);
	buf_u8(&b, '\n');
	buf_put(&b, key->p, key->n - 1);	/* without its NUL */
	buf_u8(&b, '\n');
	buf_slice(&b, ring);
	assert(b.p == plain->p && b.n == n && !b.bad);
	secret_free(key);
	return plain;
}

bool
custody_seal(struct buf *out, enum custody_of of, const char *whose,
    const struct custodian *first, const struct custodian *second,
    const struct secret *unlock, struct slice ring, struct err *err)
{
	struct secret *plain = plaintext(of, whose, unlock, ring);
	struct buf inner = BUF_INIT;
	bool ok;

	ok = seal_to(&inner, first, secret_slice(plain), err) &&
	    seal_to(out, second, buf_all(&inner), err);
	secret_free(plain);
	buf_free(&inner);
	return ok;
}

/* -- opening ----------------------------------------------------------------- */

struct secret *
custody_peel(struct slice sealed, const struct age_identity *ids, size_t n,
    struct err *err)
{
	struct secret *room, *plain = NULL;
	struct buf b;

	if (sealed.n > CUSTODY_FILE_MAX) {
		(void)err_set(err, ERR_INVALID, "E-CUSTODY-FORM",
		    "a file of %zu bytes is none of custodians", sealed.n);
		return NULL;
	}
	/* Room for a chunk more, so that the reader may ask for whole ones. */
	room = secret_new(sealed.n + AGE_CHUNK + AGE_TAG);
	b = (struct buf){ .p = room->p, .cap = room->n, .limit = room->n };
	if (age_open_all(&b, ids, n, sealed, AGE_HEADER_LINK, err)) {
		assert(b.p == room->p && !b.bad);
		plain = secret_copy(buf_all(&b));
	}
	secret_free(room);
	return plain;
}

static bool
begins(struct slice s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && memcmp(s.p, with, n) == 0;
}

bool
custody_is_sealed(struct slice s)
{
	return begins(s, age_magic);
}

/* Up to the newline, which goes too. */
static bool
take_line(struct slice *line, struct slice *rest, size_t most)
{
	for (size_t i = 0; i < rest->n && i < most; i++)
		if (rest->p[i] == '\n') {
			*line = slice_of(rest->p, i);
			*rest = slice_of(rest->p + i + 1, rest->n - i - 1);
			return true;
		}
	return false;
}

static bool
read_head(struct custody *c, struct slice line)
{
	if (!begins(line, magic))
		return false;
	line = slice_of(line.p + sizeof(magic) - 1,
	    line.n - (sizeof(magic) - 1));
	for (size_t i = 0; i < OF_NAMES; i++) {
		size_t n = strlen(of_names[i]);

		if (!begins(line, of_names[i]) || line.n == n ||
		    line.n - n >= sizeof(c->whose) ||
		    !utf8_printable(slice_of(line.p + n, line.n - n),
		    UTF8_ONE_LINE))
			continue;
		c->of = (enum custody_of)i;
		memcpy(c->whose, line.p + n, line.n - n);
		return true;
	}
	return false;
}

bool
custody_parse(struct custody *c, struct slice plain, struct err *err)
{
	struct slice line, rest = plain;

	*c = (struct custody){ .unlock = NULL };
	if (take_line(&line, &rest, 256) && read_head(c, line) &&
	    take_line(&line, &rest, AGE_KEY_TEXT) && custody_is_sealed(rest) &&
	    age_identity_parse(&c->unlock, line, err)) {
		c->ring = rest;
		return true;
	}
	custody_release(c);
	return err_set(err, ERR_INVALID, "E-CUSTODY-FORM",
	    "this is no keyring that custodians gave back");
}

void
custody_release(struct custody *c)
{
	secret_free(c->unlock);
	c->unlock = NULL;
}
