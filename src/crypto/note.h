#ifndef CRYPTO_NOTE_H
#define CRYPTO_NOTE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/slice.h"
#include "crypto/hash.h"

/*
 * Signed notes (c2sp.org/signed-note): everything Entente signs.  A note is a
 * text that ends in a newline, an empty line, and signature lines.
 *
 * Rules set: E-NOTE-FORM (malformed), E-NOTE-SIZE, E-NOTE-SIGNATURE (a known
 * key's signature does not verify), E-NOTE-UNSIGNED (no known key signed),
 * E-KEY-FORM (a vkey or signing key text that is none).
 */
enum {
	NOTE_MAX	= 1024 * 1024,	/* directories; messages: 64 KiB */
	NOTE_SIGNATURES	= 32,		/* most lines accepted */
	NOTE_NAME	= 160,		/* room for a key name */
	NOTE_VKEY	= 296,		/* room for a vkey's text */
};

enum note_algorithm {
	NOTE_ED25519	= 0x01,
	NOTE_ECDSA_P256	= 0x02,		/* verified only, for hardware keys */
};

/* Public: who may have signed.  Text form "name+hash+base64(alg || key)". */
struct note_vkey {
	char			name[NOTE_NAME];
	uint32_t		id;
	enum note_algorithm	alg;
	uint8_t			key[96];	/* Ed25519: 32; P-256: SPKI DER (91) */
	size_t			key_len;
};
bool	note_vkey_parse(struct note_vkey *, struct slice, struct err *);
void	note_vkey_print(char out[static NOTE_VKEY], const struct note_vkey *);
bool	note_vkey_eq(const struct note_vkey *, const struct note_vkey *);
/* Name, id and form for an Ed25519 public key. */
void	note_vkey_ed25519(struct note_vkey *, const char *name,
	    const uint8_t public_key[static 32]);
/* Not empty, shorter than NOTE_NAME, no space of Unicode, '+' or control. */
bool	note_name_valid(struct slice);

/* Secret: signs.  A table of functions, so that a token can stand here. */
struct note_signer {
	struct note_vkey	vkey;
	const struct secret	*seed;	/* Ed25519: 32 bytes, borrowed */
	bool	(*sign)(const struct note_signer *, struct slice text,
		    struct buf *signature, struct err *);
};
/* An Ed25519 signer over a borrowed seed. */
void	note_signer_ed25519(struct note_signer *, const char *name,
	    const struct secret *seed);

struct note_signature {
	struct slice	name;
	uint32_t	id;
	uint8_t		bytes[160];	/* after the id; longer ones are kept by line */
	size_t		n;		/* 0 when longer than bytes */
	struct slice	line;		/* whole, without newline */
};

struct note {				/* borrowed from the bytes parsed */
	struct slice		text;	/* with its final newline */
	struct note_signature	sigs[NOTE_SIGNATURES];
	size_t			nsigs;
};
/* Strict: form, UTF-8, no ASCII controls but newline, bounds, canonical base64,
 * one line per key.  Nothing verified. */
bool	note_parse(struct note *, struct slice, struct err *);

/*
 * Verify against the keys one trusts.  Signatures of unknown keys are
 * ignored; one of a known key that fails refuses the note.  by[i] says
 * whether keys[i] signed; true when at least one did.  A key that stands in
 * the list twice counts once, where it stands first; after false all of by[]
 * is false.
 */
bool	note_verify(const struct note *, const struct note_vkey *keys, size_t nkeys,
	    bool *by, struct err *);

/* Append text (ending in newline), the empty line and one signature. */
bool	note_sign(struct buf *out, struct slice text, const struct note_signer *,
	    struct err *);
/* Append one more signature line to a note already in *out.  The line alone:
 * note_signature_line(). */
bool	note_signature_line(struct buf *out, struct slice text,
	    const struct note_signer *, struct err *);

/* The name of a text: SHA-256 over it. */
static inline struct hash
note_text_name(const struct note *n)
{
	return hash_of(n->text);
}

#endif
