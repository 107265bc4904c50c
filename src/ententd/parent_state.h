#ifndef ENTENTD_PARENT_STATE_H
#define ENTENTD_PARENT_STATE_H

#include <sys/types.h>

#include "ententd/child.h"
#include "ententd/config.h"

/* Inside parent*.c only. */
struct born {
	struct parent	*parent;
	enum child	 role;
	pid_t		 pid;		/* 0 while it waits to be restarted */
	struct ipc	*control;
	msec		 since;
	unsigned	 quick;		/* deaths soon after birth, in a row */
	bool		 ready;
};

struct parent {
	struct config	 config;
	struct loop	*loop;
	struct born	 born[CHILDREN];
	int		 listener[3];
	int		 self;		/* this program, to be exec'ed */
	int		 dir;
	int		 signed_log;
	int		 signals;
	struct loop_watch *signals_watch;
	bool		 told_ready;
	bool		 stopping;
};

/* parent_children.c: a child is born; one that died is buried, and born again
 * at once at first, then ever later, so that one that cannot live does not eat
 * the machine. */
void	parent_spawn(struct born *);
void	parent_bury(struct parent *, pid_t, int status);
/* They end when their control channel closes.  Waited for, so that the next
 * ententd never meets a vault that is still writing. */
void	parent_stop_children(struct parent *);

/* parent_files.c: keyring.age as `keys` hands it over; and to it: sealed ring,
 * locked identity, credential, all that it has of files. */
void	parent_save_keyring(struct parent *, struct ipc *, struct ipc_message *);
void	parent_send_keyring(struct parent *, int fd);
/* custody/<first>-<second>.age, for whoever carries it out. */
void	parent_save_custody(struct parent *, struct slice body);
/* A line of signed.log. */
void	parent_log_signature(struct parent *, struct slice body);

/* parent.c: when it is the last one, the service manager is told. */
void	parent_child_is_ready(struct parent *, struct born *);

#endif
