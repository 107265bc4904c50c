#include "ententd/trust_claims.h"

void
claims_heard(struct claims *c, const struct member_id *m, int64_t number,
    msec now)
{
	for (size_t i = 0; i < c->n; i++)
		if (member_id_eq(&c->list[i].member, m)) {
			c->list[i].number = number;
			return;
		}
	if (c->n < CLAIMS)
		c->list[c->n++] = (struct claim){ .member = *m,
		    .number = number, .since = now };
}

void
claims_served(struct claims *c, int64_t number)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->list[i].number > number)
			c->list[kept++] = c->list[i];
	c->n = kept;
}

struct claim *
claims_withheld(struct claims *c, size_t n, msec now)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->list[i].since + CLAIMS_PATIENCE <= now && n-- == 0)
			return &c->list[i];
	return NULL;
}
