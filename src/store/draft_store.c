#include "store/draft_store.h"

#include <assert.h>

#include "base/cursor.h"
#include "model/text.h"
#include "store/row.h"

/* Uploads. */

static void
put_file(struct buf *out, const struct file_ref *f)
{
	buf_var_str(out, f->name);
	buf_var_str(out, f->type);
	buf_u64(out, (uint64_t)f->size);
	buf_put(out, f->sha256.b, HASH_LEN);
	buf_put(out, f->blob.b, HASH_LEN);
	buf_var_str(out, f->key);
}

static bool
read_file(struct file_ref *f, struct slice plain, struct err *err)
{
	struct cursor c = cursor_of(plain);

	cursor_str(&c, f->name, sizeof(f->name));
	cursor_str(&c, f->type, sizeof(f->type));
	f->size = (int64_t)cursor_u64(&c);
	cursor_copy(&c, f->sha256.b, HASH_LEN);
	cursor_copy(&c, f->blob.b, HASH_LEN);
	cursor_str(&c, f->key, sizeof(f->key));
	return cursor_done(&c) || err_set(err, ERR_IO, "E-STORE-CORRUPT",
	    "store: an upload's row is malformed");
}

static bool
insert_upload(struct store *st, const struct upload *u,
    const struct shelf_label *shelf, struct slice box, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO upload"
	    " (member, id, badge, made, shelf, box)"
	    " VALUES ($1, $2, $3, $4, $5, $6)");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, u->id);
	db_bind_text(s, 3, u->badge.s);
	db_bind_int(s, 4, u->made);
	db_bind_text(s, 5, shelf->s);
	db_bind_blob(s, 6, box);
	return db_done(s, err);
}

bool
upload_put(struct store *st, const struct upload *u, struct err *err)
{
	struct shelf_label shelf = shelf_brief(u->made);
	struct buf plain = BUF_INIT, box = BUF_INIT;
	bool ok;

	/* Room for all at once: growing would leave a copy of the key. */
	(void)buf_room(&plain, sizeof(u->file) + 64);
	put_file(&plain, &u->file);
	ok = store_seal(st, &box, &shelf, "upload", slice_str(u->id),
	    buf_all(&plain), err) &&
	    insert_upload(st, u, &shelf, buf_all(&box), err);
	buf_wipe(&plain);
	buf_free(&box);
	return ok;
}

bool
upload_get(struct store *st, const char *id, const char *badge,
    struct upload *u, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT id, badge, made, shelf,"
	    " box FROM upload WHERE member = $1 AND id = $2 AND badge = $3"));
	struct buf plain = BUF_INIT, box = BUF_INIT;
	struct shelf_label shelf = { "" };
	bool ok;

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, id);
	db_bind_text(r.s, 3, badge);
	*u = (struct upload){ .made = 0 };
	if (row_next(&r)) {
		row_str(&r, 0, u->id, sizeof(u->id));
		row_str(&r, 1, u->badge.s, sizeof(u->badge.s));
		u->made = db_int(r.s, 2);
		row_str(&r, 3, shelf.s, sizeof(shelf.s));
		buf_slice(&box, db_blob(r.s, 4));
	}
	ok = row_one(&r, "upload", err) &&
	    store_unseal(st, &plain, &shelf, "upload", slice_str(id),
	    buf_all(&box), err) &&
	    read_file(&u->file, buf_all(&plain), err);
	buf_wipe(&plain);
	buf_free(&box);
	return ok;
}

static bool
delete_by_id(struct store *st, const char *sql, const char *id,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, sql);

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, id);
	return db_done(s, err);
}

bool
upload_delete(struct store *st, const char *id, struct err *err)
{
	return delete_by_id(st,
	    "DELETE FROM upload WHERE member = $1 AND id = $2", id, err);
}

/* Drafts. */

static bool
insert_draft(struct store *st, const struct draft *d,
    const struct shelf_label *shelf, struct slice box, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "INSERT INTO draft"
	    " (member, id, author, name, made, shelf, box)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7)");

	db_bind_text(s, 1, st->member);
	db_bind_text(s, 2, d->id);
	db_bind_text(s, 3, d->author.s);
	db_bind_hash(s, 4, &d->name);
	db_bind_int(s, 5, d->made);
	db_bind_text(s, 6, shelf->s);
	db_bind_blob(s, 7, box);
	return db_done(s, err);
}

bool
draft_put(struct store *st, const struct draft *d, struct err *err)
{
	struct shelf_label shelf = shelf_brief(d->made);
	struct buf plain = BUF_INIT, box = BUF_INIT;
	bool ok;

	assert(d->text.n <= TEXT_SMALL && d->content.n <= CONTENT_MAX);
	(void)buf_room(&plain, d->text.n + d->content.n + 8);
	buf_var(&plain, d->text);
	buf_var(&plain, d->content);
	ok = store_seal(st, &box, &shelf, "draft", slice_str(d->id),
	    buf_all(&plain), err) &&
	    insert_draft(st, d, &shelf, buf_all(&box), err);
	buf_wipe(&plain);
	buf_free(&box);
	return ok;
}

#define COLUMNS "id, author, name, made, shelf, box"

static bool
open_texts(struct store *st, struct arena *arena, struct draft *d,
    const struct shelf_label *shelf, struct slice box, struct err *err)
{
	struct buf plain = BUF_INIT;
	struct cursor c;

	if (!store_unseal(st, &plain, shelf, "draft", slice_str(d->id), box,
	    err))
		return false;
	c = cursor_of(buf_all(&plain));
	d->text = arena_slice(arena, cursor_var(&c, TEXT_SMALL));
	d->content = arena_slice(arena, cursor_var(&c, CONTENT_MAX));
	buf_wipe(&plain);
	return cursor_done(&c) || err_set(err, ERR_IO, "E-STORE-CORRUPT",
	    "store: a draft's row is malformed");
}

static void
read_draft(struct row *r, struct draft *d, struct shelf_label *shelf)
{
	row_str(r, 0, d->id, sizeof(d->id));
	row_str(r, 1, d->author.s, sizeof(d->author.s));
	row_copy(r, 2, d->name.b, HASH_LEN);
	d->made = db_int(r->s, 3);
	row_str(r, 4, shelf->s, sizeof(shelf->s));
}

bool
draft_get(struct store *st, struct arena *arena, const char *id,
    struct draft *d, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS
	    " FROM draft WHERE member = $1 AND id = $2"));
	struct shelf_label shelf = { "" };
	struct buf box = BUF_INIT;
	bool ok;

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, id);
	*d = (struct draft){ .made = 0 };
	if (row_next(&r)) {
		read_draft(&r, d, &shelf);
		buf_slice(&box, db_blob(r.s, 5));
	}
	ok = row_one(&r, "draft", err) &&
	    open_texts(st, arena, d, &shelf, buf_all(&box), err);
	buf_free(&box);
	return ok;
}

bool
draft_list(struct store *st, struct arena *arena, struct draft **all,
    size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**all));
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS
	    " FROM draft WHERE member = $1 ORDER BY made, id"));
	struct err late;
	bool ok = true;

	db_bind_text(r.s, 1, st->member);
	while (ok && row_next(&r)) {
		struct draft *d = row_list_add(&l);
		struct shelf_label shelf;

		read_draft(&r, d, &shelf);
		if (!r.bad && shelves_have(st->shelves, &shelf))
			ok = open_texts(st, arena, d, &shelf,
			    db_blob(r.s, 5), err);
	}
	*all = (struct draft *)(void *)l.p;
	*n = l.n;
	return row_end(&r, ok ? err : &late) && ok;
}

bool
draft_delete(struct store *st, const char *id, struct err *err)
{
	return delete_by_id(st,
	    "DELETE FROM draft WHERE member = $1 AND id = $2", id, err);
}
