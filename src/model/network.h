#ifndef MODEL_NETWORK_H
#define MODEL_NETWORK_H

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "crypto/note.h"
#include "model/ident.h"

/*
 * The founding note of a network; its id is the SHA-256 of its text.  It is
 * the one text parsed before any signature over it is known: its keys stand
 * in it, and who reads it compares the id with the one agreed upon.
 */
enum { NETWORK_ROOTS = 16 };
enum network_class { NETWORK_REAL, NETWORK_DEMO, NETWORK_CLASSES };

extern const char *const network_class_names[NETWORK_CLASSES];

struct network {
	char			name[65];
	enum network_class	class;
	msec			created;
	unsigned		k;
	struct note_vkey	roots[NETWORK_ROOTS];	/* <network>/root/<n> */
	unsigned		n;
	const json_t		*ext;		/* kept, no effect; or NULL */
	json_t			*json;		/* owner of ext */
};

bool	network_parse(struct network *, struct slice text, struct err *);
void	network_print(struct buf *, const struct network *);
void	network_release(struct network *);
/* The whole note: parsed, and signed by every root.  Rule
 * E-NETWORK-SIGNATURES. */
bool	network_verify(struct network *, struct hash *id, struct slice note,
	    struct err *);

#endif
