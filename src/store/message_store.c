#include "store/message_store.h"

#include <assert.h>

#include "store/row.h"

/* "fr/cyber ro": desks hold no spaces. */
static void
put_recipients(struct buf *out, const struct address *to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : " ", to[i].s);
}

static const struct address *
read_recipients(struct row *r, int col, struct arena *arena, size_t *n)
{
	struct row_list l = row_list_of(arena, sizeof(struct address));
	struct slice rest = slice_str(db_text(r->s, col)), one;

	while (rest.n > 0) {
		if (!slice_cut(&one, &rest, ' ')) {
			one = rest;
			rest.n = 0;
		}
		if (!address_parse(row_list_add(&l), one))
			r->bad = true;
	}
	*n = l.n;
	return (const struct address *)(const void *)l.p;
}

static const struct hash *
read_parents(struct row *r, int col, struct arena *arena, size_t *n)
{
	struct slice all = row_bytes(r, col, arena);

	if (all.n % HASH_LEN != 0)
		r->bad = true;
	*n = all.n / HASH_LEN;
	return (const struct hash *)(const void *)all.p;
}

#define COLUMNS \
	"name, thread, ref, sender_desk, badge, kind, act, urgency, sent," \
	" promised_until, new_desk, stored, ours, place, content, keep_until," \
	" parents, recipients, note, number"

static void
read_message(struct row *r, struct arena *arena, struct message_row *m)
{
	row_copy(r, 0, m->name.b, HASH_LEN);
	row_copy(r, 1, m->thread.b, HASH_LEN);
	row_str(r, 2, m->ref, sizeof(m->ref));
	row_str(r, 3, m->from.s, sizeof(m->from.s));
	row_str(r, 4, m->by.s, sizeof(m->by.s));
	row_str(r, 5, m->kind, sizeof(m->kind));
	m->act = (enum act)row_enum(r, 6, ACTS);
	m->urgency = (enum urgency)row_enum(r, 7, URGENCIES);
	m->sent = db_int(r->s, 8);
	m->until = db_int(r->s, 9);
	row_str(r, 10, m->desk.s, sizeof(m->desk.s));
	m->stored = db_int(r->s, 11);
	m->ours = db_int(r->s, 12) != 0;
	m->place = (enum message_place)row_enum(r, 13, PLACES);
	row_copy(r, 14, m->content.b, HASH_LEN);
	m->keep_until = db_int(r->s, 15);
	m->after = read_parents(r, 16, arena, &m->nafter);
	m->to = read_recipients(r, 17, arena, &m->nto);
	m->note = row_bytes(r, 18, arena);
	m->number = db_int(r->s, 19);
}

static bool
insert_message(struct store *st, const struct message_row *m, int64_t number,
    struct err *err)
{
	struct buf to = BUF_INIT;
	struct member_id sender;
	struct db_stmt *s = db_sql(st->db,
	    "INSERT INTO message (member, sender, " COLUMNS ") VALUES ($1, $2,"
	    " $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
	    " $17, $18, $19, $20, $21, $22)");

	address_member(&sender, &m->from);
	put_recipients(&to, m->to, m->nto);
	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, sender.s);
	db_bind_hash(s, 3, &m->name);
	db_bind_hash(s, 4, &m->thread);
	db_bind_text(s, 5, m->ref);
	db_bind_text(s, 6, m->from.s);
	db_bind_text(s, 7, m->by.s);
	db_bind_text(s, 8, m->kind);
	db_bind_int(s, 9, m->act);
	db_bind_int(s, 10, m->urgency);
	db_bind_int(s, 11, m->sent);
	db_bind_int(s, 12, m->until);
	db_bind_text(s, 13, m->desk.s);
	db_bind_int(s, 14, m->stored);
	db_bind_int(s, 15, m->ours);
	db_bind_int(s, 16, m->place);
	db_bind_hash(s, 17, &m->content);
	db_bind_int(s, 18, m->keep_until);
	/* No bytes are bytes, too: NULL stands for nothing here. */
	db_bind_blob(s, 19, m->nafter == 0 ? slice_of("", 0) :
	    slice_of(m->after, m->nafter * sizeof(*m->after)));
	db_bind_text(s, 20, buf_cstr(&to));
	db_bind_blob(s, 21, m->note);
	db_bind_int(s, 22, number);
	buf_free(&to);
	return db_done(s, err);
}

static bool
insert_content(struct store *st, int64_t number,
    const struct shelf_label *shelf, struct slice box, struct err *err)
{
	struct db_stmt *s = db_sql(st->db,
	    "INSERT INTO content (member, number, shelf, box)"
	    " VALUES ($1, $2, $3, $4)");

	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, number);
	db_bind_text(s, 3, shelf->s);
	db_bind_blob(s, 4, box);
	return db_done(s, err);
}

static bool
insert_held(struct store *st, const struct message_row *m, int64_t number,
    struct err *err)
{
	for (size_t i = 0; i < m->nafter; i++) {
		struct db_stmt *s = db_sql(st->db,
		    "INSERT INTO held (member, parent, message, number)"
		    " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");

		db_bind_text(s, 1, st->member);
		db_bind_hash(s, 2, &m->after[i]);
		db_bind_hash(s, 3, &m->name);
		db_bind_int(s, 4, number);
		if (!db_done(s, err))
			return false;
	}
	return true;
}

bool
message_put(struct store *st, const struct message_row *m,
    struct slice content_line, struct err *err)
{
	struct shelf_label shelf = shelf_for(m->keep_until);
	struct slice key = slice_of(m->name.b, HASH_LEN);
	struct buf box = BUF_INIT;
	int64_t number;
	bool ok = false;

	assert(m->note.p != NULL);
	/* Sealed first: without a key nothing was written. */
	if (content_line.n > 0 && !store_seal(st, &box, &shelf, "content", key,
	    content_line, err))
		goto out;
	ok = store_next(st, "message", &number, err) &&
	    insert_message(st, m, number, err) &&
	    (content_line.n == 0 ||
	    insert_content(st, number, &shelf, buf_all(&box), err)) &&
	    (m->place != PLACE_HELD || insert_held(st, m, number, err));
out:
	buf_free(&box);
	return ok;
}

bool
message_get(struct store *st, struct arena *arena, const struct hash *name,
    struct message_row *m, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS
	    " FROM message WHERE member = $1 AND name = $2"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, name);
	*m = (struct message_row){ .number = 0 };
	if (row_next(&r))
		read_message(&r, arena, m);
	return row_one(&r, "message", err);
}

bool
message_have(struct store *st, const struct hash *name)
{
	struct db_stmt *s = db_sql(st->db,
	    "SELECT 1 FROM message WHERE member = $1 AND name = $2");
	struct err ignored;
	bool have;

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, name);
	have = db_row(s);
	return db_done(s, &ignored) && have;
}

bool
message_content(struct store *st, const struct hash *name, struct buf *line,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT m.keep_until, c.shelf,"
	    " c.box FROM message m LEFT JOIN content c"
	    " ON c.member = m.member AND c.number = m.number"
	    " WHERE m.member = $1 AND m.name = $2"));
	struct shelf_label shelf = { "" };
	struct buf box = BUF_INIT;
	msec keep_until = 0;
	bool ok;

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, name);
	if (row_next(&r)) {
		keep_until = db_int(r.s, 0);
		row_str(&r, 1, shelf.s, sizeof(shelf.s));
		buf_slice(&box, db_blob(r.s, 2));
	}
	ok = row_one(&r, "message", err);
	if (ok && box.n == 0) {
		/* Cleared away with its shelf, or there never was a line. */
		shelf = shelf_for(keep_until);
		ok = shelves_have(st->shelves, &shelf) ?
		    err_set(err, ERR_NOT_FOUND, "E-NOT-FOUND",
		    "this message has no content here") :
		    err_set(err, ERR_UNAVAILABLE, "E-SHELF-MISSING",
		    "no key for the shelf of %s", shelf.s);
	}
	ok = ok && store_unseal(st, line, &shelf, "content",
	    slice_of(name->b, HASH_LEN), buf_all(&box), err);
	buf_free(&box);
	return ok;
}

bool
message_can_be_read(struct store *st, const struct hash *name, bool *can,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT c.shelf FROM message m"
	    " JOIN content c ON c.member = m.member AND c.number = m.number"
	    " WHERE m.member = $1 AND m.name = $2"));
	struct shelf_label shelf = { "" };

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, name);
	if (row_next(&r))
		row_str(&r, 0, shelf.s, sizeof(shelf.s));
	*can = shelf.s[0] != '\0' && shelves_have(st->shelves, &shelf);
	return row_end(&r, err);
}

bool
message_by_ref(struct store *st, const char *from_member, const char *ref,
    struct hash *name)
{
	/* place 2: refused, it does not carry the ref. */
	struct db_stmt *s = db_sql(st->db, "SELECT name FROM message"
	    " WHERE member = $1 AND ref = $2 AND sender = $3 AND place <> 2"
	    " ORDER BY number LIMIT 1");
	struct err ignored;
	bool found;

	static_assert(PLACE_REFUSED == 2, "place in the query");
	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, ref);
	db_bind_text(s, 3, from_member);
	found = db_row(s);
	if (found)
		*name = db_hash(s, 0);
	return db_done(s, &ignored) && found;
}

bool
message_of_thread(struct store *st, struct arena *arena,
    const struct hash *thread, enum message_place place,
    struct message_row **rows, size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**rows));
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS
	    " FROM message WHERE member = $1 AND thread = $2 AND place = $3"
	    " ORDER BY number"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, thread);
	db_bind_int(r.s, 3, place);
	while (row_next(&r))
		read_message(&r, arena, row_list_add(&l));
	*rows = (struct message_row *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
}

int64_t
message_held(struct store *st, const struct hash *thread)
{
	/* place 1: held. */
	struct db_stmt *s = db_sql(st->db, "SELECT COUNT(*) FROM message"
	    " WHERE member = $1 AND thread = $2 AND place = 1");
	struct err ignored;
	int64_t n = 0;

	static_assert(PLACE_HELD == 1, "place in the query");
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, thread);
	if (db_row(s))
		n = db_int(s, 0);
	return db_done(s, &ignored) ? n : 0;
}

bool
message_waiting_for(struct store *st, struct arena *arena,
    const struct hash *name, struct hash **names, size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**names));
	struct row r = row_of(db_sql(st->db, "SELECT message FROM held"
	    " WHERE member = $1 AND parent = $2 ORDER BY number"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, name);
	while (row_next(&r))
		row_copy(&r, 0, row_list_add(&l), HASH_LEN);
	*names = (struct hash *)(void *)l.p;
	*n = l.n;
	return row_end(&r, err);
}

bool
message_move(struct store *st, const struct hash *name,
    enum message_place place, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE message SET place = $3"
	    " WHERE member = $1 AND name = $2");

	assert(place != PLACE_HELD);
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, name);
	db_bind_int(s, 3, place);
	if (!db_done(s, err))
		return false;
	s = db_sql(st->db, "DELETE FROM held WHERE member = $1 AND message = $2");
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, name);
	return db_done(s, err);
}
