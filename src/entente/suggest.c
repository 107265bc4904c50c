#include "entente/suggest.h"

#include <string.h>

enum { WORD = 32 };

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Edit distance with swaps of neighbours; words are shorter than WORD. */
static size_t
distance(const char *a, const char *b)
{
	size_t d[WORD + 1][WORD + 1], na = strlen(a), nb = strlen(b);

	for (size_t i = 0; i <= na; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= nb; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= na; i++)
		for (size_t j = 1; j <= nb; j++) {
			size_t cost = a[i - 1] != b[j - 1];

			d[i][j] = least(d[i - 1][j] + 1, d[i][j - 1] + 1,
			    d[i - 1][j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	return d[na][nb];
}

void
suggest_offer(struct suggest *s, const char *known)
{
	size_t d, n = strlen(known);

	if (n > WORD || strlen(s->typed) > WORD)
		return;
	d = distance(s->typed, known);
	if (d < s->distance && d <= (n <= 4 ? 1 : n <= 8 ? 2 : 3)) {
		s->distance = d;
		s->best = known;
	}
}
