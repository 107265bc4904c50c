#ifndef PROC_TLS_KEY_H
#define PROC_TLS_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/slice.h"

/*
 * TLS keys of a node and the certificates they sign for themselves.  Nobody
 * believes what such a certificate says: it carries the public key, and the
 * key's pin (SHA-256 of its SPKI) is what cards and invites name.  So it
 * never expires, and may be made anew from the key at every start.
 *
 * Keys are stored as PKCS #8 DER; PEM is what http and fetch ask for.
 * Rules set: E-TLS-KEY, E-TLS-CERT.
 */
enum tls_key_kind {
	TLS_KEY_ED25519,	/* between members */
	TLS_KEY_P256		/* for browsers, which take no Ed25519 */
};

/* PKCS #8 DER. */
struct secret	*tls_key_new(enum tls_key_kind);
/* The same key as PEM text, without a NUL; NULL when it is no such key. */
struct secret	*tls_key_pem(const struct secret *der, struct err *);
/* A self-signed certificate.  `name` is its CN (at most 64 bytes) and, where
 * it can be one, its DNS name or IP address. */
bool		 tls_key_certificate(struct buf *pem, const struct secret *der,
		    const char *name, struct err *);
/* SHA-256 of the SPKI of the first certificate in `cert_pem`. */
bool		 tls_key_pin(uint8_t pin[static 32], struct slice cert_pem,
		    struct err *);

/* The key is the one that the certificate carries. */
bool		 tls_key_matches(struct slice key_pem, struct slice cert_pem);

#endif
