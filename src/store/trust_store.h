#ifndef STORE_TRUST_STORE_H
#define STORE_TRUST_STORE_H

#include "base/arena.h"
#include "model/agreement.h"
#include "model/card.h"
#include "model/directory.h"
#include "model/message.h"
#include "store/store.h"

/*
 * Signed trust notes as they came; verified before they get here.  Putting
 * one that is there already changes nothing.  Where two notes claim one number
 * both are kept, and the first to come stands.
 */

/* A store has one network.  E-STORE-CONFLICT: it has another. */
bool	trust_store_put_network(struct store *, struct slice note, const struct hash *id,
	    struct err *);
bool	trust_store_network(struct store *, struct arena *, struct slice *note,
	    struct hash *id, struct err *);
bool	trust_store_put_directory(struct store *, struct slice note, int64_t number,
	    const struct hash *name, struct err *);
bool	trust_store_has_directory(struct store *, const struct hash *name);
/* Of those that hold; number 0: the newest.  E-NOT-FOUND. */
bool	trust_store_directory(struct store *, struct arena *, int64_t number,
	    struct slice *note, struct hash *name, struct err *);
/* This directory does not hold: evidence, and never the newest. */
bool	trust_store_drop_directory(struct store *, const struct hash *name,
	    struct err *);
/* Of what stands from this number on, nothing holds but the one kept. */
bool	trust_store_drop_after(struct store *, int64_t number,
	    const struct hash *keep, struct err *);
bool	trust_store_keep_directory(struct store *, const struct hash *name,
	    struct err *);
/* All of this number, those that do not hold too. */
bool	trust_store_directories(struct store *, struct arena *, int64_t number,
	    struct slice **notes, size_t *n, struct err *);
bool	trust_store_directory_named(struct store *, struct arena *,
	    const struct hash *name, struct slice *note, struct err *);
bool	trust_store_put_settlement(struct store *, struct slice note,
	    const struct hash *name, struct err *);
bool	trust_store_has_settlement(struct store *, const struct hash *name);
bool	trust_store_settlements(struct store *, struct arena *,
	    struct slice **notes, size_t *n, struct err *);
bool	trust_store_put_card(struct store *, struct slice note, const char *member,
	    int64_t seq, const struct hash *name, msec now, struct err *);
bool	trust_store_has_card(struct store *, const struct hash *name);
/* The card of a member that came last (seq starts again under a new key). */
bool	trust_store_card(struct store *, struct arena *, const char *member,
	    struct slice *note, struct hash *name, struct err *);
/* The card whose name begins with these bytes. */
bool	trust_store_card_marked(struct store *, struct arena *, const char *member,
	    const uint8_t mark[static CARD_MARK], struct slice *note,
	    struct err *);
/* All cards of a member, oldest first (proofs need old keys). */
bool	trust_store_cards(struct store *, struct arena *, const char *member,
	    struct slice **notes, size_t *n, struct err *);
bool	trust_store_put_agreement(struct store *, struct slice note, const char *id,
	    int64_t version, const struct hash *name, struct err *);
/* Every version of each in a row, the charter first; two that others made of one
 * id as they came. */
bool	trust_store_agreements(struct store *, struct arena *, struct slice **notes,
	    size_t *n, struct err *);
bool	trust_store_put_ending(struct store *, struct slice note, const char *id,
	    const struct hash *name, struct err *);
bool	trust_store_endings(struct store *, struct arena *, struct slice **notes,
	    size_t *n, struct err *);

#endif
