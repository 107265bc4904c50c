#ifndef ENTENTD_PEER_H
#define ENTENTD_PEER_H

#include "ententd/outbox.h"
#include "model/receipt.h"
#include "store/outbox_store.h"

/* Inside outbox*.c only: a peer and what is under way to it. */
enum peer_lane { PEER_FLASH, PEER_OTHERS, PEER_LANES };
enum { PEER_BLOBS = 256, PEER_BATCHES = 2 };	/* on their way in a lane */

/* A row and the thread of its message; of a receipt, its own name. */
struct outgoing {
	struct outbox_row	row;
	struct hash		thread;
	struct hash		sealed;		/* of the bytes it was sealed as */
};

/* A file known to be there; at a relay only until then. */
struct peer_blob {
	struct hash	blob;
	msec		until;
};

struct peer {
	struct peer		*next;
	struct outbox		*outbox;
	struct member_id	member;
	struct posted		*posted;	/* batches not settled yet */
	bool			 uploading;
	msec			 files_not_before;	/* one was refused */
	msec			 not_before;	/* after failures; steady clock */
	unsigned		 failures;
	msec			 relay_until;	/* it did not answer itself */
	msec			 last_heard;
	char			 last_error[40];
	struct peer_blob	 blobs[PEER_BLOBS];
	size_t			 nblobs;
	struct member_id	 blobs_at;	/* the peer, or its relay */
};

struct outbox {
	struct vault		*vault;
	struct peer		*peers;
	struct loop_timer	*timer;
	msec			 timer_at;
};

/* outbox.c: post what can go in this lane. */
void	outbox_post_lane(struct peer *, enum peer_lane);
/* outbox_batch.c: seal and post up to 64 rows of one peer and lane.  False:
 * nothing was posted, and the outbox looks again when that makes sense. */
bool	outbox_post(struct peer *, enum peer_lane, const struct outgoing *, size_t n);
/* Batches of this lane that the peer has not answered yet. */
unsigned outbox_on_the_way(const struct peer *, enum peer_lane);
/* The row is in a batch that is not settled; or some message of the thread is:
 * acts follow their request. */
bool	outbox_has_row(const struct peer *, int64_t id);
bool	outbox_has_thread(const struct peer *, const struct hash *);
/* outbox_blob.c: true when the peer has all files of the row's message, whose
 * thread is filled in; else it is being seen to, and the outbox is kicked when
 * there is news. */
bool	outbox_files_there(struct peer *, struct outgoing *);
void	outbox_failed(struct peer *, const char *rule);
void	outbox_succeeded(struct peer *);
/* Where to go for the peer: to itself while that works, else to its relay;
 * *host is who that is.  False: nowhere. */
bool	outbox_url(struct peer *p, struct member_id *host, char *url, size_t size,
	    struct pins *, const char *path);

/* outbox_receipt.c */
bool	outbox_is_receipt(const struct outbox_row *);
/* A relay has this row's bytes. */
bool	outbox_receipt_held(struct vault *, const struct outbox_row *,
	    const struct receipt *, struct slice note, struct err *);

#endif
