#ifndef CRYPTO_AGE_H
#define CRYPTO_AGE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/slice.h"

/*
 * age v1 files (c2sp.org/age): everything Entente seals.  Both directions
 * stream in constant memory.  Kinds of recipient and identity stand behind
 * tables of functions, so that a post-quantum stanza joins without a change
 * here.
 *
 * Rules set: E-AGE-HEADER (malformed), E-AGE-VERSION, E-AGE-SIZE (header over
 * its bound, or plaintext over the buffer's limit), E-AGE-NO-MATCH (no
 * identity fits), E-AGE-MAC, E-AGE-PAYLOAD (tampered or truncated),
 * E-AGE-ARMOR, E-AGE-KEY (a recipient or identity text that is none, or no
 * set of recipients one can seal to), E-AGE-WORK (scrypt work factor out of
 * bounds); E-IO when the machine has not the memory scrypt asks for.
 */
enum {
	AGE_FILE_KEY	= 16,
	AGE_NONCE	= 16,
	AGE_CHUNK	= 65536,
	AGE_TAG		= 16,
	AGE_HEADER_LINK	= 64 * 1024,		/* bound for peers' headers */
	AGE_HEADER_MAX	= 2 * 1024 * 1024,	/* bound in the library */
	AGE_KEY_TEXT	= 128,			/* room for key texts */
	AGE_FOREIGN_TEXT = 4096,		/* for those of unknown types */
	AGE_POINT	= 65,			/* room for a public key */
	AGE_SCRYPT_WORK	= 18,			/* log2 N used when sealing */
	AGE_SCRYPT_MAX	= 22,			/* highest accepted */
};

struct age_stanza {			/* borrowed from the header's bytes */
	struct slice	*args;		/* args[0] is the type */
	size_t		 nargs;
	struct slice	 body;		/* decoded */
};

/* -- recipients ---------------------------------------------------------- */

struct age_recipient {
	const struct age_recipient_type	*type;
	uint8_t			 point[AGE_POINT]; /* X25519: 32; P-256: 65 */
	const struct secret	*passphrase;	/* scrypt: borrowed */
	unsigned		 work;		/* scrypt: log2 N */
};

struct age_recipient_type {
	const char	*name;
	/* Append one stanza's lines that wrap file_key. */
	bool		(*wrap)(const struct age_recipient *,
			    const uint8_t file_key[static AGE_FILE_KEY],
			    struct buf *header, struct err *);
	/* Its text; NULL for a kind that has none. */
	void		(*print)(char out[static AGE_KEY_TEXT],
			    const struct age_recipient *);
	bool		alone;		/* may not stand beside others (scrypt) */
};

/* "age1..." (X25519) or "age1tag1..." (P-256), in lower case, without white
 * space: there is one text per key. */
bool	age_recipient_parse(struct age_recipient *, struct slice text, struct err *);
void	age_recipient_print(char out[static AGE_KEY_TEXT], const struct age_recipient *);
/*
 * What a text is, for whoever keeps the recipients of others: one of a type
 * that only later programs know is "age1<type>1...", well-formed Bech32 of
 * less than AGE_FOREIGN_TEXT bytes.
 */
enum age_known { AGE_NO_RECIPIENT, AGE_FOREIGN, AGE_KNOWN };
enum age_known age_recipient_known(struct slice text);
/* work at most AGE_SCRYPT_MAX; 0: AGE_SCRYPT_WORK.  The passphrase stays the
 * caller's. */
void	age_recipient_scrypt(struct age_recipient *, const struct secret *passphrase,
	    unsigned work);

/* -- identities ---------------------------------------------------------- */

enum age_unwrap { AGE_UNWRAPPED, AGE_NOT_MINE, AGE_BROKEN };

struct age_identity {
	const struct age_identity_type	*type;
	const struct secret	*key;	/* scalar or passphrase: borrowed */
	uint8_t			 point[AGE_POINT]; /* the scalar's public half */
	unsigned		 max_work;	/* scrypt */
};

struct age_identity_type {
	const char	*name;
	/* Look through the stanzas for one's own.  err is set with AGE_BROKEN
	 * alone: a stanza of one's kind is malformed. */
	enum age_unwrap	(*unwrap)(const struct age_identity *,
			    const struct age_stanza *, size_t n,
			    uint8_t file_key[static AGE_FILE_KEY], struct err *);
	/* Whom to seal to; NULL for a kind that has no public half. */
	void		(*recipient)(struct age_recipient *,
			    const struct age_identity *);
};

/* "AGE-SECRET-KEY-1...", in upper case; *key becomes the caller's secret (32
 * bytes), or NULL. */
bool	age_identity_parse(struct secret **key, struct slice text, struct err *);
/* The text of an X25519 identity, in memory to be wiped (secret, with NUL). */
struct secret *age_identity_print(const struct secret *key);
struct secret *age_identity_generate(void);
/* Fill *id (and its public half) over a borrowed 32-byte key. */
void	age_identity_x25519(struct age_identity *id, const struct secret *key);
/*
 * The same over a P-256 scalar (32 bytes, big-endian): what a hardware module
 * does, in software.  age gives such keys no text.  False: E-AGE-KEY, out of
 * range.
 */
bool	age_identity_p256(struct age_identity *id, const struct secret *key,
	    struct err *);
struct secret *age_identity_p256_generate(void);
void	age_identity_scrypt(struct age_identity *id, const struct secret *passphrase);
void	age_identity_recipient(struct age_recipient *, const struct age_identity *);

/* -- sealing ------------------------------------------------------------- */

struct age_seal;		/* one file being written */

/* Writes the header to *out.  NULL with err, and *out as it was, when a wrap
 * fails, when n is 0, or when a recipient that must stand alone does not. */
struct age_seal *age_seal_begin(const struct age_recipient *, size_t n,
	    struct buf *out, struct err *);
/* Appends whole sealed chunks to *out; holds at most one chunk itself. */
void	age_seal_add(struct age_seal *, struct slice plain, struct buf *out);
/* The last chunk; frees s. */
void	age_seal_end(struct age_seal *s, struct buf *out);
void	age_seal_free(struct age_seal *);	/* abandon */

/* The whole of a small file at once. */
bool	age_seal_all(struct buf *out, const struct age_recipient *, size_t n,
	    struct slice plain, struct err *);
/* Size of the payload (without header) that `plain` bytes become. */
uint64_t age_payload_size(uint64_t plain);

/* -- opening ------------------------------------------------------------- */

/*
 * A parsed header.  Its slices point into the bytes parsed and into memory of
 * its own.  `length` is where the payload begins.
 */
struct age_header {
	struct slice		 mac_input;
	uint8_t			 mac[32];
	struct age_stanza	*stanzas;
	size_t			 nstanzas;
	size_t			 length;
	void			*memory;
};

enum age_parse { AGE_PARSED, AGE_MORE, AGE_BAD };
/* AGE_MORE: not all there yet, within `max`.  Only AGE_PARSED is to be freed. */
enum age_parse age_header_parse(struct age_header *, struct slice bytes,
	    size_t max, struct err *);
void	age_header_free(struct age_header *);
/* Find the file key with one of the identities and check the header's MAC. */
bool	age_header_open(const struct age_header *, const struct age_identity *,
	    size_t n, uint8_t file_key[static AGE_FILE_KEY], struct err *);

struct age_open;		/* one file being read */

/* Identities (borrowed until the end) and the bound on the header. */
struct age_open *age_open_begin(const struct age_identity *, size_t n,
	    size_t header_max);
/* Only the payload (nonce first), with a file key already unwrapped. */
struct age_open *age_open_payload(const uint8_t file_key[static AGE_FILE_KEY]);
/* Appends verified plaintext; what it appended is authentic as a prefix, the
 * whole only after age_open_end().  What failed once goes on failing. */
bool	age_open_add(struct age_open *, struct slice sealed, struct buf *plain,
	    struct err *);
/* The final chunk was seen and nothing follows.  Frees o either way. */
bool	age_open_end(struct age_open *o, struct buf *plain, struct err *);
void	age_open_free(struct age_open *);

/* The whole of a small file at once; on false *plain is as it was. */
bool	age_open_all(struct buf *plain, const struct age_identity *, size_t n,
	    struct slice sealed, size_t header_max, struct err *);

#endif
