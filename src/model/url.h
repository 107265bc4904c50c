#ifndef MODEL_URL_H
#define MODEL_URL_H

#include "base/slice.h"

/*
 * Where a node is reached: https://host[:port][/path], in one form.  Host:
 * a lower-case name, an IPv4 address, or an IPv6 address in brackets.  No
 * user, no query, no fragment, no empty or dotted segment, no slash at the
 * end; at most 200 bytes.
 */
enum { URL_MAX = 200 };
bool	url_valid(struct slice);

#endif
