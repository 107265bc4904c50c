#ifndef ENTENTE_COMPOSE_INTERNAL_H
#define ENTENTE_COMPOSE_INTERNAL_H

#include "entente/compose.h"

/* What compose.c and compose_send.c share: the draft on disk. */
void	compose_drop(struct compose *);

/* compose_national.c: "fr.court" of --set national.fr.court=TEXT. */
bool	compose_national_set(struct cli *, struct compose *, const char *path,
	    const char *text, struct problem *);

#endif
