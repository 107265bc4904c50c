#ifndef ENTENTE_COMMAND_H
#define ENTENTE_COMMAND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/ident.h"
#include "model/language.h"

/*
 * A command is one row and one function.  From the rows come parsing, help,
 * did-you-mean, completion, `entente help --json` and the synopsis of the man
 * page.
 *
 *	static const struct option create_options[] = {
 *		{ "class", OPTION_TEXT, "CLASS" },
 *		{ "root", OPTION_REPEAT, "VKEY", .required = true },
 *		{ NULL },
 *	};
 *	const struct command cmd_network[] = {
 *		{ "network", "create", "NAME", create_options, COMMAND_OFFLINE,
 *		    "entente network create demo.example", network_create },
 *		{ NULL },
 *	};
 *
 * The file cmd_<noun>.c exports this one array, and commands.c names it.
 * Texts stand in lang/cli*.json, in four languages (a test holds them
 * together), under keys made from the row:
 *	"help.network.create"	one line, no full stop (without a verb:
 *				"help.inbox"); the noun alone: "noun.network"
 *	"option.class"		one line on an option, the same for every
 *				command that has it, unless there is
 *	"option.network.create.class"	(or "option.inbox.class")
 */
enum exit_code {
	EXIT_DONE	= 0,
	EXIT_FAILED	= 1,
	EXIT_USAGE	= 2,
	EXIT_NOT_FOUND	= 3,
	EXIT_DENIED	= 4,
	EXIT_POLICY	= 5,	/* a clause forbids it */
	EXIT_QUEUED	= 6,	/* the peer is unreachable; it is kept and tried */
	EXIT_APPROVAL	= 7,	/* a second person must approve first */
	EXIT_VERIFY	= 8,	/* a signature or hash does not hold */
	EXIT_CONFLICT	= 9,	/* stale, done already */
	EXIT_FINDINGS	= 10,
	EXIT_INTERRUPTED = 130,
};
/* The exit code of an error's class. */
enum exit_code	exit_of(const struct err *);

enum option_type {
	OPTION_FLAG,
	OPTION_TEXT,
	OPTION_NUMBER,		/* 0..2147483647 */
	OPTION_PATH,		/* completed as a file; "-" is allowed */
	OPTION_TIME,		/* "14:00", "+2h", "2026-11-22 14:00", RFC 3339 */
	OPTION_REPEAT,		/* text, any number of times */
	OPTION_REPEAT_PATH,
};

/* Arrays of options end with a NULL name.  No option holds a secret: those
 * come from the terminal, a file or a descriptor (prompt.h). */
struct option {
	const char		*name;		/* without dashes */
	enum option_type	 type;
	const char		*value;		/* "REF" in help; NULL for flags */
	bool			 required;
	char			 letter;	/* 'f' for -f, or 0 */
};

enum command_flags {
	COMMAND_OFFLINE	= 1,	/* asks no node */
	COMMAND_OUTWARD	= 2,	/* sends or destroys: has --yes and --dry-run */
};

struct cli;

struct command {
	const char		*noun;
	const char		*verb;		/* NULL: the noun is the command */
	const char		*args;		/* "REF N", "[QUEUE]", "FILE..." */
	const struct option	*options;	/* or NULL */
	unsigned		 flags;
	const char		*examples;	/* one a line */
	enum exit_code		(*run)(struct cli *);
};

/* Every cmd_<noun> array, in the order of the help page; ends with NULL. */
extern const struct command *const commands[];
/* Options that every command takes (--json, --lang, --dir, --no-input, ...),
 * and --yes and --dry-run of
 * COMMAND_OUTWARD. */
extern const struct option command_global[];
extern const struct option command_outward[];

struct settings;
struct client;
struct kind_set;
struct out;
struct messages;
struct values;

/* One run of the program. */
struct cli {
	struct arena		 arena;		/* until the program ends */
	const struct command	*command;	/* NULL: none was named */
	const char		**args;
	size_t			 nargs;
	struct values		*values;	/* of the options */
	struct settings		*settings;
	struct out		*out;
	struct messages		*messages;
	struct languages	 languages;	/* that were loaded */
	const char		*lang;		/* the reader's: a code of them */
	struct client		*client;	/* client_of() */
	json_t			*cache;		/* answers kept for the run */
	struct kind_set		*kinds;		/* those compiled in, on first use */
	msec			 now;
	bool			 no_input;
	bool			 yes;
	bool			 dry_run;
};

/* What was given.  Asking for an option that the row does not have asserts. */
bool		 cli_flag(const struct cli *, const char *option);
const char	*cli_text(const struct cli *, const char *option);	/* NULL */
long		 cli_number(const struct cli *, const char *option, long missing);
msec		 cli_time(const struct cli *, const char *option);	/* 0 */
size_t		 cli_count(const struct cli *, const char *option);
const char	*cli_nth(const struct cli *, const char *option, size_t i);
const char	*cli_arg(const struct cli *, size_t i);	/* NULL when not given */
/* The row has that option. */
bool		 cli_takes(const struct cli *, const char *option);

/*
 * Parse argv by the tables.  False: err has rule E-USAGE-..., and
 * suggestion (may be "") the nearest word known.
 */
bool		 command_parse(struct cli *, int argc, char **argv,
		    const char **suggestion, struct err *);
/* "entente network create". */
const char	*command_name(struct arena *, const struct command *);
const struct command *command_find(const char *noun, const char *verb);
bool		 command_is_noun(const char *noun);
/* All rows, one after another; NULL past the end. */
const struct command *command_at(size_t i);
/* Bounds of the number of arguments; max (size_t)-1 with "...". */
void		 command_arity(const struct command *, size_t *min, size_t *max);
/* Options of a row with the global ones: its own first; NULL past the end. */
const struct option *command_option(const struct command *, size_t i);
bool		 option_takes_value(const struct option *);

#endif
