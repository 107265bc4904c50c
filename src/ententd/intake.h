#ifndef ENTENTD_INTAKE_H
#define ENTENTD_INTAKE_H

#include "ententd/admit.h"
#include "model/receipt.h"

/*
 * A batch of up to 64 sealed messages on its way in, whoever hands it over, in
 * four steps:
 *   1 keys unwraps all file keys          (intake_go)
 *   2 open, verify, admit each            (intake_item.c)
 *   3 shelf keys, then keys signs the     (intake.c)
 *     one receipt for all of them
 *   4 one transaction {messages, legs,    (intake_store.c)
 *     slips, audit, receipt}
 * What was sealed may also be a receipt for messages of ours, that a relay or
 * a file carried; it is answered as a message is, by its name.
 */
struct intake_item {
	const struct wire_message *wire;
	struct opened		opened;
	struct verified		verified;
	bool			is_verified;
	bool			is_receipt;	/* for messages of ours, then: */
	struct receipt		returned;
	struct hash		name;		/* of its text */
	struct admitted		admitted;
	struct slice		receipt;	/* known: the one given before */
};

struct intake {
	struct vault		*vault;
	struct arena		arena;
	/* Filled by who asks; list and sealed bytes are borrowed until done(). */
	struct wire_batch	batch;
	struct member_id	bearer;		/* whose TLS key brought it */
	bool			returns;	/* nobody waits for the receipts:
						 * they go out by themselves */
	/* Exactly once; err NULL: all is written, and will be on disk when the
	 * turn's answers leave; else nothing was.  Then the intake is freed. */
	void			(*done)(struct intake *, void *arg,
				    const struct err *);
	void			*arg;

	struct intake_item	items[WIRE_BATCH];
	struct receipt		receipt;	/* for all but the known */
	struct member_id	sender;		/* who signed them; until known,
						 * the bearer */
	bool			signed_by;	/* sender has signed one */
	struct buf		text, note;
	msec			at;
};

struct intake	*intake_new(struct vault *);
/* The batch is decoded and for this node.  Takes the intake. */
void		 intake_go(struct intake *);
void		 intake_free(struct intake *);
/* When it is done: the i-th is settled here for good, whoever asks again. */
bool		 intake_settled(const struct intake *, uint8_t i);
/* When it is done: the receipts that answer its messages, borrowed. */
uint8_t		 intake_receipts(const struct intake *,
		    struct slice notes[static WIRE_BATCH + 1]);

/* -- inside intake*.c only ------------------------------------------------------ */

/* The i-th message, whose file key came out: open, verify, admit. */
void	intake_take_item(struct intake *, uint8_t i, const uint8_t *file_key);
/* All that was admitted, or refused by name, and the receipt; in the caller's
 * unit. */
bool	intake_store(struct intake *, struct err *);
/* The receipts that nobody waits for, into the outbox (intake_return.c). */
bool	intake_return(struct intake *, struct err *);

#endif
