#include "model/field_type.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "model/field_ops.h"

static const struct field_ops *const types[FIELD_TYPES] = {
	[FIELD_TEXT] = &field_text_line,
	[FIELD_LONGTEXT] = &field_text_long,
	[FIELD_LANG_TEXT] = &field_text_lang,
	[FIELD_INTEGER] = &field_number_integer,
	[FIELD_DECIMAL] = &field_number_decimal,
	[FIELD_MONEY] = &field_number_money,
	[FIELD_BOOLEAN] = &field_code_boolean,
	[FIELD_CHOICE] = &field_code_choice,
	[FIELD_MULTICHOICE] = &field_code_multichoice,
	[FIELD_COUNTRY] = &field_code_country,
	[FIELD_LANGUAGE] = &field_code_language,
	[FIELD_DATE] = &field_time_date,
	[FIELD_PARTIAL_DATE] = &field_time_partial,
	[FIELD_DATETIME_ZONE] = &field_time_zoned,
	[FIELD_PERIOD] = &field_time_period,
	[FIELD_DURATION] = &field_time_duration,
	[FIELD_PERSON_NAME] = &field_party_person,
	[FIELD_IP] = &field_net_ip,
	[FIELD_IP_PORT_TIME] = &field_net_ip_port_time,
	[FIELD_PORT] = &field_number_port,
	[FIELD_CIDR] = &field_net_cidr,
	[FIELD_ASN] = &field_net_asn,
	[FIELD_DOMAIN] = &field_host_domain,
	[FIELD_URL] = &field_url,
	[FIELD_EMAIL] = &field_name_email,
	[FIELD_PHONE] = &field_party_phone,
	[FIELD_HANDLE] = &field_name_handle,
	[FIELD_HASH] = &field_net_hash,
	[FIELD_WALLET] = &field_wallet,
	[FIELD_IBAN] = &field_thing_iban,
	[FIELD_CASE_NUMBER] = &field_text_case,
	[FIELD_AUTHORITY] = &field_party_authority,
	[FIELD_OFFICER] = &field_party_officer,
	[FIELD_MEMBER] = &field_party_member,
	[FIELD_DESK] = &field_party_desk,
	[FIELD_FILE] = &field_number_file,
	[FIELD_REFERENCE] = &field_text_reference,
	[FIELD_SERIAL] = &field_thing_serial,
	[FIELD_IMEI] = &field_thing_imei,
	[FIELD_DOCUMENT_NUMBER] = &field_thing_document,
	[FIELD_PLATE] = &field_thing_plate,
	[FIELD_VIN] = &field_thing_vin,
	[FIELD_VESSEL] = &field_thing_vessel,
	[FIELD_MRZ] = &field_mrz,
	[FIELD_GEO] = &field_number_geo,
	[FIELD_EXHIBIT] = &field_item_exhibit,
	[FIELD_ACCOUNT] = &field_item_account,
};

bool
field_type_parse(enum field_type *type, const char *name)
{
	for (unsigned i = 0; i < FIELD_TYPES; i++)
		if (strcmp(types[i]->name, name) == 0) {
			*type = (enum field_type)i;
			return true;
		}
	return false;
}

const char *
field_type_name(enum field_type type)
{
	assert(type < FIELD_TYPES);
	return types[type]->name;
}

const char *
field_type_match(enum field_type type)
{
	assert(type < FIELD_TYPES);
	return types[type]->match == NULL ? "" : types[type]->match;
}

bool
field_check(const struct field *f, const json_t *value, const char *path,
    struct err *err)
{
	struct field_at at = { .field = f, .path = path, .err = err };

	return types[f->type]->check(&at, value);
}

bool
field_normal(struct buf *out, enum field_type type, const json_t *value)
{
	const struct field_ops *ops = types[type];

	if (ops->match == NULL)
		return false;
	if (ops->normal != NULL)
		return ops->normal(out, value);
	buf_slice(out, field_text(value));
	return true;
}

void
field_render(struct buf *out, const struct field *f, const json_t *value,
    const char *lang)
{
	const struct field_ops *ops = types[f->type];

	if (ops->render != NULL)
		ops->render(out, f, value, lang);
	else if (json_is_integer(value))
		buf_printf(out, "%" PRId64, (int64_t)json_integer_value(value));
	else
		buf_slice(out, field_text(value));
}

const char *
label_in(const json_t *labels, const char *lang)
{
	const char *text = json_string_value(json_object_get(labels, lang));

	if (text == NULL)
		text = json_string_value(json_object_get(labels, "en"));
	return text == NULL ? "" : text;
}

/* -- shared by the types -------------------------------------------------- */

bool
field_fail(const struct field_at *at, const char *rule, const char *fmt, ...)
{
	char text[sizeof(at->err->text)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_field(at->err, ERR_INVALID, rule, at->path, "%s", text);
}

struct slice
field_text(const json_t *v)
{
	if (!json_is_string(v))
		return slice_of(NULL, 0);
	return slice_of(json_string_value(v), json_string_length(v));
}

struct slice
field_key(const json_t *object, const char *key)
{
	return field_text(json_object_get(object, key));
}

bool
field_line(const struct field_at *at, const json_t *v, size_t max,
    struct slice *s)
{
	if (!json_is_string(v))
		return field_fail(at, "E-FIELD-TYPE", "must be text");
	*s = field_text(v);
	if (s->n == 0)
		return field_fail(at, "E-FIELD-MISSING", "is empty");
	if (s->n > max)
		return field_fail(at, "E-FIELD-SIZE", "%zu bytes, at most %zu",
		    s->n, max);
	if (!utf8_printable(*s, UTF8_ONE_LINE))
		return field_fail(at, "E-FIELD-VALUE",
		    "must be one line without control characters");
	if (s->p[0] == ' ' || s->p[s->n - 1] == ' ')
		return field_fail(at, "E-FIELD-VALUE",
		    "begins or ends with a space");
	return true;
}

bool
field_form(const struct field_at *at, const json_t *v, size_t max,
    bool (*valid)(struct slice), const char *reason)
{
	struct slice s = { .p = NULL };

	if (!field_line(at, v, max, &s))
		return false;
	return valid(s) || field_fail(at, "E-FIELD-VALUE", "%s", reason);
}

void
field_part_must(struct jobj *o, const char *key, size_t max,
    bool (*valid)(struct slice), const char *reason)
{
	const char *s = jobj_str(o, key, max);

	if (!o->bad && valid != NULL && !valid(slice_str(s)))
		jobj_fail(o, "E-FIELD-VALUE", key, "%s", reason);
}

void
field_part(struct jobj *o, const char *key, size_t max,
    bool (*valid)(struct slice), const char *reason)
{
	if (jobj_has(o, key))
		field_part_must(o, key, max, valid, reason);
}

bool
field_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool
field_is_upper(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

bool
field_is_alnum(uint8_t c)
{
	return field_is_digit(c) || field_is_upper(c) || (c >= 'a' && c <= 'z');
}

bool
field_all_digits(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!field_is_digit(s.p[i]))
			return false;
	return true;
}

uint8_t
field_lower(uint8_t c)
{
	return field_is_upper(c) ? (uint8_t)(c + 32) : c;
}

uint8_t
field_upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c;
}

void
field_put_lower(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_u8(out, field_lower(s.p[i]));
}

bool
field_put_number(struct buf *out, struct slice s)
{
	size_t before = out->n;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80 || field_is_alnum(s.p[i]))
			buf_u8(out, field_upper(s.p[i]));
	return out->n != before;
}
