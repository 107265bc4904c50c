#ifndef ENTENTE_COMMANDS_TRUST_H
#define ENTENTE_COMMANDS_TRUST_H

#include <jansson.h>

#include "entente/command.h"
#include "entente/trust_open.h"

/* What the commands that work with trust keys share. */

/* The options of a row that signs a file. */
#define TRUST_SIGN_OPTIONS						\
	{ "key", OPTION_TEXT, "root/N|card/MEMBER", false, 0 },		\
	{ "output", OPTION_PATH, "FILE", false, 'o' },			\
	{ "demo", OPTION_FLAG, NULL, false, 0 },			\
	TRUST_OPTIONS

/* Show the file's text, ask, sign with the keys that may; type NULL: any. */
enum exit_code trust_sign_file(struct cli *, const char *type);

/* POST /trust with these notes (a JSON array, borrowed) to the own node, and
 * show what became of each. */
enum exit_code trust_publish(struct cli *, json_t *notes);

/* `agreement`: what signs, */
extern const struct option agreement_propose_options[];
extern const struct option agreement_sign_options[];
extern const struct option agreement_send_options[];
extern const struct option agreement_end_options[];
enum exit_code agreement_propose(struct cli *);
enum exit_code agreement_propose_file(struct cli *);	/* --network-dir */
enum exit_code agreement_sign(struct cli *);
enum exit_code agreement_amend(struct cli *);
enum exit_code agreement_countersign(struct cli *);
enum exit_code agreement_end(struct cli *);
/* and what shows. */
extern const struct option agreement_explain_options[];
extern const struct option agreement_report_options[];
enum exit_code agreement_list(struct cli *);
enum exit_code agreement_show(struct cli *);
enum exit_code agreement_explain(struct cli *);
enum exit_code agreement_report(struct cli *);
enum exit_code agreement_year(struct cli *);

/* The options of `init`, which `network join` takes too. */
extern const struct option init_options[];
enum exit_code init_run(struct cli *);
/* `init DIR --recover`: the keyring alone, as two custodians give it back. */
enum exit_code init_recover(struct cli *);

/* Of the trust keyring. */
enum exit_code trust_custodians(struct cli *);
enum exit_code trust_recover(struct cli *);

#endif
