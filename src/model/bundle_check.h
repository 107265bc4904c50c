#ifndef MODEL_BUNDLE_CHECK_H
#define MODEL_BUNDLE_CHECK_H

#include "model/agreement.h"
#include "model/bundle.h"
#include "model/card.h"
#include "model/directory.h"

/*
 * A bundle while it is verified.  The steps run in this order, each on what
 * the ones before found to hold; what none of them claims is no part of a
 * bundle.
 */
struct bundle_part {
	const char	*path;		/* below bundle/ */
	struct slice	 bytes;
	struct hash	 sha256;
	bool		 claimed;
};

struct bundle_card {
	struct card		 card;
	struct hash		 name;
	const struct directory	*dir;		/* under which it verified */
	struct slice		 bytes;
	const char		*path;
	msec			 revoked;	/* its signer, later; 0: no */
};

struct bundle_key {			/* stands beside vkeys[] */
	const struct member_id	*member;
	struct badge		 badge;		/* "": the member's own */
	msec			 from;
	msec			 until;		/* 0: open */
	msec			 stolen;	/* as its member said; 0: no */
	msec			 revoked;	/* that, or a key above it; 0: no */
};

struct check {
	struct bundle		*b;
	struct arena		*arena;
	struct bundle_part	*parts;		/* by path */
	size_t			 nparts;
	const struct hash	*net;		/* expected, or NULL */
	const struct kind_set	*kinds;
	struct directory	*dirs;		/* number i + 1 at i */
	size_t			 ndirs;
	struct bundle_card	*cards;		/* by member, then issued */
	size_t			 ncards;
	struct note_vkey	*vkeys;
	struct bundle_key	*keys;
	size_t			 nkeys;
};

/* bundle_verify.c */
void	check_ok(struct check *, enum finding_group, const char *what,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void	check_missing(struct check *, enum finding_group, const char *what,
	    const char *rule, const char *fmt, ...)
	    __attribute__((format(printf, 5, 6)));
void	check_bad(struct check *, enum finding_group, const char *what,
	    const char *rule, const char *fmt, ...)
	    __attribute__((format(printf, 5, 6)));
void	check_failed(struct check *, enum finding_group, const char *what,
	    const struct err *);
/* Claims it; NULL when it is not there. */
struct bundle_part *check_part(struct check *, const char *path);
/* The next part from *i on in that folder, claimed; NULL: no more. */
struct bundle_part *check_next(struct check *, size_t *i, const char *folder,
	    const char *suffix);
/* The path it must have by what it holds; bad otherwise. */
bool	check_path(struct check *, enum finding_group, const char *path,
	    const char *must_be);

void	check_trust(struct check *);		/* bundle_trust.c */
void	check_cards(struct check *);		/* bundle_card.c */
void	check_cards_release(struct check *);
/*
 * Whose key signed: by[i] as note_verify() gives it.  The first of this
 * member (no badge) valid at t, or NULL.
 */
const struct bundle_key *check_signer(const struct check *, const bool *by,
	    const struct member_id *, msec t);
void	check_messages(struct check *);		/* bundle_message.c */
void	check_contents(struct check *);		/* bundle_content.c */
void	check_receipts(struct check *);		/* bundle_receipt.c */
void	check_state(struct check *);		/* bundle_state.c */

#endif
