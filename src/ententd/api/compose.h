#ifndef ENTENTD_API_COMPOSE_H
#define ENTENTD_API_COMPOSE_H

#include "ententd/call.h"
#include "ententd/send.h"
#include "ententd/thread.h"

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
	bool			 has_urgency;
	bool			 needs_approval;
};

/* False: err says which field; nothing was written. */
bool	compose_read(struct compose *, struct call *, json_t *, struct err *);
/* Any refusal among the audience: the first; NULL when all allow. */
const struct audience *compose_refusal(const struct compose *);
void	compose_free(struct compose *);	/* and the sending, unless taken */

#endif
