#ifndef ENTENTE_COMPOSE_H
#define ENTENTE_COMPOSE_H

#include <jansson.h>

#include "entente/client.h"
#include "entente/form.h"

/*
 * A message on its way: filled from options, a file and questions; kept in a
 * draft file while it is typed; its files sent ahead; previewed; sent once,
 * whatever is interrupted (the draft holds the idempotency key).
 *
 * A draft, and what --from reads, is
 *	{"message": {...as POST /messages...}, "files": [{"path":..,"id":..}],
 *	 "key": "...", "at": "<field last answered>"}
 * or the inner object alone.
 */
struct compose {
	json_t		*draft;		/* the whole */
	json_t		*message;	/* of it, borrowed */
	json_t		*body;		/* of message, borrowed */
	json_t		*files;		/* of it, borrowed */
	const json_t	*sections;	/* of kind and act, or NULL */
	const char	*path;		/* the draft's file, or NULL: none kept */
};

/* Options of every command that sends. */
#define COMPOSE_OPTIONS							\
	{ "from", OPTION_PATH, "FILE.json", false, 0 },			\
	{ "file", OPTION_REPEAT_PATH, "PATH", false, 'f' },		\
	{ "set", OPTION_REPEAT, "FIELD=VALUE", false, 0 },		\
	{ "to", OPTION_REPEAT, "DESK", false, 0 },			\
	{ "from-desk", OPTION_TEXT, "DESK", false, 0 },			\
	{ "subject", OPTION_TEXT, "TEXT", false, 0 },			\
	{ "handling", OPTION_TEXT, "LABEL", false, 0 },			\
	{ "wait", OPTION_NUMBER, "SECONDS", false, 0 }

/* Empty, or read from --from. */
bool	compose_begin(struct cli *, struct compose *, const char *kind,
	    const char *act, struct problem *);
void	compose_end(struct compose *);
/* Put a text into a header field, unless it is NULL. */
void	compose_put(struct compose *, const char *key, const char *text);
void	compose_put_time(struct compose *, const char *key, msec);
/* A prepared message may say "P90D" or "+2h" under `until`, so that it does not
 * age: it becomes the time that is meant now. */
void	compose_settle_until(struct cli *, struct compose *);
/* Put what was typed for a field of the body, by the field's type. */
bool	compose_set(struct cli *, struct compose *, const char *field,
	    const char *text, struct problem *);
/* --to, --from-desk, --subject, --handling, --set, --file. */
bool	compose_options(struct cli *, struct compose *, struct problem *);
/* Questions for what is missing (all: every field), when a person is there. */
bool	compose_ask(struct cli *, struct compose *, enum form_mode,
	    struct problem *);
/* The same for what each recipient asks for beside the kind. */
bool	compose_national_ask(struct cli *, struct compose *, enum form_mode,
	    struct problem *);
/* Keep what is typed in a file from now on, and say where on Ctrl-C. */
void	compose_keep(struct cli *, struct compose *);
/* Write it, if it is kept. */
void	compose_write(struct cli *, const struct compose *);

enum compose_consent {
	COMPOSE_DIRECT,		/* send */
	COMPOSE_PREVIEW,	/* who will see this?  then ask */
};
/* Files up, preview, send; all output.  The result is the command's. */
enum exit_code compose_send(struct cli *, struct compose *,
	    enum compose_consent);

#endif
