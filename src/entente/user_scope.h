#ifndef ENTENTE_USER_SCOPE_H
#define ENTENTE_USER_SCOPE_H

#include "entente/command.h"

#include <jansson.h>

/* What an account may: the words of the command line, of the API, for people. */

#define USER_SCOPE_OPTIONS						\
	{ "desk", OPTION_REPEAT, "DESK", false, 0 },			\
	{ "kinds", OPTION_REPEAT, "PATTERN", false, 0 },		\
	{ "urgency-most", OPTION_TEXT, "normal|urgent|flash", false, 0 }, \
	{ "tlp-most", OPTION_TEXT, "TLP", false, 0 },			\
	{ "level-most", OPTION_TEXT, "LEVEL", false, 0 },		\
	{ "gives", OPTION_REPEAT, "ROLE", false, 0 },			\
	{ "expires", OPTION_TIME, "TIME", false, 0 }

/* Those of the options that were given, into the body. */
void	user_scope_put(struct cli *, json_t *body);
/* One line for each limit; what is left of it where that is less. */
void	user_scope_show(struct cli *, const json_t *account);
json_t	*user_scope_list(struct cli *, const char *option);

#endif
