#ifndef MODEL_AGREEMENT_H
#define MODEL_AGREEMENT_H

#include "base/arena.h"
#include "model/directory.h"
#include "model/handling.h"

/*
 * Which kinds may flow from whom to whom, for what, up to which handling.
 * The charter (id "charter", parties ["*"]) is signed by k roots; any other
 * by a directory key of every party, and its clauses speak of its parties
 * only: nobody is bound by what others signed.
 */
enum {
	AGREEMENT_CLAUSES = 128, AGREEMENT_LIST = 64,
	AGREEMENT_PARTIES = NOTE_SIGNATURES
};

/* "*", a member id, or "class:bureau". */
struct agreement_party {
	char	s[48];
};

struct clause {
	char			id[17];		/* "3.1" */
	const json_t		*text;		/* {"en":...} */
	const json_t		*kinds;		/* ["request.*","ping/1"]: a final * is a wildcard */
	struct agreement_party	*from, *to;
	size_t			nfrom, nto;
	const json_t		*purposes;	/* ["*"] or codes */
	const json_t		*areas;
	struct handling		ceiling;	/* onward here: may onward be granted */
};

struct agreement {
	struct hash		net;
	char			id[33];
	int64_t			version;
	struct hash		prev;		/* of the version before; zeros for 1 */
	const json_t		*title;
	struct agreement_party	*parties;
	size_t			nparties;
	msec			from;
	msec			until;		/* 0: open */
	struct clause		*clauses;
	size_t			nclauses;
	const json_t		*ext;		/* kept, no effect; or NULL */
	json_t			*json;		/* owner of the borrowed parts */
};

bool	agreement_parse(struct agreement *, struct arena *, struct slice text,
	    struct err *);
void	agreement_print(struct buf *, const struct agreement *);
void	agreement_release(struct agreement *);
/*
 * Parsed and signed by whom it must be: the charter by k of the directory's
 * roots, any other by a key of each party that is not revoked and had not
 * ended when the agreement begins.  Whether the version follows the one
 * before is the caller's question.  Rules E-AGREEMENT-SIGNATURES,
 * E-NOTE-SIGNATURE, E-NOTE-UNSIGNED, E-TEXT-NET.
 */
bool	agreement_verify(struct agreement *, struct arena *, struct slice note,
	    const struct directory *, struct err *);
/* Does this party expression mean the member? */
bool	agreement_party_is(const struct agreement_party *,
	    const struct directory_member *);
bool	agreement_list_has(const json_t *patterns, const char *value);

#endif
