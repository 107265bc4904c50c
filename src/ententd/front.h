#ifndef ENTENTD_FRONT_H
#define ENTENTD_FRONT_H

#include "ententd/child.h"
#include "proc/http.h"

/*
 * What both fronts do: take HTTP requests in, hand each to the vault as one
 * typed message, and give its answer out.  A front has no store, no keys but
 * that of its TLS, no files.  Small bodies are collected; large ones stream
 * into a descriptor the vault gives for them.
 */
struct front {
	struct child_state	 child;
	struct http_server	*tls;		/* NULL until keys gave the key */
	uint8_t			 pin[32];	/* of that key */
	struct http_server	*local;		/* desk: Unix socket */
	struct front_request	*pending;
	size_t			 body_max;	/* of a collected body */
	size_t			 collected;	/* of all bodies, at the moment */
	const struct front_rules *rules;
};

struct front_rules {
	enum child	role;
	size_t		body_max;
	bool		client_cert;
	unsigned	connections;
	unsigned	per_address;	/* 0: what the configuration says */
	enum listener	listener;
	/* Its body streams. */
	bool		(*streams)(const char *method, const char *path);
	/* Last look at a collected request; false: answered with err. */
	bool		(*inspect)(struct front *, struct request *,
			    struct buf *body, struct err *);
	/* Its path is served here at all. */
	const char	*prefix;
};

int	front_main(const struct front_rules *);

#endif
