#ifndef ENTENTE_WHEN_H
#define ENTENTE_WHEN_H

#include "base/arena.h"
#include "base/clock.h"

/*
 * Times as people type them, in the zone of TZ: "14:00" (the next time the
 * clock shows it), "+2h" "+90m" "+3d" "+1w", "PT4H", "2026-11-22 14:00", RFC
 * 3339.
 * False: none of these, or an hour that the zone skips that day.
 */
bool		 when_parse(msec *, const char *text, msec now);
/* "2026-11-22 14:00 CET", in the zone of TZ. */
const char	*when_print(struct arena *, msec);
/* The zone's name for "zone" fields ("Europe/Paris"), or "UTC". */
const char	*when_zone(struct arena *);

#endif
