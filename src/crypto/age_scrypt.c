#include <assert.h>
#include <sodium.h>
#include <stdio.h>

#include "crypto/age.h"
#include "crypto/age_stanza.h"

#define TYPE	"scrypt"
#define LABEL	"age-encryption.org/v1/scrypt"

enum { SALT = 16, MEMORY = 8 /* r */, PARALLEL = 1 /* p */ };

/* False when the machine has not the memory: 1 KiB << work. */
static bool
wrap_key(uint8_t key[static AGE_KEY], const struct secret *passphrase,
    const uint8_t salt[static SALT], unsigned work, struct err *err)
{
	uint8_t labelled[sizeof(LABEL) - 1 + SALT];

	memcpy(labelled, LABEL, sizeof(LABEL) - 1);
	memcpy(labelled + sizeof(LABEL) - 1, salt, SALT);
	if (crypto_pwhash_scryptsalsa208sha256_ll(passphrase->p, passphrase->n,
	    labelled, sizeof(labelled), (uint64_t)1 << work, MEMORY, PARALLEL,
	    key, AGE_KEY) == -1)
		return err_errno(err, "scrypt at work factor %u", work);
	return true;
}

static bool
recipient_wrap(const struct age_recipient *r,
    const uint8_t file_key[static AGE_FILE_KEY], struct buf *header,
    struct err *err)
{
	uint8_t salt[SALT], key[AGE_KEY], body[AGE_BODY];
	char work[12];

	randombytes_buf(salt, sizeof(salt));
	if (!wrap_key(key, r->passphrase, salt, r->work, err))
		return false;
	age_key_wrap(body, key, file_key);
	secret_wipe(key, sizeof(key));
	(void)snprintf(work, sizeof(work), "%u", r->work);
	age_stanza_print(header, TYPE, slice_of(salt, sizeof(salt)), work, body);
	return true;
}

static const struct age_recipient_type scrypt_recipient = {
	.name = TYPE,
	.wrap = recipient_wrap,
	.alone = true,
};

void
age_recipient_scrypt(struct age_recipient *r, const struct secret *passphrase,
    unsigned work)
{
	assert(work <= AGE_SCRYPT_MAX);
	*r = (struct age_recipient){
		.type = &scrypt_recipient,
		.passphrase = passphrase,
		.work = work == 0 ? AGE_SCRYPT_WORK : work,
	};
}

/* A decimal number without sign or leading zero, at most max. */
static bool
work_parse(unsigned *work, struct slice text, unsigned max, struct err *err)
{
	bool digits = text.p[0] != '0';
	uint64_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		digits = digits && text.p[i] >= '0' && text.p[i] <= '9';
		/* Beyond the bound by how much does not matter. */
		if (digits && n <= max)
			n = n * 10 + (uint64_t)(text.p[i] - '0');
	}
	if (!digits)
		return err_set(err, ERR_INVALID, "E-AGE-HEADER",
		    "a scrypt stanza's work factor is no number");
	if (n > max)
		return err_set(err, ERR_INVALID, "E-AGE-WORK",
		    "a scrypt stanza's work factor is above %u", max);
	*work = (unsigned)n;
	return true;
}

static enum age_unwrap
identity_unwrap(const struct age_identity *id,
    const struct age_stanza *stanzas, size_t n,
    uint8_t file_key[static AGE_FILE_KEY], struct err *err)
{
	uint8_t salt[SALT], key[AGE_KEY];
	struct buf text = BUF_INIT;
	unsigned work;
	bool ok;

	/* Standing alone was checked for all kinds of identities. */
	if (n != 1 || !age_stanza_is(&stanzas[0], TYPE))
		return AGE_NOT_MINE;
	ok = age_stanza_form(&stanzas[0], 3, salt, SALT, &text, err) &&
	    work_parse(&work, stanzas[0].args[2], id->max_work, err) &&
	    wrap_key(key, id->key, salt, work, err);
	buf_free(&text);
	if (!ok)
		return AGE_BROKEN;
	ok = age_key_unwrap(file_key, key, stanzas[0].body.p);
	secret_wipe(key, sizeof(key));
	return ok ? AGE_UNWRAPPED : AGE_NOT_MINE;
}

static const struct age_identity_type scrypt_identity = {
	.name = TYPE,
	.unwrap = identity_unwrap,
};

void
age_identity_scrypt(struct age_identity *id, const struct secret *passphrase)
{
	*id = (struct age_identity){
		.type = &scrypt_identity,
		.key = passphrase,
		.max_work = AGE_SCRYPT_MAX,
	};
}
