#ifndef MODEL_BUNDLE_MANIFEST_H
#define MODEL_BUNDLE_MANIFEST_H

#include "base/arena.h"
#include "model/ident.h"
#include "model/message.h"

/*
 * The list of a bundle's files.  Unsigned, in one form:
 * {"format":"entente/bundle/1","network","thread","ref","made","by",
 *  "files":[{"path","size","sha256"},...]} and a newline.
 * Rules: E-JSON-*, E-FIELD-*, E-BUNDLE-MANIFEST.
 */
#define BUNDLE_FORMAT	"entente/bundle/1"

struct manifest_file {
	const char	*path;		/* below bundle/ */
	int64_t		 size;
	struct hash	 sha256;
};

struct manifest {
	struct hash		 net;
	struct hash		 thread;
	char			 ref[MESSAGE_REF + 1];
	msec			 made;
	struct member_id	 by;
	struct manifest_file	*files;
	size_t			 nfiles;
};

bool	manifest_parse(struct manifest *, struct arena *, struct slice, struct err *);
void	manifest_print(struct buf *, const struct manifest *);

#endif
