#ifndef MODEL_ENDING_H
#define MODEL_ENDING_H

#include "model/agreement.h"

/*
 * A party's word that an agreement ends: for what passes between that party
 * and the others.  It names one version; what all parties agree afterwards in
 * another stands.  The charter is ended by the roots.
 *
 * Nothing new begins under it from ending_effect() on; what was begun may be
 * finished, and conditions on what was received live on.
 */
struct ending {
	struct hash		net;
	struct hash		name;		/* of the text it was parsed from */
	char			id[AGREEMENT_ID];
	struct hash		agreement;	/* name of the version it ends */
	struct member_id	party;		/* "": the roots end the charter */
	msec			issued;
	msec			at;		/* not before issued */
	const json_t		*reason;	/* labels, or NULL */
	const json_t		*ext;
	json_t			*json;		/* owner of the borrowed parts */
};

bool	ending_parse(struct ending *, struct slice text, struct err *);
void	ending_print(struct buf *, const struct ending *);
void	ending_release(struct ending *);
/*
 * Parsed and signed by whom it must be: a directory key of the party that was
 * valid when it was issued and is not revoked; for the charter k roots.
 * Whether the agreement is known and the party one of it: ending_fits().
 * Rules E-ENDING-SIGNATURE, E-NOTE-SIGNATURE, E-NOTE-UNSIGNED, E-TEXT-NET.
 */
bool	ending_verify(struct ending *, struct slice note,
	    const struct directory *, struct err *);
/* Of that very version, by a party of it.  Rule E-ENDING-AGREEMENT. */
bool	ending_fits(const struct ending *, const struct agreement *,
	    struct err *);
/* From when on: `at`, but not before the agreement's notice has passed. */
msec	ending_effect(const struct ending *, const struct agreement *);
/* It ends what passes between these two. */
bool	ending_between(const struct ending *, const struct member_id *,
	    const struct member_id *);

#endif
