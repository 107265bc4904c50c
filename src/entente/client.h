#ifndef ENTENTE_CLIENT_H
#define ENTENTE_CLIENT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/slice.h"
#include "entente/command.h"

/*
 * The officers' API of one node: over its Unix socket (the account is that of
 * our uid, unless a token is given), or over TLS 1.3 to a pinned key with a
 * token.  Calls block.
 */
struct client;

/* What a node answers when it refuses (RFC 9457).  Texts may be "". */
struct problem {
	struct err	 err;		/* class by the status, rule, field, text */
	unsigned	 status;	/* 0: the node did not answer */
	const char	*title;		/* in cli->arena, in the user's language */
	const char	*clause;
	const char	*unchanged;
	const char	*todo;
};

/* The node that flags, environment and settings name.  NULL: err says what is
 * missing (E-CLI-NODE, E-CLI-PIN).  Opened once, closed by main. */
struct client	*client_of(struct cli *, struct err *);
void		 client_close(struct client *);
/* "unix:/…" or the URL, for people. */
const char	*client_where(const struct client *);
/* With this token instead of the settings' one; NULL: without any. */
void		 client_set_token(struct client *, const struct secret *);

struct call {
	const char	*method;	/* "GET" */
	const char	*path;		/* "/legs?queue=inbox", under /api/v1 */
	json_t		*body;		/* borrowed; or NULL */
	/* A field "password" for this call, beside body: it is put into the
	 * request in guarded memory and nowhere else. */
	const struct secret *password;
	const struct secret *old;	/* the same, as "old" */
	const char	*idempotency;	/* key, or NULL */
	unsigned	 wait_seconds;	/* 0: the ordinary 60 */
};

/*
 * Ask.  True: *answer is the caller's (json_decref), NULL for 204; *status
 * may be NULL.  False: the problem is filled.
 */
bool	client_call(struct cli *, const struct call *, unsigned *status,
	    json_t **answer, struct problem *);
/* A file as the body of a POST to `to`. */
bool	client_post_file(struct cli *, const char *path, const char *to,
	    json_t **answer, struct problem *);
/* Plain GET. */
bool	client_get(struct cli *, const char *path, json_t **answer,
	    struct problem *);
/* GET of every page of a list, at most `most` items: {"items":[...]}. */
bool	client_list(struct cli *, const char *path, size_t most, json_t **answer,
	    struct problem *);
/* A text answer (a note), at most max bytes. */
bool	client_text(struct cli *, const char *path, size_t max, struct buf *,
	    struct problem *);
/*
 * Stream a body to a file: written as PATH.part, renamed when whole, never
 * over a file that exists (E-FILE-EXISTS).  "-": stdout.  Progress on a terminal
 * after a second.
 */
bool	client_download(struct cli *, const char *api_path, const char *path,
	    struct problem *);
/* POST /files: *answer {"id","name","type","size","sha256"}. */
bool	client_upload(struct cli *, const char *path, const char *type,
	    json_t **answer, struct problem *);

/* A path segment or query value, percent-encoded, in the arena. */
const char *client_escape(struct cli *, const char *);

#endif
