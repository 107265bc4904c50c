#include "ententd/api/second.h"

#include <string.h>

#include "ententd/authority.h"
#include "ententd/trust.h"

static bool
key_is_on_card(struct call *c)
{
	const struct card *card = trust_card_of(c->vault->trust,
	    &c->vault->member, NULL);
	const struct card_officer *o = card == NULL ? NULL :
	    card_officer(card, &c->account.badge);
	char listed[NOTE_VKEY];

	if (o == NULL)
		return false;
	note_vkey_print(listed, &o->vkey);
	return strcmp(listed, c->account.vkey) == 0;
}

bool
second_may(struct call *c, const struct badge *author, struct err *err)
{
	struct account wrote;
	struct err none;

	if (strcmp(author->s, c->account.badge.s) == 0)
		return err_set(err, ERR_DENIED, "E-APPROVAL-SAME",
		    "the author cannot be the approver");
	if (account_get(&c->vault->store, author->s, &wrote, &none) &&
	    authority_is_maker(c->vault, &c->account, &wrote))
		return err_set(err, ERR_DENIED, "E-APPROVAL-MAKER",
		    "author and approver: the account of one comes from the other");
	if (c->account.initial)
		return err_set(err, ERR_DENIED, "E-APPROVAL-INITIAL",
		    "another chose your password: change it first");
	return key_is_on_card(c) || err_set(err, ERR_CONFLICT,
	    "E-APPROVAL-CARD",
	    "your approval key is not on this member's card yet");
}
