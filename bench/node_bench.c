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
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "stopwatch.h"

enum { TEXT = 4096, CONNECTIONS = 32, ANSWER = 64 * 1024 };

static void __attribute__((noreturn))
die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
sleep_ms(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000,
	    .tv_nsec = ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* -- HTTP over the desk's socket ------------------------------------------------ */

/* -1 while nobody listens there. */
static int
dial(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		die("socket");
	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&un, sizeof(un)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static bool
send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

/* One whole answer of known length; its status, 0 when there was none. */
static int
answer(int fd, char text[static ANSWER])
{
	const char *head_end = NULL, *length;
	size_t n = 0, whole = SIZE_MAX;

	while (n < whole) {
		ssize_t k = recv(fd, text + n, ANSWER - 1 - n, 0);

		if (k <= 0)
			return 0;
		n += (size_t)k;
		text[n] = '\0';
		if (head_end != NULL)
			continue;
		head_end = strstr(text, "\r\n\r\n");
		length = strcasestr(text, "\r\nContent-Length:");
		if (head_end != NULL && length != NULL)
			whole = (size_t)(head_end + 4 - text) +
			    strtoul(length + 17, NULL, 10);
	}
	return atoi(text + strlen("HTTP/1.1 "));
}

/* -- start ------------------------------------------------------------------------ */

static bool
is_ready(const char *socket_path)
{
	static const char ask[] =
	    "GET /api/v1/status HTTP/1.1\r\nHost: bench\r\n\r\n";
	static char text[ANSWER];
	int fd = dial(socket_path), status;

	if (fd == -1)
		return false;
	status = send_all(fd, ask, sizeof(ask) - 1) ? answer(fd, text) : 0;
	(void)close(fd);
	return status == 200 && strstr(text, "\"ready\"") != NULL;
}

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
	while (!is_ready(socket_path)) {
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

/* Words, not one letter: as long as people's texts, as incompressible as they. */
static size_t
request(char out[static 2 * TEXT], const char *to, long i)
{
	static const char digits[] = "etaoinshrdlu bcf";
	char text[TEXT + 1], body[TEXT + 512];
	unsigned x = (unsigned)i + 1;

	for (size_t k = 0; k < TEXT; k++) {
		x = x * 1664525 + 1013904223;
		text[k] = digits[x >> 28];
	}
	text[TEXT] = '\0';
	(void)snprintf(body, sizeof(body), "{\"kind\":\"message.text/1\","
	    "\"to\":[\"%s\"],\"purpose\":\"investigation\",\"lang\":\"en\","
	    "\"subject\":\"Message %ld\",\"body\":{\"text\":\"%s\"}}", to, i,
	    text);
	return (size_t)snprintf(out, 2 * TEXT, "POST /api/v1/messages HTTP/1.1"
	    "\r\nHost: bench\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
}

static void
submit(const char *socket_path, const char *to, long n)
{
	static char text[ANSWER], out[2 * TEXT];
	int fd[CONNECTIONS];
	double begin;

	for (int c = 0; c < CONNECTIONS; c++)
		if ((fd[c] = dial(socket_path)) == -1)
			die(socket_path);
	begin = now_s();
	for (long i = 0; i < n + CONNECTIONS; i++) {
		int c = (int)(i % CONNECTIONS), status;

		if (i >= CONNECTIONS && (status = answer(fd[c], text)) != 201) {
			(void)fprintf(stderr, "node_bench: %d %s\n", status,
			    text);
			exit(EXIT_FAILURE);
		}
		if (i < n && !send_all(fd[c], out, request(out, to, i)))
			die("send");
	}
	(void)printf("%.3f\n", now_s() - begin);
}

/* -- wait ------------------------------------------------------------------------- */

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK)
		return s;
	(void)fprintf(stderr, "node_bench: %s\n", sqlite3_errmsg(db));
	exit(EXIT_FAILURE);
}

static sqlite3_int64
value(sqlite3_stmt *s)
{
	sqlite3_int64 v = -1;

	if (sqlite3_step(s) == SQLITE_ROW)
		v = sqlite3_column_int64(s, 0);
	(void)sqlite3_reset(s);
	return v;
}

/* Only what is committed is seen here; and the last commit counts. */
static void
wait_for(const char *path, long most)
{
	double begin = now_s();
	sqlite3_stmt *queued;
	sqlite3_int64 first;
	msec last;
	sqlite3 *db;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		die(path);
	(void)sqlite3_busy_timeout(db, 1000);
	queued = prepare(db, "SELECT EXISTS (SELECT 1 FROM outbox"
	    " WHERE status = 0)");
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
