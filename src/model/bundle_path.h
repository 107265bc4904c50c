#ifndef MODEL_BUNDLE_PATH_H
#define MODEL_BUNDLE_PATH_H

#include "base/tar.h"
#include "model/ident.h"

/*
 * The names of a bundle's files (bundle.h), below bundle/.  Each is made from
 * what the file holds, so a reader makes it again and compares.
 */
#define BUNDLE_FOLDER	"bundle/"

void	bundle_path_directory(char out[static TAR_NAME], int64_t number);
void	bundle_path_card(char out[static TAR_NAME], const struct member_id *,
	    int64_t seq, const struct hash *name);
void	bundle_path_agreement(char out[static TAR_NAME], const char *id,
	    int64_t version);
/* suffix ".note" or ".content" */
void	bundle_path_message(char out[static TAR_NAME], unsigned number,
	    const struct hash *name, const char *suffix);
void	bundle_path_receipt(char out[static TAR_NAME], unsigned number,
	    const struct member_id *, unsigned k);
void	bundle_path_blob(char out[static TAR_NAME], const struct hash *);

/* The number that a message's or receipt's name begins with; 0: none. */
unsigned bundle_path_number(const char *path);
/* Between folder ("cards/") and suffix (".note"), without another slash? */
bool	bundle_path_is(const char *path, const char *folder, const char *suffix);

#endif
