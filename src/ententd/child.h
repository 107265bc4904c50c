#ifndef ENTENTD_CHILD_H
#define ENTENTD_CHILD_H

#include "ententd/channel.h"
#include "ententd/own_files.h"
#include "model/language.h"
#include "proc/ipc.h"
#include "proc/loop.h"
#include "proc/sandbox.h"

/*
 * What every child does: take its configuration, channels and listeners from
 * the parent on descriptor 3, enter its sandbox, and run its loop.  When a
 * neighbour restarts, the parent hands over a new channel and `linked` is
 * called again; when one goes away, `unlinked`.
 */
enum { CHILD_CONTROL_FD = 3 };

struct child_state {
	enum child		 role;
	struct child_config	 config;
	struct loop		*loop;
	struct ipc		*parent;
	struct ipc		*to[CHILDREN];		/* NULL while away */
	/* Counts the channels there were to each: ids begin anew with each, so
	 * an answer goes out only by the channel its question came by. */
	uint32_t		 era[CHILDREN];
	bool			 ready;
	int			 listener[3];		/* -1 when none */
	struct buf		 keyring, locked, credential;	/* keys only */
	struct own_files	 files;			/* vault, keys, desk */
	struct languages	 languages;		/* of its readers */
	const struct child_calls *calls;
	void			*arg;
};

struct child_calls {
	/* A message on the channel to `from`; may take m->fd. */
	void	(*got)(void *arg, enum child from, struct ipc_message *m);
	void	(*linked)(void *arg, enum child peer);
	void	(*unlinked)(void *arg, enum child peer);
	/* PARENT_SAVED and the like; NULL for most. */
	void	(*parent)(void *arg, struct ipc_message *m);
};

/* Reads up to PARENT_START, enters the sandbox.  Exits on failure. */
void	child_begin(struct child_state *, enum child role);
/* Starts talking: channels deliver from now on.  Then loop_run(). */
void	child_run(struct child_state *, const struct child_calls *, void *arg);
/* To the parent: ready.  Also before child_run(). */
void	child_ready(struct child_state *);

int	link_main(void);
int	desk_main(void);
int	vault_main(void);
int	keys_main(void);
int	courier_main(void);

#endif
