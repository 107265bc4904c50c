#ifndef CRYPTO_ARMOR_H
#define CRYPTO_ARMOR_H

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* The strict PEM of age files (c2sp.org/age, "ASCII armor"), streaming. */
struct armor_writer {
	uint8_t	held[48];	/* less than one line's bytes */
	size_t	n;
	bool	begun;
};
void	armor_add(struct armor_writer *, struct slice, struct buf *out);
void	armor_end(struct armor_writer *, struct buf *out);

/* LF or CRLF ends a line; up to a kilobyte of white space may stand before,
 * and again after.  Beyond that one text stands for the bytes. */
struct armor_reader;
struct armor_reader *armor_reader_new(void);
/* Appends the decoded bytes.  Rule E-AGE-ARMOR. */
bool	armor_read(struct armor_reader *, struct slice text, struct buf *out,
	    struct err *);
/* All lines and the end marker were there.  Frees r either way. */
bool	armor_read_end(struct armor_reader *r, struct buf *out, struct err *);
void	armor_reader_free(struct armor_reader *);
/* The text begins as an armored file does (leading white space allowed). */
bool	armor_detect(struct slice);

#endif
