#include "model/field_ops.h"

/* -- exhibits: things in custody ------------------------------------------- */

static bool
trimmed(struct slice s)
{
	return s.p[0] != ' ' && s.p[s.n - 1] != ' ';
}

static bool
has_sign(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (field_is_alnum(s.p[i]))
			return trimmed(s);
	return false;
}

static const char space_reason[] = "begins or ends with a space";
static const char sign_reason[] = "must hold a letter or a digit";

/* The seal tells two things apart that bear one description; the hash tells
 * whether what is in a device is still what was taken. */
static bool
exhibit_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;

	jobj_begin(&o, v, at->path, at->err);
	field_part_must(&o, "item", 64, has_sign, sign_reason);
	field_part(&o, "description", 300, trimmed, space_reason);
	field_part(&o, "seal", 64, has_sign, sign_reason);
	field_part(&o, "hash", 140, field_hash_valid,
	    "must be md5:, sha1:, sha256: or sha512: and its lower-case hex "
	    "digits");
	field_part(&o, "custodian", 300, trimmed, space_reason);
	return jobj_end(&o);
}

static bool
exhibit_normal(struct buf *out, const json_t *v)
{
	struct slice seal = field_key(v, "seal");

	return seal.n != 0 && field_put_number(out, seal);
}

static void
put_part(struct buf *out, const json_t *v, const char *key, const char *word)
{
	struct slice s = field_key(v, key);

	if (s.n == 0)
		return;
	buf_printf(out, "\n%s ", word);
	buf_slice(out, s);
}

static void
exhibit_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	static const char *const seal[LANGS] = {
		"seal", "ختم", "precinto", "scellé"
	};
	static const char *const hash[LANGS] = {
		"hash", "بصمة", "hash", "empreinte"
	};
	static const char *const with[LANGS] = {
		"held by", "لدى", "en poder de", "détenu par"
	};

	(void)f;
	buf_slice(out, field_key(v, "item"));
	if (field_key(v, "description").n != 0) {
		buf_str(out, ": ");
		buf_slice(out, field_key(v, "description"));
	}
	put_part(out, v, "seal", seal[lang_near(lang)]);
	put_part(out, v, "hash", hash[lang_near(lang)]);
	put_part(out, v, "custodian", with[lang_near(lang)]);
}

/* -- accounts: where money lies -------------------------------------------- */

/* ISO 9362: bank, country, place, and perhaps the branch. */
static bool
bic_valid(struct slice s)
{
	if (s.n != 8 && s.n != 11)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!field_is_upper(s.p[i]) &&
		    (i == 4 || i == 5 || !field_is_digit(s.p[i])))
			return false;
	return true;
}

static bool
account_check(const struct field_at *at, const json_t *v)
{
	struct jobj o;

	jobj_begin(&o, v, at->path, at->err);
	field_part_must(&o, "number", 64, has_sign, sign_reason);
	field_part(&o, "bank", 200, trimmed, space_reason);
	field_part(&o, "bic", 11, bic_valid, "must be a BIC of 8 or 11 signs");
	field_part(&o, "holder", 200, trimmed, space_reason);
	return jobj_end(&o);
}

static bool
account_normal(struct buf *out, const json_t *v)
{
	return field_put_number(out, field_key(v, "number"));
}

static void
account_render(struct buf *out, const struct field *f, const json_t *v,
    const char *lang)
{
	static const char *const parts[] = { "bank", "bic", "holder" };

	(void)f;
	buf_slice(out, field_key(v, "number"));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (field_key(v, parts[i]).n == 0)
			continue;
		buf_str(out, lang_near(lang) == LANG_AR ? "، " : ", ");
		buf_slice(out, field_key(v, parts[i]));
	}
}

const struct field_ops field_item_exhibit = {
	"exhibit", "seal", exhibit_check, exhibit_normal, exhibit_render
};
const struct field_ops field_item_account = {
	"account", "account", account_check, account_normal, account_render
};
