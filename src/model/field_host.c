#include "model/field_ops.h"

enum { LABEL_MAX = 63, HOST_MAX = 253 };

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
	return label_valid(rest) && !field_all_digits(rest);
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

const struct field_ops field_host_domain = {
	"domain", "domain", domain_check, domain_normal, NULL
};
