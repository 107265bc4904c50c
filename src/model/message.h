#ifndef MODEL_MESSAGE_H
#define MODEL_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "crypto/note.h"
#include "model/flow.h"
#include "model/handling.h"
#include "model/ident.h"

/*
 * The header of a message: what is signed, and all that flow, policy and
 * proofs need.  The content it names by hash may be destroyed; the chain
 * still verifies.  Form and order of fields: doc/protocol.md.
 */
enum urgency { URGENCY_NORMAL, URGENCY_URGENT, URGENCY_FLASH, URGENCIES };
extern const char *const urgency_names[URGENCIES];

enum {
	MESSAGE_TO	= 256,		/* most recipients */
	MESSAGE_AFTER	= 64,
	MESSAGE_BLOBS	= 64,
	MESSAGE_REF	= 64,
	MESSAGE_KIND	= 64,
	CONTENT_MAX	= 1024 * 1024,
	ENVELOPE_NOTE	= 64 * 1024,	/* a message's note */
	CARD_MARK	= 16,		/* first bytes of a card text's hash */
};

struct recipient {
	struct address	desk;
	uint8_t		card[CARD_MARK];
};

struct blob_ref {
	struct hash	blob;		/* of the sealed bytes */
	int64_t		size;		/* of the sealed bytes */
};

struct header {
	struct hash		net;
	int64_t			dir;		/* directory number judged under */
	char			ref[MESSAGE_REF + 1];
	struct hash		thread;		/* zeros in the root */
	struct hash		*after;
	size_t			nafter;
	struct address		from;
	struct badge		by;		/* "" for acts of the node itself */
	struct recipient	*to;
	size_t			nto;
	char			kind[MESSAGE_KIND + 1];
	struct hash		kind_hash;
	enum act		act;
	enum urgency		urgency;
	msec			sent;
	msec			deliver_by;
	msec			keep_until;	/* a date */
	char			purpose[33];
	char			area[33];	/* crime area, or "" */
	bool			exercise;
	struct handling		handling;
	msec			until;		/* what the act promises; 0: nothing */
	struct address		desk;		/* transfer: the new desk; or "" */
	struct hash		content;
	struct blob_ref		*blobs;
	size_t			nblobs;
	json_t			*ext;		/* kept, shown raw, no effect; or NULL */
};

/* Total, strict, canonical.  Arrays live in the arena; ext is released by
 * header_release(). */
bool	header_parse(struct header *, struct arena *, struct slice text,
	    struct err *);
void	header_print(struct buf *, const struct header *);
void	header_release(struct header *);
bool	header_is_root(const struct header *);
/* Which of `to` belongs to the member, or NULL. */
const struct recipient *header_to(const struct header *, const struct member_id *);
struct member_id header_from(const struct header *);

/* -- content ---------------------------------------------------------------- */

struct file_ref {
	char		name[256];
	char		type[128];
	int64_t		size;		/* of the plaintext */
	struct hash	sha256;		/* of the plaintext */
	struct hash	blob;		/* of the sealed bytes */
	char		key[80];	/* AGE-SECRET-KEY-1...: wipe after use */
};

struct content {
	uint8_t		salt[16];
	const char	*subject;	/* borrowed from `json` */
	const char	*lang;
	json_t		*body;		/* an object, borrowed from `json` */
	struct file_ref	*files;
	size_t		nfiles;
	struct forward	*forwards;	/* model/forward.h */
	size_t		nforwards;
	size_t		pad;
	json_t		*json;		/* owner of the above, or NULL when built */
};

/* A name is shown, and saved under: it is no path, on whatever system, and
 * reads as it is. */
bool	file_name_valid(const char *);

/* The content line, without its newline.  Does not judge the body: that is
 * kind_check(). */
bool	content_parse(struct content *, struct arena *, struct slice line,
	    struct err *);
/* Chooses pad so that the line's length is a multiple of 1024. */
void	content_print(struct buf *, struct content *);
void	content_release(struct content *);
/* Each file's blob is listed in the header, in the same order, larger than
 * the file that it seals, and no other.  Rule E-CONTENT-FILES. */
bool	content_fits(const struct content *, const struct header *, struct err *);

/* -- what crosses the wire, once opened -------------------------------------- */

struct slip {
	struct member_id	to;
	int64_t			number;		/* per pair, from 1 */
};

/*
 *	<note: text, empty line, signatures>
 *	<empty line>
 *	{"slip":17,"to":"fr"}
 *	{"salt":...}
 */
struct envelope {			/* borrowed from the bytes */
	struct slice	note;
	struct slice	slip;		/* lines without newline */
	struct slice	content;
};
bool	envelope_split(struct envelope *, struct slice plain, struct err *);
void	envelope_print(struct buf *, struct slice note, const struct slip *,
	    struct slice content_line);
bool	slip_parse(struct slip *, struct slice line, struct err *);

#endif
