#include "model/field_ops.h"

/* At least one letter or digit of any script. */
static bool
numbered(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80 || field_is_alnum(s.p[i]))
			return true;
	return false;
}

static const char numbered_reason[] = "has no letter and no digit";

static bool
number_normal(struct buf *out, const json_t *v)
{
	return field_put_number(out, field_text(v));
}

static bool
serial_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 128, numbered, numbered_reason);
}

static bool
document_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 64, numbered, numbered_reason);
}

static bool
plate_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 40, numbered, numbered_reason);
}

/* 3GPP TS 23.003 annex B: the fifteenth digit is Luhn's. */
static bool
imei_valid(struct slice s)
{
	unsigned sum = 0;

	if (s.n != 15)
		return false;
	for (size_t i = 0; i < 15; i++) {
		unsigned d = (unsigned)(s.p[i] - '0');

		if (!field_is_digit(s.p[i]))
			return false;
		if (i % 2 == 1)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return sum % 10 == 0;
}

static bool
imei_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 15, imei_valid,
	    "must be fifteen digits, the last one the check digit");
}

/* ISO 3779.  The check digit is an American rule, so it is not asked for. */
static bool
vin_valid(struct slice s)
{
	if (s.n != 17)
		return false;
	for (size_t i = 0; i < 17; i++)
		if ((!field_is_digit(s.p[i]) && !field_is_upper(s.p[i])) ||
		    strchr("IOQ", s.p[i]) != NULL)
			return false;
	return true;
}

static bool
vin_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 17, vin_valid,
	    "must be 17 capital letters and digits, none of them I, O or Q");
}

/* IMO resolution A.1117(30): weights 7 to 2, the sum ends in the last digit. */
static bool
imo_valid(struct slice s)
{
	unsigned sum = 0;

	if (s.n != 7)
		return false;
	for (unsigned i = 0; i < 7; i++) {
		if (!field_is_digit(s.p[i]))
			return false;
		if (i < 6)
			sum += (7 - i) * (unsigned)(s.p[i] - '0');
	}
	return sum % 10 == (unsigned)(s.p[6] - '0');
}

static bool
mmsi_valid(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!field_is_digit(s.p[i]))
			return false;
	return s.n == 9;
}

/* "IMO9074729", "MMSI316001245", or a name or call sign. */
static bool
vessel_valid(struct slice s)
{
	if (slice_starts(s, "IMO") && s.n > 3 && field_is_digit(s.p[3]))
		return imo_valid(slice_skip(s, 3));
	if (slice_starts(s, "MMSI") && s.n > 4 && field_is_digit(s.p[4]))
		return mmsi_valid(slice_skip(s, 4));
	return numbered(s);
}

static bool
vessel_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 120, vessel_valid,
	    "must be IMO and seven digits, MMSI and nine, a name or a call sign");
}

/* ISO 13616: the country and check digits moved to the end, letters as 10 to
 * 35, the whole modulo 97 is 1. */
static bool
iban_valid(struct slice s)
{
	unsigned rest = 0;

	if (s.n < 15 || s.n > 34 || !field_is_upper(s.p[0]) ||
	    !field_is_upper(s.p[1]) || !field_is_digit(s.p[2]) ||
	    !field_is_digit(s.p[3]))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[(i + 4) % s.n];

		if (field_is_digit(c))
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else if (field_is_upper(c))
			rest = (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
		else
			return false;
	}
	return rest == 1;
}

static bool
iban_check(const struct field_at *at, const json_t *v)
{
	return field_form(at, v, 34, iban_valid,
	    "must be an IBAN without spaces whose check digits hold");
}

const struct field_ops field_thing_serial = {
	"serial", "serial", serial_check, number_normal, NULL
};
const struct field_ops field_thing_imei = { "imei", "imei", imei_check, NULL, NULL };
const struct field_ops field_thing_document = {
	"document-number", "document-number", document_check, number_normal, NULL
};
const struct field_ops field_thing_plate = {
	"plate", "plate", plate_check, number_normal, NULL
};
const struct field_ops field_thing_vin = { "vin", "vin", vin_check, NULL, NULL };
const struct field_ops field_thing_vessel = {
	"vessel", "vessel", vessel_check, number_normal, NULL
};
const struct field_ops field_thing_iban = { "iban", "iban", iban_check, NULL, NULL };
