#ifndef ENTENTE_TRUST_CHAIN_H
#define ENTENTE_TRUST_CHAIN_H

#include "base/arena.h"
#include "model/agreement.h"
#include "model/directory.h"
#include "model/network.h"

/*
 * The trust texts of a network in a directory of files:
 *
 *	network.note			the founding note
 *	directory-0001.note ...		every directory, in a row
 *	agreement-<id>-<version>.note
 *	card-<member>-<seq>.note	members' first cards
 *
 * A text that still lacks signatures stands under its name too: whoever must
 * sign it does so there.  So the last directory may be pending; nothing can
 * follow it until it is signed.
 *
 * Rules set: E-CHAIN-MISSING, E-CHAIN-PENDING, and those of model/.
 */
enum { CHAIN_PATH = 600 };

struct trust_chain {
	struct arena	 arena;
	char		 dir[512];
	struct buf	 network_note;
	struct network	 network;
	struct hash	 net;
	bool		 founded;	/* every root signed */
	struct buf	 directory_note;
	struct directory directory;	/* newest that is signed; number 0: none */
	struct hash	 directory_name;
	bool		 pending;	/* directory.number + 1 lacks signatures */
	unsigned	 pending_by;	/* how many roots signed it */
	bool		 charter;	/* there, and signed by k roots */
};

/* Every directory is verified against the one before. */
bool	trust_chain_load(struct trust_chain *, const char *dir, struct err *);
void	trust_chain_free(struct trust_chain *);
/* The founding note is signed by all: what uses the network needs that. */
bool	trust_chain_founded(const struct trust_chain *, struct err *);
/* As above, and no directory waits for signatures. */
bool	trust_chain_settled(const struct trust_chain *, struct err *);

void	trust_chain_network_path(char out[static CHAIN_PATH], const char *dir);
void	trust_chain_directory_path(char out[static CHAIN_PATH],
	    const char *dir, int64_t number);
void	trust_chain_agreement_path(char out[static CHAIN_PATH],
	    const char *dir, const char *id, int64_t version);
void	trust_chain_card_path(char out[static CHAIN_PATH], const char *dir,
	    const struct member_id *, int64_t seq);

/*
 * The next directory's text: issued now, valid for 14 days, as the newest but
 * with a change.  `add`: a member more, E-CHAIN-MEMBER when it is one already;
 * `as`: what becomes of a member, whose `reason` stands in `ext` until the
 * directory after.  NULL: no change.
 */
struct chain_change {
	const struct directory_member	*add, *as;
	const char			*reason;
	msec				 valid_until;	/* 0: 14 days */
};
#define CHAIN_REASON	"entente.reason"
bool	trust_chain_next(struct buf *text, struct trust_chain *,
	    const struct chain_change *, msec now, struct err *);

#endif
