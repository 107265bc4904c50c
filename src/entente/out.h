#ifndef ENTENTE_OUT_H
#define ENTENTE_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "entente/command.h"

/*
 * Data goes to stdout, talk to stderr.  Data is a table on a terminal, tab
 * separated with --plain or into a pipe, one JSON object with --json, one
 * object a line with --jsonl.  Text of others is shown with its control and
 * direction characters visible ("\u{202E}"), so that nobody can paint a
 * screen from afar.
 */
enum out_form { OUT_TABLE, OUT_PLAIN, OUT_JSON, OUT_JSONL };
enum out_color { OUT_COLOR_NONE, OUT_BOLD, OUT_DIM, OUT_RED, OUT_YELLOW, OUT_GREEN };

struct out {
	FILE		*data;		/* stdout */
	FILE		*talk;		/* stderr */
	enum out_form	 form;
	bool		 data_color;
	bool		 talk_color;
	bool		 talk_tty;
	unsigned	 width;		/* of the terminal */
};

/* How and where, from the flags and the terminal; once, after parsing (and
 * before it, for errors of parsing). */
void	out_open(struct cli *);

/* Texts of lang/cli*.json.  `...` are pairs "name", text that replace {name};
 * NULL ends.  The result lives in cli->arena. */
const char *say(struct cli *, const char *key, ...) __attribute__((sentinel));
/* The label of a code of ours: say("state.answered") with "state", "answered";
 * the code itself when there is no such text. */
const char *say_code(struct cli *, const char *group, const char *code);

/* To stderr, a line. */
void	out_note(struct cli *, const char *key, ...) __attribute__((sentinel));
/* Suggest the next command: "Next: entente ack REQ-1 --by 14:00". */
void	out_next(struct cli *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/*
 * What happened, why, what is unchanged, what to do, code: from the rule's
 * entry in lang/errors.json.  Returns its exit code, so that
 * `return out_error(cli, &err)` ends a command.
 */
enum exit_code out_error(struct cli *, const struct err *);
/* A problem answered by the node: its own words win over ours. */
struct problem;
enum exit_code out_problem(struct cli *, const struct problem *);

/* -- data ------------------------------------------------------------------- */

/* Lines of text, made safe for terminals. */
void	out_line(struct cli *, const char *text);
/* Bytes as they are, for what was asked for by name: a note, a man page. */
void	out_raw(struct cli *, struct slice);
/* "Label   text", for pages of one thing; nothing when text is NULL or "".
 * The key is "label.state": without a terminal the label reads "state". */
void	out_pair(struct cli *, const char *key, const char *text);
/* The same under a label that is no key. */
void	out_labelled(struct cli *, const char *label, const char *text);
/* A heading within a page. */
void	out_heading(struct cli *, const char *text);
/* Is JSON asked for?  Then the command hands over one value and no lines. */
bool	out_is_json(const struct cli *);
/*
 * One object, its first field "schema": "inbox/1".  For a list (an object
 * with "items") OUT_JSONL writes each item on a line instead.  Takes value.
 */
void	out_json(struct cli *, const char *schema, json_t *value);

/*
 *	struct table t = TABLE_INIT;
 *	table_head(&t, cli, "column.ref", "column.state", NULL);
 *	table_cell(&t, cli, OUT_BOLD, ref);
 *	table_cell(&t, cli, OUT_COLOR_NONE, state);
 *	...
 *	table_end(&t, cli);
 * The last column is cut to the terminal's width, others are not.
 */
enum { TABLE_COLUMNS = 12 };
struct table_cell {
	char		*text;
	enum out_color	 color;
};
struct table {
	struct table_cell	*cells;
	size_t			 n;
	size_t			 columns;
};
#define TABLE_INIT	{ .cells = NULL }
void	table_head(struct table *, struct cli *, ...) __attribute__((sentinel));
/* text is copied; NULL is shown as "-". */
void	table_cell(struct table *, struct cli *, enum out_color, const char *text);
void	table_end(struct table *, struct cli *);

/* Append text with what could mislead a terminal or an eye made visible:
 * controls, direction marks, invisible characters, broken UTF-8. */
void	out_safe(struct buf *, struct slice text);
/* Columns that valid UTF-8 takes on a terminal. */
size_t	out_columns(const char *text);
/* How many of its bytes fit into so many columns. */
size_t	out_cut(const char *text, size_t columns);
/* A wire time in the reader's zone: "2026-11-21 19:20 CET"; the text itself
 * when it is none; "" for NULL. */
const char *out_time(struct cli *, const char *wire);
const char *out_msec(struct cli *, msec);

#endif
