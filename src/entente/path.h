#ifndef ENTENTE_PATH_H
#define ENTENTE_PATH_H

#include "entente/client.h"

/* "/threads/" and the name, escaped, in the arena. */
static inline const char *
path_of(struct cli *cli, const char *collection, const char *name)
{
	return arena_printf(&cli->arena, "/%s/%s", collection,
	    client_escape(cli, name));
}

#endif
