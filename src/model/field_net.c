#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

#include "base/encode.h"
#include "model/field_ops.h"

/* An address as 4 or 16 bytes; mapped IPv4 counts as IPv4. */
struct ip {
	uint8_t	b[16];
	size_t	n;
};

static bool
ip_parse(struct ip *ip, struct slice s)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN];

	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (strlen(text) != s.n)
		return false;
	ip->n = 4;
	if (inet_pton(AF_INET, text, ip->b) == 1)
		return true;
	ip->n = 16;
	if (inet_pton(AF_INET6, text, ip->b) != 1)
		return false;
	if (memcmp(ip->b, mapped, sizeof(mapped)) == 0) {
		ip->n = 4;
		memmove(ip->b, ip->b + 12, 4);
	}
	return true;
}

bool
field_ip_valid(struct slice s)
{
	struct ip ip;

	return ip_parse(&ip, s);
}

/* inet_ntop writes the form of RFC 5952. */
bool
field_put_ip(struct buf *out, struct slice s)
{
	char text[INET6_ADDRSTRLEN];
	struct ip ip;

	if (!ip_parse(&ip, s) || inet_ntop(ip.n == 4 ? AF_INET : AF_INET6,
	    ip.b, text, sizeof(text)) == NULL)
		return false;
	buf_str(out, text);
	return true;
}

static const char ip_reason[] = "must be an address such as 192.0.2.7 or 2001:db8::7";

static bool
ip_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, INET6_ADDRSTRLEN, field_ip_valid, ip_reason);
}

static bool
ip_normal(struct buf *out, const json_t *v)
{
	return field_put_ip(out, field_text(v));
}

/* An address alone does not tell a subscriber behind a shared one: the time
 * always stands with it. */
static bool
ipt_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;

	jobj_begin(&o, v, at->path, at->err);
	field_part_must(&o, "ip", INET6_ADDRSTRLEN, field_ip_valid, ip_reason);
	(void)jobj_int_opt(&o, "port", 1, 65535, 0);
	(void)jobj_time(&o, "at");
	field_part_must(&o, "zone", 64, field_zone_valid,
	    "must be a time zone such as Europe/Paris");
	return jobj_end(&o);
}

static bool
ipt_normal(struct buf *out, const json_t *v)
{
	return field_put_ip(out, field_key(v, "ip"));
}

static void
ipt_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	const json_t *port = json_object_get(v, "port");
	struct slice ip = field_key(v, "ip");
	bool six = ip.n != 0 && memchr(ip.p, ':', ip.n) != NULL;

	(void)f;
	(void)lang;
	if (port != NULL && six)
		buf_u8(out, '[');
	buf_slice(out, ip);
	if (port != NULL && six)
		buf_u8(out, ']');
	if (port != NULL)
		buf_printf(out, ":%lld", (long long)json_integer_value(port));
	buf_str(out, ", ");
	field_put_time(out, field_key(v, "at"));
	buf_str(out, " (");
	buf_slice(out, field_key(v, "zone"));
	buf_u8(out, ')');
}

/* Whole number without leading zeros, at most max; false otherwise. */
static bool
count_parse(uint64_t *n, struct slice s, uint64_t max)
{
	*n = 0;
	if (s.n == 0 || s.n > 10 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!field_is_digit(s.p[i]))
			return false;
		*n = *n * 10 + (uint64_t)(s.p[i] - '0');
	}
	return *n <= max;
}

static bool
cidr_parse(struct ip *ip, uint64_t *bits, struct slice s)
{
	struct slice head;

	if (!slice_cut(&head, &s, '/') || !ip_parse(ip, head) ||
	    !count_parse(bits, s, ip->n * 8))
		return false;
	for (size_t i = *bits; i < ip->n * 8; i++)
		if (ip->b[i / 8] & 0x80 >> i % 8)
			return false;
	return true;
}

static bool
cidr_valid(struct slice s)
{
	struct ip ip;
	uint64_t bits;

	return cidr_parse(&ip, &bits, s);
}

static bool
cidr_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, INET6_ADDRSTRLEN + 4, cidr_valid,
	    "must be a network such as 192.0.2.0/24, with no bits after its prefix");
}

static bool
cidr_normal(struct buf *out, const json_t *v)
{
	struct slice s = field_text(v), head;

	if (!slice_cut(&head, &s, '/') || !field_put_ip(out, head))
		return false;
	buf_u8(out, '/');
	buf_slice(out, s);
	return true;
}

static bool
asn_valid(struct slice s)
{
	uint64_t n;

	return slice_starts(s, "AS") &&
	    count_parse(&n, slice_skip(s, 2), UINT32_MAX) && n != 0;
}

static bool
asn_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 12, asn_valid,
	    "must be an autonomous system such as AS64500");
}

bool
field_hash_valid(struct slice s)
{
	static const struct {
		const char	*name;
		size_t		n;
	} algorithms[] = {
		{ "md5", 16 }, { "sha1", 20 }, { "sha256", 32 }, { "sha512", 64 },
	};
	struct slice name, hex = s;
	uint8_t bytes[64];

	if (!slice_cut(&name, &hex, ':'))
		return false;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (slice_eq(name, slice_str(algorithms[i].name)))
			return hex_decode(bytes, algorithms[i].n, hex);
	return false;
}

static bool
hash_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 140, field_hash_valid,
	    "must be md5:, sha1:, sha256: or sha512: and its lower-case hex digits");
}

const struct field_ops field_net_ip = { "ip", "ip", ip_check, ip_normal, NULL };
const struct field_ops field_net_ip_port_time = {
	"ip-port-time", "ip", ipt_check, ipt_normal, ipt_render
};
const struct field_ops field_net_cidr = {
	"cidr", "cidr", cidr_check, cidr_normal, NULL
};
const struct field_ops field_net_asn = { "asn", "asn", asn_check, NULL, NULL };
const struct field_ops field_net_hash = { "hash", "hash", hash_check, NULL, NULL };
