#ifndef MODEL_KEYNAME_H
#define MODEL_KEYNAME_H

#include "base/json.h"
#include "crypto/note.h"
#include "model/ident.h"

/*
 * What keys are called, so that a signature's line says what it may sign:
 *
 *	<network>/root/<n>		directories, the charter
 *	<network>/<member>/card		the member's cards, agreements
 *	<network>/<member>		its messages and receipts
 *	<network>/<member>/<badge>	an officer's approvals
 */

/* The network's name at the head of a key's; "" when there is none. */
void	keyname_network(char out[static 65], const char *name);
/* <network>/root/<n>, n from 1 to 9999. */
bool	keyname_is_root(const char *name, const char *network);
/* tail NULL: the message key. */
void	keyname_member(char out[static NOTE_NAME], const char *network,
	    const struct member_id *, const char *tail);

/* Keys in JSON: sticky, E-FIELD-VALUE.  Trust is signed with Ed25519; keys of
 * messages and of officers may also be P-256, in hardware. */
enum keyname_algorithms { KEYS_ED25519, KEYS_ANY };
void	jobj_vkey(struct note_vkey *, struct jobj *, const char *key,
	    enum keyname_algorithms);
void	jobj_item_vkey(struct note_vkey *, struct jobj *, const char *key,
	    const json_t *array, size_t i, enum keyname_algorithms);
void	jout_vkey(struct jout *, const char *key, const struct note_vkey *);

/*
 * A list of roots under "roots": 1 to max of one network, none twice by key
 * or name; returns how many.  name "": taken from the first and written there.
 */
unsigned jobj_roots(struct jobj *, struct note_vkey *roots, size_t max,
	    char name[static 65]);
void	jout_roots(struct jout *, const struct note_vkey *roots, size_t n);

#endif
