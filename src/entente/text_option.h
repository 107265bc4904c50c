#ifndef ENTENTE_TEXT_OPTION_H
#define ENTENTE_TEXT_OPTION_H

#include "entente/command.h"

/*
 * A text for a message: --text, or --text-file ("-" is stdin).  *text NULL
 * when neither was given.
 */
bool	text_option(struct cli *, const char **text, struct err *);
#define TEXT_OPTIONS							\
	{ "text", OPTION_TEXT, "TEXT", false, 't' },			\
	{ "text-file", OPTION_PATH, "FILE", false, 0 }

#endif
