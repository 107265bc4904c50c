#ifndef MODEL_CARD_H
#define MODEL_CARD_H

#include "crypto/age.h"
#include "model/directory.h"

/*
 * What a member says of itself, signed with its directory key.  Chained:
 * `prev` is the hash of the card before, `seq` rises by one and starts again
 * at 1 under a new directory key.
 */
enum {
	CARD_KEYS = 8, CARD_TLS = 8, CARD_URLS = 4, CARD_DESKS = 64,
	CARD_OFFICERS = 512, CARD_KINDS = 256
};

struct card_key {		/* signs messages and receipts */
	struct note_vkey	vkey;	/* <network>/<member>; P-256 too, where
					 * the directory allows it */
	msec			from;
	msec			until;	/* 0: open */
	msec			revoked; /* 0: no; others may have it since then */
};

struct card_seal {		/* sealed to; best first */
	char			recipient[AGE_KEY_TEXT];	/* "": foreign */
	const char		*foreign;	/* of a type not known here:
						 * kept, never sealed to */
	msec			from;
	msec			until;		/* never open */
};

struct card_desk {
	struct address	desk;
	const json_t	*name;		/* {"en":...,...} */
	const char	*phone;		/* "+381..." or "" */
	const char	*hours;		/* "24/7", free text, or "" */
	const json_t	*languages;	/* ["en","fr"], or NULL */
	const json_t	*powers;	/* ["art29","art35"], or NULL */
	const json_t	*channels;	/* ["coe","g7"], or NULL */
};

struct card_officer {
	struct badge		badge;
	struct note_vkey	vkey;	/* <network>/<member>/<badge> */
	msec			from;
	msec			until;	/* 0: open */
};

struct card_kind {
	const char	*kind;		/* "request.preservation/1" */
	struct hash	hash;
	const json_t	*requires;	/* what it asks for beside; or NULL */
};

struct card {
	struct hash		net;
	struct member_id	member;
	int64_t			seq;
	struct hash		prev;
	msec			issued;
	const json_t		*name;		/* {"en":...,...} */
	const char		*country;	/* ISO 3166 alpha-2, or "" */
	const char		*time_zone;	/* "Europe/Belgrade" */
	const json_t		*languages;
	struct card_key		*keys;
	size_t			nkeys;
	struct card_seal	*seals;
	size_t			nseals;
	uint8_t			(*tls)[32];	/* SPKI pins */
	size_t			ntls;
	const char		*urls[CARD_URLS];	/* https://host[:port][/path] */
	size_t			nurls;
	struct member_id	relay;		/* collects there; or "" */
	struct card_desk	*desks;
	size_t			ndesks;
	struct card_officer	*officers;
	size_t			nofficers;
	struct card_kind	*kinds;
	size_t			nkinds;
	const json_t		*speaks;	/* card_speaks() */
	const json_t		*ext;		/* kept, no effect; or NULL */
	json_t			*json;		/* owner of the borrowed parts */
	struct note_vkey	signer;		/* not in the text: card_verify() */
};

bool	card_parse(struct card *, struct arena *, struct slice text, struct err *);
void	card_print(struct buf *, const struct card *);
void	card_release(struct card *);
/*
 * A card note under a directory: the member is there and not removed, one of
 * its directory keys, valid at `issued` and not revoked, signed; the chain
 * from `prev` (NULL: none known) holds.  `prev` came from here, so that its
 * signer is known: that key goes on with seq + 1, a key that began later may
 * start again at 1.  A card signed by both hands the chain over.
 * Rules: E-CARD-MEMBER, E-CARD-KEY (a signature, but of no such key),
 * E-CARD-CHAIN, E-CARD-ALGORITHM, E-NOTE-UNSIGNED, E-NOTE-SIGNATURE,
 * E-TEXT-NET.
 */
bool	card_verify(struct card *, struct arena *, struct slice note,
	    const struct directory *, const struct card *prev,
	    const struct hash *prev_name, struct err *);
const struct card_desk *card_desk(const struct card *, const struct address *);
bool	card_desk_has_power(const struct card_desk *, const char *power);
/* The message keys valid at t, none that is revoked; returns how many were written to out. */
size_t	card_keys_at(const struct card *, msec t, struct note_vkey out[static CARD_KEYS]);
/* The key as this card lists it, or NULL. */
const struct card_key *card_key_of(const struct card *, const struct note_vkey *);
const struct card_officer *card_officer(const struct card *, const struct badge *);
/* The recipient to seal to at t, of a type known here; NULL when none is
 * valid. */
const struct card_seal *card_seal_at(const struct card *, msec t);

/* -- what a member's node can do with what others have -- */

/*
 * "speaks" lists types of text ("message/1"), types of recipient it seals to
 * ("seal/x25519", "seal/p256tag") and algorithms it verifies ("sign/ed25519",
 * "sign/p256").  A card without any of a sort is of a time when the first of
 * them was all there was.
 */
bool	card_speaks(const struct card *, const char *code);
/* What this program speaks: the caller's. */
json_t	*card_speaks_ours(void);
/* The directory allows the algorithms of the card's message keys:
 * E-CARD-ALGORITHM. */
bool	card_algorithms(const struct card *, const struct directory *,
	    struct err *);
/*
 * Whether a message signed with `alg` can go to this member at t: it verifies
 * that (E-CARD-SIGN), and not all that it can be sealed to is foreign
 * (E-CARD-SEAL).  That no known recipient is valid just now is no refusal: a
 * newer card may be on its way.
 */
bool	card_takes(const struct card *, enum note_algorithm alg, msec t,
	    struct err *);

#endif
