#ifndef MODEL_TEXTS_H
#define MODEL_TEXTS_H

#include <jansson.h>

#include "base/err.h"

/*
 * Everything the programs say to people, by name: an index over labels
 * ({"en":...,"ar":...,"es":...,"fr":...}) that live elsewhere, in catalogues and
 * kinds.  A language pack (model/pack.h) is put in through it, so that whoever
 * looks a label up in a language finds it beside the four.
 */
enum texts_part { TEXTS_ERRORS, TEXTS_CLI, TEXTS_KINDS, TEXTS_CODELISTS,
		  TEXTS_PARTS };
extern const char *const texts_names[TEXTS_PARTS];	/* "errors" */

struct texts;

struct texts	*texts_new(void);
/* The labels stay where they are, with what was put in. */
void		 texts_free(struct texts *);

/*
 * Every label beneath root, called `prefix` and the way to it: keys, and for
 * items of lists their id or code ("what.ip.label", "FR.label").  Labels of a
 * name known already are more places of the same text.
 */
void		 texts_add(struct texts *, enum texts_part, const char *prefix,
		    const json_t *root);
/* As above for copies of parts of two sources, under root's own key: each
 * label goes to the first of the two prefixes that has its name. */
void		 texts_add_copy(struct texts *, enum texts_part,
		    const char *first, const char *second, const char *key,
		    const json_t *root);
/* The English text; NULL: there is no such. */
const char	*texts_english(const struct texts *, enum texts_part,
		    const char *name);
/* In a language, wherever it stands. */
void		 texts_put(struct texts *, enum texts_part, const char *name,
		    const char *code, const char *text);
/* Text i of a part, in the order added: its name, NULL past the end. */
const char	*texts_at(const struct texts *, enum texts_part, size_t i);

#endif
