#ifndef MODEL_CATALOG_H
#define MODEL_CATALOG_H

#include <jansson.h>

#include "base/err.h"
#include "base/slice.h"
#include "model/texts.h"

/*
 * Texts in four languages, by name: what an error rule means, what is
 * unchanged and what to do (lang/errors.json), or what a program says.
 *
 *	{"E-STORE-FULL": {"title": {"en":"...","ar":"...","es":"...","fr":"..."},
 *	  "unchanged": {...}, "todo": {...}}, ...}
 */
struct catalog;

/* The rules' texts compiled into the program. */
struct catalog	*catalog_errors(void);
/* From one file's bytes.  NULL: E-JSON-... */
struct catalog	*catalog_load(struct slice json, struct err *);
void		 catalog_free(struct catalog *);

/* {"title":...,"unchanged":...,"todo":...}, or NULL: no such rule. */
const json_t	*catalog_find(const struct catalog *, const char *rule);
/* Entry i in the order of the file, NULL past the end; *name may be NULL. */
const json_t	*catalog_at(const struct catalog *, size_t i, const char **name);
/* One of its texts in a language, in English where it lacks; "" when there is
 * none. */
const char	*catalog_text(const struct catalog *, const char *rule,
		    const char *part, const char *lang);
/* All of its texts, under "E-STORE-FULL.title". */
void		 catalog_texts(const struct catalog *, struct texts *);

#endif
