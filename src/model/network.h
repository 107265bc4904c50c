#ifndef MODEL_NETWORK_H
#define MODEL_NETWORK_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "crypto/note.h"
#include "model/ident.h"

/* The founding note of a network; its id is the SHA-256 of its text. */
enum { NETWORK_ROOTS = 16 };
enum network_class { NETWORK_REAL, NETWORK_DEMO };

struct network {
	char			name[65];
	enum network_class	class;
	msec			created;
	unsigned		k;
	struct note_vkey	roots[NETWORK_ROOTS];
	unsigned		n;
};

bool	network_parse(struct network *, struct slice text, struct err *);
void	network_print(struct buf *, const struct network *);
/* The whole note: parsed, and signed by every root. */
bool	network_verify(struct network *, struct hash *id, struct slice note,
	    struct err *);

#endif
