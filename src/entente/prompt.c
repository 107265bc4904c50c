#include "entente/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "entente/out.h"

enum { LINE_BYTES = 64 * 1024, SECRET_BYTES = 1024 };

/* -- Ctrl-C -------------------------------------------------------------------- */

static struct {
	char			 hint[512];
	size_t			 n;
	struct termios		 terminal;
	volatile sig_atomic_t	 silent;	/* the terminal does not echo */
} interrupt;

static void
on_interrupt(int sig)
{
	(void)sig;
	if (interrupt.silent)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &interrupt.terminal);
	if (write(STDERR_FILENO, interrupt.hint, interrupt.n) == -1)
		_exit(EXIT_INTERRUPTED);
	_exit(EXIT_INTERRUPTED);
}

void
prompt_on_interrupt(const char *hint)
{
	struct sigaction sa = { .sa_handler = on_interrupt };
	sigset_t block, before;

	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGINT);
	(void)sigaddset(&block, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &block, &before);
	(void)snprintf(interrupt.hint, sizeof(interrupt.hint), "\n%s%s",
	    hint == NULL ? "" : hint, hint == NULL ? "" : "\n");
	interrupt.n = strlen(interrupt.hint);
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

/* -- lines --------------------------------------------------------------------- */

bool
prompt_possible(const struct cli *cli)
{
	return !cli->no_input && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static bool
no_terminal(struct cli *cli, const char *question, const char *option,
    struct err *err)
{
	return err_set(err, ERR_INVALID, "E-CLI-INPUT", "%s",
	    say(cli, "prompt.no-terminal", "question", question,
	    "option", option, NULL));
}

static void
ask(struct cli *cli, const char *question, const char *preset)
{
	struct buf b = BUF_INIT;

	out_safe(&b, slice_str(question));
	if (preset != NULL && *preset != '\0') {
		buf_str(&b, " [");
		out_safe(&b, slice_str(preset));
		buf_str(&b, "]");
	}
	buf_str(&b, ": ");
	(void)fwrite(b.p, 1, b.n, cli->out->talk);
	(void)fflush(cli->out->talk);
	buf_wipe(&b);
}

/* One line from stdin, byte by byte, so that nothing after it is eaten. */
static bool
read_line(uint8_t *line, size_t size, size_t *n)
{
	uint8_t c;
	ssize_t r;

	*n = 0;
	for (;;) {
		r = read(STDIN_FILENO, &c, 1);
		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			return *n != 0;
		if (c == '\n')
			return true;
		if (*n < size)
			line[(*n)++] = c;
	}
}

const char *
prompt_line(struct cli *cli, const char *question, const char *preset,
    const char *option, struct err *err)
{
	static uint8_t line[LINE_BYTES];
	struct slice s;
	size_t n;

	if (!prompt_possible(cli)) {
		no_terminal(cli, question, option, err);
		return NULL;
	}
	for (;;) {
		ask(cli, question, preset);
		if (!read_line(line, sizeof(line), &n)) {
			no_terminal(cli, question, option, err);
			return NULL;
		}
		s = slice_of(line, n);
		while (s.n != 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\r'))
			s.n--;
		while (s.n != 0 && s.p[0] == ' ')
			s = slice_skip(s, 1);
		if (utf8_printable(s, UTF8_ONE_LINE))
			break;
		out_note(cli, "prompt.unreadable", NULL);
	}
	if (s.n == 0 && preset != NULL)
		return arena_strdup(&cli->arena, preset);
	return arena_str(&cli->arena, s);
}

/* -- secrets ------------------------------------------------------------------- */

/* The first line of what a descriptor holds. */
static struct secret *
secret_from(struct cli *cli, int fd, const char *name, struct err *err)
{
	struct secret *all = secret_new(SECRET_BYTES), *out = NULL;
	size_t n = 0;
	ssize_t r;

	while (n < SECRET_BYTES) {
		r = read(fd, all->p + n, SECRET_BYTES - n);
		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			break;
		n += (size_t)r;
	}
	for (size_t i = 0; i < n; i++)
		if (all->p[i] == '\n' || all->p[i] == '\r')
			n = i;
	if (n == 0 || n == SECRET_BYTES)
		err_set(err, ERR_INVALID, "E-CLI-SECRET", "%s", say(cli,
		    "prompt.secret-empty", "where", name, NULL));
	else
		out = secret_copy(slice_of(all->p, n));
	secret_free(all);
	return out;
}

static struct secret *
secret_from_file(struct cli *cli, const char *path, struct err *err)
{
	struct secret *s;
	int fd;

	if (strcmp(path, "-") == 0)
		return secret_from(cli, STDIN_FILENO, "-", err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		err_errno(err, "open %s", path);
		return NULL;
	}
	s = secret_from(cli, fd, path, err);
	(void)close(fd);
	return s;
}

static struct secret *
type_secret(struct cli *cli, const char *question, struct err *err)
{
	struct secret *all = secret_new(SECRET_BYTES), *out = NULL;
	struct termios silent;
	size_t n = 0;

	/* Silent first: what is typed at once must not be shown or lost. */
	if (tcgetattr(STDIN_FILENO, &interrupt.terminal) == -1) {
		err_errno(err, "terminal");
		goto out;
	}
	silent = interrupt.terminal;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	silent.c_lflag |= ECHONL;
	interrupt.silent = 1;
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	ask(cli, question, NULL);
	(void)read_line(all->p, all->n, &n);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &interrupt.terminal);
	interrupt.silent = 0;
	if (n == 0 || n == SECRET_BYTES)
		err_set(err, ERR_INVALID, "E-CLI-SECRET", "%s", say(cli,
		    "prompt.secret-empty", "where", question, NULL));
	else
		out = secret_copy(slice_of(all->p, n));
out:
	secret_free(all);
	return out;
}

static struct secret *
type_twice(struct cli *cli, const char *question, struct err *err)
{
	struct secret *a = type_secret(cli, question, err), *b;
	bool equal;

	if (a == NULL)
		return NULL;
	b = type_secret(cli, say(cli, "prompt.again", NULL), err);
	equal = b != NULL && slice_eq(secret_slice(a), secret_slice(b));
	if (b != NULL && !equal)
		err_set(err, ERR_INVALID, "E-CLI-SECRET", "%s",
		    say(cli, "prompt.differ", NULL));
	secret_free(b);
	if (!equal) {
		secret_free(a);
		return NULL;
	}
	return a;
}

struct secret *
prompt_secret(struct cli *cli, const char *question, const char *option,
    enum prompt_secret how, struct err *err)
{
	const char *by_file = arena_printf(&cli->arena, "%s-file", option);
	const char *by_fd = arena_printf(&cli->arena, "%s-fd", option);
	const char *path = cli_text(cli, by_file);
	long fd = cli_number(cli, by_fd, -1);

	if (path != NULL)
		return secret_from_file(cli, path, err);
	if (fd >= 0)
		return secret_from(cli, (int)fd, by_fd, err);
	if (!prompt_possible(cli)) {
		no_terminal(cli, question,
		    arena_printf(&cli->arena, "--%s", by_file), err);
		return NULL;
	}
	if (how == PROMPT_NEW)
		return type_twice(cli, question, err);
	return type_secret(cli, question, err);
}

/* -- consent ------------------------------------------------------------------- */

bool
prompt_confirm(struct cli *cli, enum exit_code *code, const char *question)
{
	const char *answer, *yes = say(cli, "prompt.yes-letters", NULL);
	struct err err;

	*code = EXIT_DONE;
	if (cli->dry_run) {
		out_note(cli, "prompt.dry-run", "question", question, NULL);
		return false;
	}
	if (cli->yes)
		return true;
	answer = prompt_line(cli, say(cli, "prompt.confirm",
	    "question", question, NULL), NULL, "--yes", &err);
	if (answer == NULL) {
		*code = out_error(cli, &err);
		return false;
	}
	/* "y" is understood in every language, for the keyboard's sake. */
	if (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0)
		return true;
	for (size_t n; *yes != '\0'; yes += n + (yes[n] == ' ')) {
		n = strcspn(yes, " ");
		if (strlen(answer) == n && strncasecmp(answer, yes, n) == 0)
			return true;
	}
	out_note(cli, "prompt.stopped", NULL);
	*code = EXIT_FAILED;
	return false;
}
