#include "model/field_ops.h"

enum { EMAIL_MAX = 320 };

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
    const char *lang)
{
	(void)f;
	(void)lang;
	buf_slice(out, field_key(v, "name"));
	buf_str(out, " (");
	buf_slice(out, field_key(v, "service"));
	buf_u8(out, ')');
}

const struct field_ops field_name_email = {
	"email", "email", email_check, email_normal, NULL
};
const struct field_ops field_name_handle = {
	"handle", "handle", handle_check, handle_normal, handle_render
};
