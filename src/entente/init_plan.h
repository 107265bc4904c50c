#ifndef ENTENTE_INIT_PLAN_H
#define ENTENTE_INIT_PLAN_H

#include <sys/types.h>

#include "entente/command.h"
#include "entente/node_card.h"
#include "entente/trust_chain.h"
#include "entente/trust_keyring.h"
#include "model/invite.h"

/*
 * What `entente init` is told, by flags or by answers, before anything is
 * made.  Rules set: E-INIT-MEMBER, E-INIT-DESK, E-INIT-OWNER, E-INIT-KEY,
 * E-DEMO-NETWORK, E-DEMO-URL, and those of the texts.
 */
enum init_from { INIT_INVITE, INIT_NETWORK, INIT_CHAIN };

struct init_plan {
	enum init_from		 from;
	struct network		 net;
	struct hash		 id;
	struct buf		 network_note;
	struct buf		 directory_note;	/* of an invite, or empty */
	struct invite		 invite;
	struct buf		 invite_note;	/* the same, as it came */
	struct trust_chain	 chain;
	struct member_id	 member;
	enum member_class	 class;
	/* The entry of who is a member already (the coordinator); or NULL. */
	const struct directory_member *entry;

	struct node_card	 card;
	const char		*dir;
	const char		*link;		/* "127.0.0.1:7401" */
	const char		*desk;		/* the same, or "" */
	const char		*credential;	/* absolute, or "" */
	struct badge		 admin;
	const char		*admin_name;
	json_t			*roles;
	long			 account_uid;
	uid_t			 uid;		/* owner; (uid_t)-1: who runs this */
	gid_t			 gid;
};

/* The network, the member: what can be told before questions are asked. */
bool	init_plan_network(struct cli *, struct init_plan *, struct err *);
/* The rest. */
bool	init_plan_answers(struct cli *, struct init_plan *, struct err *);
void	init_plan_free(struct init_plan *);

#endif
