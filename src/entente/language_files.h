#ifndef ENTENTE_LANGUAGE_FILES_H
#define ENTENTE_LANGUAGE_FILES_H

#include "base/err.h"
#include "entente/command.h"
#include "model/pack.h"

/*
 * Language packs of the CLI: DIR/<code>/<any>.json (model/pack.h), where DIR is
 * lang_dir (--lang-dir, ENTENTE_LANG_DIR) or, when that is not told,
 * $XDG_CONFIG_HOME/entente/lang, /usr/local/share/entente/lang or
 * /usr/share/entente/lang: the first that has the language.
 */

/*
 * The language of this run: `wanted`, else LC_ALL, LC_MESSAGES, LANG
 * ("ar_EG.UTF-8"), else English.  A pack is read the first time; a file of it
 * that is not good is left out with a note.  False: there is no pack for what
 * is wanted (E-LANG-NONE), and nothing has changed.
 */
bool	language_files_choose(struct cli *, const char *wanted,
	    const char *dir, struct err *);
/* One file of a pack, by its path. */
bool	language_files_read(struct pack *, const char *path, struct err *);

#endif
