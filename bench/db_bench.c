/*
 * Rows a second through src/store/db.h, one a commit and 64 a commit, and the
 * memory of an open store at rest.  A row is like a message: 1.5 kB of bytes,
 * a name and two small indexes.  db_bench URL [ROWS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/db.h"

enum { GROUP = 64 };

static const char *const schema[] = {
	"CREATE TABLE bench (name BLOB PRIMARY KEY, thread BLOB NOT NULL,"
	" sent INTEGER NOT NULL, body BLOB NOT NULL);"
	"CREATE INDEX bench_sent ON bench (sent)",
};

static void
die(const struct err *err)
{
	fprintf(stderr, "%s %s\n", err->rule, err->text);
	exit(EXIT_FAILURE);
}

static long
resident_kb(void)
{
	long size = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL || fscanf(f, "%ld %ld", &size, &resident) != 2)
		resident = -1;
	if (f != NULL)
		(void)fclose(f);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static bool
put(struct db *db, int64_t i, struct err *err)
{
	static uint8_t body[1500];
	struct hash name = hash_of(slice_of(&i, sizeof(i)));
	struct db_stmt *s = db_sql(db, "INSERT INTO bench"
	    " (name, thread, sent, body) VALUES ($1, $2, $3, $4)");

	db_bind_hash(s, 1, &name);
	db_bind_hash(s, 2, &name);
	db_bind_int(s, 3, clock_now());
	db_bind_blob(s, 4, slice_of(body, sizeof(body)));
	return db_done(s, err);
}

static void
measure(struct db *db, int64_t first, int64_t n, int group)
{
	msec start = clock_steady(), took;
	struct err err;

	for (int64_t i = first; i < first + n; i += group) {
		if (!db_begin(db, &err))
			die(&err);
		for (int64_t j = i; j < i + group && j < first + n; j++)
			if (!put(db, j, &err))
				die(&err);
		if (!db_commit(db, &err))
			die(&err);
	}
	took = clock_steady() - start;
	printf("%d a commit: %lld rows in %lld ms, %lld a second\n", group,
	    (long long)n, (long long)took,
	    (long long)(n * 1000 / (took > 0 ? took : 1)));
}

int
main(int argc, char **argv)
{
	int64_t n = argc > 2 ? strtoll(argv[2], NULL, 10) : 20000;
	long before = resident_kb();
	struct err err;
	struct db *db;

	if (argc < 2) {
		fprintf(stderr, "usage: db_bench URL [ROWS]\n");
		return EXIT_FAILURE;
	}
	db = db_open(argv[1], DB_WRITE, &err);
	if (db == NULL || !db_migrate(db, schema, 1, &err))
		die(&err);
	printf("open: %ld kB more than before\n", resident_kb() - before);
	measure(db, 0, n, 1);
	measure(db, n, 4 * n, GROUP);
	printf("after the work: %ld kB more\n", resident_kb() - before);
	db_close(db);
	before = resident_kb();
	db = db_open(argv[1], DB_WRITE, &err);
	if (db == NULL || !db_migrate(db, schema, 1, &err))
		die(&err);
	printf("opened again, idle: %ld kB resident in all, %ld kB more\n",
	    resident_kb(), resident_kb() - before);
	db_close(db);
	return EXIT_SUCCESS;
}
