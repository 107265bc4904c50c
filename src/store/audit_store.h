#ifndef STORE_AUDIT_STORE_H
#define STORE_AUDIT_STORE_H

#include "base/arena.h"
#include "model/ident.h"
#include "store/store.h"

/*
 * Every change of state, and every read of another member's data, is an entry
 * written in the same transaction.  A leaf is the 32 bytes HMAC-SHA-256(salt,
 * entry), so that the log can be shown, and later witnessed as an RFC 6962
 * tree, while salt and entry are boxed under the shelf of the entry's
 * retention and die with it.  Leaves are inserted without position; a
 * numberer gives positions to committed leaves later.
 *
 * An entry is the line "entente/audit/v1", a JSON line, as any text:
 * {"net","at","who","what","object"?,"peer"?,"detail"?}.
 */
struct audit_entry {
	msec			at;
	const char		*who;		/* badge, "node", or a member id */
	const char		*what;		/* "message.send", "message.read", ... */
	const struct hash	*object;	/* or NULL */
	const char		*peer;		/* member, or "" */
	const char		*detail;	/* a short word or code, never content */
};
#define AUDIT_KEEP	((msec)10 * 365 * DAY)
/* The shelf of an entry made then: its key must be at hand to write one. */
struct shelf_label audit_shelf(msec at);

bool	audit_append(struct store *, const struct hash *net,
	    const struct audit_entry *, struct err *);

struct audit_row {
	int64_t		id;
	struct hash	leaf;
	struct slice	salt;		/* 32 bytes, or empty once its shelf is gone */
	struct slice	entry;		/* text, or empty */
};
/* Newest first; before = 0 or the last id of the page before.  E-SHELF-OPEN:
 * an entry was changed, or moved under another leaf. */
bool	audit_list(struct store *, struct arena *, int64_t before, size_t limit,
	    struct audit_row **, size_t *n, struct err *);
/* HMAC-SHA-256(salt, entry). */
struct hash audit_leaf(struct slice salt, struct slice entry);

#endif
