#ifndef ENTENTE_NODE_DIR_H
#define ENTENTE_NODE_DIR_H

#include <sys/types.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * A node's directory while it is made: beside its place, under a name nobody
 * uses, and renamed when it is whole.  So there is a whole node or none.
 * Rules set: E-INIT-EXISTS, E-IO.
 */
struct node_dir {
	char	path[512];		/* where it will be */
	char	made[544];		/* where it is until then */
	int	fd;
	uid_t	uid;			/* owner of all in it; (uid_t)-1: as made */
	gid_t	gid;
};

bool	node_dir_begin(struct node_dir *, const char *path, uid_t, gid_t,
	    struct err *);
/* A file of mode 0600; "trust/network.note" makes trust/ too. */
bool	node_dir_write(struct node_dir *, const char *name, struct slice,
	    struct err *);
/* The directory stands in its place. */
bool	node_dir_end(struct node_dir *, struct err *);
/* Nothing of it stays; nothing happens after node_dir_end(). */
void	node_dir_abandon(struct node_dir *);

#endif
