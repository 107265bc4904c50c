#ifndef ENTENTD_PEER_H
#define ENTENTD_PEER_H

#include "ententd/outbox.h"
#include "store/outbox_store.h"

/* Inside outbox*.c only: a peer and what is under way to it. */
enum peer_lane { PEER_FLASH, PEER_OTHERS, PEER_LANES };
enum { PEER_BLOBS = 256 };

struct peer {
	struct peer		*next;
	struct outbox		*outbox;
	struct member_id	member;
	bool			 busy[PEER_LANES];
	const struct posted	*settling;	/* answered; receipts not in yet */
	bool			 uploading;
	msec			 not_before;	/* after failures; steady clock */
	unsigned		 failures;
	msec			 last_heard;
	char			 last_error[40];
	struct hash		 blobs[PEER_BLOBS];	/* known to be there */
	size_t			 nblobs;
};

struct outbox {
	struct vault		*vault;
	struct peer		*peers;
	struct loop_timer	*timer;
	msec			 timer_at;
};

/* outbox_batch.c: seal and post up to 64 rows of one peer and lane. */
void	outbox_post(struct peer *, enum peer_lane, const struct outbox_row *, size_t n);
/* outbox.c: post the first of the lane's rows that can go. */
void	outbox_post_next(struct peer *, enum peer_lane);
/* outbox_batch.c: the row is in the batch that is being settled. */
bool	outbox_is_settling(const struct peer *, int64_t id);
/* outbox_blob.c: true when the peer has all files of the row's message; else
 * it is being seen to, and the outbox is kicked when there is news. */
bool	outbox_files_there(struct peer *, const struct outbox_row *);
void	outbox_failed(struct peer *, const char *rule);
void	outbox_succeeded(struct peer *);
bool	outbox_url(struct peer *, char *url, size_t size, uint8_t pin[static 32],
	    const char *path);

#endif
