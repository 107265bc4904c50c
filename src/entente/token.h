#ifndef ENTENTE_TOKEN_H
#define ENTENTE_TOKEN_H

#include "base/err.h"
#include "base/secret.h"
#include "entente/command.h"

/*
 * The token that `entente login` got, or one made with `entente token add`:
 * the first line of a file of mode 0600.  --token-file (environment,
 * settings) names it; else each node has its own under
 * $XDG_STATE_HOME/entente/.  Rule E-CLI-TOKEN.
 */
const char	*token_path(struct cli *, const char *where);
/* *token NULL when there is none: our uid speaks for us, on a socket. */
bool		 token_read(struct cli *, const char *where,
		    struct secret **token, struct err *);
bool		 token_write(struct cli *, const char *where,
		    struct slice token, struct err *);
void		 token_forget(struct cli *, const char *where);

#endif
