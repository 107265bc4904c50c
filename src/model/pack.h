#ifndef MODEL_PACK_H
#define MODEL_PACK_H

#include "base/slice.h"
#include "model/language.h"
#include "model/texts.h"

/*
 * A language pack: what the programs say, in a language that is not compiled
 * in.  It is one or more files of the form
 *
 *	{"language":"pt","name":"Português","direction":"ltr",
 *	 "errors":{"E-STORE-FULL.title":"..."}, "cli":{"noun.status":"..."},
 *	 "kinds":{"request.preservation/1|what.ip.label":"..."},
 *	 "codelists":{"countries|FR.label":"..."}}
 *
 * All but the first may lack; one file names the language.  What a pack lacks, or holds empty, is said in
 * English, text by text; what nobody says has no effect, so that a pack may be
 * older or newer than the program.
 */
enum { PACK_FILE_MAX = 1024 * 1024, PACK_TEXT = 4000 };

struct pack {
	json_t		*json;
	struct language	 language;
};

/* Rules: E-LANG-PACK, err->field is the place ("cli.noun.status").  On false
 * nothing is held. */
bool	pack_read(struct pack *, struct slice bytes, struct err *);
void	pack_free(struct pack *);
/*
 * Put its texts in, all or, on false, none: {n} and the like stand in each text
 * as in the English one (E-LANG-PACK).
 */
bool	pack_put(const struct pack *, struct texts *, struct err *);
/* Its text; "" when it has none. */
const char *pack_text(const struct pack *, enum texts_part, const char *name);

#endif
