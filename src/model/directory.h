#ifndef MODEL_DIRECTORY_H
#define MODEL_DIRECTORY_H

#include "base/arena.h"
#include "model/network.h"

/*
 * The numbered, chained list of members, signed by k of the n roots that the
 * directory before it names (the founding note for the first) and, when roots
 * or k change, by k of the new ones too.
 */
enum member_class {
	CLASS_SECRETARIAT, CLASS_BUREAU, CLASS_CONTACT_POINT, CLASS_JUDICIAL,
	CLASS_PARTNER, CLASS_CERT, CLASS_INDUSTRY, CLASS_REGULATOR,
	CLASS_ACADEMIA, CLASS_OBSERVER, CLASSES
};
enum member_status { MEMBER_ACTIVE, MEMBER_SUSPENDED, MEMBER_REMOVED, MEMBER_STATUSES };
extern const char *const class_names[CLASSES];
extern const char *const member_status_names[MEMBER_STATUSES];

enum { DIRECTORY_MEMBERS = 512, DIRECTORY_KEYS = 8 };
#define DIRECTORY_VALIDITY	(14 * DAY)

struct directory_key {		/* signs the member's cards and agreements */
	struct note_vkey	vkey;	/* <network>/<member>/card */
	msec			from;
	msec			until;	/* 0: open */
	msec			revoked;	/* 0: no; never after issued */
};

struct directory_member {
	struct member_id	id;
	enum member_class	class;
	enum member_status	status;
	struct directory_key	*keys;
	size_t			nkeys;
};

struct directory {
	struct hash		net;
	int64_t			number;		/* from 1 */
	struct hash		prev;		/* zeros for 1 */
	msec			issued;
	msec			valid_until;
	unsigned		k;
	struct note_vkey	*roots;
	unsigned		nroots;
	bool			p256;	/* members' message keys may be P-256 */
	struct directory_member	*members;	/* sorted by id */
	size_t			nmembers;
	const json_t		*ext;		/* kept, no effect; or NULL */
	json_t			*json;		/* owner of ext */
};

bool	directory_parse(struct directory *, struct arena *, struct slice text,
	    struct err *);
void	directory_print(struct buf *, const struct directory *);
void	directory_release(struct directory *);
/*
 * A note that follows `prev` (NULL: the first, after the founding note):
 * signatures, number, chain, and that what it says of old members and keys
 * only grows.  Whether it is still valid now is the caller's question.
 * Rules: E-DIRECTORY-NUMBER, E-DIRECTORY-CHAIN, E-DIRECTORY-SIGNATURES,
 * E-NOTE-SIGNATURE, E-TEXT-NET.
 */
bool	directory_verify(struct directory *, struct arena *, struct slice note,
	    const struct network *, const struct hash *net,
	    const struct directory *prev, const struct hash *prev_name, struct err *);
const struct directory_member *directory_find(const struct directory *,
	    const struct member_id *);
/* The key may sign what bears the time t: begun, not ended, never revoked. */
bool	directory_key_at(const struct directory_key *, msec t);

#endif
