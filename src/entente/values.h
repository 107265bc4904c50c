#ifndef ENTENTE_VALUES_H
#define ENTENTE_VALUES_H

#include "entente/command.h"

/* The options as they were given: command_parse.c fills them, cli.c asks. */
enum { VALUES_MAX = 4096 };

struct value {
	const struct option	*option;
	const char		*text;		/* "" for flags */
	msec			 at;		/* of OPTION_TIME */
	long			 number;
};

struct values {
	struct value	v[VALUES_MAX];
	size_t		n;
};

#endif
