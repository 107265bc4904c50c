#include "ententd/trust_claims.h"

#include "tap.h"

#define M(s)	(&(const struct member_id){ s })

static void
patience(void)
{
	struct claims c = { .n = 0 };
	struct claim *w;

	claims_heard(&c, M("fr"), 7, 1000);
	OK(claims_withheld(&c, 0, 1000 + CLAIMS_PATIENCE - 1) == NULL,
	    "for ten minutes a claim is no alarm");
	w = claims_withheld(&c, 0, 1000 + CLAIMS_PATIENCE);
	OK(w != NULL && member_id_eq(&w->member, M("fr")) && w->number == 7,
	    "then it is, by its member");
	claims_heard(&c, M("fr"), 9, 500000);
	OK(claims_withheld(&c, 0, 1000 + CLAIMS_PATIENCE) != NULL,
	    "who names a higher one buys no time");
	claims_served(&c, 8);
	OK(c.n == 1, "a lower one does not answer the claim");
	claims_served(&c, 9);
	OK(c.n == 0 && claims_withheld(&c, 0, TIME_MAX) == NULL,
	    "what was claimed and came is no claim");
}

static void
bounds(void)
{
	struct claims c = { .n = 0 };
	struct member_id m;

	for (int i = 0; i < 2 * CLAIMS; i++) {
		(void)snprintf(m.s, sizeof(m.s), "m%d", i);
		claims_heard(&c, &m, 7, i);
	}
	OK(c.n == CLAIMS, "claims are bounded");
	OK(member_id_eq(&c.list[0].member, M("m0")), "the first are watched");
	OK(claims_withheld(&c, CLAIMS - 1, TIME_MAX) != NULL &&
	    claims_withheld(&c, CLAIMS, TIME_MAX) == NULL,
	    "each is told once");
}

int
main(void)
{
	patience();
	bounds();
	return tap_done();
}
