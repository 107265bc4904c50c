#include "crypto/password.h"

#include <sodium.h>

#include "tap.h"

static struct err err;

static struct secret *
word(const char *s)
{
	return secret_copy(slice_str(s));
}

static bool
weak(const char *s)
{
	struct secret *password = word(s), *seed = secret_random(32);
	struct password_record r;
	bool ok;

	ok = !password_set(&r, password, seed, &err) &&
	    strcmp(err.rule, "E-PASSWORD-WEAK") == 0;
	secret_free(password);
	secret_free(seed);
	return ok;
}

/* The rule that opening gives; "" when it opens to the seed. */
static const char *
opens(const struct password_record *r, const char *s, const struct secret *seed)
{
	struct secret *password = word(s), *got;

	err.rule[0] = '\0';
	got = password_open(r, password, &err);
	if (got != NULL && !slice_eq(secret_slice(got), secret_slice(seed)))
		strcpy(err.rule, "another seed");
	secret_free(got);
	secret_free(password);
	return err.rule;
}

static void
test_weak(void)
{
	char s[PASSWORD_MAX + 2];

	OK(weak(""), "an empty password is weak");
	OK(weak("seven77"), "seven characters are weak");
	OK(weak("\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c"),
	    "six letters in twelve bytes are weak");
	OK(weak("aaaaaaaaaaaa"), "one character repeated is weak");
	OK(weak("\xd0\xbf\xd0\xbf\xd0\xbf\xd0\xbf\xd0\xbf\xd0\xbf\xd0\xbf\xd0\xbf"),
	    "in any script");
	OK(weak("eight888\xff"), "what is not UTF-8 is refused");
	memset(s, 'a', sizeof(s));
	s[0] = 'b';
	s[PASSWORD_MAX + 1] = '\0';
	OK(weak(s), "129 bytes are refused");
}

static void
test_open(void)
{
	struct secret *password = word("correct horse"), *seed;
	struct password_record r, other;

	seed = secret_random(32);
	OK(password_set(&r, password, seed, &err), "a password is set");
	OK(password_set(&other, password, seed, &err), "and once more");
	OK(memcmp(r.salt, other.salt, sizeof(r.salt)) != 0 &&
	    memcmp(r.check, other.check, sizeof(r.check)) != 0,
	    "one password makes two records");
	EQ_STR(opens(&r, "correct horse", seed), "", "it opens to the seed");
	EQ_STR(opens(&r, "Correct horse", seed), "E-PASSWORD-WRONG",
	    "another does not");
	other.check[31] ^= 1;
	EQ_STR(opens(&other, "correct horse", seed), "E-PASSWORD-WRONG",
	    "nor the right one on a changed check");
	other.check[31] ^= 1;
	other.sealed[30] ^= 1;
	EQ_STR(opens(&other, "correct horse", seed), "E-PASSWORD-RECORD",
	    "a changed seal shows");
	memcpy(other.sealed, r.sealed, sizeof(r.sealed));
	EQ_STR(opens(&other, "correct horse", seed), "E-PASSWORD-RECORD",
	    "the seal of another record does not fit");
	other.salt[0] ^= 1;
	EQ_STR(opens(&other, "correct horse", seed), "E-PASSWORD-WRONG",
	    "nor another salt");
	password_waste(password);
	OK(true, "an account that does not exist costs the same call");
	secret_free(password);
	secret_free(seed);
}

int
main(void)
{
	secret_process_init();
	test_weak();
	test_open();
	return tap_done();
}
