#ifndef MODEL_FORWARD_H
#define MODEL_FORWARD_H

#include "crypto/note.h"
#include "model/message.h"

/*
 * Passing on what another member sent.  The original goes along as evidence:
 * its signed note and its content line, inside the content of the message
 * that forwards it; it is never admitted as a message there.  Its owner is the
 * member that signed it.  Where its handling does not let it go onward the
 * owner's consent goes along as well: the signed request to it and its signed
 * answer, of the kind request.consent/1.
 *
 * Rules: E-FORWARD-NEVER (its handling forbids it, consent or not),
 * E-FORWARD-CONSENT (the owner's consent is missing, of another message,
 * refused, over, or not for this recipient), E-FORWARD-HANDLING (labelled
 * lower than the original), E-FORWARD-FORM (the evidence does not hold
 * together).
 */
enum { FORWARD_MOST = 4, FORWARD_NOTE = 64 * 1024 };
#define FORWARD_KIND	"request.consent/1"

enum forward_need { FORWARD_FREE, FORWARD_ASK, FORWARD_NEVER };
/* What a label lets a receiver do with what bears it. */
enum forward_need forward_needs(const struct handling *);

struct signed_content {		/* a note and its content line, borrowed */
	struct slice	note;
	struct slice	content;
};

struct forward {
	struct signed_content	original;
	struct signed_content	asked;		/* consent: both or neither */
	struct signed_content	answered;
};

/* One piece of evidence, opened. */
struct evidence {
	struct note	note;
	struct header	header;
	struct content	content;
	struct hash	name;
};
/* Parsed and whole: the content is the header's.  Whose signature must hold on
 * the note is the caller's question, before this is called.  Released by
 * evidence_release(), also when it failed. */
bool	evidence_open(struct evidence *, struct arena *,
	    const struct signed_content *, struct err *);
void	evidence_release(struct evidence *);

/* The original, and the consent where there is one, opened by the caller. */
struct forward_case {
	const struct evidence	*original;
	const struct evidence	*asked, *answered;	/* or NULL */
	const struct header	*header;	/* of what forwards it */
	msec			 now;		/* `sent` of that */
};
/* May it go to all in header->to? */
bool	forward_may(const struct forward_case *, struct err *);

#endif
