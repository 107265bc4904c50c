#ifndef CRYPTO_KEYRING_H
#define CRYPTO_KEYRING_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/secret.h"
#include "crypto/age.h"
#include "crypto/password.h"

/*
 * A node's secrets in one age file, sealed to an unlock identity; that
 * identity alone is sealed under a passphrase (scrypt).  So the ring can be
 * rewritten (a new shelf key each month) without the passphrase, and opened
 * unattended from a credential that holds the unlock identity.
 *
 * Entries are (use, label) -> bytes.  Plaintext exists only in guarded
 * memory.  Rules set: E-KEYRING-FORM, E-KEYRING-PASSPHRASE, E-KEYRING-FULL; a
 * sealed file that does not open gives the E-AGE rule that says why.
 */
enum keyring_use {
	KEYRING_SIGN = 1,	/* message key: Ed25519 seed, then the network's id;
				 * label = key name, "demo.example/rs" */
	KEYRING_RECEIPT,	/* reserved */
	KEYRING_SEAL,		/* X25519 identity; label = its id (16 hex) */
	KEYRING_TLS_LINK,	/* PKCS #8 DER of the peers' TLS key */
	KEYRING_TLS_DESK,
	KEYRING_SHELF,		/* 32 bytes; label = "2031-11" */
	KEYRING_INDEX,		/* 32 bytes: keyed hashes */
	KEYRING_AUDIT,		/* log key, Ed25519 seed */
	KEYRING_OFFICER,	/* struct password_record; label = account */
	KEYRING_ROOT,		/* trust keyring: network root, Ed25519 seed */
	KEYRING_DIRECTORY,	/* trust keyring: reserved */
	KEYRING_CARD,		/* trust keyring: card key, Ed25519 seed */
	KEYRING_RETIRED,	/* a sealing key no card lists; made: since when */
	KEYRING_CUSTODIAN,	/* public: a recipient's text; label = "1 anna" */
	KEYRING_USES
};
enum {
	KEYRING_LABEL		= 96,
	KEYRING_ENTRY_MAX	= 4096,
	KEYRING_FILE_MAX	= 4 * 1024 * 1024,
	/* Each value costs four of the 65530 mappings that Linux gives a
	 * process, and two rings may be open at a time. */
	KEYRING_ENTRIES		= 4096,
};

struct keyring_entry {
	enum keyring_use	 use;
	char			 label[KEYRING_LABEL];
	msec			 made;
	struct secret		*value;
};

struct keyring;

struct keyring *keyring_new(void);
void	keyring_free(struct keyring *);
/* Replaces an entry of the same use and label; takes *value (NULL after),
 * also when it fails: E-KEYRING-FORM for the label or an empty value,
 * E-KEYRING-FULL for a value or a ring over the bounds above. */
bool	keyring_put(struct keyring *, enum keyring_use, const char *label,
	    msec made, struct secret **value, struct err *);
/* Borrowed until the entry is replaced; NULL when there is none. */
const struct secret *keyring_get(const struct keyring *, enum keyring_use,
	    const char *label);
bool	keyring_remove(struct keyring *, enum keyring_use, const char *label);
/* Entries of a use, oldest first; ends by returning NULL. */
const struct keyring_entry *keyring_each(const struct keyring *,
	    enum keyring_use, size_t i);

/* Sealed bytes of the ring (an age file to `unlock`'s recipient). */
bool	keyring_seal(struct buf *out, const struct keyring *,
	    const struct secret *unlock, struct err *);
struct keyring *keyring_open(struct slice sealed, const struct secret *unlock,
	    struct err *);

/* The unlock identity under a passphrase; work 0 means AGE_SCRYPT_WORK. */
bool	keyring_lock(struct buf *out, const struct secret *unlock,
	    const struct secret *passphrase, unsigned work, struct err *);
struct secret *keyring_unlock(struct slice locked, const struct secret *passphrase,
	    struct err *);

#endif
