#include "crypto/keyring.h"

#include "crypto/keyring_form.h"

#include "tap.h"

enum { WORK = 8 };		/* scrypt, light for the test */

static struct err err;

static bool
put(struct keyring *k, enum keyring_use use, const char *label, msec made,
    const char *value)
{
	struct secret *s = secret_copy(slice_str(value));
	bool ok = keyring_put(k, use, label, made, &s, &err);

	return ok && s == NULL;
}

static bool
has(const struct keyring *k, enum keyring_use use, const char *label,
    const char *value)
{
	const struct secret *s = keyring_get(k, use, label);

	return s != NULL && slice_eq(secret_slice(s), slice_str(value));
}

static struct keyring *
sample(void)
{
	struct keyring *k = keyring_new();
	bool ok;

	ok = put(k, KEYRING_SHELF, "2031-12", 300, "shelf of december") &&
	    put(k, KEYRING_SHELF, "2031-11", 400, "shelf of november") &&
	    put(k, KEYRING_SHELF, "2032-01", 200, "shelf of january") &&
	    put(k, KEYRING_SIGN, "", 100, "seed") &&
	    put(k, KEYRING_OFFICER, "lind", 500, "record");
	OK(ok, "entries are put");
	return k;
}

/* Every entry of a is in b, and no more. */
static bool
same(const struct keyring *a, const struct keyring *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	bool ok;

	keyring_form_encode(&x, a);
	keyring_form_encode(&y, b);
	ok = slice_eq(buf_all(&x), buf_all(&y));
	buf_wipe(&x);
	buf_wipe(&y);
	return ok;
}

static void
test_entries(void)
{
	struct keyring *k = sample();
	const struct keyring_entry *e;
	const char *order[] = { "2032-01", "2031-12", "2031-11" };
	bool ok = true;

	OK(has(k, KEYRING_SIGN, "", "seed") &&
	    has(k, KEYRING_SHELF, "2031-11", "shelf of november"),
	    "entries are found by use and label");
	OK(keyring_get(k, KEYRING_SHELF, "2031-10") == NULL &&
	    keyring_get(k, KEYRING_INDEX, "2031-11") == NULL,
	    "others are not");
	for (size_t i = 0; i < 3; i++) {
		e = keyring_each(k, KEYRING_SHELF, i);
		ok = ok && e != NULL && strcmp(e->label, order[i]) == 0;
	}
	OK(ok && keyring_each(k, KEYRING_SHELF, 3) == NULL,
	    "entries of a use come oldest first");
	OK(keyring_each(k, KEYRING_INDEX, 0) == NULL &&
	    keyring_each(k, KEYRING_CARD, 0) == NULL,
	    "a use without entries has none");
	OK(put(k, KEYRING_SHELF, "2032-01", 600, "renewed") &&
	    has(k, KEYRING_SHELF, "2032-01", "renewed") &&
	    strcmp(keyring_each(k, KEYRING_SHELF, 2)->label, "2032-01") == 0 &&
	    keyring_each(k, KEYRING_SHELF, 3) == NULL,
	    "an entry is replaced, its age too");
	OK(keyring_remove(k, KEYRING_SHELF, "2031-12") &&
	    !keyring_remove(k, KEYRING_SHELF, "2031-12") &&
	    keyring_get(k, KEYRING_SHELF, "2031-12") == NULL &&
	    keyring_each(k, KEYRING_SHELF, 2) == NULL,
	    "an entry is removed once");
	keyring_free(k);
}

static void
test_bounds(void)
{
	struct keyring *k = keyring_new();
	char label[KEYRING_LABEL + 1];
	struct secret *s;
	size_t n = 0;

	memset(label, 'l', sizeof(label));
	label[KEYRING_LABEL] = '\0';
	OK(!put(k, KEYRING_OFFICER, label, 1, "x") &&
	    strcmp(err.rule, "E-KEYRING-FORM") == 0, "a long label is refused");
	OK(keyring_get(k, KEYRING_OFFICER, label) == NULL &&
	    !keyring_remove(k, KEYRING_OFFICER, label), "and is not there");
	label[KEYRING_LABEL - 1] = '\0';
	OK(put(k, KEYRING_OFFICER, label, 1, "x") &&
	    has(k, KEYRING_OFFICER, label, "x"), "95 bytes are not long");
	OK(!put(k, KEYRING_OFFICER, "a\nb", 1, "x"), "a label is one line");
	OK(!put(k, KEYRING_OFFICER, "a", 1, ""), "a value is not empty");
	s = secret_new(KEYRING_ENTRY_MAX + 1);
	OK(!keyring_put(k, KEYRING_TLS_LINK, "", 1, &s, &err) && s == NULL &&
	    strcmp(err.rule, "E-KEYRING-FULL") == 0, "4097 bytes are too many");
	for (;; n++) {
		s = secret_new(KEYRING_ENTRY_MAX);
		(void)snprintf(label, sizeof(label), "%zu", n);
		if (!keyring_put(k, KEYRING_TLS_LINK, label, 1, &s, &err))
			break;
	}
	OK(n > 1000 && n < 1024 && strcmp(err.rule, "E-KEYRING-FULL") == 0,
	    "a full ring says so (%zu entries of 4 KiB)", n);
	s = secret_new(KEYRING_ENTRY_MAX);
	OK(keyring_put(k, KEYRING_TLS_LINK, "5", 1, &s, &err),
	    "in a full ring an entry can still be replaced");
	keyring_free(k);
	k = keyring_new();
	for (n = 0;; n++) {
		(void)snprintf(label, sizeof(label), "%zu", n);
		if (!put(k, KEYRING_OFFICER, label, 1, "x"))
			break;
	}
	OK(n == KEYRING_ENTRIES && strcmp(err.rule, "E-KEYRING-FULL") == 0,
	    "so does one of very many small entries");
	keyring_free(k);
}

static void
test_form(void)
{
	struct keyring *k = sample(), *back;
	struct buf b = BUF_INIT;
	size_t decoded = 0;

	keyring_form_encode(&b, k);
	back = keyring_form_decode(buf_all(&b), &err);
	OK(back != NULL && same(k, back), "a ring decodes to itself");
	keyring_free(back);
	for (size_t n = 0; n < b.n; n++) {
		back = keyring_form_decode(slice_of(b.p, n), &err);
		/* A ring cut after an entry is a ring: the seal forbids it. */
		if (back != NULL && back->size != n)
			decoded = 100;
		decoded += back != NULL;
		keyring_free(back);
	}
	OK(decoded == 5, "a prefix is whole entries or nothing (%zu)", decoded);
	buf_u8(&b, 0);
	OK(keyring_form_decode(buf_all(&b), &err) == NULL &&
	    strcmp(err.rule, "E-KEYRING-FORM") == 0, "no byte may follow");
	b.p[0] = 2;
	OK(keyring_form_decode(slice_of(b.p, b.n - 1), &err) == NULL,
	    "another version is refused");
	buf_free(&b);
	keyring_free(k);
}

static void
test_order(void)
{
	/* version; use 1, label, made 1, value "v": "b" before "a", twice "a" */
	static const char entry_a[] = "\0\1\0\0\0\1a\0\0\0\0\0\0\0\1\0\0\0\1v";
	static const char entry_b[] = "\0\1\0\0\0\1b\0\0\0\0\0\0\0\1\0\0\0\1v";
	static const size_t n = sizeof(entry_a) - 1;
	const char *const pairs[3][2] = {
		{ entry_a, entry_b }, { entry_b, entry_a }, { entry_a, entry_a },
	};

	for (size_t i = 0; i < 3; i++) {
		struct buf b = BUF_INIT;
		struct keyring *k;

		buf_u8(&b, 1);
		buf_put(&b, pairs[i][0], n);
		buf_put(&b, pairs[i][1], n);
		k = keyring_form_decode(buf_all(&b), &err);
		OK((k != NULL) == (i == 0), "entries ascend: case %zu", i);
		keyring_free(k);
		buf_free(&b);
	}
}

static void
test_seal(void)
{
	struct secret *unlock = age_identity_generate();
	struct secret *other = age_identity_generate();
	struct keyring *k = sample(), *back, *again;
	struct buf b = BUF_INIT, c = BUF_INIT;
	int opened = 0;

	OK(keyring_seal(&b, k, unlock, &err), "a ring is sealed");
	back = keyring_open(buf_all(&b), unlock, &err);
	OK(back != NULL && same(k, back), "and opens to itself");
	OK(keyring_open(buf_all(&b), other, &err) == NULL &&
	    strcmp(err.rule, "E-AGE-NO-MATCH") == 0,
	    "another identity does not open it");
	OK(back != NULL && put(back, KEYRING_SHELF, "2032-02", 700, "new") &&
	    keyring_seal(&c, back, unlock, &err),
	    "a new shelf key is sealed without the passphrase");
	again = keyring_open(buf_all(&c), unlock, &err);
	OK(again != NULL && same(back, again) &&
	    has(again, KEYRING_SHELF, "2032-02", "new") &&
	    has(again, KEYRING_SIGN, "", "seed"), "and is there with the rest");
	keyring_free(again);
	for (size_t n = 0; n < b.n; n++) {
		again = keyring_open(slice_of(b.p, n), unlock, &err);
		opened += again != NULL;
		keyring_free(again);
	}
	OK(opened == 0, "no prefix of a sealed ring opens");
	for (size_t i = 0; i < b.n; i++) {
		b.p[i] ^= 1;
		again = keyring_open(buf_all(&b), unlock, &err);
		opened += again != NULL;
		keyring_free(again);
		b.p[i] ^= 1;
	}
	OK(opened == 0, "no sealed ring with a flipped bit opens");
	keyring_free(back);
	keyring_free(k);
	secret_free(unlock);
	secret_free(other);
	buf_free(&b);
	buf_free(&c);
}

static void
test_large(void)
{
	struct secret *unlock = age_identity_generate(), *s;
	struct keyring *k = keyring_new(), *back;
	struct buf b = BUF_INIT;
	char label[16];

	for (int i = 0;; i++) {
		s = secret_random(KEYRING_ENTRY_MAX);
		(void)snprintf(label, sizeof(label), "%d", i);
		if (!keyring_put(k, KEYRING_OFFICER, label, i, &s, &err))
			break;
	}
	OK(keyring_seal(&b, k, unlock, &err) && b.n <= KEYRING_FILE_MAX,
	    "a full ring seals within its bound");
	back = keyring_open(buf_all(&b), unlock, &err);
	OK(back != NULL && same(k, back), "and opens");
	keyring_free(back);
	keyring_free(k);
	buf_clear(&b);
	k = keyring_new();
	OK(keyring_seal(&b, k, unlock, &err), "an empty ring seals");
	back = keyring_open(buf_all(&b), unlock, &err);
	OK(back != NULL && same(k, back), "and opens");
	keyring_free(back);
	keyring_free(k);
	secret_free(unlock);
	buf_free(&b);
}

/* The rule that unlocking gives; "" when it yields `want`. */
static const char *
unlocks(struct slice locked, const char *passphrase, const struct secret *want)
{
	struct secret *p = secret_copy(slice_str(passphrase)), *got;

	err.rule[0] = '\0';
	got = keyring_unlock(locked, p, &err);
	if (got != NULL && !slice_eq(secret_slice(got), secret_slice(want)))
		strcpy(err.rule, "another identity");
	secret_free(got);
	secret_free(p);
	return err.rule;
}

static void
test_lock(void)
{
	struct secret *unlock = age_identity_generate();
	struct secret *pass = secret_copy(slice_str("battery staple"));
	struct age_recipient to;
	struct buf b = BUF_INIT;
	int opened = 0;

	OK(keyring_lock(&b, unlock, pass, WORK, &err), "an identity is locked");
	EQ_STR(unlocks(buf_all(&b), "battery staple", unlock), "",
	    "its passphrase unlocks it");
	EQ_STR(unlocks(buf_all(&b), "battery stable", unlock),
	    "E-KEYRING-PASSPHRASE", "another does not");
	OK(unlocks(slice_of(b.p, b.n - 1), "battery staple", unlock)[0] == 'E',
	    "a truncated one does not unlock");
	for (size_t i = 0; i < b.n; i++) {
		b.p[i] ^= 1;
		opened += *unlocks(buf_all(&b), "battery staple", unlock) == 0;
		b.p[i] ^= 1;
	}
	OK(opened == 0, "nor one with a flipped bit (%d)", opened);
	buf_clear(&b);
	age_recipient_scrypt(&to, pass, WORK);
	OK(age_seal_all(&b, &to, 1, slice_str("not a key\n"), &err),
	    "an age file of something else");
	EQ_STR(unlocks(buf_all(&b), "battery staple", unlock), "E-KEYRING-FORM",
	    "holds no identity");
	secret_free(unlock);
	secret_free(pass);
	buf_free(&b);
}

int
main(void)
{
	secret_process_init();
	test_entries();
	test_bounds();
	test_form();
	test_order();
	test_seal();
	test_large();
	test_lock();
	return tap_done();
}
