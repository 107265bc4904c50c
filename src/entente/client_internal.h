#ifndef ENTENTE_CLIENT_INTERNAL_H
#define ENTENTE_CLIENT_INTERNAL_H

#include "base/buf.h"
#include "entente/client.h"
#include "proc/fetch.h"

/* What client.c and client_file.c share. */
enum { CLIENT_HEADERS = 8, CLIENT_ANSWER_MAX = 16 * 1024 * 1024 };

struct client {
	struct loop		*loop;
	struct fetch_pool	*pool;
	const char		*url;		/* "https://host:port", "http://node" */
	const char		*unix_path;	/* or NULL */
	const char		*where;
	bool			 has_pin;
	uint8_t			 pin[32];
	struct secret		*bearer;	/* "Authorization: Bearer ...\0" or NULL */
};

struct transfer {
	struct cli		*cli;
	struct fetch_request	 request;
	const char		*headers[CLIENT_HEADERS + 1];
	size_t			 nheaders;
	unsigned		 status;
	struct buf		 body;
	struct problem		*problem;
	struct progress		*progress;	/* of client_file.c, or NULL */
	bool			 done;
};

/* A request as every call begins; then transfer_header(), transfer_run(). */
void	transfer_begin(struct transfer *, struct cli *, struct client *,
	    const char *method, const char *path, struct problem *);
void	transfer_header(struct transfer *, const char *line);
/* True: a 2xx status, the body in t->body.  Wipe the body afterwards. */
bool	transfer_run(struct transfer *, struct client *);

#endif
