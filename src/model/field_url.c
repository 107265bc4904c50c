#include "model/field_ops.h"

enum { URL_MAX = 2048 };

struct url {
	struct slice	scheme;
	struct slice	user;		/* with its @, or empty */
	struct slice	host;		/* without brackets */
	bool		six;
	struct slice	port;		/* or empty */
	struct slice	rest;		/* path, query, fragment */
};

/* What a browser would run instead of fetch stays out of the list. */
static const struct {
	const char	*name;
	const char	*port;		/* the usual one, left out of the normal form */
} schemes[] = {
	{ "http", "80" }, { "https", "443" }, { "ftp", "21" }, { "ftps", "990" },
	{ "sftp", "22" }, { "ws", "80" }, { "wss", "443" }, { "rtmp", "1935" },
	{ "rtsp", "554" }, { "irc", "6667" }, { "ircs", "6697" },
	{ "ipfs", "" },
};

static int
scheme_find(struct slice s)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (slice_eq(s, slice_str(schemes[i].name)))
			return (int)i;
	return -1;
}

static bool
url_chars(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || strchr("\"<>\\^`{|}", s.p[i]) != NULL)
			return false;
	return true;
}

/* The length of s before any byte of `stop`. */
static size_t
span(struct slice s, const char *stop)
{
	size_t i = 0;

	while (i < s.n && strchr(stop, s.p[i]) == NULL)
		i++;
	return i;
}

static bool
port_valid(struct slice s)
{
	unsigned n = 0;

	if (s.n == 0 || s.n > 5 || s.p[0] == '0' || !field_all_digits(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		n = n * 10 + (unsigned)(s.p[i] - '0');
	return n <= 65535;
}

static bool
authority_parse(struct url *u, struct slice a)
{
	size_t n = a.n, host;

	while (n != 0 && a.p[n - 1] != '@')
		n--;
	u->user = slice_of(a.p, n);
	a = slice_skip(a, n);
	u->six = a.n != 0 && a.p[0] == '[';
	if (u->six)
		a = slice_skip(a, 1);
	host = span(a, u->six ? "]" : ":");
	u->host = slice_of(a.p, host);
	a = slice_skip(a, host);
	if (u->six && a.n == 0)
		return false;
	if (u->six)
		a = slice_skip(a, 1);
	u->port = a.n == 0 ? a : slice_skip(a, 1);
	if (a.n != 0 && (a.p[0] != ':' || !port_valid(u->port)))
		return false;
	if (u->six)
		return memchr(u->host.p, ':', u->host.n) != NULL &&
		    field_ip_valid(u->host);
	return field_ip_valid(u->host) || field_host_valid(u->host);
}

static bool
url_parse(struct url *u, struct slice s)
{
	size_t n;

	*u = (struct url){ .six = false };
	if (!url_chars(s) || !slice_cut(&u->scheme, &s, ':') ||
	    scheme_find(u->scheme) < 0 || !slice_starts(s, "//"))
		return false;
	s = slice_skip(s, 2);
	n = span(s, "/?#");
	u->rest = slice_skip(s, n);
	return authority_parse(u, slice_of(s.p, n));
}

static bool
url_valid(struct slice s)
{
	struct url u;

	return url_parse(&u, s);
}

static bool
url_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, URL_MAX, url_valid,
	    "must be a web address such as https://example.org/page");
}

static bool
url_normal(struct buf *out, const json_t *v)
{
	struct slice path;
	struct url u;

	if (!url_parse(&u, field_text(v)))
		return false;
	path = slice_of(u.rest.p, span(u.rest, "#"));
	buf_slice(out, u.scheme);
	buf_str(out, "://");
	buf_slice(out, u.user);
	buf_str(out, u.six ? "[" : "");
	if (!field_put_ip(out, u.host))
		field_put_host(out, u.host);
	buf_str(out, u.six ? "]" : "");
	if (u.port.n != 0 &&
	    !slice_eq(u.port, slice_str(schemes[scheme_find(u.scheme)].port))) {
		buf_u8(out, ':');
		buf_slice(out, u.port);
	}
	if (path.n == 0 || path.p[0] != '/')
		buf_u8(out, '/');
	buf_slice(out, path);
	return true;
}

const struct field_ops field_url = {
	"url", "url", url_check, url_normal, NULL
};
