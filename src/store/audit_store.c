#include "store/audit_store.h"

#include <sodium.h>

#include "base/secret.h"
#include "model/text.h"
#include "store/row.h"

enum { SALT = 32 };

struct hash
audit_leaf(struct slice salt, struct slice entry)
{
	struct hash leaf;

	hmac_sha256(leaf.b, salt, entry);
	return leaf;
}

struct shelf_label
audit_shelf(msec at)
{
	return shelf_for(at + AUDIT_KEEP);
}

static void
print_entry(struct buf *out, const struct hash *net,
    const struct audit_entry *e)
{
	struct jout j = text_begin(out, "audit");

	jout_hash(&j, "net", net);
	jout_time(&j, "at", e->at);
	jout_str(&j, "who", e->who);
	jout_str(&j, "what", e->what);
	if (e->object != NULL)
		jout_hash(&j, "object", e->object);
	jout_str_opt(&j, "peer", e->peer);
	jout_str_opt(&j, "detail", e->detail);
	text_end(&j);
}

static bool
insert_leaf(struct store *st, const struct hash *leaf,
    const struct shelf_label *shelf, struct slice box, struct err *err)
{
	struct db_stmt *s;
	int64_t id;

	if (!store_next(st, "audit", &id, err))
		return false;
	s = db_sql(st->db, "INSERT INTO audit (member, id, leaf, shelf, box)"
	    " VALUES ($1, $2, $3, $4, $5)");
	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, id);
	db_bind_hash(s, 3, leaf);
	db_bind_text(s, 4, shelf->s);
	db_bind_blob(s, 5, box);
	return db_done(s, err);
}

bool
audit_append(struct store *st, const struct hash *net,
    const struct audit_entry *e, struct err *err)
{
	struct shelf_label shelf = audit_shelf(e->at);
	struct buf plain = BUF_INIT, box = BUF_INIT;
	uint8_t salt[SALT];
	struct hash leaf;
	bool ok;

	/* Salt and entry together: one dies with the other. */
	randombytes_buf(salt, sizeof(salt));
	buf_put(&plain, salt, sizeof(salt));
	secret_wipe(salt, sizeof(salt));
	print_entry(&plain, net, e);
	leaf = audit_leaf(slice_of(plain.p, SALT),
	    slice_skip(buf_all(&plain), SALT));
	/* Bound to its leaf: an entry opens under no other. */
	ok = store_seal(st, &box, &shelf, "audit",
	    slice_of(leaf.b, HASH_LEN), buf_all(&plain), err) &&
	    insert_leaf(st, &leaf, &shelf, buf_all(&box), err);
	buf_wipe(&plain);
	buf_free(&box);
	return ok;
}

/* A row whose box was cleared, or has no key any more, is its leaf alone. */
static bool
open_entry(struct store *st, struct arena *arena, struct audit_row *a,
    const struct shelf_label *shelf, struct slice box, struct err *err)
{
	struct buf plain = BUF_INIT;
	struct slice all;

	if (box.n == 0 || !shelves_have(st->shelves, shelf))
		return true;
	if (!store_unseal(st, &plain, shelf, "audit",
	    slice_of(a->leaf.b, HASH_LEN), box, err))
		return false;
	all = arena_slice(arena, buf_all(&plain));
	buf_wipe(&plain);
	if (all.n < SALT)
		return err_set(err, ERR_IO, "E-STORE-CORRUPT",
		    "store: an audit entry is malformed");
	a->salt = slice_of(all.p, SALT);
	a->entry = slice_skip(all, SALT);
	return true;
}

bool
audit_list(struct store *st, struct arena *arena, int64_t before,
    size_t limit, struct audit_row **rows, size_t *n, struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**rows));
	struct row r = row_of(db_sql(st->db, "SELECT id, leaf, shelf, box"
	    " FROM audit WHERE member = $1 AND id < $2"
	    " ORDER BY id DESC LIMIT $3"));
	struct err late;
	bool ok = true;

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, before == 0 ? INT64_MAX : before);
	db_bind_int(r.s, 3, (int64_t)limit);
	while (ok && row_next(&r)) {
		struct audit_row *a = row_list_add(&l);
		struct shelf_label shelf;

		a->id = db_int(r.s, 0);
		row_copy(&r, 1, a->leaf.b, HASH_LEN);
		row_str(&r, 2, shelf.s, sizeof(shelf.s));
		ok = r.bad || open_entry(st, arena, a, &shelf,
		    db_blob(r.s, 3), err);
	}
	*rows = (struct audit_row *)(void *)l.p;
	*n = l.n;
	return row_end(&r, ok ? err : &late) && ok;
}
