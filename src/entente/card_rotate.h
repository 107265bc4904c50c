#ifndef ENTENTE_CARD_ROTATE_H
#define ENTENTE_CARD_ROTATE_H

#include <jansson.h>

#include "entente/command.h"

/*
 * `card rotate`, up to the new card: fresh keys in the node's keyring, asked of
 * the running node, or with --stopped DIR put into its files.
 */
#define CARD_ROTATE_OPTIONS						\
	{ "seal", OPTION_FLAG, NULL, false, 0 },			\
	{ "sign", OPTION_FLAG, NULL, false, 0 },			\
	{ "tls", OPTION_FLAG, NULL, false, 0 },				\
	{ "directory", OPTION_FLAG, NULL, false, 0 },			\
	{ "due", OPTION_FLAG, NULL, false, 0 },				\
	{ "stopped", OPTION_PATH, "DIR", false, 0 }

/* True: the node has the keys, its card is to be signed.  False: the command
 * ends with *code. */
bool	card_rotate_begin(struct cli *, enum exit_code *code);
/* The running node makes what the options say. */
bool	card_keys_make(struct cli *, enum exit_code *code);
/* `card replace`: new keys for those of --compromised; as card_rotate_begin(). */
bool	card_replace_begin(struct cli *, enum exit_code *code);
/* --compromised names it, or all. */
bool	card_lost(const struct cli *, const char *use);
/* GET /keys as a table. */
void	card_keys_show(struct cli *, const json_t *list);

#endif
