#ifndef ENTENTD_API_VIEW_H
#define ENTENTD_API_VIEW_H

#include "base/json.h"
#include "ententd/call.h"
#include "store/account_store.h"
#include "store/leg_store.h"
#include "store/message_store.h"

/* How things look in the API: one function for each, used wherever it shows. */
/* card_due: its approval key is not on this member's card yet. */
void	view_account(struct jout *, const char *key, struct call *,
	    const struct account *);
void	view_leg(struct jout *, struct call *, const struct leg_row *);
/* crossed: as the fold found it. */
void	view_message(struct jout *, struct call *, const struct message_row *,
	    bool crossed);
void	view_labels(struct jout *, const char *key, const json_t *labels);

#endif
