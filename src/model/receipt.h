#ifndef MODEL_RECEIPT_H
#define MODEL_RECEIPT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/ident.h"

/*
 * A receiving node's word, signed with its message key, on up to 64 messages
 * of one sender.  `taken`: durably stored, all blobs held, hashes checked;
 * clocks start at `at`.  A message that could not be opened has no name and
 * is meant by the hash of its sealed bytes.
 */
enum receipt_result {
	RECEIPT_TAKEN, RECEIPT_REFUSED, RECEIPT_LATER, RECEIPT_CUSTODY, RECEIPT_RESULTS
};
extern const char *const receipt_result_names[RECEIPT_RESULTS];
enum { RECEIPT_ENTRIES = 64 };

struct receipt_entry {
	struct hash		name;		/* always when taken; or zeros, then: */
	struct hash		sealed;		/* always for custody */
	enum receipt_result	result;
	char			rule[40];	/* refused, later: always; else "" */
	char			field[96];	/* refused, later: or "" */
	char			clause[96];	/* the same: the clause that refuses */
};

struct receipt {
	struct hash		net;
	int64_t			dir;
	struct member_id	from;	/* who received */
	struct member_id	to;	/* whose messages these are */
	msec			at;
	struct receipt_entry	*entries;
	size_t			n;
	const json_t		*ext;	/* kept, no effect; or NULL */
	json_t			*json;	/* owner of ext */
};

bool	receipt_parse(struct receipt *, struct arena *, struct slice text,
	    struct err *);
void	receipt_print(struct buf *, const struct receipt *);
void	receipt_release(struct receipt *);

#endif
