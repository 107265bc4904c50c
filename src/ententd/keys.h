#ifndef ENTENTD_KEYS_H
#define ENTENTD_KEYS_H

#include "crypto/keyring.h"
#include "crypto/note.h"
#include "ententd/child.h"
#include "model/card.h"
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
	char			 key_name[KEYRING_LABEL + 16];	/* "<network>/<member>" */
	struct hash		 net;
	struct keys_signer {
		struct secret		*seed;
		struct note_signer	 signer;
		msec			 from, until;	/* as the card has it */
	}			 signers[CARD_KEYS];
	size_t			 nsigners;
	bool			 has_card;	/* our own, as the vault told it */
	struct card		 card;
	struct arena		 card_arena;
	uint8_t			 tls_use[32];	/* of the pins on it */
	char			 tls_told[KEYRING_LABEL];	/* which link has */
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

/* keys_custody.c: the sealed ring, for each pair of its custodians */
void	keys_tell_custody(struct keys *, struct slice ring);
/* The same of the ring that was opened, struct keys: its files may be older. */
void	keys_custody_again(void *keys);

/* keys_sign.c */
void	keys_sign(struct keys *, struct ipc_message *);
void	keys_unwrap(struct keys *, struct ipc_message *);
/* An officer's public approval key by badge; false: none. */
bool	keys_officer(const struct keys *, const char *badge, struct note_vkey *);

/* keys_card.c: which key is used for what, new ones, and their end */
void	keys_card_came(struct keys *, struct slice body);
/* The ring was opened and no card is known yet. */
void	keys_card_none(struct keys *);
/* The newest message key that the card lists for this time; NULL: err. */
const struct note_signer *keys_signer_at(const struct keys *, msec t,
	    struct err *);
/* NULL: which of several is not known yet. */
const struct keyring_entry *keys_tls_entry(const struct keys *);
void	keys_list(struct keys *, struct ipc_message *);
/* Retire and destroy what is over at this time. */
void	keys_sweep_ring(struct keys *, msec now);

/* keys_secret.c: tickets from the desk, uses from the vault */
void	keys_ticket(struct keys *, struct slice body);
void	keys_use(struct keys *, struct ipc_message *);

#endif
