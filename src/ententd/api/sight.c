#include "ententd/api/sight.h"

#include <string.h>

#include "ententd/bureau.h"

/* -- kind and handling ------------------------------------------------------ */

static bool
sees_handling(struct call *c, const struct message_row *root)
{
	struct scope *s = &c->scope;
	struct header h;
	struct note note;
	struct err err;
	bool ok;

	if (s->tlp == TLPS - 1 && s->level == LEVELS - 1)
		return true;
	if (!note_parse(&note, root->note, &err) ||
	    !header_parse(&h, &c->arena, note.text, &err))
		return false;
	ok = h.handling.tlp <= s->tlp && h.handling.level <= s->level;
	header_release(&h);
	return ok;
}

static bool
sees_leg_handling(struct call *c, const struct leg_row *l)
{
	struct message_row root;
	struct err none;

	if (c->scope.tlp == TLPS - 1 && c->scope.level == LEVELS - 1)
		return true;
	return message_get(&c->vault->store, &c->arena, &l->thread, &root,
	    &none) && sees_handling(c, &root);
}

static bool
is_of_bureau(struct call *c)
{
	struct address bureau;

	return bureau_desk(c->vault, &bureau) && call_has_desk(c, &bureau);
}

/* The member alone is its default desk: who works there sees what came so. */
static bool
works_at(struct call *c, const struct address *desk)
{
	return call_has_desk(c, desk) || (strcmp(desk->s,
	    c->vault->member.s) == 0 && is_of_bureau(c));
}

/* -- legs and threads ------------------------------------------------------- */

enum sight
sight_leg(struct call *c, const struct leg_row *l)
{
	enum sight sight = SIGHT_NONE;

	if (works_at(c, l->role == ROLE_ASKER ? &l->asker : &l->asked))
		sight = SIGHT_DESK;
	else if (l->copied && is_of_bureau(c))
		sight = SIGHT_COPY;
	return sight != SIGHT_NONE && scope_has_kind(&c->scope, l->kind) &&
	    sees_leg_handling(c, l) ? sight : SIGHT_NONE;
}

static bool
is_ours(struct call *c, const struct address *a)
{
	struct member_id m;

	address_member(&m, a);
	return member_id_eq(&m, &c->vault->member);
}

/* From or to a desk of his; who handed a request on sees it still. */
static bool
is_at_desk(struct call *c, const struct message_row *r)
{
	if (is_ours(c, &r->from) && works_at(c, &r->from))
		return true;
	if (r->desk.s[0] != '\0' && is_ours(c, &r->desk) &&
	    works_at(c, &r->desk))
		return true;
	for (size_t i = 0; i < r->nto; i++)
		if (is_ours(c, &r->to[i]) && works_at(c, &r->to[i]))
			return true;
	return false;
}

static enum sight
sight_of_legs(struct call *c, const struct thread *t)
{
	enum sight best = SIGHT_NONE, one;
	struct leg_row *legs;
	struct err none;
	size_t n;

	if (!leg_of_thread(&c->vault->store, &c->arena, &t->name, &legs, &n,
	    &none))
		return SIGHT_NONE;
	for (size_t i = 0; i < n; i++) {
		one = sight_leg(c, &legs[i]);
		best = one > best ? one : best;
	}
	return best;
}

enum sight
sight_thread(struct call *c, const struct thread *t)
{
	if (!scope_has_kind(&c->scope, t->root->kind) ||
	    !sees_handling(c, t->root))
		return SIGHT_NONE;
	if (c->scope.desks.all)
		return SIGHT_DESK;
	for (size_t i = 0; i < t->n; i++)
		if (is_at_desk(c, &t->rows[i]))
			return SIGHT_DESK;
	return sight_of_legs(c, t);
}

bool
sight_found(struct call *c, const struct thread *t, struct err *err)
{
	return sight_thread(c, t) != SIGHT_NONE || err_set(err, ERR_NOT_FOUND,
	    "E-NOT-FOUND", "store: no such thread");
}

enum sight
sight_message(struct call *c, const struct message_row *r)
{
	struct thread t;
	struct err none;

	if (thread_load(c->vault, &c->arena, &r->thread, &t, &none))
		return sight_thread(c, &t);
	/* It waits for the first of its thread. */
	return scope_has_kind(&c->scope, r->kind) && sees_handling(c, r) &&
	    is_at_desk(c, r) ? SIGHT_DESK : SIGHT_NONE;
}

/* -- what waits -------------------------------------------------------------- */

bool
sight_draft(struct call *c, const struct draft *d)
{
	struct header h;
	struct err none;
	bool ok;

	if (strcmp(d->author.s, c->account.badge.s) == 0)
		return true;
	/* Its month is over: that it waits is all there is left. */
	if (d->text.n == 0)
		return c->scope.desks.all;
	if (!header_parse(&h, &c->arena, d->text, &none))
		return false;
	ok = works_at(c, &h.from) && scope_admits(&c->scope, &h, &none);
	header_release(&h);
	return ok;
}

bool
sight_page(struct call *c, const struct page *p)
{
	if (p->badge.s[0] != '\0' && strcmp(p->badge.s, c->account.badge.s) == 0)
		return true;
	return p->desk.s[0] == '\0' || works_at(c, &p->desk);
}
