#ifndef STORE_PAGE_STORE_H
#define STORE_PAGE_STORE_H

#include "base/arena.h"
#include "model/ident.h"
#include "store/store.h"

/*
 * Somebody must be told of something: pages.  One is open for each (reason,
 * officer, member concerned) until it is seen; what comes meanwhile is
 * counted in it, so that a peer that is away for a night is one page and not
 * a thousand.
 */
enum page_reason {
	PAGE_NOT_DELIVERED,	/* no receipt in five minutes */
	PAGE_NOT_ACKNOWLEDGED,	/* taken there, and nobody answers for it */
	PAGE_EXPIRED,		/* never delivered: given up */
	PAGE_LOST_THERE,	/* receipted and not there any more: sent again */
	PAGE_NUMBERS,		/* this node is older than what it has sent */
	PAGE_OTHER_TEXT,	/* a peer used one number for two texts */
	PAGE_CLOCK,		/* this node's clock was set while it runs */
	PAGE_LOST_HERE,		/* receipted and not here any more: asked again */
	PAGE_GONE,		/* the same, and it cannot come again */
	PAGE_UNKNOWN_THERE,	/* came from it, and it does not know of it */
	PAGE_COUNTERSIGN,	/* sent by one alone: a second is to sign */
	PAGE_LAPSED,		/* no second signed in time */
	PAGE_COPY,		/* a unit wrote by itself: for information */
	PAGE_REASONS
};
extern const char *const page_reason_names[PAGE_REASONS];

struct page {
	int64_t			id;
	enum page_reason	reason;
	struct badge		badge;		/* "": whoever is there */
	struct address		desk;		/* ours that it concerns, or "" */
	struct member_id	peer;		/* the member it is about */
	struct hash		thread;		/* the first; zeros: none */
	int64_t			n;
	msec			since, last;
	msec			seen;		/* 0: not yet */
	struct badge		seen_by;
};

/* Opens one or counts in the open one (id, n, since and last are made here). */
bool	page_raise(struct store *, const struct page *, msec now, struct err *);
/* Newest first; before = 0 or the last id of the page before. */
bool	page_list(struct store *, struct arena *, bool open_only,
	    int64_t before, size_t limit, struct page **, size_t *n,
	    struct err *);
/* ERR_NOT_FOUND E-NOT-FOUND: none, or seen already. */
bool	page_see(struct store *, int64_t id, const char *badge, msec now,
	    struct err *);
bool	page_count(struct store *, int64_t *open, struct err *);

#endif
