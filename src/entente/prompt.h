#ifndef ENTENTE_PROMPT_H
#define ENTENTE_PROMPT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/secret.h"
#include "entente/command.h"

/*
 * Questions on the terminal (/dev/tty is not used: stdin and stderr must be
 * terminals).  Without a terminal, or with --no-input, asking fails with
 * E-CLI-INPUT and names the option that answers instead.
 */
bool	prompt_possible(const struct cli *);

/* A line, without its newline, in the arena; "" when nothing was typed.
 * `option` is what answers without a terminal ("--name"). */
const char *prompt_line(struct cli *, const char *question, const char *preset,
	    const char *option, struct err *);

/*
 * A secret: from --<option>-file PATH or --<option>-fd N when given (first
 * line, without newline), else typed without echo, twice with PROMPT_NEW.
 * `option` is "password" or "passphrase"; a row that asks has
 * PROMPT_SECRET_OPTIONS("password").  NULL: err says why.
 */
enum prompt_secret { PROMPT_OLD, PROMPT_NEW };
struct secret *prompt_secret(struct cli *, const char *question,
	    const char *option, enum prompt_secret, struct err *);
#define PROMPT_SECRET_OPTIONS(name)					\
	{ name "-file", OPTION_PATH, "FILE", false, 0 },		\
	{ name "-fd", OPTION_NUMBER, "N", false, 0 }

/*
 * Before what sends or destroys (rows with COMMAND_OUTWARD).  True: go on.
 * False: end the command with *code: --dry-run (the question is printed as
 * what would have happened, 0), "no" (1), no terminal and no --yes (2).
 */
bool	prompt_confirm(struct cli *, enum exit_code *code, const char *question);

/* From now on Ctrl-C restores the terminal, prints `hint` (copied; NULL: none)
 * and exits with 130.  What must survive is on disk before. */
void	prompt_on_interrupt(const char *hint);

#endif
