#include "store/page_store.h"

#include "store/row.h"

const char *const page_reason_names[PAGE_REASONS] = {
	[PAGE_NOT_DELIVERED] = "not-delivered",
	[PAGE_NOT_ACKNOWLEDGED] = "not-acknowledged",
	[PAGE_EXPIRED] = "expired",
	[PAGE_LOST_THERE] = "lost-there",
	[PAGE_NUMBERS] = "numbers",
	[PAGE_OTHER_TEXT] = "other-text",
	[PAGE_CLOCK] = "clock",
	[PAGE_LOST_HERE] = "lost-here",
	[PAGE_GONE] = "gone",
	[PAGE_UNKNOWN_THERE] = "unknown-there",
	[PAGE_COUNTERSIGN] = "countersign",
	[PAGE_LAPSED] = "countersign-lapsed",
	[PAGE_COPY] = "copy",
};

/* Any reason: so that the index of the open ones serves, and not all of them
 * since the beginning are looked through. */
#define OPEN	" AND seen = 0 AND reason > ''"
#define COLUMNS \
	"id, reason, badge, desk, peer, thread, n, since, last, seen, seen_by"

bool
page_raise(struct store *st, const struct page *p, msec now, struct err *err)
{
	struct db_stmt *s;
	int64_t id;

	if (!store_next(st, "page", &id, err))
		return false;
	s = db_sql(st->db, "INSERT INTO page (member, " COLUMNS ") VALUES"
	    " ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8, 0, '')"
	    " ON CONFLICT (member, reason, badge, desk, peer)"
	    " WHERE seen = 0"
	    " DO UPDATE SET n = page.n + 1, last = excluded.last");
	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, id);
	db_bind_text(s, 3, page_reason_names[p->reason]);
	db_bind_text(s, 4, p->badge.s);
	db_bind_text(s, 5, p->desk.s);
	db_bind_text(s, 6, p->peer.s);
	if (hash_is_zero(&p->thread))
		db_bind_null(s, 7);
	else
		db_bind_hash(s, 7, &p->thread);
	db_bind_int(s, 8, now);
	return db_done(s, err);
}

static void
read_page(struct row *r, struct page *p)
{
	char reason[32];

	p->id = db_int(r->s, 0);
	row_str(r, 1, reason, sizeof(reason));
	for (p->reason = 0; p->reason < PAGE_REASONS &&
	    strcmp(page_reason_names[p->reason], reason) != 0; p->reason++)
		;
	r->bad = r->bad || p->reason == PAGE_REASONS;
	row_str(r, 2, p->badge.s, sizeof(p->badge.s));
	row_str(r, 3, p->desk.s, sizeof(p->desk.s));
	row_str(r, 4, p->peer.s, sizeof(p->peer.s));
	if (!db_is_null(r->s, 5))
		row_copy(r, 5, p->thread.b, HASH_LEN);
	p->n = db_int(r->s, 6);
	p->since = db_int(r->s, 7);
	p->last = db_int(r->s, 8);
	p->seen = db_int(r->s, 9);
	row_str(r, 10, p->seen_by.s, sizeof(p->seen_by.s));
}

bool
page_list(struct store *st, struct arena *arena, bool open_only,
    int64_t before, size_t limit, struct page **pages, size_t *n,
    struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**pages));
	struct row r = row_of(open_only ?
	    db_sql(st->db, "SELECT " COLUMNS " FROM page WHERE member = $1"
	    OPEN " AND ($2 = 0 OR id < $2) ORDER BY id DESC LIMIT $3") :
	    db_sql(st->db, "SELECT " COLUMNS " FROM page WHERE member = $1"
	    " AND ($2 = 0 OR id < $2) ORDER BY id DESC LIMIT $3"));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, before);
	db_bind_int(r.s, 3, (int64_t)limit);
	while (row_next(&r))
		read_page(&r, row_list_add(&l));
	*pages = (struct page *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
}

bool
page_see(struct store *st, int64_t id, const char *badge, msec now,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE page SET seen = $3,"
	    " seen_by = $4 WHERE member = $1 AND id = $2 AND seen = 0");

	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, id);
	db_bind_int(s, 3, now);
	db_bind_text(s, 4, badge);
	return db_done(s, err) && (db_changes(st->db) == 1 ||
	    err_set(err, ERR_NOT_FOUND, "E-NOT-FOUND",
	    "there is no such page that nobody has seen"));
}

bool
page_count(struct store *st, int64_t *open, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "SELECT COUNT(*) FROM page"
	    " WHERE member = $1" OPEN);

	db_bind_text(s, 1, st->member);
	*open = db_row(s) ? db_int(s, 0) : 0;
	return db_done(s, err);
}
