#ifndef ENTENTED_KEYS_SECRET_H
#define ENTENTED_KEYS_SECRET_H

#include "ententd/keys.h"

/*
 * What officers know and keys does with it, in three steps: a secret is held
 * under its ticket (keys_ticket.c), used when both sides agree (keys_secret.c),
 * and computed with in a forked child (keys_derive.c).
 */
struct ticket {
	uint8_t		 id[TICKET];
	enum purpose	 purpose;
	uint8_t		 shown[32];
	struct secret	*secret;	/* NULL: a free place */
	msec		 until;
};

/* The ticket, taken from the desk and asked for by the vault: spent whatever
 * comes of it.  The cursor stands at purpose, badge, text. */
void	keys_ticket_use(struct keys *, const struct question *, struct ticket *,
	    struct cursor *);

void	keys_refuse(struct keys *, const struct question *, enum err_class,
	    const char *rule, const char *text);

/*
 * In the deriver: a child that computes, writes, and is gone.  It writes 32
 * bytes (the approval's seed, or the unlock identity); for a password set or
 * changed its record and 32 bytes of public key; one byte when the old password
 * was wrong; nothing when it cannot.
 */
void	keys_derive(const struct keys *, enum purpose, const char *badge,
	    const struct secret *password, int fd) __attribute__((noreturn));

#endif
