#include "ententd/bureau.h"

#include <string.h>

#include "ententd/trust.h"
#include "ententd/watch.h"

bool
bureau_is_unit(const struct address *a)
{
	const char *slash = strchr(a->s, '/');

	return slash != NULL && strchr(slash + 1, '/') != NULL;
}

bool
bureau_desk(struct vault *v, struct address *desk)
{
	const struct card *card = trust_card_of(v->trust, &v->member, NULL);

	if (card == NULL || card->ndesks == 0)
		return false;
	*desk = card->desks[0].desk;
	for (size_t i = 0; i < card->ndesks; i++)
		if (strcmp(card->desks[i].desk.s, v->member.s) == 0)
			*desk = card->desks[i].desk;
	return true;
}

bool
bureau_is_copied(const struct thread *t, const struct leg_act *acts,
    size_t n, enum role ours)
{
	if (t->kind == NULL || !t->kind->copied)
		return false;
	for (size_t i = 0; i < n; i++)
		if (acts[i].role == ours && acts[i].act != ACT_OPENED &&
		    bureau_is_unit(&acts[i].from))
			return true;
	return false;
}

bool
bureau_tell(struct vault *v, const struct thread *t,
    const struct leg_row *leg, struct err *err)
{
	struct page p = { .reason = PAGE_COPY, .peer = leg->member,
	    .thread = leg->thread };
	struct member_id first;

	address_member(&first, &t->root->to[0]);
	if (leg->role == ROLE_ASKER && !member_id_eq(&first, &leg->member))
		return true;
	return !bureau_desk(v, &p.desk) || watch_page(v, &p, err);
}
