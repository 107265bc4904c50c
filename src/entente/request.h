#ifndef ENTENTE_REQUEST_H
#define ENTENTE_REQUEST_H

#include "entente/compose.h"

/* What begins a thread and has an audience: requests and offers. */
#define REQUEST_OPTIONS							\
	COMPOSE_OPTIONS,						\
	{ "from-request", OPTION_TEXT, "REF", false, 0 },		\
	{ "urgency", OPTION_TEXT, "normal|urgent|flash", false, 0 },	\
	{ "purpose", OPTION_TEXT, "CODE", false, 0 },			\
	{ "area", OPTION_TEXT, "CODE", false, 0 },			\
	{ "ref", OPTION_TEXT, "REF", false, 0 },			\
	{ "deliver-by", OPTION_TIME, "TIME", false, 0 },		\
	{ "keep-until", OPTION_TEXT, "DATE", false, 0 },		\
	{ "exercise", OPTION_FLAG, NULL, false, 0 }

/* Fill, preview and send a message of the kind (NULL: as --from says), by a row
 * that has these options; also "until", if it has that. */
enum exit_code	request_write(struct cli *, const char *kind);

#endif
