#ifndef ENTENTD_CONFIG_H
#define ENTENTD_CONFIG_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/log.h"

/*
 * DIR/entente.conf, as `entente init` writes it (entente.conf(5)):
 *
 *	[node]	member = rs
 *	[link]	listen = 127.0.0.1:7401		peers
 *		per_address = 64		most connections of one address
 *	[desk]	listen = 127.0.0.1:7402		officers, partners
 *		socket = desk.sock		officers on this machine
 *	[keys]	credential = /run/credentials/entente/unlock
 *	[relay]	for = xx yy		whose mail is held here; * for all whose
 *					card asks for it
 *		bytes = 1073741824	most for one of them
 *	[approval] kinds = request.* message.text/1	where a second officer
 *					approves first, though the kind does not ask
 *	[log]	level = info
 *
 * An unknown section or word is an error.  Rule E-CONFIG.
 */
struct config {
	char		dir[512];
	char		member[33];
	char		link_listen[128];
	uint16_t	per_address;
	char		desk_listen[128];	/* "" for none */
	char		desk_socket[108];	/* relative to dir, or absolute */
	char		credential[512];	/* "" for none: starts locked */
	char		relay[1024];		/* "" for nobody */
	char		approval[512];
	int64_t		relay_bytes;
	enum log_level	level;
	uid_t		uid;			/* owner of dir */
	gid_t		gid;
};

bool	config_read(struct config *, const char *dir, struct err *);

/* "127.0.0.1:7401" or "[::1]:7401" bound and listening; -1 with err. */
int	config_listen(const char *address, struct err *);
/* The Unix socket, mode 0660.  As the directory's owner, never as root. */
int	config_listen_unix(const struct config *, struct err *);

#endif
