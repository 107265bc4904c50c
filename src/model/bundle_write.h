#ifndef MODEL_BUNDLE_WRITE_H
#define MODEL_BUNDLE_WRITE_H

#include "base/tar.h"
#include "model/bundle_manifest.h"

/*
 * Writes a bundle (bundle.h) in one pass: each call appends whole tar blocks
 * to the sink.  In any order, but that contents and receipts follow their
 * message.  Notes and blobs are what the store has verified: here they are
 * named and copied, not judged; bundle_verify() judges.
 *
 * To verify without a gap the archive needs: every directory from 1 on, to
 * the newest known; of each party the cards in force at every `sent` and
 * receipt time, and those the recipients' marks name; each message of the
 * thread once; each receipt once for each message of the thread that it names.
 *
 * A false return ends it: nothing more may be written.  Each blob once:
 * bundle_has_blob().  Rules: E-NOTE-*, E-TAR-SIZE, E-BUNDLE-FULL, and the sink's.
 */
struct bundle_writer;

/* README.txt goes out at once.  `made` is the time of all entries. */
struct bundle_writer *bundle_writer_new(tar_sink *sink, void *arg, msec made,
	    struct err *);
void	bundle_writer_free(struct bundle_writer *);	/* NULL is fine */

bool	bundle_write_network(struct bundle_writer *, struct slice note, struct err *);
bool	bundle_write_directory(struct bundle_writer *, int64_t number,
	    struct slice note, struct err *);
bool	bundle_write_card(struct bundle_writer *, const struct member_id *,
	    int64_t seq, struct slice note, struct err *);
bool	bundle_write_agreement(struct bundle_writer *, const char *id,
	    int64_t version, struct slice note, struct err *);
/* Messages are numbered in the order of these calls. */
bool	bundle_write_message(struct bundle_writer *, struct slice note, struct err *);
/* Of the message written last; not called when it was destroyed. */
bool	bundle_write_content(struct bundle_writer *, struct slice line, struct err *);
bool	bundle_write_receipt(struct bundle_writer *, const struct member_id *from,
	    struct slice note, struct err *);

bool	bundle_has_blob(const struct bundle_writer *, const struct hash *);
/* A sealed file: then exactly `size` bytes in pieces of any size. */
bool	bundle_begin_blob(struct bundle_writer *, const struct hash *,
	    uint64_t size, struct err *);
bool	bundle_add_blob(struct bundle_writer *, struct slice, struct err *);

/* The manifest and the archive's end. */
bool	bundle_write_end(struct bundle_writer *, const struct hash *net,
	    const struct hash *thread, const char *ref,
	    const struct member_id *by, struct err *);

#endif
