#ifndef ENTENTE_SUGGEST_H
#define ENTENTE_SUGGEST_H

#include <stddef.h>

/*
 * Did you mean?  The known word with the fewest edits (insert, delete,
 * replace, swap of neighbours), when they are few for its length.
 */
struct suggest {
	const char	*typed;
	const char	*best;
	size_t		 distance;
};
#define SUGGEST_INIT(word)	{ .typed = (word), .best = "", .distance = (size_t)-1 }

void	suggest_offer(struct suggest *, const char *known);

#endif
