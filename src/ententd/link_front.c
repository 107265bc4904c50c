#include <string.h>

#include "ententd/front.h"

/*
 * The peers' listener: TLS 1.3 with a client certificate, whose key gives
 * quotas and never authority.  It holds a channel on which the vault offers
 * nothing of officers.
 */
static bool
streams(const char *method, const char *path)
{
	return strcmp(method, "PUT") == 0 &&
	    strncmp(path, "/link/v1/blobs/", 15) == 0;
}

int
link_main(void)
{
	static const struct front_rules rules = {
		.role = CHILD_LINK,
		.body_max = 8 * 1024 * 1024,
		.client_cert = true,
		.connections = 1000,
		.listener = LISTENER_LINK,
		.streams = streams,
		.prefix = "/link/v1/",
	};

	return front_main(&rules);
}
