#ifndef PROC_HTTP_H
#define PROC_HTTP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/slice.h"
#include "proc/loop.h"

/*
 * An HTTP/1.1 server on our loop (libmicrohttpd behind it), with TLS 1.3 or
 * plain over a Unix socket.  A request is answered once, now or later; its
 * body arrives in pieces with back-pressure; an answer's body is bytes or a
 * descriptor that is streamed.  Heads are bounded (16 KiB) and must arrive
 * within the head deadline, handshake included; bodies must keep a minimum
 * rate; what breaks that is closed.
 */
struct http_server;
struct http_request;

struct http_peer {
	bool	has_key;
	uint8_t	key[32];	/* SHA-256 of the client's public key info (SPKI) */
	bool	has_uid;	/* Unix socket: peer credentials */
	uid_t	uid;
	char	address[64];	/* for quotas and logs */
};

struct http_handlers {
	/* A head arrived.  Answer at once, or take the body and answer later.
	 * Of a body that is answered before its end, the rest is thrown away,
	 * at most 8 MiB; then, or when the client waits for 100-continue, the
	 * connection is closed. */
	void	(*head)(void *arg, struct http_request *);
	/* A piece of the body.  Returns how much was taken; with less than all
	 * the connection pauses until http_body_resume(). */
	size_t	(*body)(void *arg, struct http_request *, struct slice);
	/* The whole body was delivered: time to answer, unless done already. */
	void	(*end)(void *arg, struct http_request *);
	/* The connection went away before the answer was sent, or the answer is
	 * done: forget the request.  Once for each head(), and last.  A client
	 * that closes its own side while we make it wait went away. */
	void	(*gone)(void *arg, struct http_request *);
};

struct http_config {
	int			 listen_fd;	/* bound and listening; taken */
	bool			 tls;
	struct slice		 cert_pem;	/* copied */
	struct slice		 key_pem;	/* copied by GnuTLS; caller wipes */
	bool			 client_cert;	/* required; any Ed25519 key passes,
						 * told in http_peer.key */
	unsigned		 connections;	/* most at once */
	unsigned		 per_address;	/* most from one address; 0: none */
	msec			 head_deadline;	/* default 10 s */
	msec			 idle_deadline;	/* between requests, default
						 * 5 min */
	unsigned		 body_rate;	/* least bytes/s, default 1024 */
	const struct http_handlers *handlers;
	void			*arg;
};

/* NULL: E-HTTP-START (certificate or key unusable).  Not from a handler's call:
 * http_server_free(). */
struct http_server *http_server_new(struct loop *, const struct http_config *,
		    struct err *);
void		 http_server_free(struct http_server *);
/* Accepts no more and gives its listening descriptor away: to a server with
 * another key.  Who is connected is served on; between requests connections
 * are closed, and with the last of them the server is freed. */
int		 http_server_retire(struct http_server *);

const char	*http_method(const struct http_request *);
const char	*http_path(const struct http_request *);	/* decoded, no query */
const char	*http_query(struct http_request *, const char *name);	/* or NULL */
const char	*http_header(struct http_request *, const char *name);	/* or NULL */
/* Content-Length, or -1 when chunked. */
int64_t		 http_length(const struct http_request *);
const struct http_peer *http_peer(const struct http_request *);
void		 http_set_context(struct http_request *, void *);
void		*http_context(const struct http_request *);

void		 http_body_resume(struct http_request *);

/* Extra headers: "Name: value" lines, NULL-terminated array, or NULL. */
void		 http_answer(struct http_request *, unsigned status,
		    const char *content_type, struct slice body,
		    const char *const *headers);
/* Stream `fd` (a pipe or file, taken) as the body; length -1 when unknown. */
void		 http_answer_fd(struct http_request *, unsigned status,
		    const char *content_type, int fd, int64_t length,
		    const char *const *headers);

#endif
