#ifndef ENTENTD_KEYS_H
#define ENTENTD_KEYS_H

#include "crypto/keyring.h"
#include "crypto/note.h"
#include "ententd/child.h"
#include "model/ident.h"
#include "model/kind.h"

/*
 * The process that has the keys, and nothing else: no network, no files, no
 * store.  It signs what its table allows, unwraps file keys, keeps shelf keys
 * and officers' approval keys; what a person's password guards is derived in
 * a short-lived child, never in its loop.
 */
struct keys {
	struct child_state	 child;
	struct keyring		*ring;		/* NULL while locked */
	struct secret		*unlock;	/* the unlock identity */
	struct kind_set		*kinds;
	struct member_id	 member;
	char			 key_name[112];	/* "<network>/<member>" */
	struct hash		 net;
	struct secret		*seed;		/* of the message key */
	struct note_signer	 signer;
	struct keys_save	*saves;		/* waiting for the parent's word */
	uint32_t		 next_save;
	struct shelf_wanted	*wanted;	/* new shelves being written */
	bool			 sweeping;	/* a timer looks after tickets */
};

/* The vault's question: what a vault asked that died since is not answered
 * to the next one, whose questions have the same numbers. */
struct question {
	uint32_t	era, id;
};
struct question	keys_question(const struct keys *, const struct ipc_message *);
/* The body is wiped by the caller. */
void	keys_answer(struct keys *, const struct question *, uint16_t type,
	    struct slice body);
/* What was signed, for the parent's log: past the vault, so that what a broken
 * vault had signed can be seen. */
void	keys_tell_parent(struct keys *, const char *type, struct slice text);

/* keys_ring.c: opening, saving, shelves */
bool	keys_open_ring(struct keys *, struct err *);
void	keys_tell_vault(struct keys *);		/* KEYS_STATE */
void	keys_tell_tls(struct keys *, enum child);
/* Seal the ring, have it written, then call done; done gets ok. */
void	keys_save_ring(struct keys *, void (*done)(struct keys *, void *arg, bool ok),
	    void *arg);
void	keys_saved(struct keys *, uint32_t id, bool ok);
void	keys_give_shelf(struct keys *, struct ipc_message *);
void	keys_end_shelf(struct keys *, struct ipc_message *);

/* keys_sign.c */
void	keys_sign(struct keys *, struct ipc_message *);
void	keys_unwrap(struct keys *, struct ipc_message *);
/* An officer's public approval key by badge; false: none. */
bool	keys_officer(const struct keys *, const char *badge, struct note_vkey *);

/* keys_secret.c: tickets from the desk, uses from the vault */
void	keys_ticket(struct keys *, struct slice body);
void	keys_use(struct keys *, struct ipc_message *);

#endif
