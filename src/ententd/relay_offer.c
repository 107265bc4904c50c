#include <string.h>

#include "ententd/relay_state.h"

/*
 * What a member is handed next.  First what it was never offered, so that what
 * cannot be taken in yet, however much there is of it and whoever left it,
 * stands in nobody's way.  Then that again, in rounds, a batch from time to
 * time.  It ends when the recipient says so or its time is over.
 */
#define ROUND_EVERY	MINUTE
#define BATCH_EVERY	(5 * SECOND)

void
relay_offer_anew(struct collector *k)
{
	k->offered = k->round = k->round_end = (struct parcel_place){ { 0 } };
	k->nagain = 0;
	k->in_round = false;
	k->next_round = k->next_batch = clock_steady() + ROUND_EVERY;
}

/* Asked for: what it waited for has come. */
static bool
asked_for(struct collector *k, struct arena *arena, struct parcels *l,
    struct err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < k->nagain; i++)
		ok = parcel_add(&k->vault->store, arena, &k->member,
		    &k->again[i], l, err);
	k->nagain = 0;
	return ok;
}

static bool
old(struct collector *k, struct arena *arena, struct parcels *l,
    struct err *err)
{
	msec now = clock_steady();
	bool all;

	if (!k->in_round && now >= k->next_round) {
		k->in_round = true;
		k->next_round = now + ROUND_EVERY;
		k->next_batch = now;
		k->round = (struct parcel_place){ { 0 } };
		k->round_end = k->offered;
	}
	if (!k->in_round || now < k->next_batch)
		return true;
	if (!parcel_read(&k->vault->store, arena, &k->member, &k->round,
	    &k->round_end, l, &all, err))
		return false;
	k->in_round = !all;
	k->next_batch = now + BATCH_EVERY;
	return true;
}

bool
relay_offer(struct collector *k, struct arena *arena, struct parcels *l,
    struct err *err)
{
	struct parcel_place before = k->offered;
	bool all;

	*l = (struct parcels){ .list = arena_alloc(arena,
	    WIRE_BATCH * sizeof(*l->list)), .most = WIRE_BATCH,
	    .room = WIRE_BYTES };
	if (asked_for(k, arena, l, err) && parcel_read(&k->vault->store, arena,
	    &k->member, &k->offered, NULL, l, &all, err) && (l->n != 0 ||
	    old(k, arena, l, err)))
		return true;
	k->offered = before;
	return false;
}

msec
relay_offer_wait(const struct collector *k)
{
	msec wait = (k->in_round ? k->next_batch : k->next_round) -
	    clock_steady();

	return wait < 0 ? 0 : wait;
}
