#ifndef BENCH_DESK_H
#define BENCH_DESK_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "stopwatch.h"

/* What programs share that talk to a node as its officers do, over the desk's
 * socket, and that look at its database from outside. */
enum { TEXT = 4096, REQUEST = 4 * TEXT, CONNECTIONS = 32, ANSWER = 64 * 1024 };

static inline void __attribute__((noreturn))
die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static inline void
sleep_ms(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000,
	    .tv_nsec = ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* -- HTTP over the desk's socket ------------------------------------------------ */

/* -1 while nobody listens there. */
static inline int
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

static inline int
desk_dial(const char *path)
{
	int fd = dial(path);

	if (fd == -1)
		die(path);
	return fd;
}

static inline bool
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
static inline int
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

/* The node is open and a member. */
static inline bool
desk_is_ready(const char *socket_path)
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

/* The next 201, or the end. */
static inline void
desk_accepted(int fd)
{
	static char text[ANSWER];
	int status = answer(fd, text);

	if (status == 201)
		return;
	(void)fprintf(stderr, "bench: %d %s\n", status, text);
	exit(EXIT_FAILURE);
}

/* A request; `to` may be several, as a JSON list has them, without the first
 * and the last quote.  Words, not one letter: as long as people's texts, as
 * incompressible as they. */
static inline size_t
desk_message(char out[static REQUEST], const char *to, const char *urgency,
    long i)
{
	static const char digits[] = "etaoinshrdlu bcf";
	char text[TEXT + 1], body[REQUEST - 512];
	unsigned x = (unsigned)i + 1;

	for (size_t k = 0; k < TEXT; k++) {
		x = x * 1664525 + 1013904223;
		text[k] = digits[x >> 28];
	}
	text[TEXT] = '\0';
	(void)snprintf(body, sizeof(body), "{\"kind\":\"message.text/1\","
	    "\"to\":[\"%s\"],\"purpose\":\"investigation\",\"lang\":\"en\","
	    "\"urgency\":\"%s\",\"subject\":\"Message %ld\","
	    "\"body\":{\"text\":\"%s\"}}", to, urgency, i, text);
	return (size_t)snprintf(out, REQUEST, "POST /api/v1/messages HTTP/1.1"
	    "\r\nHost: bench\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
}

/* -- the database, read only by what is committed --------------------------------- */

static inline sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK)
		return s;
	(void)fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
	exit(EXIT_FAILURE);
}

static inline sqlite3_int64
value(sqlite3_stmt *s)
{
	sqlite3_int64 v = -1;

	if (sqlite3_step(s) == SQLITE_ROW)
		v = sqlite3_column_int64(s, 0);
	(void)sqlite3_reset(s);
	return v;
}

/* 1 while something waits to be handed over. */
static inline sqlite3_stmt *
prepare_queued(sqlite3 *db)
{
	return prepare(db, "SELECT EXISTS (SELECT 1 FROM outbox"
	    " WHERE status = 0 OR status = 4)");
}

static inline sqlite3 *
look_into(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		die(path);
	(void)sqlite3_busy_timeout(db, 1000);
	return db;
}

#endif
