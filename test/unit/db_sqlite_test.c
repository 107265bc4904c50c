/* What only the SQLite driver does: files, their modes, damage, full disks. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "../contract/db_fixture.h"

static char dir[] = "/tmp/db_sqlite_test.XXXXXX";

static const char *
url_of(const char *name)
{
	static char url[128];

	(void)snprintf(url, sizeof(url), "sqlite:%s/%s", dir, name);
	return url;
}

static const char *
path_of(const char *name)
{
	return url_of(name) + strlen("sqlite:");
}

static bool
put(struct db *db, int64_t id)
{
	static uint8_t body[3000];
	struct db_stmt *s = db_sql(db,
	    "INSERT INTO t (id, name, body) VALUES ($1, $2, $3)");
	char name[24];

	(void)snprintf(name, sizeof(name), "n%lld", (long long)(id * 7919 % 1009));
	db_bind_int(s, 1, id);
	db_bind_text(s, 2, name);
	db_bind_blob(s, 3, slice_of(body, sizeof(body)));
	return db_done(s, &err);
}

static struct db *
store(const char *name, int rows)
{
	struct db *db = db_open(url_of(name), DB_WRITE, &err);

	if (db == NULL || !db_exec(db, "CREATE TABLE IF NOT EXISTS t"
	    " (id INTEGER PRIMARY KEY, name TEXT, body BLOB);"
	    "CREATE INDEX IF NOT EXISTS t_name ON t (name)", &err)) {
		printf("Bail out! %s %s\n", err.rule, err.text);
		exit(EXIT_FAILURE);
	}
	if (!db_begin(db, &err))
		exit(EXIT_FAILURE);
	for (int i = 0; i < rows; i++)
		(void)put(db, i);
	OK(db_commit(db, &err), "a store of %d rows", rows);
	return db;
}

static void
test_open(void)
{
	struct stat st;
	struct db *db;

	OK(db_open("sqlite::memory:", DB_WRITE, &err) == NULL &&
	    db_open("sqlite:", DB_WRITE, &err) == NULL &&
	    db_open("sqlite:file:x?mode=memory", DB_WRITE, &err) == NULL &&
	    is_rule("E-STORE-OPEN"), "SQLite's special names are no stores");
	OK(db_open(url_of("no/store"), DB_WRITE, &err) == NULL &&
	    is_rule("E-STORE-OPEN"), "nor is a file without its directory");
	OK(db_open(url_of("none"), DB_READ, &err) == NULL &&
	    is_rule("E-STORE-OPEN") && access(path_of("none"), F_OK) == -1,
	    "a reader makes no store");
	(void)umask(0);
	db = store("mode", 1);
	OK(stat(path_of("mode"), &st) == 0 && (st.st_mode & 0777) == 0600,
	    "a new file is its owner's alone, whatever the umask");
	OK(stat(path_of("mode-wal"), &st) == 0 && (st.st_mode & 0777) == 0600 &&
	    stat(path_of("mode-shm"), &st) == 0 && (st.st_mode & 0777) == 0600,
	    "so are the files beside it");
	db_close(db);
	OK(access(path_of("mode-wal"), F_OK) == -1,
	    "closing leaves one file");
}

static void
test_settings(void)
{
	struct db *db = store("settings", 1);

	OK(number(db, "PRAGMA synchronous") == 2, "synchronous is FULL");
	OK(number(db, "PRAGMA foreign_keys") == 1, "foreign keys are on");
	OK(number(db, "PRAGMA secure_delete") == 1, "deleted bytes are zeroed");
	OK(number(db, "PRAGMA temp_store") == 2, "temporary data is in memory");
	OK(number(db, "PRAGMA trusted_schema") == 0, "no trust in the schema");
	OK(number(db, "PRAGMA cell_size_check") == 1, "cells are checked");
	OK(number(db, "PRAGMA mmap_size") <= 0, "nothing is memory-mapped");
	OK(number(db, "PRAGMA cache_size") == -8192, "the cache is 8 MB");
	OK(!db_exec(db, "SELECT \"text\" FROM t", &err) &&
	    is_rule("E-STORE-SQL"), "double quotes make no string");
	OK(number(db, "SELECT id FROM t WHERE id = ?1") == -1 &&
	    is_rule("E-STORE-SQL"), "only $1 is a parameter");
	OK(number(db, "SELECT id FROM t WHERE id = $2") == -1 &&
	    is_rule("E-STORE-SQL"), "and $2 not without it");
	OK(number(db, "SELECT 1; SELECT 2") == -1 && is_rule("E-STORE-SQL"),
	    "a statement is one statement");
	db_close(db);
}

static void
test_no_values_in_errors(void)
{
	struct db *db = store("quiet", 1);
	struct db_stmt *s;

	(void)db_exec(db, "CREATE TABLE c (v TEXT CHECK (length(v) < 3),"
	    " n INTEGER) STRICT", &err);
	s = db_sql(db, "INSERT INTO c (v) VALUES ($1)");
	db_bind_text(s, 1, "the-needle");
	OK(!db_done(s, &err) && is_rule("E-STORE-SQL") &&
	    strstr(err.text, "needle") == NULL, "a CHECK tells no value");
	s = db_sql(db, "INSERT INTO c (n) VALUES ($1)");
	db_bind_text(s, 1, "the-needle");
	OK(!db_done(s, &err) && strstr(err.text, "needle") == NULL,
	    "nor does a wrong type");
	s = db_sql(db, "SELECT json_extract('{}', $1)");
	db_bind_text(s, 1, "the-needle");
	OK(!db_row(s) && !db_done(s, &err) &&
	    strstr(err.text, "needle") == NULL, "nor does a function");
	db_close(db);
}

static void
test_busy(void)
{
	struct db *a = store("busy", 1);
	struct db *b = db_open(url_of("busy"), DB_WRITE, &err);

	OK(b != NULL && db_begin(a, &err) && !db_begin(b, &err) &&
	    is_rule("E-STORE-BUSY") && err.class == ERR_UNAVAILABLE,
	    "a second writer is told to come later");
	OK(db_commit(a, &err) && db_begin(b, &err) && put(b, 5) &&
	    db_commit(b, &err), "and may write then");
	db_close(b);
	db_close(a);
}

/* Damage. */

static void
copy_damaged(const struct buf *whole, size_t from, size_t n)
{
	struct buf b = BUF_INIT;

	buf_slice(&b, buf_all(whole));
	for (size_t i = from; i < from + n && i < b.n; i++)
		b.p[i] ^= 0xff;
	OK(io_replace_file(AT_FDCWD, path_of("damaged"), buf_all(&b), 0600,
	    &err), "a copy damaged at %zu", from);
	buf_free(&b);
}

static bool
check_finds_it(void)
{
	struct db *db = db_open(url_of("damaged"), DB_READ, &err);
	bool sound = db != NULL && db_check(db, &err);

	db_close(db);
	return !sound && is_rule("E-STORE-CORRUPT") && err.class == ERR_IO;
}

static void
test_damage(void)
{
	struct db *db = store("whole", 800);
	struct buf whole = BUF_INIT;
	size_t pages;

	OK(db_check(db, &err), "it is sound");
	db_close(db);
	OK(io_read_file(AT_FDCWD, path_of("whole"), &whole, 1 << 24, &err),
	    "its file is read");
	pages = whole.n / 4096;
	copy_damaged(&whole, 0, 0);
	db = db_open(url_of("damaged"), DB_READ, &err);
	OK(db != NULL && db_check(db, &err), "an undamaged copy is sound");
	db_close(db);

	/* The pages of tree roots and some of what hangs on them. */
	for (size_t page = 2; page < pages && page < 300; page += 99) {
		copy_damaged(&whole, page * 4096, 16);
		OK(check_finds_it(), "damage in page %zu is found", page + 1);
	}
	copy_damaged(&whole, 0, 16);
	OK(check_finds_it(), "what does not begin as a store is none");
	copy_damaged(&whole, 100, 8);
	OK(check_finds_it(), "a damaged schema is found");
	whole.n -= 20 * 4096;
	copy_damaged(&whole, 0, 0);
	OK(check_finds_it(), "a file cut short is found");
	buf_free(&whole);
}

static void
test_dangling(void)
{
	struct db *db = store("dangling", 1);

	OK(db_exec(db, "CREATE TABLE part (t INTEGER REFERENCES t (id));"
	    "PRAGMA foreign_keys = OFF; INSERT INTO part VALUES (77)", &err),
	    "a reference to nothing, by force");
	OK(!db_check(db, &err) && is_rule("E-STORE-CORRUPT"), "is found");
	db_close(db);
}

/* Full disks. */

static void
limit_files(rlim_t bytes)
{
	struct rlimit r;

	(void)getrlimit(RLIMIT_FSIZE, &r);
	r.rlim_cur = bytes;
	(void)setrlimit(RLIMIT_FSIZE, &r);
}

static int64_t
put_until_full(struct db *db, int64_t id)
{
	while (id < 5000 && put(db, id))
		id++;
	return id;
}

static void
test_full_file(void)
{
	struct db *db = store("full", 10);
	int64_t id;

	limit_files(2 << 20);
	id = put_until_full(db, 10);
	OK(is_rule("E-STORE-FULL") && err.class == ERR_IO && id > 100,
	    "a file that cannot grow is a full disk");
	OK(number(db, "SELECT COUNT(*) FROM t") == id,
	    "all rows before are there");
	OK(!put(db, id) && is_rule("E-STORE-FULL"), "it stays full");
	OK(db_begin(db, &err), "a transaction begins all the same");
	OK(put_until_full(db, id) < 5000 || !db_commit(db, &err),
	    "and fails");
	db_rollback(db);
	OK(is_rule("E-STORE-FULL"), "for the same reason");
	limit_files(RLIM_INFINITY);
	OK(put(db, id) && number(db, "SELECT COUNT(*) FROM t") == id + 1,
	    "with room again the store goes on");
	OK(db_check(db, &err), "and is sound");
	db_close(db);
	db = db_open(url_of("full"), DB_WRITE, &err);
	OK(db != NULL && number(db, "SELECT COUNT(*) FROM t") == id + 1,
	    "also when opened again");
	db_close(db);
}

/* SQLITE_FULL proper: it ends the whole transaction by itself. */
static void
test_full_pages(void)
{
	struct db *db = store("pages", 10);
	struct db_stmt *s;

	OK(number(db, "PRAGMA max_page_count = 60") == 60, "60 pages at most");
	OK(db_begin(db, &err) && put(db, 10) && db_savepoint(db, &err),
	    "a unit in a transaction");
	OK(put_until_full(db, 11) < 5000 && is_rule("E-STORE-FULL"),
	    "fills the store");
	OK(!db_release(db, &err) && is_rule("E-STORE-FULL"), "it fails");
	OK(!put(db, 11) && is_rule("E-STORE-FULL"),
	    "and the transaction with it, which SQLite has ended");
	OK(!db_commit(db, &err) && is_rule("E-STORE-FULL") &&
	    number(db, "SELECT COUNT(*) FROM t") == 10,
	    "it cannot be committed, nothing of it stands");
	OK(!db_in_transaction(db), "the transaction is over");
	OK(number(db, "PRAGMA max_page_count = 100000") == 100000, "room");
	s = db_sql(db, "DELETE FROM t WHERE id > $1");
	db_bind_int(s, 1, 9);
	OK(db_done(s, &err) && put(db, 10) &&
	    number(db, "SELECT COUNT(*) FROM t") == 11 && db_check(db, &err),
	    "the store goes on");
	db_close(db);
}

static void
clean(void)
{
	static const char *const names[] = { "mode", "settings", "quiet",
	    "busy", "whole", "damaged", "dangling", "full", "pages" };
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[32];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t j = 0; j < sizeof(ends) / sizeof(ends[0]); j++) {
			(void)snprintf(name, sizeof(name), "%s%s", names[i],
			    ends[j]);
			(void)unlink(path_of(name));
		}
	(void)rmdir(dir);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return EXIT_FAILURE;
	(void)signal(SIGXFSZ, SIG_IGN);
	test_open();
	test_settings();
	test_no_values_in_errors();
	test_busy();
	test_damage();
	test_dangling();
	test_full_file();
	test_full_pages();
	clean();
	return tap_done();
}
