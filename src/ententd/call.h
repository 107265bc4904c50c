#ifndef ENTENTD_CALL_H
#define ENTENTD_CALL_H

#include "base/json.h"
#include "ententd/vault.h"
#include "model/scope.h"
#include "store/account_store.h"

/*
 * One request of a peer or an officer, from its arrival to its answer.  A
 * handler may answer at once or keep the call through several steps; exactly
 * one answer is owed.  The call lives until it is answered (or the client is
 * gone and the handler has noticed by answering all the same).
 */
struct call {
	struct vault		*vault;
	enum child		 from;		/* CHILD_LINK or CHILD_DESK */
	uint32_t		 era, id;	/* of its channel, in it */
	struct call		*next, **place;
	struct arena		 arena;
	struct request		 q;		/* q.body is not kept: see body */
	struct buf		 body;
	const char		*rest;		/* the path after the route's prefix */
	struct account		 account;	/* officers; badge "" when nobody */
	struct scope		 scope;		/* what it may now, of what it was given */
	bool			 by_token;	/* not by a login of this officer */
	struct member_id	 peer;		/* link: by TLS key; "" unknown */
	bool			 gone;		/* the client went away */
	bool			 answered;
	void			(*streamed)(struct call *, bool ok, uint64_t bytes);
	void			*state;		/* the handler's, in the arena */
};

/* A route: who may, which handler.  `path` ends in "/" when more follows. */
struct route {
	const char	*method;
	const char	*path;
	unsigned	 roles;		/* account_role bits; 0: any officer */
	enum { ROUTE_OFFICER, ROUTE_ANYONE, ROUTE_PEER } who;
	enum { ROUTE_OPEN, ROUTE_LOCKED_TOO } lock;
	void		(*handle)(struct call *);
};

void	call_got(struct vault *, enum child from, struct ipc_message *);
void	call_forsaken(struct vault *, enum child front);

/* -- answers (call_answer.c): exactly one ------------------------------------ */

/* After the turn's commit. */
void	call_answer(struct call *, unsigned status, const char *type,
	    struct slice body);
void	call_answer_headers(struct call *, unsigned status, const char *type,
	    const char *headers, struct slice body);
void	call_answer_fd(struct call *, unsigned status, const char *type,
	    const char *headers, int fd, int64_t length);
void	call_json(struct call *, unsigned status, struct buf *);	/* and frees it */
void	call_refuse(struct call *, const struct err *);
void	call_refuse_clause(struct call *, const struct err *, const char *clause);
void	call_refuse_with(struct call *, enum err_class, const char *rule,
	    const char *field, const char *text);
/* Let the body stream into fd, at most `most` bytes; call->streamed follows. */
void	call_stream(struct call *, int fd, uint64_t most);

/* -- reading (call_read.c) ----------------------------------------------------- */

/* The body as a JSON object; NULL: the call is answered. */
json_t	*call_body(struct call *);
/* A query parameter, or NULL. */
const char *call_query(struct call *, const char *name);
/* ?before= and ?limit= (1 to 200, default 50); false: the call is answered. */
bool	call_page(struct call *, int64_t *before, size_t *limit);
/* The language of problem texts and labels. */
const char *call_lang(const struct call *);
bool	call_has_role(const struct call *, unsigned roles);
/* The officer works for this desk, or for the unit it belongs to. */
bool	call_has_desk(const struct call *, const struct address *);

/* -- inside call*.c only ------------------------------------------------------- */

/* Find its route, ask whether the caller may, and handle or refuse it. */
void	call_route(struct call *);
void	call_free(struct call *);

#endif
