#ifndef ENTENTE_TRUST_OPEN_H
#define ENTENTE_TRUST_OPEN_H

#include "entente/command.h"
#include "entente/prompt.h"
#include "entente/trust_keyring.h"

/*
 * What commands that sign have in common: --trust FILE (else
 * ~/.config/entente/trust.age), its passphrase, and --work for a new one.
 */
#define TRUST_OPTIONS							\
	{ "trust", OPTION_PATH, "FILE", false, 0 },			\
	PROMPT_SECRET_OPTIONS("passphrase")
#define TRUST_NEW_OPTIONS						\
	TRUST_OPTIONS,							\
	{ "work", OPTION_NUMBER, "N", false, 0 }

enum trust_want {
	TRUST_EXISTING,		/* E-TRUST-MISSING when it is not there */
	TRUST_OR_NEW,
};

const char *trust_path(struct cli *);
/* secret: "passphrase", or where that is another's, "trust-passphrase". */
bool	trust_open(struct cli *, struct trust_keyring *, enum trust_want,
	    const char *secret, struct err *);
/* --work N: what scrypt may cost; 0 when not given.  E-FIELD-VALUE. */
bool	trust_work(struct cli *, unsigned *work, struct err *);

#endif
