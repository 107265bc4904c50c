#include "store/trust_store.h"

#include <string.h>

#include "store/row.h"

bool
trust_store_put_network(struct store *st, struct slice note, const struct hash *id,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO network"
	    " (member, id, note) VALUES ($1, $2, $3)"
	    " ON CONFLICT (member) DO UPDATE SET note = network.note"
	    " WHERE network.id = excluded.id");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, id);
	db_bind_blob(s, 3, note);
	if (!db_done(s, err))
		return false;
	return db_changes(st->db) == 1 || err_set(err, ERR_CONFLICT,
	    "E-STORE-CONFLICT", "store: belongs to another network");
}

/* The note in column 0, its name in column 1. */
static bool
read_note(struct row *r, struct arena *arena, const char *what,
    struct slice *note, struct hash *name, struct err *err)
{
	if (row_next(r)) {
		*note = row_bytes(r, 0, arena);
		row_copy(r, 1, name->b, HASH_LEN);
	}
	return row_one(r, what, err);
}

static bool
read_notes(struct row *r, struct arena *arena, struct slice **notes,
    size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**notes));

	while (row_next(r)) {
		struct slice *note = row_list_add(&l);

		*note = row_bytes(r, 0, arena);
	}
	*notes = (struct slice *)(void *)l.p;
	*n = l.n;
	return row_end(r, err);
}

bool
trust_store_network(struct store *st, struct arena *arena, struct slice *note,
    struct hash *id, struct err *err)
{
	struct row r = row_of(db_sql(st->db,
	    "SELECT note, id FROM network WHERE member = $1"));

	db_bind_text(r.s, 1, st->member);
	return read_note(&r, arena, "network", note, id, err);
}

bool
trust_store_put_directory(struct store *st, struct slice note, int64_t number,
    const struct hash *name, struct err *err)
{
	struct db_stmt *s;
	int64_t position;

	if (!store_next(st, "trust", &position, err))
		return false;
	s = db_sql(st->db, "INSERT INTO directory"
	    " (member, number, position, name, note)"
	    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");
	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, number);
	db_bind_int(s, 3, position);
	db_bind_hash(s, 4, name);
	db_bind_blob(s, 5, note);
	return db_done(s, err);
}

/* By its name, in a table of notes. */
static bool
has_note(struct store *st, struct db_stmt *s, const struct hash *name)
{
	bool have;

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, name);
	have = db_row(s);
	(void)db_done(s, NULL);
	return have;
}

bool
trust_store_has_directory(struct store *st, const struct hash *name)
{
	return has_note(st, db_sql(st->db, "SELECT number FROM directory"
	    " WHERE member = $1 AND name = $2"), name);
}

bool
trust_store_has_card(struct store *st, const struct hash *name)
{
	return has_note(st, db_sql(st->db, "SELECT seq FROM card"
	    " WHERE member = $1 AND name = $2"), name);
}

bool
trust_store_directory(struct store *st, struct arena *arena, int64_t number,
    struct slice *note, struct hash *name, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT note, name FROM directory"
	    " WHERE member = $1 AND ($2 = 0 OR number = $2) AND dropped = 0"
	    " ORDER BY number DESC, position LIMIT 1"));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, number);
	return read_note(&r, arena, "directory", note, name, err);
}

static bool
name_done(struct store *st, struct db_stmt *s, const struct hash *name,
    struct err *err)
{
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, name);
	return db_done(s, err);
}

bool
trust_store_drop_directory(struct store *st, const struct hash *name,
    struct err *err)
{
	return name_done(st, db_sql(st->db, "UPDATE directory SET dropped = 1"
	    " WHERE member = $1 AND name = $2"), name, err);
}

bool
trust_store_keep_directory(struct store *st, const struct hash *name,
    struct err *err)
{
	return name_done(st, db_sql(st->db, "UPDATE directory SET dropped = 0"
	    " WHERE member = $1 AND name = $2"), name, err);
}

bool
trust_store_drop_after(struct store *st, int64_t number,
    const struct hash *keep, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE directory SET dropped = 1"
	    " WHERE member = $1 AND number >= $3 AND name <> $2");

	db_bind_int(s, 3, number);
	return name_done(st, s, keep, err);
}

bool
trust_store_directories(struct store *st, struct arena *arena, int64_t number,
    struct slice **notes, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT note FROM directory"
	    " WHERE member = $1 AND number = $2 ORDER BY position"));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, number);
	return read_notes(&r, arena, notes, n, err);
}

bool
trust_store_directory_named(struct store *st, struct arena *arena,
    const struct hash *name, struct slice *note, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT note, name FROM directory"
	    " WHERE member = $1 AND name = $2"));
	struct hash same;

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, name);
	return read_note(&r, arena, "directory", note, &same, err);
}

bool
trust_store_put_settlement(struct store *st, struct slice note,
    const struct hash *name, struct err *err)
{
	struct db_stmt *s;
	int64_t position;

	if (!store_next(st, "trust", &position, err))
		return false;
	s = db_sql(st->db, "INSERT INTO settlement"
	    " (member, position, name, note) VALUES ($1, $3, $2, $4)"
	    " ON CONFLICT DO NOTHING");
	db_bind_int(s, 3, position);
	db_bind_blob(s, 4, note);
	return name_done(st, s, name, err);
}

bool
trust_store_has_settlement(struct store *st, const struct hash *name)
{
	return has_note(st, db_sql(st->db, "SELECT position FROM settlement"
	    " WHERE member = $1 AND name = $2"), name);
}

bool
trust_store_settlements(struct store *st, struct arena *arena,
    struct slice **notes, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT note FROM settlement"
	    " WHERE member = $1 ORDER BY position"));

	db_bind_text(r.s, 1, st->member);
	return read_notes(&r, arena, notes, n, err);
}

bool
trust_store_put_card(struct store *st, struct slice note, const char *member,
    int64_t seq, const struct hash *name, msec now, struct err *err)
{
	struct db_stmt *s;
	int64_t position;

	if (!store_next(st, "trust", &position, err))
		return false;
	s = db_sql(st->db, "INSERT INTO card"
	    " (member, peer, name, seq, position, stored, note)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING");
	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, member);
	db_bind_hash(s, 3, name);
	db_bind_int(s, 4, seq);
	db_bind_int(s, 5, position);
	db_bind_int(s, 6, now);
	db_bind_blob(s, 7, note);
	return db_done(s, err);
}

bool
trust_store_card(struct store *st, struct arena *arena, const char *member,
    struct slice *note, struct hash *name, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT note, name FROM card"
	    " WHERE member = $1 AND peer = $2 ORDER BY position DESC LIMIT 1"));

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, member);
	return read_note(&r, arena, "card", note, name, err);
}

bool
trust_store_card_marked(struct store *st, struct arena *arena, const char *member,
    const uint8_t mark[static CARD_MARK], struct slice *note, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT note, name FROM card"
	    " WHERE member = $1 AND peer = $2 AND name BETWEEN $3 AND $4"
	    " ORDER BY position DESC LIMIT 1"));
	struct hash least, most, name;

	memset(least.b, 0, sizeof(least.b));
	memset(most.b, 0xff, sizeof(most.b));
	memcpy(least.b, mark, CARD_MARK);
	memcpy(most.b, mark, CARD_MARK);
	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, member);
	db_bind_hash(r.s, 3, &least);
	db_bind_hash(r.s, 4, &most);
	return read_note(&r, arena, "card", note, &name, err);
}

bool
trust_store_cards(struct store *st, struct arena *arena, const char *member,
    struct slice **notes, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT note FROM card"
	    " WHERE member = $1 AND peer = $2 ORDER BY position"));

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, member);
	return read_notes(&r, arena, notes, n, err);
}

bool
trust_store_put_agreement(struct store *st, struct slice note, const char *id,
    int64_t version, const struct hash *name, struct err *err)
{
	struct db_stmt *s;
	int64_t position;

	if (!store_next(st, "trust", &position, err))
		return false;
	s = db_sql(st->db, "INSERT INTO agreement"
	    " (member, id, version, position, name, note)"
	    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING");
	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, id);
	db_bind_int(s, 3, version);
	db_bind_int(s, 4, position);
	db_bind_hash(s, 5, name);
	db_bind_blob(s, 6, note);
	return db_done(s, err);
}

bool
trust_store_agreements(struct store *st, struct arena *arena, struct slice **notes,
    size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT a.note FROM agreement a"
	    " WHERE a.member = $1"
	    " ORDER BY CASE WHEN a.id = 'charter' THEN 0 ELSE 1 END,"
	    " a.id, a.version, a.position"));

	db_bind_text(r.s, 1, st->member);
	return read_notes(&r, arena, notes, n, err);
}

bool
trust_store_put_ending(struct store *st, struct slice note, const char *id,
    const struct hash *name, struct err *err)
{
	struct db_stmt *s;
	int64_t position;

	if (!store_next(st, "trust", &position, err))
		return false;
	s = db_sql(st->db, "INSERT INTO ending (member, id, position, name, note)"
	    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");
	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, id);
	db_bind_int(s, 3, position);
	db_bind_hash(s, 4, name);
	db_bind_blob(s, 5, note);
	return db_done(s, err);
}

bool
trust_store_endings(struct store *st, struct arena *arena, struct slice **notes,
    size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT note FROM ending"
	    " WHERE member = $1 ORDER BY position"));

	db_bind_text(r.s, 1, st->member);
	return read_notes(&r, arena, notes, n, err);
}
