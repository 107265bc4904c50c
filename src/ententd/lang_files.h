#ifndef ENTENTD_LANG_FILES_H
#define ENTENTD_LANG_FILES_H

#include "model/kind.h"
#include "model/language.h"
#include "ententd/own_files.h"

/*
 * A fifth language: DIR/lang/<code>/<any>.json, packs as model/pack.h has them.
 * `vault` and `desk` get the bytes before their start, as own kinds come; of
 * `link`, peers read the rule and no text.
 */

/* The parent: every file, as PARENT_FILE frames. */
void	lang_files_send(int dir, int fd);

/*
 * A child: the four languages, and those of packs that are good, put into what
 * problems say and, where there is a set, into the labels of its kinds.  A file
 * that is not is left out and told of.
 */
void	lang_files_load(const struct own_files *, struct languages *,
	    const struct kind_set *,
	    void (*told)(void *arg, const struct err *), void *arg);

#endif
