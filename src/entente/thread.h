#ifndef ENTENTE_THREAD_H
#define ENTENTE_THREAD_H

#include <jansson.h>

#include "entente/client.h"

enum thread_look {
	THREAD_OPEN,		/* tells the asker that it was opened */
	THREAD_PEEK,
};
/* GET /threads/{ref}: the caller's. */
bool	thread_get(struct cli *, const char *ref, enum thread_look,
	    json_t **thread, struct problem *);

/*
 * A thread's files, numbered from 1 through its messages in their order, as
 * `show` prints them: file n, and the message it came with.  NULL: none.
 */
const json_t *thread_file(const json_t *thread, size_t n,
	    const json_t **message);

#endif
