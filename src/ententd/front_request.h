#ifndef ENTENTD_FRONT_REQUEST_H
#define ENTENTD_FRONT_REQUEST_H

#include "ententd/front.h"

/* Inside front*.c only: a request, from its head until its client is gone. */
struct front_request {
	struct front		*front;
	struct http_request	*http;
	struct front_request	*next, **place;
	uint32_t		 id;
	struct buf		 body;
	bool			 streams;
	bool			 answered;
	bool			 told;		/* how its stream ended */
	int			 fd;		/* where the body streams to; -1 */
	struct loop_watch	*watch;
	int64_t			 written, most;
};

struct front_request *front_request_new(struct front *, struct http_request *);
void	front_request_free(struct front_request *);
void	front_request_forget_body(struct front_request *);
/* The one not answered yet that the vault knows by this id, or NULL. */
struct front_request *front_request_of(struct front *, uint32_t id);

/* Nothing when it is answered already. */
void	front_request_refuse(struct front_request *, const struct err *);
void	front_request_refuse_with(struct front_request *, enum err_class,
	    const char *rule, const char *text);
/* The vault is away. */
void	front_request_refuse_away(struct front_request *);

struct ipc *front_vault(const struct front *);	/* NULL while away */
void	front_request_fill(struct request *, struct http_request *);
void	front_request_send(struct front_request *, uint16_t type,
	    struct request *, int fd);

/*
 * front_stream.c: a body that goes straight into a descriptor of the vault's.
 * It begins with VAULT_STREAM, and until then no byte is taken.
 */
void	front_stream_begin(struct front *, struct ipc_message *);
/* How many bytes were taken; what is left comes again. */
size_t	front_stream_piece(struct front_request *, struct slice);
void	front_stream_end(struct front_request *);
void	front_stream_stop(struct front_request *);

#endif
