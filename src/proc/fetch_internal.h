#ifndef PROC_FETCH_INTERNAL_H
#define PROC_FETCH_INTERNAL_H

#include <curl/curl.h>

#include "base/buf.h"
#include "proc/fetch.h"

struct fetch_list {
	struct fetch	*first;
	struct fetch	**last;
};

struct fetch_pool {
	struct loop		*loop;
	CURLM			*multi;
	struct loop_timer	*timer;
	struct fetch_sock	*socks;
	struct fetch_list	 waiting;
	struct fetch_list	 flying;
	struct fetch_list	 failed;	/* told in the next turn */
	unsigned		 connections;
	unsigned		 in_flight;
	unsigned		 active;
	int			 identity;	/* fetch_identity.c's, or -1 */
	bool			 in_curl;	/* its handles must not be touched */
};

struct fetch {
	struct fetch_pool	*pool;
	struct fetch		*next;
	struct fetch		**link;
	bool			 in_flight;
	bool			 cancelled;
	CURL			*easy;
	struct curl_slist	*headers;
	char			 curl_text[CURL_ERROR_SIZE];
	struct buf		 body;
	int			 body_fd;
	int64_t			 body_offset;
	int64_t			 body_len;
	int64_t			 body_at;
	size_t			 answer_max;
	int			 answer_fd;
	struct loop_watch	*answer_watch;	/* answer_fd is full */
	struct buf		 held;		/* what it has not taken yet */
	struct buf		 answer;
	size_t			 got;
	struct loop_timer	*fails;		/* err, told in the next turn */
	struct err		 err;		/* class ERR_NONE: curl's word */
	CURLcode		 code;
	bool			 over;		/* only held is left */
	int64_t			 progressed;
	void			(*progress)(void *, int64_t, int64_t);
	void			(*done)(void *, const struct fetch_answer *);
	void			*arg;
};

/* fetch.c */
void	fetch_enter(struct fetch_pool *);
void	fetch_leave(struct fetch_pool *);
void	fetch_drained(struct fetch *);	/* over, and nothing held any more */

void	fetch_action(struct fetch_pool *, curl_socket_t, int bits);

/* fetch_sock.c: curl's sockets in our loop.  Callbacks of curl's. */
int	fetch_sock_changed(CURL *, curl_socket_t, int what, void *pool,
	    void *slot);
curl_socket_t fetch_sock_open(void *pool, curlsocktype,
	    struct curl_sockaddr *);

/* fetch_easy.c: what one request asks of curl.  False: err is filled. */
bool	fetch_easy_prepare(struct fetch *, const struct fetch_request *);
/* What curl's code means to our caller. */
void	fetch_easy_explain(struct fetch *);

/* fetch_body.c: the bytes in and out. */
void	fetch_body_prepare(struct fetch *, const struct fetch_request *);

/* fetch_identity.c */
int	fetch_identity_add(const struct fetch_identity *);
void	fetch_identity_remove(int);
void	fetch_identity_use(int, CURL *);

#endif
