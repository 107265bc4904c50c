#include "ententd/watch.h"

#include "base/log.h"
#include "store/leg_store.h"
#include "store/message_store.h"

#define WATCH_EVERY	(10 * SECOND)
/* In one look; what is left comes with the next. */
enum { WATCH_MOST = 200 };

bool
watch_page(struct vault *v, const struct page *p, struct err *err)
{
	const char *reason = page_reason_names[p->reason];

	log_warn("page: %s, %s", reason, p->peer.s);
	return page_raise(&v->store, p, clock_now(), err) &&
	    vault_audit(v, "node", "page.raise",
	    hash_is_zero(&p->thread) ? NULL : &p->thread, p->peer.s, reason,
	    err);
}

/* To the officer who wrote it; what the node wrote, to whoever is there. */
static bool
page_author(struct vault *v, const struct hash *message,
    const struct member_id *peer, enum page_reason reason, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct page p = { .reason = reason, .peer = *peer };
	struct message_row m;
	bool ok = message_get(&v->store, &arena, message, &m, err);

	if (ok) {
		p.badge = m.by;
		p.desk = m.from;
		p.thread = m.thread;
		ok = watch_page(v, &p, err);
	}
	arena_free(&arena);
	return ok;
}

bool
watch_expired(struct vault *v, const struct outbox_row *row, struct err *err)
{
	return page_author(v, &row->message, &row->to, PAGE_EXPIRED, err);
}

bool
watch_lost(struct vault *v, const struct hash *message,
    const struct member_id *peer, struct err *err)
{
	return page_author(v, message, peer, PAGE_LOST_THERE, err);
}

bool
watch_other_text(struct vault *v, const struct member_id *peer, int64_t slip,
    const struct hash *name, struct err *err)
{
	struct page p = { .reason = PAGE_OTHER_TEXT, .peer = *peer };

	log_warn("%s used number %lld twice", peer->s, (long long)slip);
	return vault_audit(v, peer->s, "slip.twice", name, peer->s, "", err) &&
	    watch_page(v, &p, err);
}

static bool
look_at_outbox(struct vault *v, struct arena *arena, struct err *err)
{
	struct outbox_row *rows;
	bool ok;
	size_t n;

	ok = outbox_overdue(&v->store, arena, clock_now() - WATCH_DELIVERED,
	    WATCH_MOST, &rows, &n, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = page_author(v, &rows[i].message, &rows[i].to,
		    PAGE_NOT_DELIVERED, err) &&
		    outbox_told(&v->store, rows[i].id, err);
	return ok;
}

static bool
look_at_legs(struct vault *v, struct arena *arena, struct err *err)
{
	struct leg_row *rows;
	bool ok;
	size_t n;

	ok = leg_late(&v->store, arena, clock_now(), WATCH_MOST, &rows, &n, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = page_author(v, &rows[i].thread, &rows[i].member,
		    PAGE_NOT_ACKNOWLEDGED, err) &&
		    leg_told(&v->store, &rows[i].thread, rows[i].member.s, err);
	return ok;
}

/* Each node by its own clock, from the same messages: at the asker's its
 * supervisors, at the asked's whoever acts on it. */
static bool
look_at_lapses(struct vault *v, struct arena *arena, struct err *err)
{
	struct leg_row *rows;
	bool ok;
	size_t n;

	ok = leg_lapsed(&v->store, arena, clock_now(), WATCH_MOST, &rows, &n,
	    err);
	for (size_t i = 0; ok && i < n; i++) {
		struct page p = { .reason = PAGE_LAPSED,
		    .peer = rows[i].member, .thread = rows[i].thread,
		    .desk = rows[i].role == ROLE_ASKER ? rows[i].asker :
		    rows[i].asked };

		/* One page for a request, however many were asked. */
		ok = ((i > 0 && hash_eq(&rows[i].thread, &rows[i - 1].thread)) ||
		    watch_page(v, &p, err)) && leg_lapse_told(&v->store,
		    &rows[i].thread, rows[i].member.s, err);
	}
	return ok;
}

static bool
look(struct vault *v, struct err *err)
{
	struct arena arena = ARENA_INIT;
	bool ok = look_at_outbox(v, &arena, err) &&
	    look_at_legs(v, &arena, err) && look_at_lapses(v, &arena, err);

	arena_free(&arena);
	return ok;
}

static void
look_again(void *arg)
{
	struct vault *v = arg;
	struct err err;

	if (!vault_unit_begin(v, &err) || !vault_unit_end(v, look(v, &err), &err))
		log_error("watch: %s: %s", err.rule, err.text);
	(void)loop_after(v->child.loop, WATCH_EVERY, look_again, v);
}

void
watch_start(struct vault *v)
{
	(void)loop_after(v->child.loop, SECOND, look_again, v);
}
