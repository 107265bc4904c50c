#ifndef ENTENTD_TRUST_STATE_H
#define ENTENTD_TRUST_STATE_H

#include "ententd/trust.h"
#include "ententd/trust_claims.h"

/* Inside trust*.c only. */
struct held_card {
	struct arena	arena;
	struct card	card;
	struct hash	name;
};

struct held_agreement {
	struct arena		arena;
	struct agreement	agreement;
};

struct trust {
	bool			 has_network;
	struct network		 network;
	struct hash		 net;
	struct arena		 dir_arena;
	struct directory	 dir;		/* newest; number 0: none */
	struct hash		 dir_name;
	struct held_card	**cards;
	size_t			 ncards;
	struct held_agreement	**held;
	const struct agreement	**agreements;	/* charter first; into held */
	size_t			 nagreements;	/* every version of each */
	struct ending		**endings;
	size_t			 nendings;
	bool			 self;		/* we are listed and have a card */
	bool			 forked;
	bool			 changed;	/* since the last commit */
	struct vault		*vault;
	char			 invite_url[300];	/* the coordinator's, while */
	struct pins		 invite_pins;	/* no card is known */
	struct loop_timer	*sync_timer, *doubt_timer;
	struct member_id	 doubted;	/* asked when the timer ends */
	bool			 syncing;
	bool			 unheard;	/* the last one did not answer */
	msec			 last_sync;
	size_t			 next_peer;
	size_t			 greeted;	/* cards whose members were */
	struct claims		 claims;	/* of newer directories */
};

/* trust_accept() has parsed the note and named its text; a directory is known.
 * In trust_cards.c, trust_agreements.c, trust_endings.c and trust_settle.c. */
enum trust_result trust_accept_card(struct vault *, struct slice bytes,
	    const struct note *, const struct hash *name, struct err *);
enum trust_result trust_accept_agreement(struct vault *, struct slice bytes,
	    const struct note *, const struct hash *name, struct err *);
enum trust_result trust_accept_settlement(struct vault *, struct slice bytes,
	    const struct note *, const struct hash *name, struct err *);
/* Believe what the store says, which this unit changed. */
void	trust_read_again(struct vault *);
enum trust_result trust_accept_ending(struct vault *, struct slice bytes,
	    const struct note *, const struct hash *name, struct err *);
/* No sooner one of the same party is known. */
bool	trust_ending_stands(const struct trust *, const struct hash *name);
/* The newest one held of that member, or NULL. */
const struct held_card *trust_held_card(const struct trust *,
	    const struct member_id *);
/* From the store into memory. */
void	trust_load_cards(struct vault *);
void	trust_load_agreements(struct vault *);
void	trust_load_endings(struct vault *);	/* after the agreements */
void	trust_forget_cards(struct trust *);
void	trust_forget_agreements(struct trust *);
void	trust_forget_endings(struct trust *);
void	trust_forget(struct trust *);
/* Look again whether this node is an active member with a card. */
void	trust_see_self(struct vault *);
void	trust_sync_soon(struct vault *, msec delay);
void	trust_sync_with(struct vault *, const struct card *);

#endif
