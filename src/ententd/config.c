#include "ententd/config.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define RELAY_BYTES	((int64_t)1 << 30)
enum { PER_ADDRESS = 64, PER_ADDRESS_MOST = 1000 };

struct reading {
	struct config	*config;
	struct err	*err;
	bool		 bad;
};

static bool
level_parse(enum log_level *level, const char *s)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };

	for (unsigned i = 0; i < 4; i++)
		if (strcmp(names[i], s) == 0) {
			*level = (enum log_level)i;
			return true;
		}
	return false;
}

/* From a megabyte to a tebibyte. */
static bool
bytes_parse(int64_t *bytes, const char *s)
{
	char *end;
	long long n = strtoll(s, &end, 10);

	*bytes = n;
	return end != s && *end == '\0' && n >= 1000 * 1000 &&
	    n <= (int64_t)1 << 40;
}

static bool
count_parse(uint16_t *n, const char *s)
{
	char *end;
	long value = strtol(s, &end, 10);

	if (end == s || *end != '\0' || value < 1 || value > PER_ADDRESS_MOST)
		return false;
	*n = (uint16_t)value;
	return true;
}

static int
word(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	struct config *c = r->config;
	const struct {
		const char *section, *name;
		char *to;
		size_t size;
	} words[] = {
		{ "node", "member", c->member, sizeof(c->member) },
		{ "link", "listen", c->link_listen, sizeof(c->link_listen) },
		{ "desk", "listen", c->desk_listen, sizeof(c->desk_listen) },
		{ "desk", "socket", c->desk_socket, sizeof(c->desk_socket) },
		{ "relay", "for", c->relay, sizeof(c->relay) },
		{ "approval", "kinds", c->approval, sizeof(c->approval) },
		{ "keys", "credential", c->credential, sizeof(c->credential) },
	};

	if (r->bad)
		return 1;
	if (strcmp(section, "log") == 0 && strcmp(name, "level") == 0) {
		r->bad = !level_parse(&c->level, value);
		goto out;
	}
	if (strcmp(section, "relay") == 0 && strcmp(name, "bytes") == 0) {
		r->bad = !bytes_parse(&c->relay_bytes, value);
		goto out;
	}
	if (strcmp(section, "link") == 0 && strcmp(name, "per_address") == 0) {
		r->bad = !count_parse(&c->per_address, value);
		goto out;
	}
	r->bad = true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].section, section) == 0 &&
		    strcmp(words[i].name, name) == 0) {
			r->bad = strlen(value) >= words[i].size;
			(void)snprintf(words[i].to, words[i].size, "%s", value);
		}
out:
	if (r->bad)
		err_field(r->err, ERR_INVALID, "E-CONFIG", name,
		    "entente.conf: [%s] %s is not known or its value is not",
		    section, name);
	return 1;
}

bool
config_read(struct config *c, const char *dir, struct err *err)
{
	struct reading r = { .config = c, .err = err };
	char path[600];
	struct stat st;
	int line;

	memset(c, 0, sizeof(*c));
	c->level = LOG_LEVEL_INFO;
	c->relay_bytes = RELAY_BYTES;
	c->per_address = PER_ADDRESS;
	(void)snprintf(c->dir, sizeof(c->dir), "%s", dir);
	(void)snprintf(c->desk_socket, sizeof(c->desk_socket), "desk.sock");
	(void)snprintf(path, sizeof(path), "%s/entente.conf", dir);
	if (stat(dir, &st) == -1)
		return err_errno(err, "data directory %s", dir);
	c->uid = st.st_uid;
	c->gid = st.st_gid;
	line = ini_parse(path, word, &r);
	if (r.bad)
		return false;
	if (line != 0)
		return err_set(err, ERR_INVALID, "E-CONFIG",
		    "%s: line %d does not read", path, line);
	if (c->member[0] == '\0' || c->link_listen[0] == '\0')
		return err_set(err, ERR_INVALID, "E-CONFIG",
		    "%s: [node] member and [link] listen are needed", path);
	return true;
}

static int
listen_on(const struct addrinfo *a)
{
	int one = 1;
	int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, a->ai_protocol);

	if (fd == -1)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	/* Accepted connections inherit it: small answers leave at once. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (bind(fd, a->ai_addr, a->ai_addrlen) == -1 || listen(fd, 512) == -1) {
		int why = errno;

		(void)close(fd);
		errno = why;
		return -1;
	}
	return fd;
}

/* Split "host:port" at its last colon, brackets taken off. */
static bool
split(const char *address, char *host, size_t hsize, char *port, size_t psize)
{
	const char *colon = strrchr(address, ':');
	size_t n;

	if (colon == NULL || colon == address)
		return false;
	n = (size_t)(colon - address);
	if (address[0] == '[' && address[n - 1] == ']') {
		address++;
		n -= 2;
	}
	if (n >= hsize || strlen(colon + 1) >= psize)
		return false;
	(void)snprintf(host, hsize, "%.*s", (int)n, address);
	(void)snprintf(port, psize, "%s", colon + 1);
	return true;
}

int
config_listen(const char *address, struct err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *list;
	char host[100], port[16];
	int fd;

	if (!split(address, host, sizeof(host), port, sizeof(port)) ||
	    getaddrinfo(host, port, &hints, &list) != 0) {
		err_set(err, ERR_INVALID, "E-CONFIG",
		    "%s is no address and port", address);
		return -1;
	}
	/* A child of the ententd before this one may hold it a moment longer. */
	for (int tries = 0; (fd = listen_on(list)) == -1 &&
	    errno == EADDRINUSE && tries < 30; tries++)
		(void)usleep(100 * 1000);
	freeaddrinfo(list);
	if (fd == -1)
		err_errno(err, "listen on %s", address);
	return fd;
}

int
config_listen_unix(const struct config *c, struct err *err)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int n, fd = -1;

	n = c->desk_socket[0] == '/' ?
	    snprintf(un.sun_path, sizeof(un.sun_path), "%s", c->desk_socket) :
	    snprintf(un.sun_path, sizeof(un.sun_path), "%s/%s", c->dir,
	    c->desk_socket);
	if (n < 0 || (size_t)n >= sizeof(un.sun_path)) {
		err_set(err, ERR_INVALID, "E-CONFIG",
		    "the path of the desk socket is too long");
		return -1;
	}
	/* On a disk that cannot be written, the address would seem in use. */
	if (unlink(un.sun_path) == -1 && errno != ENOENT)
		goto bad;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 ||
	    bind(fd, (const struct sockaddr *)&un, sizeof(un)) == -1 ||
	    chmod(un.sun_path, 0660) == -1 || listen(fd, 128) == -1)
		goto bad;
	return fd;
bad:
	err_errno(err, "desk socket %s", un.sun_path);
	if (fd != -1)
		(void)close(fd);
	return -1;
}
