#ifndef PROC_HTTP_INTERNAL_H
#define PROC_HTTP_INTERNAL_H

#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <sys/socket.h>

#include "proc/http.h"

/*
 * Inside the HTTP server.  We accept; libmicrohttpd gets each connection and
 * reads, parses and writes it.  Only handlers' turns and the waiting of
 * answers are ours: there its connection is suspended.
 *
 * Two things it is kept from.  It busy-loops on a TLS handshake that waits
 * for the client, so a fresh TLS connection is suspended and http_tls.c
 * drives the handshake in our loop.  It counts inactivity only, so the
 * deadlines are ours: each connection has one, and a sweep shuts the sockets
 * of those that passed it, which libmicrohttpd then sees as gone.
 */
enum http_phase {
	HTTP_HANDSHAKE,
	HTTP_IDLE,		/* between requests */
	HTTP_HEAD,		/* since accept, or since a request line */
	HTTP_BODY,
	HTTP_PAUSED,		/* the handler took less than all; no deadline */
	HTTP_WAIT,		/* the handler's turn; no deadline */
	HTTP_ANSWER
};

struct http_conn {
	struct http_server	*server;
	struct http_conn	*next;
	struct http_conn	**link;
	struct MHD_Connection	*mhd;
	struct loop_watch	*watch;	/* handshake, then for the hang-up */
	gnutls_session_t	 tls;	/* NULL when plain */
	int			 fd;	/* libmicrohttpd's to close */
	enum http_phase		 phase;
	msec			 deadline;	/* clock_steady(); 0: none */
	msec			 left;		/* of it, while paused */
	bool			 suspended;
	bool			 hung;		/* the client closed its side */
	bool			 dead;		/* shut: callbacks refuse */
	bool			 bad_uri;
	struct sockaddr_storage	 from;
	struct http_peer	 peer;
};

struct http_server {
	struct loop		*loop;
	struct MHD_Daemon	*mhd;
	struct loop_watch	*mhd_watch;
	struct loop_watch	*listen_watch;
	struct loop_timer	*sweep;
	struct loop_timer	*again;
	struct http_conn	*conns;
	struct http_conn	*accepting;	/* during MHD_add_connection */
	unsigned		 count;
	bool			 full;		/* not listening for now */
	bool			 closing;
	bool			 retired;	/* another listens instead */
	struct http_config	 config;
};

struct http_request {
	struct http_conn	*conn;
	void			*context;
	const char		*method;
	const char		*path;
	int64_t			 length;	/* -1: chunked */
	int64_t			 discarded;	/* of a body nobody wants */
	struct MHD_Response	*response;
	unsigned		 status;
	int64_t			 bytes;		/* of an answer in memory */
	bool			 told;		/* head() was called */
	bool			 ended;		/* end() was called */
	bool			 answered;
	bool			 in_body;	/* inside body() */
	bool			 resumed;	/* http_body_resume() in there */
};

enum {
	HTTP_HEAD_MAX	= 16 * 1024,
	HTTP_POOL	= 24 * 1024,	/* libmicrohttpd's, a connection */
	HTTP_BLOCK	= 16 * 1024,	/* of a streamed answer */
	HTTP_DISCARD	= 8 * 1024 * 1024	/* of an unwanted body */
};
#define HTTP_BODY_GRACE		(10 * SECOND)
#define HTTP_ANSWER_GRACE	(30 * SECOND)

/* http_conn.c */
void	http_conn_phase(struct http_conn *, enum http_phase, msec allowed);
/* n bytes moved: the deadline recedes by what they may take at body_rate. */
void	http_conn_moved(struct http_conn *, size_t n);
void	http_conn_suspend(struct http_conn *, enum http_phase);
void	http_conn_resume(struct http_conn *, enum http_phase);
/* Shut the socket; libmicrohttpd finds out and ends the request. */
void	http_conn_drop(struct http_conn *);
/* libmicrohttpd's callbacks. */
void	http_conn_notify(void *server, struct MHD_Connection *, void **slot,
	    enum MHD_ConnectionNotificationCode);
void	http_conn_accept(struct http_server *);
struct http_conn *http_conn_of(struct MHD_Connection *);

/* http_tls.c */
void	http_tls_prepare(struct http_conn *);
/* In the watch of a connection in HTTP_HANDSHAKE. */
void	http_tls_step(struct http_conn *);

/* http_request.c */
enum MHD_Result http_request_access(void *server, struct MHD_Connection *,
	    const char *url, const char *method, const char *version,
	    const char *upload, size_t *upload_n, void **slot);
void	*http_request_uri(void *server, const char *uri,
	    struct MHD_Connection *);
void	http_request_completed(void *server, struct MHD_Connection *,
	    void **slot, enum MHD_RequestTerminationCode);

/* http_answer.c */
bool	http_answer_queue(struct http_request *);

/* http_server.c */
void	http_server_room(struct http_server *);	/* a connection was freed */
/* Without threads nothing tells libmicrohttpd's epoll of a resumed connection:
 * it gets a turn of its own. */
void	http_server_wake(struct http_server *);

#endif
