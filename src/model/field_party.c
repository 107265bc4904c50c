#include "model/field_ops.h"

/* -- persons -------------------------------------------------------------- */

/* ISO 15924: the script a name was copied in. */
static bool
script_valid(struct slice s)
{
	if (s.n != 4 || !field_is_upper(s.p[0]))
		return false;
	for (size_t i = 1; i < 4; i++)
		if (s.p[i] < 'a' || s.p[i] > 'z')
			return false;
	return true;
}

static bool
trimmed(struct slice s)
{
	return s.p[0] != ' ' && s.p[s.n - 1] != ' ';
}

static const char space_reason[] = "begins or ends with a space";

/* Many people bear one name only: it is the family name here. */
static bool
person_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;

	jobj_begin(&o, v, at->path, at->err);
	field_part_must(&o, "family", 200, trimmed, space_reason);
	field_part(&o, "given", 200, trimmed, space_reason);
	field_part(&o, "script", 4, script_valid,
	    "must be a script such as Latn, Arab, Cyrl");
	return jobj_end(&o);
}

static void
put_squeezed(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' || s.p[i - 1] != ' ')
			buf_u8(out, field_lower(s.p[i]));
}

/* Letters beyond ASCII, transliteration and likeness are the index's work. */
static bool
person_normal(struct buf *out, const json_t *v)
{
	struct slice given = field_key(v, "given");

	put_squeezed(out, field_key(v, "family"));
	if (given.n != 0) {
		buf_u8(out, ' ');
		put_squeezed(out, given);
	}
	return true;
}

static void
person_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	struct slice given = field_key(v, "given");

	(void)f;
	buf_slice(out, field_key(v, "family"));
	if (given.n != 0) {
		buf_str(out, lang_near(lang) == LANG_AR ? "، " : ", ");
		buf_slice(out, given);
	}
}

/* E.164: at most fifteen digits, the country's first. */
bool
field_phone_valid(struct slice s)
{
	if (s.n < 8 || s.n > 16 || s.p[0] != '+' || s.p[1] == '0')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!field_is_digit(s.p[i]))
			return false;
	return true;
}

static const char phone_reason[] =
    "must be an international number such as +381111234567";

static bool
phone_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 16, field_phone_valid, phone_reason);
}

/* -- authorities ---------------------------------------------------------- */

static bool
authority_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;

	jobj_begin(&o, v, at->path, at->err);
	field_part_must(&o, "organisation", 300, trimmed, space_reason);
	field_part(&o, "person", 200, trimmed, space_reason);
	field_part(&o, "function", 200, trimmed, space_reason);
	if (jobj_has(&o, "address") && jobj_text(&o, "address", 500)[0] == '\0')
		jobj_fail(&o, "E-FIELD-MISSING", "address", "is empty");
	field_part(&o, "phone", 16, field_phone_valid, phone_reason);
	field_part(&o, "mobile", 16, field_phone_valid, phone_reason);
	field_part(&o, "fax", 16, field_phone_valid, phone_reason);
	field_part(&o, "email", 320, field_email_valid,
	    "must be an address such as name@example.org");
	field_part(&o, "hours", 200, trimmed, space_reason);
	field_part(&o, "zone", 64, field_zone_valid,
	    "must be a time zone such as Europe/Paris");
	return jobj_end(&o);
}

/* A part on a line of its own, after a word in the reader's language. */
static void
put_line(struct buf *out, const json_t *v, const char *key, const char *word)
{
	struct slice s = field_key(v, key);

	if (s.n == 0)
		return;
	buf_str(out, "\n");
	if (word[0] != '\0')
		buf_printf(out, "%s ", word);
	buf_slice(out, s);
}

static void
authority_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	static const char *const tel[LANGS] = { "tel.", "هاتف", "tel.", "tél." };
	static const char *const mobile[LANGS] = {
		"mobile", "جوال", "móvil", "portable"
	};
	static const char *const fax[LANGS] = { "fax", "فاكس", "fax", "fax" };
	static const char *const hours[LANGS] = {
		"hours", "ساعات العمل", "horario", "horaires"
	};

	(void)f;
	buf_slice(out, field_key(v, "organisation"));
	put_line(out, v, "person", "");
	put_line(out, v, "function", "");
	put_line(out, v, "address", "");
	put_line(out, v, "phone", tel[lang_near(lang)]);
	put_line(out, v, "mobile", mobile[lang_near(lang)]);
	put_line(out, v, "fax", fax[lang_near(lang)]);
	put_line(out, v, "email", "");
	put_line(out, v, "hours", hours[lang_near(lang)]);
	put_line(out, v, "zone", "");
}

/* -- names of the network ------------------------------------------------- */

static bool
badge_valid(struct slice s)
{
	struct badge b;

	return badge_parse(&b, s);
}

static bool
officer_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 32, badge_valid, "is no officer's badge");
}

static bool
member_valid(struct slice s)
{
	struct member_id m;

	return member_id_parse(&m, s);
}

static bool
member_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 32, member_valid, "is no member's id");
}

static bool
desk_valid(struct slice s)
{
	struct address a;

	return address_parse(&a, s);
}

static bool
desk_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 132, desk_valid, "is no desk's address");
}

const struct field_ops field_party_person = {
	"person-name", "person-name", person_check, person_normal, person_render
};
const struct field_ops field_party_phone = {
	"phone", "phone", phone_check, NULL, NULL
};
const struct field_ops field_party_authority = {
	"authority", NULL, authority_check, NULL, authority_render
};
const struct field_ops field_party_officer = {
	"officer", NULL, officer_check, NULL, NULL
};
const struct field_ops field_party_member = {
	"member", NULL, member_check, NULL, NULL
};
const struct field_ops field_party_desk = { "desk", NULL, desk_check, NULL, NULL };
