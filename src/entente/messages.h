#ifndef ENTENTE_MESSAGES_H
#define ENTENTE_MESSAGES_H

#include "model/catalog.h"
#include "model/texts.h"

/*
 * What the program says, in four languages: lang/cli*.json, compiled in; and
 * what packs put in (language_files.h).
 * {"key": {"en":"...","ar":"...","es":"...","fr":"..."}}; {name} in a text is
 * replaced by say().
 */
struct messages;

struct messages	*messages_new(void);
void		 messages_free(struct messages *);
/* English where the language lacks it; NULL when no file has the key. */
const char	*messages_find(const struct messages *, const char *key,
		    const char *lang);
/* All that it can say, for packs: of itself and of the rules. */
void		 messages_texts(const struct messages *, struct texts *);
/* What the rules of lang/errors.json mean. */
const struct catalog *messages_rules(const struct messages *);

#endif
