#include "store/emergency_store.h"

#include "store/row.h"

bool
emergency_put(struct store *st, const struct emergency_use *u, struct err *err)
{
	struct db_stmt *s;
	int64_t number;

	if (!store_next(st, "emergency", &number, err))
		return false;
	s = db_sql(st->db, "INSERT INTO emergency_use"
	    " (member, message, number, peer, ref, kind, clause, ours, sent,"
	    " reported, reporter) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
	    " 0, '') ON CONFLICT DO NOTHING");
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, &u->message);
	db_bind_int(s, 3, number);
	db_bind_text(s, 4, u->peer.s);
	db_bind_text(s, 5, u->ref);
	db_bind_text(s, 6, u->kind);
	db_bind_text(s, 7, u->clause);
	db_bind_int(s, 8, u->ours);
	db_bind_int(s, 9, u->sent);
	return db_done(s, err);
}

bool
emergency_has(struct store *st, const struct hash *message)
{
	struct db_stmt *s = db_sql(st->db, "SELECT number FROM emergency_use"
	    " WHERE member = $1 AND message = $2 LIMIT 1");
	bool have;

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, message);
	have = db_row(s);
	(void)db_done(s, NULL);
	return have;
}

bool
emergency_list(struct store *st, struct arena *arena, int64_t before,
    size_t limit, struct emergency_use **list, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT number, message, peer,"
	    " ref, kind, clause, ours, sent, reported, reporter"
	    " FROM emergency_use WHERE member = $1 AND ($2 = 0 OR number < $2)"
	    " ORDER BY number DESC LIMIT $3"));
	struct row_list l = row_list_of(arena, sizeof(**list));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, before);
	db_bind_int(r.s, 3, (int64_t)limit);
	while (row_next(&r)) {
		struct emergency_use *u = row_list_add(&l);

		u->number = db_int(r.s, 0);
		row_copy(&r, 1, u->message.b, HASH_LEN);
		row_str(&r, 2, u->peer.s, sizeof(u->peer.s));
		row_str(&r, 3, u->ref, sizeof(u->ref));
		row_str(&r, 4, u->kind, sizeof(u->kind));
		row_str(&r, 5, u->clause, sizeof(u->clause));
		u->ours = db_int(r.s, 6) != 0;
		u->sent = db_int(r.s, 7);
		u->reported = db_int(r.s, 8);
		row_str(&r, 9, u->reporter.s, sizeof(u->reporter.s));
	}
	*list = (struct emergency_use *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
}

bool
emergency_report(struct store *st, const struct hash *message, msec now,
    const char *badge, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE emergency_use"
	    " SET reported = $3, reporter = $4"
	    " WHERE member = $1 AND message = $2 AND reported = 0");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, message);
	db_bind_int(s, 3, now);
	db_bind_text(s, 4, badge);
	if (!db_done(s, err))
		return false;
	return db_changes(st->db) != 0 || err_set(err, ERR_NOT_FOUND,
	    "E-NOT-FOUND", "no use of an emergency clause waits under this name");
}
