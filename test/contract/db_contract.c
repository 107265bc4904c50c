/*
 * What src/store/db.h promises, in terms of db.h alone: the same program runs
 * on every driver.  Run with the URL of a store that may be overwritten.
 */
#include "db_fixture.h"

static const char url_env[] = "DB_URL";

static bool
ran(struct db *db, const char *sql)
{
	return fine(db_exec(db, sql, &err));
}

static bool
put(struct db *db, int64_t id, const char *name)
{
	struct db_stmt *s = db_sql(db,
	    "INSERT INTO item (id, name) VALUES ($1, $2)");

	db_bind_int(s, 1, id);
	db_bind_text(s, 2, name);
	return db_done(s, &err);
}

static int64_t
items(struct db *db)
{
	return number(db, "SELECT COUNT(*) FROM item");
}

static void
fresh(struct db *db)
{
	OK(ran(db, "DROP TABLE IF EXISTS part; DROP TABLE IF EXISTS item;"
	    "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE,"
	    " n INTEGER NOT NULL DEFAULT 0);"
	    "CREATE TABLE part (item INTEGER NOT NULL REFERENCES item (id))"),
	    "several statements run as one text");
}

static bool
put_typed(struct db *db, int64_t i, const char *t, struct slice b)
{
	struct db_stmt *s = db_sql(db,
	    "INSERT INTO typed (i, t, b) VALUES ($1, $2, $3)");

	db_bind_int(s, 1, i);
	db_bind_text(s, 2, t);
	db_bind_blob(s, 3, b);
	return db_done(s, &err);
}

static void
test_types(struct db *db)
{
	static const uint8_t bytes[] = { 0, 0xff, 0, 0x80, '\'' };
	static const char text[] = "Å\xf0\x9f\x9a\x94 العربية 'quoted' \n";
	const struct slice none = { NULL, 0 }, empty = { bytes, 0 };
	struct db_stmt *s;

	ran(db, "DROP TABLE IF EXISTS typed;"
	    "CREATE TABLE typed (i INTEGER, t TEXT, b BLOB)");
	OK(put_typed(db, INT64_MIN, text, slice_of(bytes, sizeof(bytes))) &&
	    put_typed(db, INT64_MAX, "", empty) && put_typed(db, 0, NULL, none),
	    "integers, text and bytes go in");

	s = db_sql(db, "SELECT i, t, b FROM typed ORDER BY i");
	OK(db_row(s) && db_int(s, 0) == INT64_MIN, "the least integer comes back");
	EQ_STR(db_text(s, 1), text, "UTF-8 comes back");
	OK(slice_eq(db_blob(s, 2), slice_of(bytes, sizeof(bytes))),
	    "bytes come back, zeros inside");
	OK(db_row(s) && db_is_null(s, 1) && db_is_null(s, 2),
	    "what was bound as NULL is NULL");
	OK(db_text(s, 1)[0] == '\0' && db_blob(s, 2).p == NULL,
	    "NULL reads as empty text and as no bytes");
	OK(db_row(s) && db_int(s, 0) == INT64_MAX,
	    "the greatest integer comes back");
	OK(!db_is_null(s, 1) && !db_is_null(s, 2), "empty is not NULL");
	OK(db_blob(s, 2).p != NULL && db_blob(s, 2).n == 0,
	    "an empty blob is bytes, none of them");
	OK(!db_row(s) && !db_row(s), "after the last row there is none");
	OK(db_done(s, &err), "and the statement is done");
}

static void
test_hash(struct db *db)
{
	struct hash h, got = { { 0 } }, zero = { { 0 } };
	struct db_stmt *s;

	memset(h.b, 0xa5, sizeof(h.b));
	ran(db, "DELETE FROM typed");
	s = db_sql(db, "INSERT INTO typed (i, b) VALUES ($1, $2)");
	db_bind_int(s, 1, 1);
	db_bind_hash(s, 2, &h);
	OK(db_done(s, &err), "a hash goes in");
	OK(put_typed(db, 2, NULL, slice_of("short", 5)), "as do other bytes");
	s = db_sql(db, "SELECT b FROM typed ORDER BY i");
	if (OK(db_row(s), "it is found"))
		got = db_hash(s, 0);
	OK(memcmp(&got, &h, sizeof(h)) == 0, "a hash comes back");
	if (OK(db_row(s), "so are the others"))
		got = db_hash(s, 0);
	OK(memcmp(&got, &zero, sizeof(zero)) == 0,
	    "what is not 32 bytes reads as zeros");
	OK(db_done(s, &err), "done");
}

static void
test_binding(struct db *db)
{
	char local[16] = "before";
	struct db_stmt *s;

	fresh(db);
	s = db_sql(db, "INSERT INTO item (name, id) VALUES ($2, $1)");
	db_bind_int(s, 1, 7);
	db_bind_text(s, 2, local);
	memcpy(local, "after!", 7);
	OK(db_done(s, &err), "parameters are numbered, not placed");
	s = db_sql(db, "SELECT name FROM item WHERE id = $1 OR n = $1");
	db_bind_int(s, 1, 7);
	OK(db_row(s), "a parameter may stand twice");
	EQ_STR(db_text(s, 0), "before", "what is bound is copied");
	OK(db_done(s, &err), "a statement may end before its last row");
	s = db_sql(db, "SELECT name FROM item WHERE id = $1 OR n = $1");
	OK(!db_row(s) && db_done(s, &err),
	    "the next use has nothing bound of the last");
}

static void
test_upsert(struct db *db)
{
	static const char upsert[] = "INSERT INTO item (id, name, n)"
	    " VALUES ($1, $2, 1) ON CONFLICT (id) DO UPDATE SET n = item.n + 1"
	    " RETURNING n";
	struct db_stmt *s;

	fresh(db);
	for (int64_t want = 1; want <= 3; want++) {
		s = db_sql(db, upsert);
		db_bind_int(s, 1, 1);
		db_bind_text(s, 2, "a");
		OK(db_row(s) && db_int(s, 0) == want,
		    "upsert %lld returns what stands", (long long)want);
		OK(db_done(s, &err) && db_changes(db) == 1,
		    "and changed one row");
	}
	s = db_sql(db, "INSERT INTO item (id, name) VALUES ($1, $2)"
	    " ON CONFLICT DO NOTHING");
	db_bind_int(s, 1, 1);
	db_bind_text(s, 2, "a");
	OK(db_done(s, &err) && db_changes(db) == 0,
	    "ON CONFLICT DO NOTHING changes nothing");
	OK(put(db, 2, "b") && put(db, 3, "c"), "more rows");
	s = db_sql(db, "UPDATE item SET n = $1 WHERE id > 1");
	db_bind_int(s, 1, 9);
	OK(db_done(s, &err) && db_changes(db) == 2, "changed rows are counted");
	OK(items(db) == 3 && db_changes(db) == 0, "reading changes none");
	s = db_sql(db, "DELETE FROM item WHERE id = $1 RETURNING name");
	db_bind_int(s, 1, 3);
	OK(db_done(s, &err) && items(db) == 2,
	    "RETURNING need not be read for the work to stand");
}

static void
test_conflict(struct db *db)
{
	struct db_stmt *s;

	fresh(db);
	OK(put(db, 1, "needle-in-name"), "a row");
	OK(!put(db, 1, "other") && is_rule("E-STORE-CONFLICT") &&
	    err.class == ERR_CONFLICT, "a second row with its key conflicts");
	OK(!put(db, 2, "needle-in-name") && is_rule("E-STORE-CONFLICT"),
	    "as does one with its unique name");
	OK(strstr(err.text, "needle") == NULL, "the error holds no value");
	OK(db_changes(db) == 0, "and nothing is changed");

	s = db_sql(db, "INSERT INTO part (item) VALUES ($1)");
	db_bind_int(s, 1, 424242);
	OK(!db_done(s, &err) && is_rule("E-STORE-SQL"),
	    "a reference to nothing is refused");
	OK(strstr(err.text, "424242") == NULL, "without its value");
	s = db_sql(db, "UPDATE item SET n = $1");
	OK(!db_done(s, &err) && is_rule("E-STORE-SQL"),
	    "NULL where there must be a value is refused");
	OK(put(db, 2, "b") && items(db) == 2, "the store goes on");
}

static void
test_stickiness(struct db *db)
{
	struct db_stmt *s;

	fresh(db);
	s = db_sql(db, "INSERT INTO item (id) VALUES ($1)");
	db_bind_int(s, 2, 5);
	db_bind_int(s, 0, 5);
	db_bind_int(s, -1, 5);
	db_bind_int(s, 1, 5);
	OK(!db_row(s), "after a failed bind there is no row");
	OK(!db_done(s, &err) && is_rule("E-STORE-SQL"),
	    "and the end says so");
	OK(items(db) == 0, "and nothing was run");
	s = db_sql(db, "INSERT INTO item (id) VALUES ($1)");
	db_bind_int(s, 1, 5);
	OK(db_done(s, &err) && items(db) == 1, "the next use is sound");

	for (int i = 0; i < 2; i++) {
		s = db_sql(db, "SELECT nonsense FROM nowhere WHERE a = $1");
		db_bind_text(s, 1, "x");
		OK(!db_row(s) && !db_done(s, &err) && is_rule("E-STORE-SQL"),
		    "so does a statement that cannot be prepared, time %d", i);
	}
	OK(!db_exec(db, "CREATE TABLE half (a INTEGER); no sql", &err) &&
	    is_rule("E-STORE-SQL"), "text that is not SQL is refused");
	ran(db, "DROP TABLE IF EXISTS half");
	s = db_sql(db, "INSERT INTO item (id) VALUES ($1)");
	db_bind_int(s, 1, 5);
	OK(!db_done(s, NULL), "who does not ask why need not");
}

static void
test_reuse(struct db *db)
{
	struct db_stmt *a = db_sql(db, "SELECT COUNT(*) FROM item"), *b;

	OK(db_done(a, &err), "a statement");
	b = db_sql(db, "SELECT COUNT(*) FROM part");
	OK(db_done(b, &err) && a != b, "another");
	for (int i = 0; i < 3; i++) {
		static const char same[] = "SELECT COUNT(*) FROM item WHERE 1=1";
		struct db_stmt *s = db_sql(db, same);

		OK(i == 0 || s == a, "the same text is the same statement");
		OK(db_row(s) && db_done(s, &err), "use %d", i);
		a = s;
	}
	OK(ran(db, "ALTER TABLE item ADD COLUMN extra TEXT") &&
	    items(db) >= 0, "a kept statement outlives a change of schema");
}

/* The cache of statements grows as it must. */
static void
test_many_texts(struct db *db)
{
	static char texts[300][48];
	int sound = 0;

	for (int i = 0; i < 300; i++)
		(void)snprintf(texts[i], sizeof(texts[i]),
		    "SELECT COUNT(*) + %d FROM item", i);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 300; i++)
			sound += number(db, texts[i]) - items(db) == i;
	OK(sound == 600, "of 300 statements each stays itself");
}

static void
test_transactions(struct db *db)
{
	struct db_stmt *s;

	fresh(db);
	OK(!db_in_transaction(db) && db_begin(db, &err) &&
	    db_in_transaction(db), "a transaction begins");
	OK(put(db, 1, "a") && db_commit(db, &err) && !db_in_transaction(db) &&
	    items(db) == 1, "commit: it stands");
	OK(db_begin(db, &err) && put(db, 2, "b"), "another");
	db_rollback(db);
	OK(items(db) == 1 && !db_in_transaction(db), "rollback: it does not");
	db_rollback(db);
	OK(items(db) == 1, "rollback of nothing does nothing");

	OK(db_begin(db, &err) && put(db, 2, "b") && !put(db, 2, "again"),
	    "a statement fails in a transaction");
	OK(!put(db, 3, "c") && is_rule("E-STORE-CONFLICT"),
	    "all after it fail with its error");
	OK(!db_savepoint(db, &err) && is_rule("E-STORE-CONFLICT"),
	    "no savepoint opens in it");
	OK(!db_exec(db, "DELETE FROM item", &err) && !db_commit(db, &err) &&
	    is_rule("E-STORE-CONFLICT"), "and it cannot be committed");
	OK(!db_in_transaction(db) && items(db) == 1, "nothing of it stands");

	OK(db_begin(db, &err) && put(db, 2, "b"), "one more");
	s = db_sql(db, "SELECT id FROM item");
	OK(db_row(s), "a statement in the middle of its rows");
	db_rollback(db);
	s = db_sql(db, "SELECT id FROM item");
	OK(db_row(s) && !db_row(s) && db_done(s, &err),
	    "is ended by the rollback and free for use");
}

static void
test_savepoints(struct db *db)
{
	struct db_stmt *outer, *inner;

	fresh(db);
	OK(db_begin(db, &err) && put(db, 1, "a"), "a transaction");
	OK(db_savepoint(db, &err) && put(db, 2, "b") && !put(db, 1, "x"),
	    "a unit fails in its savepoint");
	OK(!db_release(db, &err) && is_rule("E-STORE-CONFLICT"),
	    "it cannot be released");
	OK(items(db) == 1, "it is undone, what was before is there");
	OK(db_savepoint(db, &err) && put(db, 3, "c") && db_release(db, &err),
	    "the next unit succeeds");
	OK(db_savepoint(db, &err) && put(db, 4, "d") && db_savepoint(db, &err) &&
	    put(db, 5, "e"), "savepoints nest");
	db_rollback_savepoint(db);
	OK(items(db) == 3 && db_release(db, &err),
	    "the inner one is undone alone");
	OK(db_savepoint(db, &err) && put(db, 6, "f") && db_savepoint(db, &err) &&
	    put(db, 7, "g") && db_release(db, &err), "the inner is released");
	db_rollback_savepoint(db);
	OK(items(db) == 3, "and undone with the outer");

	outer = db_sql(db, "SELECT id FROM item ORDER BY id");
	OK(db_row(outer) && db_savepoint(db, &err), "a unit for each row");
	inner = db_sql(db, "SELECT id FROM item ORDER BY id DESC");
	OK(db_row(inner), "with a statement of its own");
	db_rollback_savepoint(db);
	OK(db_row(outer) && db_int(outer, 0) == 3 && db_done(outer, &err),
	    "the rows go on after a unit is undone");
	OK(db_commit(db, &err) && items(db) == 3, "the rest is committed");
}

static void
test_readers(const char *url, struct db *w)
{
	struct db *r1 = db_open(url, DB_READ, &err);
	struct db *r2 = db_open(url, DB_READ, &err);

	fresh(w);
	if (!OK(r1 != NULL && r2 != NULL, "two readers open beside a writer"))
		goto out;
	OK(put(w, 1, "a") && items(r1) == 1 && items(r2) == 1,
	    "they see what is committed");
	OK(db_begin(w, &err) && put(w, 2, "b") && items(w) == 2 &&
	    items(r1) == 1, "they do not see what is not");
	OK(db_begin(r2, &err) && items(r2) == 1, "one begins a transaction");
	OK(db_commit(w, &err), "the writer need not wait for it");
	OK(items(r1) == 2, "the other sees the new state");
	OK(items(r2) == 1, "it still sees the one it began with");
	OK(db_commit(r2, &err) && items(r2) == 2, "until it ends");
	OK(!put(r1, 9, "z") && is_rule("E-STORE-SQL") && items(w) == 2,
	    "a reader cannot write");
out:
	db_close(r1);
	db_close(r2);
}

static const char *const steps[] = {
	"CREATE TABLE m1 (a INTEGER); INSERT INTO m1 (a) VALUES (1)",
	"CREATE TABLE m2 (a INTEGER); INSERT INTO m2 SELECT a + 1 FROM m1",
	"UPDATE m2 SET a = a * 10",
};
/* Its second step fails in its second statement. */
static const char *const broken[] = {
	"CREATE TABLE m1 (a INTEGER); INSERT INTO m1 (a) VALUES (1)",
	"CREATE TABLE m2 (a INTEGER); INSERT INTO nowhere (a) VALUES (1)",
};

static void
test_migrations(struct db *db)
{
	ran(db, "DROP TABLE IF EXISTS m1; DROP TABLE IF EXISTS m2;"
	    "DROP TABLE IF EXISTS schema_version");
	OK(!db_migrate(db, broken, 2, &err) && is_rule("E-STORE-SQL") &&
	    !db_in_transaction(db), "a step that fails stops the migration");
	OK(number(db, "SELECT version FROM schema_version") == 1,
	    "after the step before it");
	OK(number(db, "SELECT COUNT(*) FROM m2") == -1,
	    "nothing of the failed step stands");
	OK(db_migrate(db, steps, 3, &err), "the migration resumes");
	OK(number(db, "SELECT a FROM m2") == 20, "in order, each step once");
	OK(db_migrate(db, steps, 3, &err) &&
	    number(db, "SELECT a FROM m2") == 20, "and is done only once");
	OK(!db_migrate(db, steps, 2, &err) && is_rule("E-STORE-VERSION"),
	    "a store of a newer program is refused");
	OK(number(db, "SELECT version FROM schema_version") == 3 &&
	    number(db, "SELECT a FROM m2") == 20, "and untouched");
}

static void
test_versions_seen_by_readers(const char *url)
{
	struct db *r = db_open(url, DB_READ, &err);

	OK(r != NULL && db_migrate(r, steps, 3, &err),
	    "a reader finds nothing to migrate");
	OK(r != NULL && !db_migrate(r, steps, 2, &err) &&
	    is_rule("E-STORE-VERSION"), "or a store that is too new for it");
	db_close(r);
}

int
main(int argc, char **argv)
{
	const char *url = argc > 1 ? argv[1] : getenv(url_env);
	struct db *db;

	if (url == NULL) {
		printf("1..0 # SKIP no URL\n");
		return 0;
	}
	OK(db_open("nosuch:thing", DB_WRITE, &err) == NULL &&
	    is_rule("E-STORE-OPEN"), "an unknown scheme is refused");
	db = db_open(url, DB_WRITE, &err);
	if (!OK(db != NULL, "a store opens"))
		return tap_done();
	test_types(db);
	test_hash(db);
	test_binding(db);
	test_upsert(db);
	test_conflict(db);
	test_stickiness(db);
	test_reuse(db);
	test_many_texts(db);
	test_transactions(db);
	test_savepoints(db);
	test_readers(url, db);
	test_migrations(db);
	test_versions_seen_by_readers(url);
	OK(db_check(db, &err), "the store is sound");
	OK(db_begin(db, &err) && put(db, 99, "left"), "a transaction left open");
	db_close(db);
	db = db_open(url, DB_WRITE, &err);
	OK(db != NULL && number(db, "SELECT COUNT(*) FROM item WHERE id = 99")
	    == 0, "is rolled back by closing");
	db_close(db);
	db_close(NULL);
	return tap_done();
}
