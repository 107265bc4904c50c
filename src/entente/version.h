#ifndef ENTENTE_VERSION_H
#define ENTENTE_VERSION_H

#include "entente/command.h"

#define ENTENTE_VERSION "0.1.0"

/* The program's version, and nothing of any node. */
void	version_show(struct cli *);

#endif
