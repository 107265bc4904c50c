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
	msec first = clock_steady() + ROUND_EVERY;

	k->offering = (struct offering){ .next_round = first,
	    .next_batch = first };
}

/* Asked for: what it waited for has come. */
static bool
asked_for(struct collector *k, struct arena *arena, struct parcels *l,
    struct err *err)
{
	struct offering *o = &k->offering;
	bool ok = true;

	for (size_t i = 0; ok && i < o->nagain; i++)
		ok = parcel_add(&k->vault->store, arena, &k->member,
		    &o->again[i], l, err);
	o->nagain = 0;
	return ok;
}

static bool
old(struct collector *k, struct arena *arena, struct parcels *l,
    struct err *err)
{
	struct offering *o = &k->offering;
	msec now = clock_steady();
	bool all;

	if (!o->in_round && now >= o->next_round) {
		o->in_round = true;
		o->next_round = now + ROUND_EVERY;
		o->next_batch = now;
		o->round = (struct parcel_place){ { 0 } };
		o->round_end = o->offered;
	}
	if (!o->in_round || now < o->next_batch)
		return true;
	if (!parcel_read(&k->vault->store, arena, &k->member, &o->round,
	    &o->round_end, l, &all, err))
		return false;
	o->in_round = !all;
	o->next_batch = now + BATCH_EVERY;
	return true;
}

bool
relay_offer(struct collector *k, struct arena *arena, struct parcels *l,
    struct err *err)
{
	bool all;

	*l = (struct parcels){ .list = arena_alloc(arena,
	    WIRE_BATCH * sizeof(*l->list)), .most = WIRE_BATCH,
	    .room = WIRE_BYTES };
	return asked_for(k, arena, l, err) && parcel_read(&k->vault->store,
	    arena, &k->member, &k->offering.offered, NULL, l, &all, err) &&
	    (l->n != 0 || old(k, arena, l, err));
}

msec
relay_offer_wait(const struct collector *k)
{
	const struct offering *o = &k->offering;
	msec wait = (o->in_round ? o->next_batch : o->next_round) -
	    clock_steady();

	return wait < 0 ? 0 : wait;
}
