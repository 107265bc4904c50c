#ifndef MODEL_LABEL_MARKS_H
#define MODEL_LABEL_MARKS_H

#include "model/handling.h"

/* Inside label*.c: a level in the words of one scheme.  The first row of a
 * scheme and level is how it is written; others are read too. */
struct label_mark {
	const char	*scheme;
	const char	*mark;
	enum level	 level;		/* LEVELS: above what is carried here */
};
extern const struct label_mark label_marks[];
extern const size_t label_marks_count;

#endif
