#ifndef ENTENTE_VERIFY_H
#define ENTENTE_VERIFY_H

#include "entente/command.h"
#include "model/bundle.h"

/*
 * A bundle on disk: mapped, read and verified, without a node.  Kept open
 * until its files are extracted.
 */
struct verify {
	const char		*path;
	struct arena		 arena;
	struct slice		 map;
	struct tar_archive	 archive;
	struct bundle		 bundle;
	bool			 asked;		/* for a network by its id */
};

/* net: the id one knows the network by, or NULL.  False: no archive that can
 * be read (E-FILE-MISSING, E-TAR-*, E-IO); what is in it may still be bad. */
bool	verify_open(struct verify *, const char *path,
	    const struct hash *net, struct err *);
void	verify_close(struct verify *);
/* What was found, as text or JSON, the verdict last.  EXIT_DONE, or
 * EXIT_VERIFY when anything is bad.  extracted: paths, or NULL. */
enum exit_code verify_report(struct cli *, const struct verify *,
	    const json_t *extracted);
/* "whole", "partial", "bad" */
const char *verify_verdict(const struct verify *);
/*
 * Open every file that can be opened into a folder (made when it is not there),
 * each first under another name, none over what exists.  *paths: an array,
 * the caller's, of those that were written, also when a later one fails.
 * Rules E-FILE-EXISTS, E-AGE-*, E-BUNDLE-FILE, E-IO.
 */
bool	verify_extract(const struct verify *, const char *dir, json_t **paths,
	    struct err *);

#endif
