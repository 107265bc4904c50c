#include "model/url.h"

#include <arpa/inet.h>

#include "model/ident.h"

/* 1 to 65535, no zero before it; 443 is what no port means. */
static bool
port_valid(struct slice s)
{
	unsigned n = 0;

	if (s.n == 0 || s.n > 5 || s.p[0] == '0')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (s.p[i] - '0');
	}
	return n <= 65535 && n != 443;
}

/* The compressed lower-case form, so that there is one. */
static bool
ipv6_valid(struct slice s)
{
	char text[INET6_ADDRSTRLEN], again[INET6_ADDRSTRLEN];
	struct in6_addr a;

	if (s.n == 0 || s.n >= sizeof(text) || memchr(s.p, '\0', s.n) != NULL)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return inet_pton(AF_INET6, text, &a) == 1 &&
	    inet_ntop(AF_INET6, &a, again, sizeof(again)) != NULL &&
	    strcmp(text, again) == 0;
}

static bool
authority_valid(struct slice s)
{
	struct slice host, rest = s;

	if (s.n != 0 && s.p[0] == '[') {
		if (!slice_cut(&host, &rest, ']') || !ipv6_valid(slice_skip(host, 1)))
			return false;
		return rest.n == 0 ||
		    (rest.p[0] == ':' && port_valid(slice_skip(rest, 1)));
	}
	if (slice_cut(&host, &rest, ':'))
		return host_name_valid(host) && port_valid(rest);
	return host_name_valid(s);
}

static bool
segment_valid(struct slice s)
{
	if (s.n == 0 || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9';

		if (!letter && !digit && memchr("-._~", c, 4) == NULL)
			return false;
	}
	return true;
}

bool
url_valid(struct slice s)
{
	static const char scheme[] = "https://";
	struct slice part, rest;

	if (s.n > URL_MAX || !slice_starts(s, scheme))
		return false;
	rest = slice_skip(s, sizeof(scheme) - 1);
	if (!slice_cut(&part, &rest, '/'))
		return authority_valid(rest);
	if (!authority_valid(part))
		return false;
	while (slice_cut(&part, &rest, '/'))
		if (!segment_valid(part))
			return false;
	return segment_valid(rest);
}
