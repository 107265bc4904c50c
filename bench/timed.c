/*
 * Times processes, without a shell between.
 *
 *	timed RUNS COMMAND... ['|' COMMAND...]
 *
 * Commands joined by a bar start together, as in a shell, and the time ends
 * with the last of them.  Prints the best wall clock in microseconds and the
 * largest resident size in kB of any of the processes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stopwatch.h"

static void
die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

/* In the child: standard input and output are the pipes beside it. */
static void __attribute__((noreturn))
become(char **command, int in, int out)
{
	if (dup2(in, STDIN_FILENO) == -1 || dup2(out, STDOUT_FILENO) == -1)
		_exit(127);
	(void)execvp(command[0], command);
	_exit(127);
}

/* Starts the command up to the next bar; returns what follows it. */
static char **
start(char **command, int *in)
{
	char **end = command;
	int ends[2] = { -1, -1 }, out;
	pid_t pid;

	while (*end != NULL && strcmp(*end, "|") != 0)
		end++;
	if (*end == NULL)
		out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	else if (pipe2(ends, O_CLOEXEC) == 0)
		out = ends[1];
	else
		die("pipe");
	pid = fork();
	if (pid == -1)
		die("fork");
	if (pid == 0) {
		*end = NULL;
		become(command, *in, out);
	}
	(void)close(out);
	(void)close(*in);
	*in = ends[0];
	return end;
}

static double
run(char **commands)
{
	double begin = now_us();
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC), status;

	for (;;) {
		char **end = start(commands, &in);

		if (in == -1)
			break;
		commands = end + 1;
	}
	while (wait(&status) > 0)
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
			(void)fprintf(stderr, "timed: %s failed\n", commands[0]);
			exit(EXIT_FAILURE);
		}
	return now_us() - begin;
}

int
main(int argc, char *argv[])
{
	long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	struct rusage use;
	double best = 0, took;

	if (runs <= 0) {
		(void)fprintf(stderr,
		    "usage: timed RUNS COMMAND... ['|' COMMAND...]\n");
		return EXIT_FAILURE;
	}
	while (runs-- > 0) {
		took = run(argv + 2);
		if (best == 0 || took < best)
			best = took;
	}
	(void)getrusage(RUSAGE_CHILDREN, &use);
	(void)printf("%.2f %ld\n", best, use.ru_maxrss);
	return EXIT_SUCCESS;
}
