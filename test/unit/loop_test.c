#include "proc/loop.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tap.h"

static struct loop *loop;
static struct buf_of_letters {
	char	s[256];
	size_t	n;
} trace;

static void
note(char c)
{
	if (trace.n < sizeof(trace.s) - 1)
		trace.s[trace.n++] = c;
}

static void
fresh(void)
{
	memset(&trace, 0, sizeof(trace));
	loop = loop_new();
}

static void
stop(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

static void
letter(void *arg)
{
	note(*(const char *)arg);
}

static char abc[] = "abcdefghij";

static void
timers_fire_in_order(void)
{
	struct loop_timer *late;

	fresh();
	(void)loop_after(loop, 150, letter, &abc[3]);
	(void)loop_after(loop, 50, letter, &abc[1]);
	(void)loop_after(loop, 0, letter, &abc[0]);
	late = loop_after(loop, 75, letter, &abc[9]);
	(void)loop_after(loop, 100, letter, &abc[2]);
	(void)loop_after(loop, 200, stop, NULL);
	loop_cancel(late);
	loop_cancel(NULL);
	loop_run(loop);
	EQ_STR(trace.s, "abcd", "timers fire by time, a cancelled one never");
	loop_free(loop);
}

/* When a timer is due, as far as its setter can know. */
struct due {
	msec	from;
	msec	to;
};

static int fired, misplaced;
static msec latest;

static void
count(void *arg)
{
	const struct due *due = arg;

	misplaced += due->to < latest;
	if (due->from > latest)
		latest = due->from;
	fired++;
}

/* Many, set and cancelled in a jumbled but repeatable order. */
static void
heap_keeps_order(void)
{
	enum { MANY = 500 };
	static struct loop_timer *t[MANY];
	static struct due due[MANY];
	unsigned x = 12345;
	int cancelled = 0;
	msec delay;

	fresh();
	for (int i = 0; i < MANY; i++) {
		x = x * 1103515245U + 12345U;
		delay = (msec)(x >> 16) % 50;
		due[i].from = clock_steady() + delay;
		t[i] = loop_after(loop, delay, count, &due[i]);
		due[i].to = clock_steady() + delay;
		if (i % 3 == 2) {
			loop_cancel(t[i - 1]);
			cancelled++;
		}
	}
	(void)loop_after(loop, 60, stop, NULL);
	loop_run(loop);
	OK(fired == MANY - cancelled, "%d of %d timers fire, %d cancelled",
	    fired, MANY, cancelled);
	OK(misplaced == 0, "none of them before an earlier one");
	loop_free(loop);
}

static void
equals(void)
{
	fresh();
	for (size_t i = 0; i < 10; i++)
		(void)loop_after(loop, 5, letter, &abc[i]);
	(void)loop_after(loop, 10, stop, NULL);
	loop_run(loop);
	EQ_STR(trace.s, abc, "timers of one time fire in order of birth");
	loop_free(loop);
}

static struct loop_timer *self, *other;

static void
cancel_both(void *arg)
{
	letter(arg);
	loop_cancel(self);
	loop_cancel(other);
}

static void
cancel_from_callback(void)
{
	fresh();
	self = loop_after(loop, 0, cancel_both, &abc[0]);
	other = loop_after(loop, 0, letter, &abc[1]);
	(void)loop_after(loop, 5, stop, NULL);
	loop_run(loop);
	EQ_STR(trace.s, "a", "a timer cancels itself and another that is due");
	loop_free(loop);
}

static int rounds;

static void
again(void *arg)
{
	if (++rounds < 1000)
		(void)loop_after(loop, 0, again, arg);
}

static void
readable(void *arg, unsigned events)
{
	(void)events;
	*(int *)arg = rounds;
	loop_stop(loop);
}

static void
zero_timers_do_not_starve(void)
{
	int fds[2], at = -1;

	fresh();
	OK(pipe(fds) == 0 && write(fds[1], "x", 1) == 1, "a pipe");
	(void)loop_after(loop, 0, again, NULL);
	(void)loop_watch(loop, fds[0], LOOP_READ, readable, &at);
	loop_run(loop);
	OK(at >= 0 && at < 3, "a timer that sets itself anew lets others in");
	loop_free(loop);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static struct loop_watch *pair[2];
static int called[2];

static void
end_the_other(void *arg, unsigned events)
{
	size_t me = *(const size_t *)arg;

	(void)events;
	called[me]++;
	loop_unwatch(pair[1 - me]);
	pair[1 - me] = NULL;
	loop_unwatch(pair[me]);
	pair[me] = NULL;
	(void)loop_after(loop, 5, stop, NULL);
}

static void
unwatch_from_anothers_callback(void)
{
	static const size_t index[2] = { 0, 1 };
	int fds[2][2];

	fresh();
	for (size_t i = 0; i < 2; i++) {
		OK(pipe(fds[i]) == 0 && write(fds[i][1], "x", 1) == 1,
		    "a pipe with something to read");
		pair[i] = loop_watch(loop, fds[i][0], LOOP_READ, end_the_other,
		    (void *)(uintptr_t)&index[i]);
	}
	loop_run(loop);
	OK(called[0] + called[1] == 1,
	    "who was unwatched in this turn is not called in it");
	loop_free(loop);
	for (size_t i = 0; i < 4; i++)
		(void)close(fds[i / 2][i % 2]);
}

/* The descriptor's number is used again at once by another watch. */
static int reused[2];

static void
new_one(void *arg, unsigned events)
{
	(void)arg;
	(void)events;
	note('!');
}

static void
reuse(void *arg, unsigned events)
{
	int fd = *(int *)arg;

	(void)events;
	note('r');
	for (size_t i = 0; i < 2; i++) {
		loop_unwatch(pair[i]);
		pair[i] = NULL;
	}
	(void)close(fd);
	if (pipe(reused) == 0 && (reused[0] == fd || reused[1] == fd))
		note('=');
	(void)loop_watch(loop, reused[0], LOOP_READ, new_one, NULL);
	(void)loop_after(loop, 5, stop, NULL);
}

static void
number_used_again(void)
{
	int fds[2][2];

	fresh();
	for (size_t i = 0; i < 2; i++)
		OK(pipe(fds[i]) == 0 && write(fds[i][1], "x", 1) == 1,
		    "a pipe with something to read");
	pair[0] = loop_watch(loop, fds[0][0], LOOP_READ, reuse, &fds[1][0]);
	pair[1] = loop_watch(loop, fds[1][0], LOOP_READ, reuse, &fds[0][0]);
	loop_run(loop);
	EQ_STR(trace.s, "r=", "an old event never reaches a new watch");
	loop_free(loop);
	/* Which of the two was closed depends on who came first: closing both
	 * again may hit the reused number, which ends here anyway. */
	(void)close(fds[0][1]);
	(void)close(fds[1][1]);
	(void)close(reused[0]);
	(void)close(reused[1]);
}

static unsigned seen;

static void
see(void *arg, unsigned events)
{
	struct loop_watch **w = arg;

	seen |= events;
	note('.');
	loop_unwatch(*w);
}

static unsigned
told_after_close(unsigned asked)
{
	struct loop_watch *w;
	int fds[2];

	fresh();
	seen = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
		return 0;
	w = loop_watch(loop, fds[0], asked, see, &w);
	(void)close(fds[1]);
	(void)loop_after(loop, 5, stop, NULL);
	loop_run(loop);
	loop_free(loop);
	(void)close(fds[0]);
	return seen;
}

static void
hangups(void)
{
	OK(told_after_close(LOOP_WRITE) == (LOOP_WRITE | LOOP_HANGUP),
	    "a hangup makes writable who waits to write");
	OK(told_after_close(LOOP_READ) == (LOOP_READ | LOOP_HANGUP),
	    "and readable who waits to read");
	OK(told_after_close(LOOP_HANGUP) == LOOP_HANGUP,
	    "and is told alone to who asks for nothing else");
}

static void
waiting_for_nothing(void)
{
	struct loop_watch *w;
	int fds[2];

	fresh();
	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0, "a pair");
	w = loop_watch(loop, fds[0], LOOP_READ, see, &w);
	loop_watch_for(w, 0);
	(void)close(fds[1]);
	(void)loop_after(loop, 5, stop, NULL);
	loop_run(loop);
	EQ_STR(trace.s, "", "who waits for nothing is not told of a hangup");
	loop_watch_for(w, LOOP_READ);
	(void)loop_after(loop, 5, stop, NULL);
	loop_run(loop);
	EQ_STR(trace.s, ".", "until it waits again");
	loop_free(loop);
	(void)close(fds[0]);
}

static void
turn_end(void *arg)
{
	letter(arg);
	if (trace.n >= 4)
		loop_stop(loop);
}

static void
at_turn_end(void)
{
	fresh();
	loop_at_turn_end(loop, turn_end, &abc[9]);
	(void)loop_after(loop, 0, letter, &abc[0]);
	(void)loop_after(loop, 0, letter, &abc[1]);
	(void)loop_after(loop, 3, letter, &abc[2]);
	(void)loop_after(loop, 9, stop, NULL);
	loop_run(loop);
	OK(strncmp(trace.s, "abj", 3) == 0 && strchr(trace.s, 'c') != NULL,
	    "a turn ends once, after all its callbacks (%s)", trace.s);
	OK(trace.s[trace.n - 1] == 'j', "the turn that stops is ended too");
	loop_free(loop);
}

int
main(void)
{
	timers_fire_in_order();
	heap_keeps_order();
	equals();
	cancel_from_callback();
	zero_timers_do_not_starve();
	unwatch_from_anothers_callback();
	number_used_again();
	hangups();
	waiting_for_nothing();
	at_turn_end();
	return tap_done();
}
