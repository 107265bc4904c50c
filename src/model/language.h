#ifndef MODEL_LANGUAGE_H
#define MODEL_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/*
 * The languages that readers may choose: the four that are compiled in, and
 * those for which an operator gave packs (model/pack.h).  What is signed stands
 * in the four alone; another language is for the eyes of those who read here.
 */
enum { LANGUAGE_CODE = 8, LANGUAGE_NAME = 64, LANGUAGES = 12 };

struct language {
	char	code[LANGUAGE_CODE];	/* "pt", "pt-BR" */
	char	name[LANGUAGE_NAME];	/* in itself; "" when not told */
	bool	rtl;
};

struct languages {
	struct language	list[LANGUAGES];
	size_t		n;
};

/* Two or three small letters, and subtags after dashes: at most seven bytes. */
bool		 language_code_valid(const char *);

/* The four. */
void		 languages_init(struct languages *);
/* Known from now on, or with what is newly said of it; called by its code until
 * its name is told.  False: no room. */
bool		 languages_add(struct languages *, const struct language *);
/* The code as it is known here, whatever the case of its letters; NULL: it is
 * not.  Borrowed. */
const char	*languages_find(const struct languages *, struct slice code);
/* The first known language of an Accept-Language header, in the order written;
 * "pt-BR" is served by "pt".  NULL: none. */
const char	*languages_accept(const struct languages *, const char *header);
/* "pt_BR.UTF-8" as codes to look for: "pt-BR", "pt"; "" where there is none. */
void		 language_of_locale(char full[static LANGUAGE_CODE],
		    char first[static LANGUAGE_CODE], const char *locale);

#endif
