#ifndef MODEL_HANDLING_H
#define MODEL_HANDLING_H

#include "base/json.h"

/*
 * How a message may be handled: one label made of TLP 2.0, a level of
 * confidentiality, Europol handling codes, PAP, a 4x4 grading, and whether it
 * may go onward.  The most restrictive wins (handling_join).
 */
enum tlp { TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_AMBER_STRICT, TLP_RED, TLPS };
enum level { LEVEL_NONE, LEVEL_OFFICIAL, LEVEL_RESTRICTED, LEVEL_CONFIDENTIAL, LEVELS };
/* What may be done with it; PAP_NONE: nothing said. */
enum pap { PAP_NONE, PAP_CLEAR, PAP_GREEN, PAP_AMBER, PAP_RED, PAPS };
enum hcode { HCODE_H0 = 1, HCODE_H1 = 2, HCODE_H2 = 4, HCODE_H3 = 8 };	/* bits */

extern const char *const tlp_names[TLPS];	/* "CLEAR" ... "AMBER+STRICT" "RED" */
extern const char *const level_names[LEVELS];	/* "" "OFFICIAL" ... */
extern const char *const pap_names[PAPS];	/* "" "CLEAR" ... */

/* 4x4: how reliable the source is (A-D), how sure the information (1-4), X:
 * cannot be judged.  Places in "ABCDX" and "1234X", from 1; 0: not graded. */
struct grade {
	uint8_t	source, information;
};
enum { GRADE_TEXT = 3 };
bool	grade_parse(struct grade *, const char *);	/* "B2", "X4", "AX" */
void	grade_print(char out[static GRADE_TEXT], struct grade);

struct handling {
	enum tlp	tlp;
	enum level	level;
	unsigned	codes;		/* of enum hcode */
	bool		onward;		/* may be passed on by the receiver */
	enum pap	pap;
	struct grade	grade;
};

/* The object under `key`: {"tlp","level"?,"codes"?,"pap"?,"grade"?,"onward"};
 * codes in rising order.  When bad, the most sensitive TLP and no onward. */
void	handling_read(struct handling *, struct jobj *outer, const char *key);
void	handling_write(struct jout *, const char *key, const struct handling *);
/* Of two joined the lower reliability: where one is graded, what is not
 * counts as X. */
struct handling handling_join(struct handling, struct handling);
/* a is no more sensitive than the ceiling allows: TLP, level, onward, and PAP
 * where the ceiling names one.  Codes and grades say how something may be
 * used and believed, not who may receive it: they are not compared. */
bool	handling_within(const struct handling *a, const struct handling *ceiling);

#endif
