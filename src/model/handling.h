#ifndef MODEL_HANDLING_H
#define MODEL_HANDLING_H

#include "base/json.h"

/*
 * How a message may be handled: one label made of TLP 2.0, a national level,
 * Europol handling codes, and whether it may go onward.  The most restrictive
 * wins (handling_join).
 */
enum tlp { TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_AMBER_STRICT, TLP_RED, TLPS };
enum level { LEVEL_NONE, LEVEL_OFFICIAL, LEVEL_RESTRICTED, LEVEL_CONFIDENTIAL, LEVELS };
enum hcode { HCODE_H0 = 1, HCODE_H1 = 2, HCODE_H2 = 4, HCODE_H3 = 8 };	/* bits */

extern const char *const tlp_names[TLPS];	/* "CLEAR" ... "AMBER+STRICT" "RED" */
extern const char *const level_names[LEVELS];	/* "" "OFFICIAL" ... */

struct handling {
	enum tlp	tlp;
	enum level	level;
	unsigned	codes;		/* of enum hcode */
	bool		onward;		/* may be passed on by the receiver */
};

/* The object under `key`: {"tlp","level"?,"codes"?,"onward"}; codes in rising
 * order.  When bad, the most sensitive TLP and no onward. */
void	handling_read(struct handling *, struct jobj *outer, const char *key);
void	handling_write(struct jout *, const char *key, const struct handling *);
struct handling handling_join(struct handling, struct handling);
/* a is no more sensitive than the ceiling allows: TLP, level, onward.  Codes
 * restrict use, not who may receive: they are not compared. */
bool	handling_within(const struct handling *a, const struct handling *ceiling);
bool	tlp_parse(enum tlp *, const char *);	/* "TLP:AMBER" or "AMBER" */

#endif
