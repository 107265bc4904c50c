#ifndef ENTENTE_COMPOSE_INTERNAL_H
#define ENTENTE_COMPOSE_INTERNAL_H

#include "entente/compose.h"

/* What compose.c and compose_send.c share: the draft on disk. */
void	compose_drop(struct compose *);

#endif
