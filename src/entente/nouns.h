#ifndef ENTENTE_NOUNS_H
#define ENTENTE_NOUNS_H

#include "entente/command.h"

/* The table of each cmd_<noun>.c. */
extern const struct command cmd_act[];
extern const struct command cmd_agreement[];
extern const struct command cmd_audit[];
extern const struct command cmd_card[];
extern const struct command cmd_completion[];
extern const struct command cmd_config[];
extern const struct command cmd_countersign[];
extern const struct command cmd_custodian[];
extern const struct command cmd_draft[];
extern const struct command cmd_explain[];
extern const struct command cmd_export[];
extern const struct command cmd_file[];
extern const struct command cmd_forward[];
extern const struct command cmd_help[];
extern const struct command cmd_inbox[];
extern const struct command cmd_init[];
extern const struct command cmd_kind[];
extern const struct command cmd_lang[];
extern const struct command cmd_login[];
extern const struct command cmd_member[];
extern const struct command cmd_network[];
extern const struct command cmd_offer[];
extern const struct command cmd_page[];
extern const struct command cmd_receipt[];
extern const struct command cmd_request[];
extern const struct command cmd_send[];
extern const struct command cmd_show[];
extern const struct command cmd_spool[];
extern const struct command cmd_status[];
extern const struct command cmd_token[];
extern const struct command cmd_trust[];
extern const struct command cmd_user[];
extern const struct command cmd_verify[];
extern const struct command cmd_version[];

#endif
