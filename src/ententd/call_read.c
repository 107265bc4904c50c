#include "ententd/call.h"

#include <stdlib.h>
#include <string.h>

json_t *
call_body(struct call *c)
{
	struct err err;
	json_t *v = json_read(buf_all(&c->body), 2 * 1024 * 1024, &err);

	if (v == NULL)
		call_refuse(c, &err);
	return v;
}

const char *
call_query(struct call *c, const char *name)
{
	size_t n = strlen(name);
	const char *p = c->q.query, *end;

	while ((end = strchr(p, '\n')) != NULL) {
		if (strncmp(p, name, n) == 0 && p[n] == '=')
			return arena_str(&c->arena,
			    slice_of(p + n + 1, (size_t)(end - p) - n - 1));
		p = end + 1;
	}
	return NULL;
}

static bool
query_number(struct call *c, const char *name, int64_t most, int64_t *n)
{
	const char *s = call_query(c, name);
	char *end = NULL;

	if (s == NULL)
		return true;
	*n = s[0] >= '0' && s[0] <= '9' && strlen(s) < 19 ?
	    strtoll(s, &end, 10) : 0;
	if (*n >= 1 && *n <= most && *end == '\0')
		return true;
	call_refuse_with(c, ERR_INVALID, "E-FIELD-VALUE", name,
	    "is no number in its bounds");
	return false;
}

bool
call_page(struct call *c, int64_t *before, size_t *limit)
{
	int64_t n = 50;

	*before = 0;
	if (!query_number(c, "before", JSON_INT_MAX, before) ||
	    !query_number(c, "limit", 200, &n))
		return false;
	*limit = (size_t)n;
	return true;
}

const char *
call_lang(const struct call *c)
{
	const struct languages *known = &c->vault->child.languages;
	const char *code = languages_accept(known, c->q.accept_language);

	if (code == NULL)
		code = languages_find(known, slice_str(c->account.lang));
	return code == NULL ? lang_names[LANG_EN] : code;
}

bool
call_has_role(const struct call *c, unsigned roles)
{
	return (c->scope.roles & roles) != 0;
}

bool
call_has_desk(const struct call *c, const struct address *desk)
{
	return scope_has_desk(&c->scope, desk);
}
