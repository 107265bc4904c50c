/*
 * Loads a node over its desk's socket and measures from outside until the
 * receipts are on disk.  TO: one or more desks; DB: the sender's database.
 *
 *	load_bench flood SOCKET DB SECONDS TO...
 *		As many messages as the node takes, 32 at a time, each to the
 *		next desk: how many, and the seconds from the first request to
 *		the last receipt.
 *	load_bench paced SOCKET DB SECONDS RATE TO...
 *		RATE a second, whether or not the others are through; the same.
 *	load_bench queue SOCKET N FLASH TO
 *		N messages, then FLASH more that are urgent; nothing is waited
 *		for but their acceptance.
 *	load_bench light SOCKET DB N TO
 *		One at a time, 20 a second: milliseconds from 201 to receipt,
 *		the middle one, the 99th of a hundred, the worst.
 *	load_bench broadcast SOCKET DB TO...
 *		One message to all: milliseconds from the request to the 201,
 *		and to the last receipt.
 *	load_bench drained SOCKET DB
 *		SOCKET is that of the peer, which is just starting: seconds
 *		from its being ready to the last receipt at the sender.
 */
#include "desk.h"

enum { LIGHT_MS = 50, PATIENCE = 600 };

struct load {
	int		 fd[CONNECTIONS];
	long		 sent;
	char		**to;
	int		 nto;
	const char	*urgency;
};

static void
load_open(struct load *l, const char *path, char **to, int nto)
{
	*l = (struct load){ .to = to, .nto = nto, .urgency = "normal" };
	for (int c = 0; c < CONNECTIONS; c++)
		l->fd[c] = desk_dial(path);
}

/* Waits for the answer of the request that went this way before. */
static void
load_one(struct load *l)
{
	static char out[REQUEST];
	int fd = l->fd[l->sent % CONNECTIONS];

	if (l->sent >= CONNECTIONS)
		desk_accepted(fd);
	if (!send_all(fd, out, desk_message(out, l->to[l->sent % l->nto],
	    l->urgency, l->sent)))
		die("send");
	l->sent++;
}

static void
load_end(struct load *l)
{
	long first = l->sent < CONNECTIONS ? 0 : l->sent - CONNECTIONS;

	for (long i = first; i < l->sent; i++)
		desk_accepted(l->fd[i % CONNECTIONS]);
}

static void
wait_settled(sqlite3_stmt *queued, double step_ms)
{
	double begin = now_s();
	struct timespec t = { .tv_nsec = (long)(step_ms * 1e6) };

	while (value(queued) != 0) {
		if (now_s() - begin > PATIENCE) {
			(void)fprintf(stderr, "load_bench: still queued\n");
			exit(EXIT_FAILURE);
		}
		(void)nanosleep(&t, NULL);
	}
}

static void
report(const struct load *l, sqlite3_stmt *queued, double begin)
{
	(void)fprintf(stderr, "bench: %ld accepted in %.1f s\n", l->sent,
	    now_s() - begin);
	wait_settled(queued, 5);
	(void)printf("%ld %.3f\n", l->sent, now_s() - begin);
}

static void
flood(const char *path, const char *db, double limit, char **to, int nto)
{
	sqlite3_stmt *queued = prepare_queued(look_into(db));
	struct load l;
	double begin;

	load_open(&l, path, to, nto);
	begin = now_s();
	while (now_s() - begin < limit)
		load_one(&l);
	load_end(&l);
	report(&l, queued, begin);
}

static void
paced(const char *path, const char *db, double limit, double rate, char **to,
    int nto)
{
	sqlite3_stmt *queued = prepare_queued(look_into(db));
	struct load l;
	double begin, due;

	load_open(&l, path, to, nto);
	begin = now_s();
	while ((due = (double)l.sent / rate) < limit) {
		if (begin + due > now_s())
			sleep_ms((long)((begin + due - now_s()) * 1e3) + 1);
		load_one(&l);
	}
	load_end(&l);
	report(&l, queued, begin);
}

static void
queue(const char *path, long n, long flash, char **to)
{
	struct load l;

	load_open(&l, path, to, 1);
	while (l.sent < n)
		load_one(&l);
	l.urgency = "flash";
	while (l.sent < n + flash)
		load_one(&l);
	load_end(&l);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
light(const char *path, const char *db, long n, char **to)
{
	sqlite3_stmt *queued = prepare_queued(look_into(db));
	double *took = calloc((size_t)n, sizeof(*took)), begin;
	static char out[REQUEST];
	int fd = desk_dial(path);

	if (took == NULL)
		die("memory");
	for (long i = 0; i < n; i++) {
		if (!send_all(fd, out, desk_message(out, *to, "normal", i)))
			die("send");
		desk_accepted(fd);
		begin = now_us();
		wait_settled(queued, 0.2);
		took[i] = (now_us() - begin) / 1e3;
		sleep_ms(LIGHT_MS);
	}
	qsort(took, (size_t)n, sizeof(*took), by_size);
	(void)printf("%.2f %.2f %.2f\n", took[n / 2], took[n * 99 / 100],
	    took[n - 1]);
	free(took);
}

static void
broadcast(const char *path, const char *db, char **to, int nto)
{
	sqlite3_stmt *queued = prepare_queued(look_into(db));
	static char out[REQUEST], all[REQUEST / 2];
	int fd = desk_dial(path);
	size_t n = 0;
	double begin, accepted;

	for (int i = 0; i < nto && n < sizeof(all); i++)
		n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%s",
		    i == 0 ? "" : "\",\"", to[i]);
	if (n >= sizeof(all))
		die("too many desks");
	begin = now_us();
	if (!send_all(fd, out, desk_message(out, all, "normal", 0)))
		die("send");
	desk_accepted(fd);
	accepted = now_us();
	wait_settled(queued, 1);
	(void)printf("%.1f %.1f\n", (accepted - begin) / 1e3,
	    (now_us() - begin) / 1e3);
}

static void
drained(const char *path, const char *db)
{
	sqlite3_stmt *queued = prepare_queued(look_into(db));
	double begin = now_s(), ready;

	while (!desk_is_ready(path)) {
		if (now_s() - begin > PATIENCE)
			die(path);
		sleep_ms(2);
	}
	ready = now_s();
	wait_settled(queued, 5);
	(void)fprintf(stderr, "bench: ready after %.2f s\n", ready - begin);
	(void)printf("%.2f\n", now_s() - ready);
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 3 ? argv[1] : "";

	if (strcmp(what, "flood") == 0 && argc > 5)
		flood(argv[2], argv[3], atof(argv[4]), argv + 5, argc - 5);
	else if (strcmp(what, "paced") == 0 && argc > 6)
		paced(argv[2], argv[3], atof(argv[4]), atof(argv[5]), argv + 6,
		    argc - 6);
	else if (strcmp(what, "queue") == 0 && argc == 6)
		queue(argv[2], atol(argv[3]), atol(argv[4]), argv + 5);
	else if (strcmp(what, "light") == 0 && argc == 6 && atol(argv[4]) > 0)
		light(argv[2], argv[3], atol(argv[4]), argv + 5);
	else if (strcmp(what, "drained") == 0 && argc == 4)
		drained(argv[2], argv[3]);
	else if (strcmp(what, "broadcast") == 0 && argc > 4)
		broadcast(argv[2], argv[3], argv + 4, argc - 4);
	else {
		(void)fprintf(stderr, "usage: see the head of load_bench.c\n");
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
