#ifndef CRYPTO_KEYRING_FORM_H
#define CRYPTO_KEYRING_FORM_H

#include "crypto/keyring.h"

/*
 * The plaintext inside a sealed keyring.  Integers big-endian:
 *
 *	u8	version, 1
 *	entries, to the end:
 *		u16		use
 *		u32, bytes	label
 *		u64		made
 *		u32, bytes	value, 1 .. KEYRING_ENTRY_MAX
 *
 * Entries ascend strictly by (use, label), so what decodes encodes to the
 * same bytes.
 */
enum {
	KEYRING_V1	= 1,
	/* What surely seals to at most KEYRING_FILE_MAX. */
	KEYRING_PLAIN	= KEYRING_FILE_MAX - 8192,
};

struct keyring {
	struct keyring_entry	**named;	/* by use, label */
	struct keyring_entry	**aged;		/* by use, made, label */
	size_t			  n;
	size_t			  cap;
	size_t			  size;		/* of the plaintext form */
};

/* Appends exactly k->size bytes. */
void	keyring_form_encode(struct buf *, const struct keyring *);
/* NULL with E-KEYRING-FORM. */
struct keyring *keyring_form_decode(struct slice, struct err *);

/* Size of one entry's form. */
size_t	keyring_form_entry(const char *label, size_t value);
/* A label is text of one line. */
bool	keyring_form_label(const char *);

#endif
