#ifndef ENTENTD_PARENT_H
#define ENTENTD_PARENT_H

/*
 * The parent binds, forks, restarts, and writes two files: the keyring, which
 * `keys` hands over sealed, and signed.log, where the type and hash of every
 * signature stands, past the vault.  It parses nothing of anybody's.
 */
int	parent_main(const char *dir);

#endif
