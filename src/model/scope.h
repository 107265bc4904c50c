#ifndef MODEL_SCOPE_H
#define MODEL_SCOPE_H

#include "model/kind_role.h"
#include "model/message.h"

/*
 * What an officer may: as whom, at which desks, with which kinds, how urgent,
 * how sensitive, until when, and which roles he may give to others.  Nobody
 * gives more than he has, and what he gave is worth no more than what he has
 * left: the scope that counts is the meet of all from the first giver down.
 *
 * A desk covers what lies below it: "rs/crime" the desks of that unit, "rs"
 * the whole member.  A kind that ends in "*" covers what begins so.
 */
enum { SCOPE_ITEMS = 16, SCOPE_ITEM = 133 };

struct scope_set {
	bool	all;			/* else the items alone, which may be none */
	size_t	n;
	char	item[SCOPE_ITEMS][SCOPE_ITEM];	/* in the officer's order */
};

struct scope {
	unsigned	roles;		/* bits of enum kind_role */
	unsigned	gives;		/* bits: roles he may give to others */
	struct scope_set desks;
	struct scope_set kinds;
	enum urgency	urgency;	/* at most, as the three below */
	enum tlp	tlp;
	enum level	level;
	msec		until;		/* not from then on; 0: no end */
};

enum { SCOPE_ROLES = (1 << KIND_ROLES) - 1 };

/* All that can be had; nothing at all. */
struct scope scope_full(void);
struct scope scope_none(void);
/* One more item of up to SCOPE_ITEM - 1 bytes; false: no place is left. */
bool	scope_add(struct scope_set *, const char *item);

/* What its owner may hand on: the roles that he gives, all else as he has it. */
struct scope scope_handed(const struct scope *);
/* NULL: a is nowhere more than b; else the word for the first that is: "roles",
 * "desks", "kinds", "urgency_most", "tlp_most", "level_most", "until", "gives". */
const char *scope_exceeds(const struct scope *a, const struct scope *b);
/* Within both.  What does not fit is left out, for less is safe. */
void	scope_meet(struct scope *out, const struct scope *own,
	    const struct scope *other);
/* chain[0] is an account's own, chain[n - 1] the first giver's: what the
 * account may.  One giver who is not active leaves nothing. */
void	scope_effective(struct scope *out, const struct scope *chain,
	    const bool *active, size_t n);

bool	scope_has_desk(const struct scope *, const struct address *);
bool	scope_has_kind(const struct scope *, const char *kind);
bool	scope_is_over(const struct scope *, msec now);
/* The message is of a kind, as urgent and as sensitive as he may handle.
 * Rule E-SCOPE; the desk is the caller's question. */
bool	scope_admits(const struct scope *, const struct header *, struct err *);

#endif
