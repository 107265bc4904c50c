#ifndef ENTENTE_NETWORK_ACTS_H
#define ENTENTE_NETWORK_ACTS_H

#include "base/buf.h"
#include "entente/command.h"
#include "entente/signed_file.h"
#include "entente/trust_chain.h"
#include "entente/trust_keyring.h"
#include "model/network.h"

/* What stands behind `entente network`, one function a verb. */
enum exit_code	network_create(struct cli *);
enum exit_code	network_invite(struct cli *);
enum exit_code	network_admit(struct cli *);
enum exit_code	network_renew(struct cli *);

/* The founding note allows what was asked (--demo), by its class. */
bool	network_demo(struct cli *, const struct network *, struct err *);
/* Sign text (taken) with every root of the ring; none is an error only when
 * there must be one.  *count: how many signed. */
bool	network_sign(struct signed_file *, struct buf *text,
	    const struct trust_keyring *, unsigned *count, struct err *);
/* A member's entry with one key that is valid from `from`. */
void	network_member(struct directory_member *, struct arena *,
	    const struct member_id *, enum member_class,
	    const struct note_vkey *, msec from);
bool	network_class_parse(enum member_class *, const char *, struct err *);

#endif
