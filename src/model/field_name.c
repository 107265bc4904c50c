#include "model/field_ops.h"

enum { LABEL_MAX = 63, HOST_MAX = 253, URL_MAX = 2048, EMAIL_MAX = 320 };

/* -- domains -------------------------------------------------------------- */

/* Letters, digits and inner dashes; U-labels by their bytes. */
static bool
label_valid(struct slice s)
{
	if (s.n == 0 || s.n > LABEL_MAX || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x80 && !field_is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

static bool
all_digits(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!field_is_digit(s.p[i]))
			return false;
	return true;
}

bool
field_host_valid(struct slice s)
{
	struct slice label, rest = s;

	if (s.n > HOST_MAX || !slice_cut(&label, &rest, '.'))
		return false;
	do {
		if (!label_valid(label))
			return false;
	} while (slice_cut(&label, &rest, '.'));
	/* A last label of digits only is an address, not a name. */
	return label_valid(rest) && !all_digits(rest);
}

/* Code points of valid UTF-8, at most max; how many. */
static size_t
code_points(uint32_t *out, size_t max, struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < max; n++) {
		uint8_t c = s.p[i++];
		size_t more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		uint32_t v = more == 0 ? c : c & (0x3fu >> more);

		for (; more != 0 && i < s.n; more--)
			v = v << 6 | (s.p[i++] & 0x3fu);
		out[n] = v;
	}
	return n;
}

static uint8_t
punycode_digit(uint32_t d)
{
	return (uint8_t)(d < 26 ? 'a' + d : '0' + d - 26);
}

/* One delta as a variable-length integer (RFC 3492 section 3.3). */
static void
punycode_delta(struct buf *out, uint32_t delta, uint32_t bias)
{
	uint32_t t;

	for (uint32_t k = 36;; k += 36) {
		t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
		if (delta < t)
			break;
		buf_u8(out, punycode_digit(t + (delta - t) % (36 - t)));
		delta = (delta - t) / (36 - t);
	}
	buf_u8(out, punycode_digit(delta));
}

/* Section 6.1. */
static uint32_t
punycode_bias(uint32_t delta, uint32_t count, bool first)
{
	uint32_t k = 0;

	delta /= first ? 700 : 2;
	delta += delta / count;
	for (; delta > 455; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

/* Section 6.3, for a label of at most 63 code points: nothing overflows. */
static void
put_punycode(struct buf *out, struct slice label)
{
	uint32_t cp[LABEL_MAX], n = 128, delta = 0, bias = 72, done = 0, basic;
	size_t count = code_points(cp, LABEL_MAX, label);

	buf_str(out, "xn--");
	for (size_t i = 0; i < count; i++)
		if (cp[i] < 128) {
			buf_u8(out, field_lower((uint8_t)cp[i]));
			done++;
		}
	basic = done;
	if (basic != 0)
		buf_u8(out, '-');
	for (; done < count; delta++, n++) {
		uint32_t next = UINT32_MAX;

		for (size_t i = 0; i < count; i++)
			if (cp[i] >= n && cp[i] < next)
				next = cp[i];
		delta += (next - n) * (done + 1);
		n = next;
		for (size_t i = 0; i < count; i++) {
			if (cp[i] < n)
				delta++;
			if (cp[i] != n)
				continue;
			punycode_delta(out, delta, bias);
			bias = punycode_bias(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
}

static void
put_label(struct buf *out, struct slice label)
{
	for (size_t i = 0; i < label.n; i++)
		if (label.p[i] >= 0x80) {
			put_punycode(out, label);
			return;
		}
	field_put_lower(out, label);
}

void
field_put_host(struct buf *out, struct slice s)
{
	struct slice label, rest = s;

	while (slice_cut(&label, &rest, '.')) {
		put_label(out, label);
		buf_u8(out, '.');
	}
	put_label(out, rest);
}

static bool
domain_valid(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (field_is_upper(s.p[i]))
			return false;
	return field_host_valid(s);
}

static bool
domain_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, HOST_MAX, domain_valid,
	    "must be a domain in lower case such as example.org");
}

static bool
domain_normal(struct buf *out, const json_t *v)
{
	field_put_host(out, field_text(v));
	return true;
}

/* -- addresses of the web ------------------------------------------------- */

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

	if (s.n == 0 || s.n > 5 || s.p[0] == '0' || !all_digits(s))
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

/* -- mail and accounts ---------------------------------------------------- */

/* The dot-atom of RFC 5322 section 3.2.3, with the UTF-8 of RFC 6532. */
static bool
local_valid(struct slice s)
{
	if (s.n == 0 || s.n > 64 || s.p[0] == '.' || s.p[s.n - 1] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c == '.' && s.p[i - 1] == '.')
			return false;
		if (c < 0x80 && !field_is_alnum(c) &&
		    strchr(".!#$%&'*+/=?^_`{|}~-", c) == NULL)
			return false;
	}
	return true;
}

bool
field_email_valid(struct slice s)
{
	struct slice local, host = s;

	return slice_cut(&local, &host, '@') && local_valid(local) &&
	    field_host_valid(host);
}

static bool
email_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, EMAIL_MAX, field_email_valid,
	    "must be an address such as name@example.org");
}

/* The part before the @ may tell case apart by the standard; no provider
 * does, and a match is only a hint. */
static bool
email_normal(struct buf *out, const json_t *v)
{
	struct slice local, host = field_text(v);

	if (!slice_cut(&local, &host, '@'))
		return false;
	field_put_lower(out, local);
	buf_u8(out, '@');
	field_put_host(out, host);
	return true;
}

static bool
not_blank(struct slice s)
{
	return s.p[0] != ' ' && s.p[s.n - 1] != ' ';
}

static bool
handle_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;

	jobj_begin(&o, v, at->path, at->err);
	field_part_must(&o, "service", 64, not_blank,
	    "begins or ends with a space");
	field_part_must(&o, "name", 256, not_blank,
	    "begins or ends with a space");
	return jobj_end(&o);
}

static bool
handle_normal(struct buf *out, const json_t *v)
{
	struct slice name = field_key(v, "name");

	if (name.n > 1 && name.p[0] == '@')
		name = slice_skip(name, 1);
	field_put_lower(out, field_key(v, "service"));
	buf_u8(out, ':');
	field_put_lower(out, name);
	return true;
}

static void
handle_render(struct buf *out, const struct field *f, const json_t *v,
    enum lang lang)
{
	(void)f;
	(void)lang;
	buf_slice(out, field_key(v, "name"));
	buf_str(out, " (");
	buf_slice(out, field_key(v, "service"));
	buf_u8(out, ')');
}

const struct field_ops field_name_domain = {
	"domain", "domain", domain_check, domain_normal, NULL
};
const struct field_ops field_name_url = {
	"url", "url", url_check, url_normal, NULL
};
const struct field_ops field_name_email = {
	"email", "email", email_check, email_normal, NULL
};
const struct field_ops field_name_handle = {
	"handle", "handle", handle_check, handle_normal, handle_render
};
