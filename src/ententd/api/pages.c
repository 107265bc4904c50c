#include <stdlib.h>
#include <string.h>

#include "ententd/api/sight.h"
#include "ententd/api/view.h"
#include "ententd/routes.h"
#include "ententd/thread.h"
#include "ententd/trust.h"
#include "store/page_store.h"

/* -- whom to call ------------------------------------------------------------------ */

static void
print_desk(struct jout *j, const char *key, const struct card_desk *d)
{
	if (d == NULL)
		return;
	jout_object(j, key);
	jout_str(j, "desk", d->desk.s);
	view_labels(j, "name", d->name);
	jout_str_opt(j, "phone", d->phone);
	jout_str_opt(j, "hours", d->hours);
	jout_end_object(j);
}

/* The desk that was addressed, when the page is about a thread. */
static const struct card_desk *
desk_asked(struct call *c, const struct card *card, const struct page *p)
{
	const struct address *a;
	struct thread t;
	struct err none;

	if (hash_is_zero(&p->thread) ||
	    !thread_load(c->vault, &c->arena, &p->thread, &t, &none))
		return NULL;
	a = thread_asked(&t, &p->peer);
	if (a == NULL)
		a = &t.root->from;
	return card_desk(card, a);
}

/* Another of that member's that has a number: one that is always there before
 * any other. */
static const struct card_desk *
fallback(const struct card *card, const struct card_desk *not_this)
{
	const struct card_desk *best = NULL, *d;

	for (size_t i = 0; i < card->ndesks; i++) {
		d = &card->desks[i];
		if (d == not_this || d->phone[0] == '\0' ||
		    (not_this != NULL && strcmp(d->phone, not_this->phone) == 0))
			continue;
		if (best == NULL || (strcmp(d->hours, "24/7") == 0 &&
		    strcmp(best->hours, "24/7") != 0))
			best = d;
	}
	return best;
}

static void
print_contact(struct jout *j, struct call *c, const struct page *p)
{
	const struct card *card = trust_card_of(c->vault->trust, &p->peer, NULL);
	const struct card_desk *desk;

	if (card == NULL)
		return;
	desk = desk_asked(c, card, p);
	if (desk == NULL && card->ndesks != 0)
		desk = &card->desks[0];
	print_desk(j, "call", desk);
	print_desk(j, "fallback", fallback(card, desk));
}

/* -- pages --------------------------------------------------------------------------- */

static void
print_ref(struct jout *j, struct call *c, const struct hash *thread)
{
	struct message_row m;
	struct err none;

	jout_hash(j, "thread", thread);
	if (message_get(&c->vault->store, &c->arena, thread, &m, &none))
		jout_str(j, "ref", m.ref);
}

static void
print_page(struct jout *j, struct call *c, const struct page *p)
{
	jout_object(j, NULL);
	jout_int(j, "id", p->id);
	jout_str(j, "reason", page_reason_names[p->reason]);
	jout_str_opt(j, "badge", p->badge.s);
	jout_str_opt(j, "desk", p->desk.s);
	jout_str(j, "member", p->peer.s);
	if (!hash_is_zero(&p->thread))
		print_ref(j, c, &p->thread);
	jout_int(j, "count", p->n);
	jout_time(j, "since", p->since);
	jout_time(j, "last", p->last);
	print_contact(j, c, p);
	jout_time_opt(j, "seen", p->seen);
	jout_str_opt(j, "seen_by", p->seen_by.s);
	jout_end_object(j);
}

/* GET /pages: those nobody has seen; ?all: those too that somebody has. */
void
api_pages(struct call *c)
{
	struct vault *v = c->vault;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct page *pages;
	struct err err;
	int64_t before;
	size_t n, limit;

	if (!call_page(c, &before, &limit))
		return;
	if (!page_list(&v->store, &c->arena, call_query(c, "all") == NULL,
	    before, limit, &pages, &n, &err)) {
		call_refuse(c, &err);
		return;
	}
	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < n; i++)
		if (sight_page(c, &pages[i]))
			print_page(&j, c, &pages[i]);
	jout_end_array(&j);
	if (n == limit)
		jout_int(&j, "next", pages[n - 1].id);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

/* Another desk's is for that desk to see to. */
static bool
may_see(struct call *c, int64_t id, struct err *err)
{
	struct page *p;
	size_t n;

	if (!page_list(&c->vault->store, &c->arena, true, id + 1, 1, &p, &n,
	    err))
		return false;
	return (n == 1 && p->id == id && sight_page(c, p)) || err_set(err,
	    ERR_NOT_FOUND, "E-NOT-FOUND",
	    "there is no such page that nobody has seen");
}

/* POST /pages/{id}/seen */
void
api_page_seen(struct call *c)
{
	struct vault *v = c->vault;
	char *end;
	long long id = strtoll(c->rest, &end, 10);
	struct err err;

	if (end == c->rest || id < 1 || id >= JSON_INT_MAX ||
	    strcmp(end, "/seen") != 0) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "",
		    "there is no such thing");
		return;
	}
	if (!may_see(c, id, &err) ||
	    !vault_unit_begin(v, &err) || !vault_unit_end(v,
	    page_see(&v->store, id, c->account.badge.s, clock_now(), &err) &&
	    vault_audit(v, c->account.badge.s, "page.seen", NULL, "", c->rest,
	    &err), &err)) {
		call_refuse(c, &err);
		return;
	}
	call_answer(c, 204, "", slice_of(NULL, 0));
}
