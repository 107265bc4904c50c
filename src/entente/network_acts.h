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

/* What becomes of a member or of a directory key of it. */
enum exit_code	network_suspend(struct cli *);
enum exit_code	network_remove(struct cli *);
enum exit_code	network_reinstate(struct cli *);
enum exit_code	network_rekey(struct cli *);
enum exit_code	network_revoke(struct cli *);

/* The two directories that a frozen node saw; and the roots' word on them. */
enum exit_code	network_fork(struct cli *);
enum exit_code	network_settle(struct cli *);

/* The chain in --network-dir, and the keyring that signs for it. */
bool	network_begin(struct cli *, struct trust_chain *, struct trust_keyring *,
	    struct err *);
void	network_end(struct trust_chain *, struct trust_keyring *);
/* Write the next directory with this change, signed by the roots at hand, and
 * say what is to be done with it. */
bool	network_next(struct cli *, struct trust_chain *,
	    const struct trust_keyring *, const struct chain_change *,
	    struct err *);

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
