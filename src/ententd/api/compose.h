#ifndef ENTENTD_API_COMPOSE_H
#define ENTENTD_API_COMPOSE_H

#include "ententd/call.h"
#include "ententd/send.h"
#include "ententd/thread.h"
#include "model/forward.h"

/*
 * From what an officer asks to a header and a content line: defaults filled
 * in, desks and cards looked up, fields checked, and policy asked, for each
 * recipient, as the recipient will ask.
 */
struct audience {
	struct address	desk;
	struct decision	decision;
	const char	*name;		/* of the member, from its card */
};

struct compose {
	struct call		*call;
	json_t			*json;		/* the officer's words */
	struct sending		*s;		/* header and content being made */
	const struct kind	*kind;
	struct content		content;
	struct thread		thread;		/* acts: the thread they belong to */
	struct audience		*audience;
	size_t			 naudience;
	bool			 dry_run;
	bool			 has_handling;
	bool			 usual_tlp;	/* handling without a TLP of its own */
	bool			 has_urgency;
	bool			 needs_approval;
	struct buf		 enclosed[3 * FORWARD_MOST];	/* wiped */
	size_t			 nenclosed;
	struct handling		 passed_on;	/* of all that is forwarded */
};

/* False: err says which field; nothing was written. */
bool	compose_read(struct compose *, struct call *, json_t *, struct err *);
/* Any refusal among the audience: the first; NULL when all allow. */
const struct audience *compose_refusal(const struct compose *);
void	compose_free(struct compose *);	/* and the sending, unless taken */

/* -- inside compose*.c only ------------------------------------------------------- */

/* compose_words.c: what the officer says, over what the thread says.  *has_root:
 * it is an act, and *root is to be released. */
bool	compose_words(struct compose *, struct header *root, bool *has_root,
	    struct err *);
/* compose_thread.c: an act inherits from its root; where nobody is named it
 * goes to the other side, the asker's desk or the asked ones'; and it follows
 * the heads of every leg it goes to. */
bool	compose_load_thread(struct compose *, const char *name_or_ref,
	    struct header *root, struct err *);
bool	compose_default_to(struct compose *, struct err *);
void	compose_follow_legs(struct compose *);
/* compose_forward.c: what is passed on, and whether it may be. */
void	compose_forwards(struct compose *, struct jobj *);
bool	compose_may_forward(struct compose *, struct err *);
/* compose_rules.c: all that holds whoever the recipients are; fills kind, times
 * and card marks in. */
bool	compose_rules(struct compose *, struct err *);

#endif
