#ifndef ENTENTD_OWN_FILES_H
#define ENTENTD_OWN_FILES_H

#include "model/kind.h"

/*
 * A member's own kinds, codelists and fragments, and what it requires beside
 * the network's kinds: DIR/kinds.  The parent reads the files and parses
 * nothing; `vault` and `keys` get the bytes before their start, so that no
 * process that talks reads a file for it.
 */
enum { OWN_FILES = 64, OWN_FILE_MAX = 200 * 1024 };
/* Own files and those of language packs, each of several frames perhaps. */
enum { OWN_FILES_ALL = 2 * OWN_FILES };

/* The parent: every *.json there, as PARENT_FILE frames.  What cannot be read
 * is told in the log. */
void	own_files_send(int dir, int fd);
/* Those of one folder, of at most `most` bytes each and OWN_FILES together. */
void	own_files_folder(int dir, int fd, const char *folder, size_t most,
	    size_t *sent);

/* A child: what came. */
struct own_files {
	struct own_file {
		char		name[128];	/* "kinds/rs:report-1.json" */
		struct buf	bytes;
	}		*list;
	size_t		 n;
};
/* False: no such frame is right. */
bool	own_files_take(struct own_files *, struct slice frame);

/* kinds/calendars/: each is checked; what is not good is told of.  A list of
 * {"calendar","weekend","holidays": how many}, the caller's. */
json_t	*own_files_calendars(const struct own_files *,
	    void (*told)(void *arg, const struct err *), void *arg);
/* All kinds, own ones included; told() as kind_set_with(). */
struct kind_set *own_files_kinds(const struct own_files *,
	    void (*told)(void *arg, const struct err *), void *arg,
	    struct err *);
/*
 * kinds/requires.json: {"<kind>": {"languages":[...],"fields":[...]}}, for the
 * card.  Kinds whose part is not good are left out and told of.  The caller
 * owns it; NULL: there is no such file, or it is no object.
 */
json_t	*own_files_requires(const struct own_files *, const struct kind_set *,
	    void (*told)(void *arg, const struct err *), void *arg);

#endif
