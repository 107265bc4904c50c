#ifndef PROC_FETCH_H
#define PROC_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "proc/loop.h"

/*
 * HTTP requests out, on our loop (libcurl multi behind it).  Peers are known
 * by the SHA-256 of their public key info (SPKI), never by a certificate authority.
 */
struct fetch_pool;
struct fetch;

struct fetch_identity {		/* our TLS client certificate, may be empty */
	struct slice	cert_pem;
	struct slice	key_pem;
};

/* The identity is copied, the key into guarded memory; NULL: none.  A process
 * that uses this ignores SIGPIPE.  A pool is not freed from done(). */
struct fetch_pool *fetch_pool_new(struct loop *, const struct fetch_identity *,
		    unsigned connections);
void		 fetch_pool_free(struct fetch_pool *);

struct fetch_request {
	const char	*method;	/* GET, POST, PUT, DELETE, ... */
	const char	*url;		/* https://host:port/path */
	const char	*unix_path;	/* connect there instead, or NULL */
	const uint8_t	*pin;		/* 32 bytes, SHA-256 of the peer's SPKI;
					 * required for https */
	unsigned	 more_pins;	/* that follow it: any of them will do */
	const char *const *headers;	/* NULL-terminated, or NULL */
	struct slice	 body;		/* copied; or: */
	int		 body_fd;	/* -1, or read body_len bytes at body_offset */
	int64_t		 body_offset;
	int64_t		 body_len;
	size_t		 answer_max;	/* larger answers fail */
	msec		 timeout;	/* whole; 0: by stall only (30 s below 1 byte/s) */
	int		 answer_fd;	/* -1, or where a 2xx body is written:
					 * a file, or a non-blocking pipe,
					 * which slows the transfer down */
	/* During long transfers, on terminals: NULL, or called with `arg` and
	 * the bytes of the body sent, else received; total 0 when unknown. */
	void		(*progress)(void *arg, int64_t done, int64_t total);
};

struct fetch_answer {
	unsigned	 status;	/* 0: no answer, err says why */
	const char	*content_type;	/* or "" */
	struct slice	 body;
	/* A header of the answer, or NULL; borrowed like the body. */
	const char	*(*header)(const struct fetch_answer *, const char *name);
	struct err	 err;		/* E-PEER-UNREACHABLE, E-PEER-PIN,
					 * E-PEER-TIMEOUT, E-PEER-SIZE,
					 * E-PEER-URL, E-IO (a descriptor's) */
};

/* done() is called exactly once, unless cancelled; the answer is borrowed
 * for the call.  body_fd and answer_fd stay the caller's. */
struct fetch	*fetch_start(struct fetch_pool *, const struct fetch_request *,
		    void (*done)(void *arg, const struct fetch_answer *), void *arg);
void		 fetch_cancel(struct fetch *);
unsigned	 fetch_active(const struct fetch_pool *);

#endif
