#include "ententd/steps.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "ententd/watch.h"
#include "store/audit_store.h"

#define STEP	(2 * MINUTE)
#define SETTLES	(15 * MINUTE)
#define LOOK	SECOND

struct steps {
	msec	offset;		/* wall less steady, when it was looked at last */
	msec	until;		/* steady: unsettled before that */
	msec	at, by;		/* the last step */
	bool	untold;
};

struct steps *
steps_new(void)
{
	struct steps *s = xcalloc(1, sizeof(*s));

	s->offset = clock_now() - clock_steady();
	return s;
}

static void
look(struct steps *s)
{
	msec now = clock_now(), steady = clock_steady();
	msec by = now - steady - s->offset;

	s->offset += by;
	if (by > -STEP && by < STEP)
		return;
	s->until = steady + SETTLES;
	s->at = now;
	s->by = (by + (by < 0 ? -SECOND : SECOND) / 2) / SECOND * SECOND;
	s->untold = true;
	log_warn("the clock was set by %+" PRId64 " s; nothing "
	    "is taken to be over for 15 minutes", s->by / SECOND);
}

bool
steps_unsettled(struct vault *v)
{
	look(v->steps);
	return clock_steady() < v->steps->until;
}

msec
steps_last(const struct vault *v, msec *by)
{
	*by = v->steps->by;
	return v->steps->at;
}

/* It may be another month by now, whose shelf had to come first. */
static void
tell(void *arg, const struct err *none)
{
	struct vault *v = arg;
	struct page p = { .reason = PAGE_CLOCK, .peer = v->member };
	struct steps *s = v->steps;
	char by[32];
	struct err err;

	if (none != NULL || !s->untold)
		return;
	vault_keep_shelves(v);
	(void)snprintf(by, sizeof(by), "%+" PRId64 " s", s->by / SECOND);
	if (!vault_unit_begin(v, &err))
		return;
	s->untold = !vault_unit_end(v, vault_audit(v, "node", "clock.step",
	    NULL, "", by, &err) && watch_page(v, &p, &err), &err);
}

static void
look_again(void *arg)
{
	struct vault *v = arg;
	struct shelf_label shelf = audit_shelf(clock_now());

	look(v->steps);
	if (v->steps->untold && v->open)
		vault_shelves(v, &shelf, 1, tell, v);
	(void)loop_after(v->child.loop, LOOK, look_again, v);
}

void
steps_start(struct vault *v)
{
	look_again(v);
}
