#ifndef ENTENTD_API_SIGHT_H
#define ENTENTD_API_SIGHT_H

#include "ententd/call.h"
#include "ententd/thread.h"
#include "store/draft_store.h"
#include "store/page_store.h"

/*
 * What an officer sees: what passed at the desks of his scope, of its kinds,
 * as sensitive as it goes; and, for information, what a unit wrote that is
 * copied to a desk of his.  What he does not see is, to him, not there.
 */
enum sight { SIGHT_NONE, SIGHT_COPY, SIGHT_DESK };

enum sight sight_leg(struct call *, const struct leg_row *);
/* Any of its legs, or any desk of ours that a message of it names. */
enum sight sight_thread(struct call *, const struct thread *);
enum sight sight_message(struct call *, const struct message_row *);
/* False: to this officer it is not there.  Rule E-NOT-FOUND. */
bool	sight_found(struct call *, const struct thread *, struct err *);
bool	sight_draft(struct call *, const struct draft *);
bool	sight_page(struct call *, const struct page *);

#endif
