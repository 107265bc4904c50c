#ifndef ENTENTE_CUSTODY_FILES_H
#define ENTENTE_CUSTODY_FILES_H

#include <sys/types.h>

#include "crypto/custody.h"
#include "entente/command.h"

/*
 * What custodians hold, as files: <first>-<second>.age for each pair, opened
 * by the second and then by the first, and custodians.txt, which says who they
 * are.  Rules set: E-CUSTODY-SECRET (a private key where a public one is
 * asked for), E-CUSTODY-LAYER, E-CUSTODY-OF, and those of crypto/custody.h.
 */
#define CUSTODY_FOLDER	"custody"
#define CUSTODY_INDEX	"custodians.txt"

/* The files of --custodian: the name is that of the file. */
bool	custodians_told(struct cli *, struct custodians *, struct err *);
/* What any two of them can do; asked before they are set. */
bool	custody_confirm(struct cli *, const struct custodians *,
	    enum exit_code *);

/* All pairs of the ring's custodians, none of others, into a folder beneath
 * dirfd.  Nothing when it has none.  uid (uid_t)-1: the files are ours. */
bool	custody_files_write(int dirfd, const char *folder, enum custody_of,
	    const char *whose, const struct keyring *, const struct secret *unlock,
	    struct slice sealed, uid_t, gid_t, struct err *);

/* One layer of the file off, by --identity. */
struct secret *custody_file_peel(struct cli *, struct slice sealed,
	    struct err *);
/*
 * What two custodians opened: the file may have its last layer when
 * --identity opens it; "-" is standard input.  *plain is the caller's, and
 * custody's ring lies in it.
 */
bool	custody_file_read(struct cli *, const char *path, enum custody_of,
	    struct custody *, struct secret **plain, struct err *);

#endif
