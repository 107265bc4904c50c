#ifndef ENTENTE_HELP_H
#define ENTENTE_HELP_H

#include "entente/command.h"

/* Pages made from the tables. */
void		 help_all(struct cli *);
void		 help_noun(struct cli *, const char *noun);
void		 help_command(struct cli *, const struct command *);
/* Everything as one JSON object (schema help/1). */
void		 help_json(struct cli *);
/* "entente network create [--class CLASS] --root VKEY... NAME" */
const char	*help_synopsis(struct arena *, const struct command *);
const char	*help_line(struct cli *, const struct command *);
const char	*help_option(struct cli *, const struct command *,
		    const struct option *);

#endif
