#ifndef ENTENTE_CHANGES_H
#define ENTENTE_CHANGES_H

#include "entente/signed_file.h"
#include "entente/command.h"

/*
 * What a directory changes, to stderr, from the chain in the directory of
 * files where it lies; that nothing before it can be seen is said too.  Other
 * texts change nothing.  False: it lies in a chain that it does not follow
 * (E-DIRECTORY-CHAIN, E-DIRECTORY-NUMBER): nobody should sign it.
 */
bool	changes_tell(struct cli *, const struct signed_file *,
	    const char *path, struct err *);

#endif
