#ifndef MODEL_LABEL_H
#define MODEL_LABEL_H

#include "base/buf.h"
#include "base/err.h"
#include "model/handling.h"

/*
 * Labels as people and other organisations write them, and the one label of
 * ours that each means: "TLP:AMBER+STRICT", "PAP:RED", "H2", "B2",
 * "RESTRICTED", "EU-R", "NATO RESTRICTED", "DE VS-NfD", "ONWARD".
 *
 * A mark that two schemes use for two levels ("RESERVADO": of Portugal
 * restricted, of Spain secret) counts only with its scheme before it
 * ("PT RESERVADO").  What stands above CONFIDENTIAL is known and refused: this
 * network does not carry it, and a lower label would be a lie.
 */

/*
 * Read one mark, or several with spaces or commas between, into *h, which may
 * hold a label already: each mark makes its part stricter, never laxer; a
 * grade sets the grade, ONWARD lets it go onward.  Letters of either case.  Rules E-HANDLING-LABEL (no
 * such mark, or not whose) and E-HANDLING-ABOVE.  On false *h is as it was.
 */
bool	label_read(struct handling *h, const char *marks, struct err *);
/* One of the marks is a TLP: without, "H1" says nothing of who may have it, and
 * whoever reads it keeps the TLP that is usual there. */
bool	label_names_tlp(const char *marks);
/* "TLP:AMBER RESTRICTED H1 H2 PAP:GREEN B2 ONWARD": label_read() gives the
 * same label again. */
void	label_print(struct buf *, const struct handling *);
/* What a scheme ("EU", "NATO", "UN", "INTERPOL", "DE", ...) calls a level:
 * "RESTREINT UE/EU RESTRICTED"; NULL when it has no such word. */
const char *label_of_level(const char *scheme, enum level);
/* The i-th scheme, NULL past the end. */
const char *label_scheme(size_t i);

#endif
