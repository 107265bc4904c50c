#ifndef ENTENTE_OUT_PAINT_H
#define ENTENTE_OUT_PAINT_H

#include "entente/out.h"

/* What the out_*.c files share: safe text with a colour around it. */

const char *paint_code(enum out_color);
void	paint_text(struct buf *, bool on, enum out_color, const char *text);
/* Each line of a text, so that a newline stays one. */
void	paint_lines(FILE *, bool on, enum out_color, const char *indent,
	    const char *text);
/* Write and wipe. */
void	paint_flush(struct buf *, FILE *);

#endif
