#ifndef ENTENTD_ADMIT_H
#define ENTENTD_ADMIT_H

#include "ententd/vault.h"
#include "ententd/wire.h"
#include "store/message_store.h"

/*
 * Trust is a type.  Sealed bytes become an opened envelope, that a verified
 * message, that an admitted one: each step one function, and only the last
 * reaches the threads.
 */
struct opened {
	struct buf	plain;		/* wiped */
	bool		is_receipt;	/* plain is a receipt note, else: */
	struct envelope	envelope;	/* into plain */
};

struct verified {
	struct arena		arena;
	struct header		header;
	struct content		content;
	struct slip		slip;
	struct hash		name;
	struct slice		note;		/* into the opened */
	struct slice		content_line;	/* likewise */
	struct member_id	from;		/* whose key signed */
	struct note		parsed;		/* approvals stand in it */
};

enum admission { ADMIT_TAKEN, ADMIT_KNOWN, ADMIT_REFUSED, ADMIT_LATER };

struct admitted {
	enum admission		admission;
	enum message_place	place;		/* taken: where it goes */
	struct err		why;		/* refused, later */
	char			clause[96];
};

bool	opened_from(struct opened *, struct slice sealed,
	    const uint8_t file_key[static AGE_FILE_KEY], struct err *);
void	opened_free(struct opened *);

/* The member whose message key, on its card, signed; before any JSON of it is
 * read.  E-NOTE-UNSIGNED: none known here. */
bool	admit_signer(struct vault *, const struct note *, struct member_id *from,
	    struct note_vkey *signer, struct err *);
/*
 * The same for what comes in now.  A key that its member revoked signs nothing
 * new, whatever time the text bears: E-MESSAGE-KEY-REVOKED.  A message that is
 * here already stays what it is.
 */
bool	admit_signer_now(struct vault *, const struct note *,
	    struct member_id *from, struct note_vkey *signer, struct err *);
/* That key may sign what bears this time.  E-MESSAGE-KEY. */
bool	admit_key_was_valid(struct vault *, const struct member_id *from,
	    msec sent, const struct note_vkey *signer, struct err *);
/* The signature first, then the JSON it covers, then that they agree. */
bool	verified_from(struct verified *, struct vault *, const struct opened *,
	    struct err *);
void	verified_free(struct verified *);

/* Dedupe, policy, times, fields, approvals, files, flow. */
void	admitted_from(struct admitted *, struct vault *, struct verified *,
	    msec now);

#endif
