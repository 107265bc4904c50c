#ifndef ENTENTD_CHANNEL_H
#define ENTENTD_CHANNEL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/slice.h"
#include "proc/ipc.h"

/*
 * What the processes of one node say to each other.  The channel's kind, not
 * the message, decides what the vault offers: who holds a channel to which
 * peer is in channel_pairs.
 */
enum child {
	CHILD_LINK, CHILD_DESK, CHILD_VAULT, CHILD_KEYS, CHILD_COURIER, CHILDREN
};
extern const char *const child_names[CHILDREN];

enum channel_type {
	/* parent -> child, before its start and when a neighbour restarts */
	PARENT_CONFIG = 1,	/* struct child_config */
	PARENT_CHANNEL,		/* u8 enum child; descriptor */
	PARENT_LISTENER,	/* u8 enum listener; descriptor */
	PARENT_KEYRING,		/* var sealed ring, var locked identity, var credential */
	PARENT_START,
	PARENT_SAVED,		/* u8 ok: the keyring is on disk */
	PARENT_FILE,		/* str name, var bytes: of DIR/kinds */
	/* child -> parent */
	CHILD_READY,		/* first: after start; keys: each change of state */
	CHILD_SAVE,		/* var sealed ring: write, fsync, rename */
	CHILD_SIGNED,		/* 32 bytes, var type: for the parent's log */
	CHILD_CUSTODY,		/* u8 first, u8 second, var file of this pair */

	/* front -> vault */
	FRONT_REQUEST = 32,	/* struct request, body inline or in a memfd */
	FRONT_STREAM,		/* struct request: wants to stream its body */
	FRONT_STREAMED,		/* u8 ok, u64 bytes: the stream's end */
	FRONT_GONE,		/* the client went away */
	/* vault -> front */
	VAULT_ANSWER = 48,	/* struct answer, body inline or a descriptor */
	VAULT_STREAM,		/* u64 offset, u64 most; descriptor to write to */

	/* desk -> keys: what a person typed, never seen by the vault */
	DESK_SECRET = 64,	/* 16 ticket, u8 purpose, 32 hash, var secret */

	/* vault -> keys */
	VAULT_SIGN = 80,	/* var text, var approvals (lines); of a
				 * countersignature var text it is about */
	VAULT_UNWRAP,		/* u8 n, n var age headers */
	VAULT_SHELF,		/* str label */
	VAULT_SHELF_END,	/* str label, of a month that is over */
	VAULT_SECRET,		/* 16 ticket, u8 purpose, str account, var text */
	VAULT_CARD,		/* var our card's text, 32 TLS pin in use; no answer */
	VAULT_KEYS,		/* u8 bits: make a sealing, message, TLS key */
	/* keys -> vault */
	KEYS_STATE = 96,	/* u8 open; then str key name, 32 net, u16 n,
				 * n (str label, 32 key), var index key */
	KEYS_SIGNED,		/* result; var signature line */
	KEYS_UNWRAPPED,		/* u8 n, n (u8 ok, 16 file key | str rule) */
	KEYS_SHELF,		/* result; str label, 32 key */
	KEYS_SECRET,		/* result; var public key or signature line */
	KEYS_KEYS,		/* result; u16 n, n (u8 use, u64 made, str public) */
	KEYS_DESTROYED,		/* n (u8 use, str public): no question's answer */
	/* keys -> link, desk, courier */
	KEYS_TLS,		/* var certificate PEM, var key PEM */

	/* vault -> courier */
	VAULT_FETCH = 112,	/* struct errand; body inline or a descriptor */
	VAULT_CANCEL,
	/* courier -> vault */
	COURIER_ANSWER,		/* u16 status, result, var body (or descriptor) */
};

enum listener { LISTENER_LINK, LISTENER_DESK, LISTENER_DESK_UNIX };

/* Why a person's secret was sent: said by the desk from the path alone. */
enum purpose {
	PURPOSE_NONE, PURPOSE_LOGIN, PURPOSE_PASSWORD, PURPOSE_APPROVE, PURPOSE_UNLOCK,
	PURPOSE_COUNTERSIGN,	/* the hash: of the message it is about */
	PURPOSE_CHANGE,		/* the secret: var old password, then the new */
	PURPOSES
};
enum { TICKET = 16 };
/* A sealed keyring crosses a channel whole, with what opens it. */
enum { CHANNEL_KEYRING = 200 * 1024, CHANNEL_UNLOCK = 16 * 1024 };

struct child_config {
	char		dir[512];
	char		member[33];
	uint32_t	uid, gid;
	uint8_t		level;
	char		relay[1024];	/* members mail is held for, or "" */
	int64_t		relay_bytes;	/* most for one of them */
	char		approval[512];	/* kinds, spaces between, that wait for
					 * a second officer here */
	uint16_t	per_address;	/* connections that peers may have */
};
void	child_config_encode(struct buf *, const struct child_config *);
bool	child_config_decode(struct child_config *, struct slice);

/* A request as the vault sees it.  Strings are bounded and without NUL. */
struct request {
	char		method[8];
	char		path[512];
	char		query[1024];
	char		bearer[128];		/* Authorization: Bearer */
	char		idempotency[80];
	char		match[80];		/* If-None-Match */
	char		accept_language[64];
	char		address[64];
	uint8_t		has_key;
	uint8_t		key[32];		/* of the client's certificate */
	uint8_t		has_uid;
	uint32_t	uid;
	uint8_t		has_ticket;		/* a secret went to keys */
	uint8_t		ticket[TICKET];
	int64_t		length;			/* of the body; -1 unknown */
	struct slice	body;			/* inline; empty with a descriptor */
};
void	request_encode(struct buf *, const struct request *);
bool	request_decode(struct request *, struct slice);

struct answer {
	uint16_t	status;
	char		type[128];		/* Content-Type */
	char		headers[1024];		/* "Name: value\n" lines */
	int64_t		length;			/* with a descriptor; -1 unknown */
	struct slice	body;
};
void	answer_encode(struct buf *, const struct answer *);
bool	answer_decode(struct answer *, struct slice);

/* The keys by which a peer may be known: while one of its TLS keys follows
 * another, its card names both. */
enum { PINS = 8 };
struct pins {
	uint8_t		n;		/* at least 1 */
	uint8_t		key[PINS][32];
};

/* An errand for the courier. */
struct errand {
	char		method[8];
	char		url[512];
	struct pins	pins;
	char		headers[512];		/* "Name: value\n" lines */
	int64_t		offset, length;		/* with a descriptor to read from */
	uint32_t	answer_max;
	uint32_t	timeout;		/* msec; 0: by stall */
	struct slice	body;
};
void	errand_encode(struct buf *, const struct errand *);
bool	errand_decode(struct errand *, struct slice);

/* "Name: value\n..." in place, as the array of up to max and a NULL that
 * http_answer() and fetch want. */
void	headers_split(char *text, const char **out, size_t max);

/* A result: u8 class (0 ok), str rule, str field, str text. */
void	result_encode(struct buf *, const struct err *);	/* NULL: ok */
bool	result_decode(struct cursor *, struct err *);	/* true: it was ok */
/* What keys answered, the cursor behind the result.  False also when keys died
 * with the question: no message, E-NODE-BUSY. */
bool	keys_said(const struct ipc_message *, struct cursor *, struct err *);

#endif
