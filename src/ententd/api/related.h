#ifndef ENTENTD_API_RELATED_H
#define ENTENTD_API_RELATED_H

#include "ententd/call.h"
#include "ententd/thread.h"

/* Into the object of a thread: "follows", "followed_by", and "matches" with
 * the reason of each. */
void	related_view(struct jout *, struct call *, const struct thread *);

/* GET kinds/{kind}/prefill?from=REF: a request of that kind as far as an
 * earlier thread fills it.  E-FOLLOW-KIND, E-FOLLOW-ONWARD, E-FOLLOW-GONE. */
void	related_prefill(struct call *, const char *kind);

#endif
