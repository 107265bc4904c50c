#ifndef ENTENTE_NODE_CARD_H
#define ENTENTE_NODE_CARD_H

#include "base/buf.h"
#include "entente/node_keys.h"

/*
 * A member's first card, from what its operator says of it and the keys of
 * its node.
 */
struct node_card {
	struct hash		net;
	struct member_id	member;
	json_t			*name;		/* {"en":...} */
	const char		*country;	/* or "" */
	const char		*time_zone;
	json_t			*languages;
	json_t			*desks;		/* as in the card, any order */
	const char		*url;
	msec			now;
};

void	node_card_free(struct node_card *);
/* "Bureau" or "fr=Bureau": into name.  E-FIELD-VALUE. */
bool	node_card_name(json_t *name, const char *text, struct err *);
/* "en,fr": a list of texts. */
json_t	*node_card_list(const char *text);
/*
 * "rs/cyber;name=Cyber desk;name.fr=Bureau cyber;phone=+381…;hours=24/7;
 * powers=art29,art35;channels=coe;languages=en": one desk.  NULL: E-INIT-DESK.
 */
json_t	*node_card_desk(const char *text, struct err *);
/* The text to sign; wrong answers give the rules of card_parse(). */
bool	node_card_text(struct buf *, const struct node_card *,
	    const struct node_keys *, struct err *);

#endif
