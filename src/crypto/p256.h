#ifndef CRYPTO_P256_H
#define CRYPTO_P256_H

#include <stdbool.h>

#include "base/secret.h"

/*
 * Diffie-Hellman over P-256, by libcrypto: keys that a hardware module can
 * hold.  A scalar is 32 bytes, big-endian, from 1 to the group's order less
 * one; a point stands as SEC 1 has it, and is never that at infinity.
 */
enum { P256_SCALAR = 32, P256_POINT = 65, P256_SHORT = 33 };

/* From the compressed form and to it.  False when it is no point of the
 * curve, or not in this form. */
bool	p256_expand(uint8_t point[static P256_POINT],
	    const uint8_t compressed[static P256_SHORT]);
void	p256_compress(uint8_t compressed[static P256_SHORT],
	    const uint8_t point[static P256_POINT]);
/* A scalar's point; false when it is out of range. */
bool	p256_public(uint8_t point[static P256_POINT],
	    const uint8_t scalar[static P256_SCALAR]);
/* A fresh scalar and its point. */
void	p256_generate(uint8_t scalar[static P256_SCALAR],
	    uint8_t point[static P256_POINT]);
/* The x of the product.  False when `point` is none of the curve, or the
 * scalar out of range. */
bool	p256_agree(uint8_t shared[static 32],
	    const uint8_t scalar[static P256_SCALAR],
	    const uint8_t point[static P256_POINT]);

#endif
