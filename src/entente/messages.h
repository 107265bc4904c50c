#ifndef ENTENTE_MESSAGES_H
#define ENTENTE_MESSAGES_H

#include "model/catalog.h"
#include "model/ident.h"

/*
 * What the program says, in four languages: lang/cli*.json, compiled in.
 * {"key": {"en":"...","ar":"...","es":"...","fr":"..."}}; {name} in a text is
 * replaced by say().
 */
struct messages;

struct messages	*messages_new(void);
void		 messages_free(struct messages *);
/* NULL when no file has the key. */
const char	*messages_find(const struct messages *, const char *key,
		    enum lang);
/* What the rules of lang/errors.json mean. */
const struct catalog *messages_rules(const struct messages *);

/* --lang, then LC_ALL, LC_MESSAGES, LANG ("ar_EG.UTF-8"), else English. */
enum lang	 messages_lang(const char *flag, const char *setting);

#endif
