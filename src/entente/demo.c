#include "entente/demo.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool
demo_is_loopback(const char *place)
{
	struct in_addr v4;
	struct in6_addr v6;
	char host[64];
	size_t n;

	if (strncmp(place, "https://", 8) == 0)
		place += 8;
	if (place[0] == '[') {
		place++;
		n = strcspn(place, "]");
	} else {
		n = strcspn(place, ":/");
	}
	if (n == 0 || n >= sizeof(host))
		return false;
	(void)snprintf(host, sizeof(host), "%.*s", (int)n, place);
	if (inet_pton(AF_INET, host, &v4) == 1)
		return (ntohl(v4.s_addr) >> 24) == 127;
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool
demo_network_allowed(const struct network *net, enum demo_asked asked,
    struct err *err)
{
	if (net->class == NETWORK_DEMO && asked == DEMO_NO)
		return err_set(err, ERR_DENIED, "E-DEMO-NETWORK",
		    "%s is a demo network, and --demo was not given", net->name);
	if (net->class != NETWORK_DEMO && asked == DEMO_YES)
		return err_set(err, ERR_DENIED, "E-DEMO-NETWORK",
		    "%s is a real network, and --demo was given", net->name);
	return true;
}

bool
demo_place_allowed(const struct network *net, const char *place,
    struct err *err)
{
	if (net->class != NETWORK_DEMO || place[0] == '\0' ||
	    demo_is_loopback(place))
		return true;
	return err_set(err, ERR_DENIED, "E-DEMO-URL",
	    "%s is a demo network: its nodes are reached at 127.0.0.0/8 or "
	    "[::1] only", net->name);
}
