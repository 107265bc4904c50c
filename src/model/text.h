#ifndef MODEL_TEXT_H
#define MODEL_TEXT_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/slice.h"
#include "crypto/hash.h"

/*
 * A signed text: the line "entente/<type>/v1", one JSON object on one line,
 * a newline.  The name of a text is the SHA-256 over all of it.
 *
 * Texts are canonical: fields in the order doc/protocol.md gives, absent
 * rather than null or empty, no white space, strings escaped as RFC 8785
 * asks.  So a text that parses prints to the same bytes, and one value has
 * one name.  Rules: E-TEXT-TYPE, E-TEXT-FORM, E-TEXT-CANONICAL, E-TEXT-NET.
 */
enum {
	TEXT_MAX	= 1000 * 1024,	/* a directory of 500 members */
	TEXT_SMALL	= 60 * 1024,	/* headers, receipts: said at each POST */
};

/* "entente/<type>/v1\n" and the opening of the object; the caller writes
 * fields, then text_end(). */
struct jout	text_begin(struct buf *, const char *type);
void		text_end(struct jout *);

/* Check the first line and the shape; *json is the second line. */
bool		text_open(struct slice text, const char *type, struct slice *json,
		    struct err *);
/* The same, parsed: the caller's, json_decref(). */
json_t		*text_read(struct slice text, const char *type, struct err *);
/* The type between the slashes of any signed text, or "" when it is none. */
struct slice	text_type(struct slice text);
/* E-TEXT-CANONICAL unless the printed form equals the text. */
bool		text_canonical(const struct buf *printed, struct slice text,
		    struct err *);

#endif
