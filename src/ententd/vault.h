#ifndef ENTENTD_VAULT_H
#define ENTENTD_VAULT_H

#include "ententd/child.h"
#include "model/kind.h"
#include "model/policy.h"
#include "store/store.h"

/*
 * The process that has the store, and decides.  One loop; handlers do their
 * work in steps where `keys` or the courier must be asked between.  What a
 * turn wrote is committed at its end, together, and only then do the answers
 * leave: a 201 or a receipt means it is on disk.
 */
struct vault {
	struct child_state	 child;
	struct store		 store;
	struct shelves		*shelves;
	struct kind_set		*kinds;		/* own ones too */
	json_t			*requires;	/* by kind, for our card; or NULL */
	json_t			*left_out;	/* own files that were refused */
	json_t			*calendars;	/* own ones, for the status */
	struct secret		*index;		/* of matching.h; NULL: none */
	bool			 open;		/* keys are at hand: not locked */
	struct loop_timer	*shelves_timer;	/* the next keep_shelves() */
	bool			 ready;
	struct member_id	 member;
	char			 key_name[112];
	struct hash		 net;
	struct trust		*trust;
	struct call		*calls;		/* under way, answers owed */
	struct reply		*replies, **replies_end;
	struct asked		*asked;		/* questions to keys and courier */
	struct outbox		*outbox;
	struct rotation		*rotation;
	struct steps		*steps;		/* of the clock */
	struct relay		*relay;
	struct pickup		*pickup;
	struct tally		*tally;
	bool			 writing;	/* a transaction is open this turn */
	int			 dir;		/* the data directory */
};

/* -- writing ------------------------------------------------------------------ */

/* Inside the turn's transaction, a unit that may fail alone. */
bool	vault_unit_begin(struct vault *, struct err *);
/* True when ok was and the unit is now part of the turn. */
bool	vault_unit_end(struct vault *, bool ok, struct err *);
/* Audit in the same unit; who is a badge, "node", or a member. */
bool	vault_audit(struct vault *, const char *who, const char *what,
	    const struct hash *object, const char *peer, const char *detail,
	    struct err *);

/* -- asking keys and the courier ------------------------------------------------- */

/*
 * One question, one answer: got() is called once, with NULL when the other
 * process went away.  The message is borrowed; its fd may be taken.
 */
void	vault_ask(struct vault *, enum child whom, uint16_t type,
	    struct slice body, int fd,
	    void (*got)(void *arg, struct ipc_message *), void *arg);

/* Have the keys of these shelves at hand, then go on; err NULL when all are.
 * go() may be called at once. */
void	vault_shelves(struct vault *, const struct shelf_label *, size_t n,
	    void (*go)(void *arg, const struct err *), void *arg);

/* An answer or a deed that waits for the commit at the end of the turn.  On
 * failure failed() is called instead; both free what they hold. */
void	vault_after_commit(struct vault *, void (*done)(void *arg),
	    void (*failed)(void *arg, const struct err *), void *arg);

/* In V=crash only: die when this turn is on disk and nothing was said. */
#ifdef CRASH_POINTS
void	vault_crash_after_commit(struct vault *, const char *name);
#define CRASH_AFTER_COMMIT(v, name)	vault_crash_after_commit((v), (name))
#else
#define CRASH_AFTER_COMMIT(v, name)	((void)0)
#endif

/* The state in words: "ready", "locked", "joining", "suspended", "removed". */
const char *vault_state(const struct vault *);

/* -- inside vault*.c only ----------------------------------------------------- */

/* vault_turn.c: the group commit: everything this turn wrote, then everything
 * it says. */
void	vault_end_turn(void *vault);
/* vault_ask.c: an answer came; or whoever waits for a process that died is
 * told so, once. */
void	vault_answered(struct vault *, enum child whom, struct ipc_message *);
void	vault_forsaken(struct vault *, enum child whom);
/* vault_shelves.c: a label and its key, from keys. */
void	vault_put_shelf(struct vault *, struct cursor *);
/* The shelves every unit may need: of the audit log, and of short-lived
 * things, this month's and, well before it begins, the next one's. */
void	vault_keep_shelves(struct vault *);
/* One timer, however often keys was born anew. */
void	vault_keep_shelves_in(struct vault *, msec delay);
/* vault.c: once, when those are at hand for the first time. */
void	vault_become_ready(struct vault *);

#endif
