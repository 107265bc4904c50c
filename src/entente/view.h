#ifndef ENTENTE_VIEW_H
#define ENTENTE_VIEW_H

#include <jansson.h>

#include "entente/client.h"

/* Pages of things that more than one command shows. */

/* One message: who, when, how it may be handled (unless as the thread's root,
 * NULL for the root itself), what it says.  *files counts the files shown so
 * far in its thread. */
void	view_message(struct cli *, const char *kind, const json_t *message,
	    const json_t *root, size_t *files);
void	view_legs(struct cli *, const json_t *legs);
/* "TLP:AMBER RESTRICTED H1" */
const char *view_handling(struct cli *, const json_t *handling);
/* Texts of an array with commas between. */
const char *view_joined(struct cli *, const json_t *array);

#endif
