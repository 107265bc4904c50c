/*
 * A writer is killed with -9 in the middle of a stream of group commits.  It
 * says on a pipe what it was promised; all of that must be there afterwards,
 * and no group in part.  Run with the URL of an empty store.
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/tap.h"
#include "store/db.h"

enum { ROUNDS = 10, GROUP = 64 };

static const char url_env[] = "DB_URL";

static bool
write_group(struct db *db, int64_t first, struct err *err)
{
	uint8_t body[1500];

	memset(body, 0x5a, sizeof(body));
	if (!db_begin(db, err))
		return false;
	for (int64_t id = first; id < first + GROUP; id++) {
		struct db_stmt *s = db_sql(db,
		    "INSERT INTO crash (id, body) VALUES ($1, $2)");

		db_bind_int(s, 1, id);
		db_bind_blob(s, 2, slice_of(body, sizeof(body)));
		if (!db_done(s, err)) {
			db_rollback(db);
			return false;
		}
	}
	return db_commit(db, err);
}

/* The child: never returns. */
static void
write_for_ever(const char *url, int64_t first, int ack)
{
	struct err err;
	struct db *db = db_open(url, DB_WRITE, &err);

	while (db != NULL && write_group(db, first, &err)) {
		int64_t last = first + GROUP - 1;

		if (write(ack, &last, sizeof(last)) != sizeof(last))
			_exit(2);
		first += GROUP;
	}
	_exit(1);
}

/* Kill it some milliseconds after its first promise; its last promise. */
static int64_t
kill_a_writer(const char *url, int64_t first, int ms)
{
	struct timespec t = { .tv_nsec = ms * 1000000L };
	int64_t id, last = -1;
	int fd[2], status = 0;
	pid_t pid;

	if (pipe(fd) == -1 || (pid = fork()) == -1)
		return -1;
	if (pid == 0) {
		(void)close(fd[0]);
		write_for_ever(url, first, fd[1]);
	}
	(void)close(fd[1]);
	if (read(fd[0], &id, sizeof(id)) == sizeof(id))
		last = id;
	(void)nanosleep(&t, NULL);
	(void)kill(pid, SIGKILL);
	/* Promises that were under way when it died count as well. */
	while (read(fd[0], &id, sizeof(id)) == sizeof(id))
		last = id;
	(void)close(fd[0]);
	(void)waitpid(pid, &status, 0);
	OK(WIFSIGNALED(status), "the writer was writing when it was killed");
	return last;
}

static bool
survey(struct db *db, int64_t *n, int64_t *max, struct err *err)
{
	struct db_stmt *s = db_sql(db,
	    "SELECT COUNT(*), COALESCE(MAX(id), -1) FROM crash");

	*n = *max = -1;
	if (db_row(s)) {
		*n = db_int(s, 0);
		*max = db_int(s, 1);
	}
	return db_done(s, err);
}

static int64_t
check_round(const char *url, int round, int64_t last, struct err *err)
{
	struct db *db = db_open(url, DB_WRITE, err);
	int64_t n = 0, max = -1;

	OK(db != NULL && survey(db, &n, &max, err),
	    "round %d: the store opens again", round);
	OK(last >= 0 && n == max + 1 && max >= last,
	    "round %d: all %lld acknowledged rows are there", round,
	    (long long)last + 1);
	OK(n % GROUP == 0, "round %d: no group is there in part", round);
	if (round == ROUNDS)
		OK(db_check(db, err), "the store is sound");
	db_close(db);
	return max + 1;
}

int
main(int argc, char **argv)
{
	const char *url = argc > 1 ? argv[1] : getenv(url_env);
	struct err err = { .class = ERR_NONE };
	int64_t first = 0;
	struct db *db;

	if (url == NULL) {
		printf("1..0 # SKIP no URL\n");
		return 0;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	db = db_open(url, DB_WRITE, &err);
	if (!OK(db != NULL && db_exec(db, "DROP TABLE IF EXISTS crash;"
	    "CREATE TABLE crash (id INTEGER PRIMARY KEY, body BLOB NOT NULL)",
	    &err), "a store is made"))
		return tap_done();
	db_close(db);	/* a connection does not cross fork(2) */

	for (int round = 1; round <= ROUNDS; round++) {
		int64_t last = kill_a_writer(url, first, 7 * round);

		first = check_round(url, round, last, &err);
	}
	return tap_done();
}
