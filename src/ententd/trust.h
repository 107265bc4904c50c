#ifndef ENTENTD_TRUST_H
#define ENTENTD_TRUST_H

#include "ententd/vault.h"
#include "model/agreement.h"
#include "model/card.h"
#include "model/network.h"
#include "model/standing.h"

/*
 * What this node believes: the founding note, the directories, the newest card
 * of each member, the agreements; verified, kept as they came, and held parsed
 * in memory.  Pointers given out hold until the next trust_accept(): use them
 * within a step, do not keep them across questions.
 */
struct trust;

struct trust	*trust_new(void);
/* From the store, then what lies in DIR/trust, then by asking others. */
void		 trust_start(struct vault *);
bool		 trust_is_member(const struct trust *);

const struct network	*trust_network(const struct trust *);	/* or NULL */
const struct directory	*trust_newest(const struct trust *);	/* or NULL */
const struct hash	*trust_newest_name(const struct trust *);
/* The newest card of a member, or NULL; its name when asked for. */
const struct card	*trust_card_of(const struct trust *, const struct member_id *,
			    const struct hash **name);
/* Every version of every agreement, the charter first, and every ending. */
struct standing_set	 trust_standings(const struct trust *);
/* The i-th member that has a card; NULL: past the end. */
const struct card	*trust_card_at(const struct trust *, size_t i);

/* The keys under which a member with such a card is called. */
void	trust_pins(const struct card *, struct pins *);
/* Which member's card carries this TLS key. */
bool	trust_peer_by_key(const struct trust *, const uint8_t key[static 32],
	    struct member_id *);
/* Somebody knocked whom we do not know: ask around for newer cards. */
void	trust_unknown_peer(struct vault *);
/* Its newest card may be another than the one here: ask it itself. */
void	trust_doubt_card(struct vault *, const struct member_id *);
/* A peer knows a directory of this number: if it is newer, ask it. */
void	trust_heard(struct vault *, const struct member_id *, int64_t number);

/*
 * The message keys of a member that were valid at t, by its newest card or, if
 * that has none, by an older one.  0: none known.  TRUST_ANY_TIME: whatever
 * keys its newest card lists.
 */
#define TRUST_ANY_TIME	((msec)-1)
size_t	trust_message_keys(struct vault *, const struct member_id *, msec t,
	    struct note_vkey out[static CARD_KEYS]);

/* Since when the member itself says, on any card of its, that others may have
 * this message key; 0: it does not. */
msec	trust_key_revoked(struct vault *, const struct member_id *,
	    const struct note_vkey *);

/* The context of a decision under directory `number`; directories of the past
 * live in the arena.  False: E-TRUST-DIRECTORY, it is not known here yet. */
bool	trust_policy(struct vault *, struct arena *, struct policy *,
	    const struct member_id *from, const struct member_id *to,
	    int64_t number, struct err *);

/* FORKED: refused too, but both directories are kept, and trust is frozen. */
enum trust_result { TRUST_NEW, TRUST_KNOWN, TRUST_REFUSED, TRUST_FORKED };
/*
 * Verify a note of any trust type and keep it, in a unit of its own, with its
 * audit entry: `who` is a badge or "node".  `type` gets "card" and the like.
 */
enum trust_result trust_take(struct vault *, const char *who, struct slice note,
	    char type[static 16], struct hash *name, struct err *);
/* The commit failed: believe what the store says.  It succeeded: go on. */
void	trust_reload(struct vault *);
void	trust_committed(struct trust *);
/* By the newest directory; MEMBER_STATUSES: not listed. */
enum member_status trust_standing(const struct trust *, const struct member_id *);
/* An active member by the newest directory. */
bool	trust_is_active(const struct trust *, const struct member_id *);
/* Two directories of one number were seen. */
bool	trust_is_forked(const struct trust *);
/* The i-th member that names a newer directory and does not serve it, or
 * NULL: E-DIRECTORY-WITHHELD. */
const struct member_id	*trust_withheld_by(const struct trust *, size_t i);
/* Its validity is over: receive and queue, send only flash. */
bool	trust_is_expired(const struct trust *, msec now);

/* Ask every member, so that all hear of what is new here. */
void	trust_greet(struct vault *);
/* Ask this member what is newer; with TRUST_PROBE, as if our own card before the
 * newest were all we had: what comes shows whether it knows the newest. */
enum trust_ask { TRUST_ASK, TRUST_PROBE };
void	trust_ask(struct vault *, const struct card *, enum trust_ask);

/* Inside trust*.c: the note alone, within the caller's unit. */
enum trust_result trust_accept(struct vault *, struct slice note, char type[static 16],
	    struct hash *name, struct err *);

#endif
