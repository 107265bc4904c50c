/*
 * Times a node from outside, as its officers and its operator see it.
 *
 *	node_bench start ENTENTD DIR	milliseconds from exec to "ready"
 *	node_bench submit SOCKET TO N	seconds until N messages of 4 kB are
 *					accepted, each durably queued
 *	node_bench wait DATABASE MOST	seconds from the first settled row of
 *					the outbox to the last, and how many
 *					were settled after the first
 */
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "desk.h"

/* -- start ------------------------------------------------------------------------ */

static void
start(const char *daemon, const char *dir)
{
	char socket_path[108];
	double begin = now_s();
	pid_t pid = fork();

	if (pid == -1)
		die("fork");
	if (pid == 0) {
		(void)execl(daemon, daemon, dir, (char *)NULL);
		_exit(127);
	}
	(void)snprintf(socket_path, sizeof(socket_path), "%s/desk.sock", dir);
	while (!desk_is_ready(socket_path)) {
		if (now_s() - begin > 20 || waitpid(pid, NULL, WNOHANG) == pid) {
			(void)fprintf(stderr, "node_bench: not ready\n");
			(void)kill(pid, SIGTERM);
			exit(EXIT_FAILURE);
		}
		sleep_ms(1);
	}
	(void)printf("%.1f\n", (now_s() - begin) * 1e3);
	(void)kill(pid, SIGTERM);
	(void)waitpid(pid, NULL, 0);
}

/* -- submit ----------------------------------------------------------------------- */

static void
submit(const char *socket_path, const char *to, long n)
{
	static char out[REQUEST];
	int fd[CONNECTIONS];
	double begin;

	for (int c = 0; c < CONNECTIONS; c++)
		fd[c] = desk_dial(socket_path);
	begin = now_s();
	for (long i = 0; i < n + CONNECTIONS; i++) {
		int c = (int)(i % CONNECTIONS);

		if (i >= CONNECTIONS)
			desk_accepted(fd[c]);
		if (i < n && !send_all(fd[c], out,
		    desk_message(out, to, "normal", i)))
			die("send");
	}
	(void)printf("%.3f\n", now_s() - begin);
}

/* -- wait ------------------------------------------------------------------------- */

/* Only what is committed is seen here; and the last commit counts. */
static void
wait_for(const char *path, long most)
{
	double begin = now_s();
	sqlite3 *db = look_into(path);
	sqlite3_stmt *queued = prepare_queued(db);
	sqlite3_int64 first;
	msec last;

	while (value(queued) != 0) {
		if (now_s() - begin > (double)most) {
			(void)fprintf(stderr, "node_bench: still queued\n");
			exit(EXIT_FAILURE);
		}
		sleep_ms(5);
	}
	last = clock_now();
	first = value(prepare(db, "SELECT min(settled) FROM outbox"
	    " WHERE status = 1"));
	(void)printf("%.3f %lld\n", (double)(last - first) / 1e3,
	    (long long)value(prepare(db, "SELECT count(*) FROM outbox"
	    " WHERE status = 1 AND settled - (SELECT min(settled) FROM outbox"
	    " WHERE status = 1) > 0")));
	/* The statements go with the process. */
}

int
main(int argc, char *argv[])
{
	if (argc == 4 && strcmp(argv[1], "start") == 0)
		start(argv[2], argv[3]);
	else if (argc == 5 && strcmp(argv[1], "submit") == 0)
		submit(argv[2], argv[3], strtol(argv[4], NULL, 10));
	else if (argc == 4 && strcmp(argv[1], "wait") == 0)
		wait_for(argv[2], strtol(argv[3], NULL, 10));
	else {
		(void)fprintf(stderr, "usage: node_bench start ENTENTD DIR |"
		    " submit SOCKET TO N | wait DATABASE SECONDS\n");
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
