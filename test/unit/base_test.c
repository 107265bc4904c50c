#include "base/clock.h"
#include "base/cursor.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/utf8.h"

#include "tap.h"

/* The same numbers in every run: what fails here fails again. */
static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t
any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* -- slices, cursors, buffers --------------------------------------------- */

static void
test_slice(void)
{
	struct slice head = slice_str("x"), rest = slice_str("a/b/c");

	OK(slice_cut(&head, &rest, '/') && slice_eq(head, slice_str("a")) &&
	    slice_eq(rest, slice_str("b/c")), "a slice is cut at the first mark");
	OK(!slice_cut(&head, &rest, ',') && slice_eq(head, slice_str("a")) &&
	    slice_eq(rest, slice_str("b/c")), "without a mark nothing changes");
	OK(slice_eq(slice_of(NULL, 0), slice_str("")) &&
	    !slice_eq(slice_str("a"), slice_str("b")), "empty slices are equal");
	OK(slice_starts(slice_str("TLP:RED"), "TLP:") &&
	    !slice_starts(slice_str("TL"), "TLP:"), "a short slice starts nothing");
}

static void
test_cursor(void)
{
	struct buf b = BUF_INIT;
	struct cursor c;
	char text[4];

	buf_u8(&b, 1);
	buf_u16(&b, 0x0203);
	buf_u32(&b, 0x04050607);
	buf_u64(&b, 0x08090a0b0c0d0e0f);
	buf_var_str(&b, "abc");
	c = cursor_of(buf_all(&b));
	OK(cursor_u8(&c) == 1 && cursor_u16(&c) == 0x0203 &&
	    cursor_u32(&c) == 0x04050607 &&
	    cursor_u64(&c) == 0x08090a0b0c0d0e0f,
	    "what a buffer writes a cursor reads");
	cursor_str(&c, text, sizeof(text));
	EQ_STR(text, "abc", "texts too");
	OK(cursor_done(&c), "and then nothing is left");
	OK(cursor_u8(&c) == 0 && c.bad && !cursor_done(&c),
	    "one more byte makes it bad");
	for (size_t n = 0; n < b.n; n++) {
		c = cursor_of(slice_of(b.p, n));
		(void)cursor_u8(&c);
		(void)cursor_u16(&c);
		(void)cursor_u32(&c);
		(void)cursor_u64(&c);
		(void)cursor_var(&c, 3);
		if (!c.bad || c.rest.n != 0 || cursor_u8(&c) != 0)
			break;
		if (n == b.n - 1)
			OK(true, "every prefix leaves it bad and empty");
	}
	c = cursor_of(slice_of(b.p + 15, 7));
	cursor_str(&c, text, 3);
	OK(c.bad && text[0] == '\0', "a text that does not fit is refused");
	buf_clear(&b);
	buf_var(&b, slice_of("a\0b", 3));
	c = cursor_of(buf_all(&b));
	cursor_str(&c, text, sizeof(text));
	OK(c.bad && text[0] == '\0', "a text with a NUL inside is refused");
	c = cursor_of(slice_of("\xff\xff\xff\xff", 4));
	(void)cursor_var(&c, SIZE_MAX);
	OK(c.bad, "a length beyond the end is refused");
	buf_free(&b);
}

static void
test_buf(void)
{
	struct buf b = { .limit = 4 };

	buf_str(&b, "abcd");
	OK(!b.bad && b.n == 4, "a buffer takes what its limit allows");
	EQ_STR(buf_cstr(&b), "abcd", "a NUL for reading is not counted");
	buf_u8(&b, 'e');
	OK(b.bad && b.n == 4, "one byte more makes it bad");
	buf_clear(&b);
	buf_str(&b, "abcde");
	buf_str(&b, "a");
	OK(b.bad && b.n == 0, "and then it takes nothing more");
	OK(buf_room(&b, SIZE_MAX) == NULL, "no length wraps around a limit");
	buf_clear(&b);
	buf_printf(&b, "%d", 123);
	OK(!b.bad && b.n == 3, "printing counts too");
	buf_eat(&b, 2);
	EQ_STR(buf_cstr(&b), "3", "bytes are eaten from the front");
	buf_free(&b);
}

/* -- text forms of bytes -------------------------------------------------- */

static void
test_hex(void)
{
	uint8_t out[4];
	char text[9];

	hex_encode(text, slice_of("\x00\x7f\x80\xff", 4));
	EQ_STR(text, "007f80ff", "hex is lower case");
	OK(hex_decode(out, 4, slice_str(text)) &&
	    memcmp(out, "\x00\x7f\x80\xff", 4) == 0, "and reads back");
	OK(!hex_decode(out, 4, slice_str("007F80FF")) &&
	    !hex_decode(out, 4, slice_str("007f80f")) &&
	    !hex_decode(out, 4, slice_str("007f80ff0")) &&
	    !hex_decode(out, 4, slice_str("007f80fg")),
	    "upper case, odd and wrong lengths, other letters are refused");
}

/* text or NULL: refused. */
static void
base64(const char *text, enum base64_padding padding, const char *want)
{
	struct buf b = BUF_INIT, again = BUF_INIT;
	bool ok = base64_decode(&b, slice_str(text), padding);

	if (want == NULL) {
		OK(!ok && b.n == 0, "base64 refuses \"%.4s\" and the rest",
		    text);
	} else {
		OK(ok && slice_eq(buf_all(&b), slice_str(want)),
		    "base64 \"%s\" is \"%s\"", text, want);
		buf_base64(&again, buf_all(&b), padding);
		EQ_STR(buf_cstr(&again), text, "and the other way round");
	}
	buf_free(&b);
	buf_free(&again);
}

static void
test_base64(void)
{
	static const char *const plain[] = {
		"", "f", "fo", "foo", "foob", "fooba", "foobar"
	};
	static const char *const padded[] = {
		"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"
	};
	static const char *const bad[] = {
		"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v\n", " Zm9",
		"Zm-v", "Z===", "====", "=", "Zg==Zg==", "Zm9v===="
	};

	for (size_t i = 0; i < 7; i++)
		base64(padded[i], BASE64_PADDED, plain[i]);
	base64("Zg", BASE64_RAW, "f");
	base64("Zm8", BASE64_RAW, "fo");
	base64("Zg==", BASE64_RAW, NULL);
	base64("Zh", BASE64_RAW, NULL);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		base64(bad[i], BASE64_PADDED, NULL);
}

static void
test_utf8(void)
{
	static const char *const good[] = {
		"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
		"\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
		"\xf4\x8f\xbf\xbf", "سلام"
	};
	static const char *const bad[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41",
		"\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
		"\xe2\x82", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80",
		"\xfe", "\xff", "a\xf0\x90\x80"
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(utf8_valid(slice_str(good[i])), "good sequence %zu", i);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!utf8_valid(slice_str(bad[i])) &&
		    !utf8_printable(slice_str(bad[i]), UTF8_MANY_LINES),
		    "bad sequence %zu is refused", i);
	OK(utf8_printable(slice_str("a\tb\n"), UTF8_MANY_LINES) &&
	    !utf8_printable(slice_str("a\tb"), UTF8_ONE_LINE) &&
	    !utf8_printable(slice_str("a\r"), UTF8_MANY_LINES) &&
	    !utf8_printable(slice_str("\x7f"), UTF8_MANY_LINES) &&
	    !utf8_printable(slice_str("\xc2\x85"), UTF8_MANY_LINES),
	    "tab and newline are the only controls, in texts of many lines");
	OK(utf8_length(slice_str("سلام x")) == 6, "length counts code points");
}

/* -- times ---------------------------------------------------------------- */

static void
test_times(void)
{
	static const char *const bad[] = {
		"", "2026-11-21T18:20:00Z", "2026-11-21T18:20:00.00Z",
		"2026-11-21T18:20:00.000z", "2026-11-21t18:20:00.000Z",
		"2026-11-21 18:20:00.000Z", "2026-11-21T18:20:00.000+00:00",
		"2026-11-21T24:00:00.000Z", "2026-11-21T18:60:00.000Z",
		"2026-11-21T18:20:60.000Z", "2026-02-30T18:20:00.000Z",
		"1969-12-31T23:59:59.999Z", "2026-11-21T18:20:00,000Z",
		"2026-11-21T+8:20:00.000Z", "2026-11-21T18:20:00.000Z ",
		"2100-02-29T00:00:00.000Z", "2023-02-29T00:00:00.000Z"
	};
	static const struct {
		const char *text;
		msec t;
	} good[] = {
		{ "1970-01-01T00:00:00.000Z", 0 },
		{ "2000-02-29T00:00:00.000Z", 951782400000 },
		{ "2024-02-29T12:34:56.789Z", 1709210096789 },
		{ "2038-01-19T03:14:08.000Z", 2147483648000 },
		{ "9999-12-31T23:59:59.999Z", TIME_MAX },
	};
	char text[TIME_TEXT];
	msec t, back;
	int round = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		OK(time_parse(&t, slice_str(good[i].text)) && t == good[i].t,
		    "%s is %lld", good[i].text, (long long)good[i].t);
		time_print(text, good[i].t);
		EQ_STR(text, good[i].text, "and back");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!time_parse(&t, slice_str(bad[i])), "\"%s\" is no time", bad[i]);
	for (int i = 0; i < 100000; i++) {
		t = (msec)(any() % (uint64_t)(TIME_MAX + 1));
		time_print(text, t);
		round += time_parse(&back, slice_str(text)) && back == t;
	}
	OK(round == 100000, "100,000 times read back as they were printed");
}

static bool
is_date(const char *text)
{
	char again[DATE_TEXT];
	msec t;

	if (!date_parse(&t, slice_str(text)))
		return false;
	date_print(again, t);
	return t % DAY == 0 && strcmp(again, text) == 0;
}

static void
test_dates(void)
{
	int year, month;

	OK(is_date("2024-02-29") && is_date("2000-02-29") && is_date("2400-02-29"),
	    "leap years have a 29 February");
	OK(!is_date("2023-02-29") && !is_date("2100-02-29") &&
	    !is_date("2024-02-30"), "other years do not");
	OK(is_date("2026-01-31") && !is_date("2026-04-31") &&
	    !is_date("2026-00-01") && !is_date("2026-13-01") &&
	    !is_date("2026-01-00") && !is_date("2026-1-1"),
	    "months have their days");
	time_month(951782400000, &year, &month);
	OK(year == 2000 && month == 2, "a time has its month");
}

/* from + duration = to. */
static void
adds(const char *from, const char *duration, const char *to)
{
	char text[DATE_TEXT] = "";
	struct duration d;
	msec t;

	if (date_parse(&t, slice_str(from)) &&
	    duration_parse(&d, slice_str(duration)))
		date_print(text, duration_add(t, d));
	EQ_STR(text, to, "%s + %s", from, duration);
}

static void
test_durations(void)
{
	static const char *const bad[] = {
		"", "P", "PT", "P1", "1D", "PD", "P1H", "PT1D", "P1DT", "P-1D",
		"P1.5D", "P1D1Y", "PT1S1H", "P1DT1H1H", "P1D ", "p1d",
		"P1234567D", "P1DTT1H"
	};
	struct duration d;

	OK(duration_parse(&d, slice_str("P1Y2M3DT4H5M6S")) && d.months == 14 &&
	    d.rest == 3 * DAY + 4 * HOUR + 5 * MINUTE + 6 * SECOND,
	    "a duration is months and a rest");
	OK(duration_parse(&d, slice_str("P2W")) && d.rest == 14 * DAY,
	    "weeks are seven days");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!duration_parse(&d, slice_str(bad[i])),
		    "\"%s\" is no duration", bad[i]);
	adds("2026-01-31", "P1M", "2026-02-28");
	adds("2024-01-31", "P1M", "2024-02-29");
	adds("2026-03-31", "P1M", "2026-04-30");
	adds("2026-01-31", "P2M", "2026-03-31");
	adds("2026-12-31", "P1M", "2027-01-31");
	adds("2026-12-31", "P2M", "2027-02-28");
	adds("2024-02-29", "P1Y", "2025-02-28");
	adds("2024-02-29", "P4Y", "2028-02-29");
	adds("2026-01-31", "P1M1D", "2026-03-01");
	adds("9999-12-31", "P999999Y", "9999-12-31");
}

/* -- JSON ----------------------------------------------------------------- */

static void
json(const char *text, size_t n, const char *rule)
{
	const char *name = strchr(text, '\n') == NULL ? text : "with a newline";
	struct err err = { .class = ERR_NONE };
	json_t *v = json_read(slice_of(text, n), 1000, &err);

	if (rule == NULL)
		OK(v != NULL, "JSON: %.60s", name);
	else
		OK(v == NULL && strcmp(err.rule, rule) == 0, "%s: %.60s", rule,
		    name);
	if (v == NULL && rule != NULL && strcmp(err.rule, rule) != 0)
		printf("# got %s\n", err.rule);
	json_decref(v);
}

static void
nested(char *out, int depth, const char *inner)
{
	int n = 0;

	for (int i = 0; i < depth; i++)
		out[n++] = '[';
	n += sprintf(out + n, "%s", inner);
	for (int i = 0; i < depth; i++)
		out[n++] = ']';
	out[n] = '\0';
}

static void
test_json(void)
{
	static const struct {
		const char *text, *rule;
	} t[] = {
		{ "{}", NULL },
		{ " {\"a\" : [1, true, null, \"x\"]}\n", NULL },
		{ "{\"a\":9007199254740991,\"b\":-9007199254740991}", NULL },
		{ "{\"a\":9007199254740992}", "E-JSON-NUMBER" },
		{ "{\"a\":[-9007199254740992]}", "E-JSON-NUMBER" },
		{ "{\"a\":99999999999999999999}", "E-JSON-NUMBER" },
		{ "{\"a\":1.0}", "E-JSON-NUMBER" },
		{ "[{\"a\":1e3}]", "E-JSON-NUMBER" },
		{ "{\"a\":1e999}", "E-JSON-NUMBER" },
		{ "{\"a\":1,\"a\":2}", "E-JSON-DUPLICATE" },
		{ "[{\"a\":1,\"\\u0061\":2}]", "E-JSON-DUPLICATE" },
		{ "[\"\xff\"]", "E-JSON-UTF8" },
		{ "[\"\xc0\x80\"]", "E-JSON-UTF8" },
		{ "[\"\xed\xa0\x80\"]", "E-JSON-UTF8" },
		{ "[\"\\ud800\"]", "E-JSON-SYNTAX" },
		{ "[\"\\u0000\"]", "E-JSON-SYNTAX" },
		{ "[\"a\nb\"]", "E-JSON-SYNTAX" },
		{ "", "E-JSON-SYNTAX" },
		{ "\"text\"", "E-JSON-SYNTAX" },
		{ "{} {}", "E-JSON-SYNTAX" },
		{ "{}x", "E-JSON-SYNTAX" },
		{ "[1,]", "E-JSON-SYNTAX" },
		{ "{a:1}", "E-JSON-SYNTAX" },
		{ "[01]", "E-JSON-SYNTAX" },
		{ "[NaN]", "E-JSON-SYNTAX" },
		{ "[\"a", "E-JSON-SYNTAX" },
		{ "[// x\n1]", "E-JSON-SYNTAX" },
	};
	char text[200];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		json(t[i].text, strlen(t[i].text), t[i].rule);
	json("[\"a\0b\"]", 7, "E-JSON-SYNTAX");
	json("{}\0", 3, "E-JSON-SYNTAX");
	nested(text, JSON_DEPTH, "\"[[[[\\\"[[\"");
	json(text, strlen(text), NULL);
	nested(text, JSON_DEPTH + 1, "");
	json(text, strlen(text), "E-JSON-DEPTH");
	nested(text, 5, "");
	memset(text, ' ', sizeof(text));
	OK(json_read(slice_of(text, 101), 100, NULL) == NULL,
	    "what is too long is not parsed");
}

/* -- reading objects ------------------------------------------------------ */

/* {"a":text,"to":[{"desk":text,"n":1..9}]}, as the header reads. */
static bool
reads(const char *text, struct err *err)
{
	struct jobj o, in;
	const json_t *to;
	json_t *v = json_read(slice_str(text), 1000, err);
	bool ok;

	jobj_begin(&o, v, "", err);
	(void)jobj_str(&o, "a", 5);
	to = jobj_array(&o, "to", 2);
	for (size_t i = 0; i < json_array_size(to); i++) {
		jobj_item(&in, &o, "to", to, i);
		(void)jobj_str_opt(&in, "desk", 9);
		(void)jobj_int(&in, "n", 1, 9);
		if (!jobj_end(&in)) {
			json_decref(v);
			return false;
		}
	}
	if (jobj_has(&o, "t"))
		(void)jobj_time(&o, "t");
	if (jobj_has(&o, "in")) {
		jobj_in(&in, &o, "in");
		(void)jobj_bool(&in, "b");
		if (!jobj_end(&in)) {
			json_decref(v);
			return false;
		}
	}
	ok = jobj_end(&o);
	json_decref(v);
	return ok;
}

static void
test_jobj(void)
{
	static const struct {
		const char *text, *rule, *field;
	} t[] = {
		{ "{\"to\":[]}", "E-FIELD-MISSING", "a" },
		{ "{\"a\":\"\",\"to\":[]}", "E-FIELD-MISSING", "a" },
		{ "{\"a\":1,\"to\":[]}", "E-FIELD-TYPE", "a" },
		{ "{\"a\":\"123456\",\"to\":[]}", "E-FIELD-SIZE", "a" },
		{ "{\"a\":\"x\\ny\",\"to\":[]}", "E-FIELD-VALUE", "a" },
		{ "{\"a\":\"x\",\"to\":{}}", "E-FIELD-TYPE", "to" },
		{ "{\"a\":\"x\",\"to\":[1,2,3]}", "E-FIELD-SIZE", "to" },
		{ "{\"a\":\"x\",\"to\":[1]}", "E-FIELD-TYPE", "to[0]" },
		{ "{\"a\":\"x\",\"to\":[{\"n\":1},{}]}", "E-FIELD-MISSING", "to[1].n" },
		{ "{\"a\":\"x\",\"to\":[{\"n\":0}]}", "E-FIELD-VALUE", "to[0].n" },
		{ "{\"a\":\"x\",\"to\":[{\"n\":\"1\"}]}", "E-FIELD-TYPE", "to[0].n" },
		{ "{\"a\":\"x\",\"to\":[{\"n\":1,\"desk\":2}]}", "E-FIELD-TYPE", "to[0].desk" },
		{ "{\"a\":\"x\",\"to\":[{\"n\":1,\"x\":2}]}", "E-FIELD-UNKNOWN", "to[0].x" },
		{ "{\"a\":\"x\",\"to\":[],\"t\":\"2026\"}", "E-FIELD-VALUE", "t" },
		{ "{\"a\":\"x\",\"to\":[],\"in\":{\"b\":1}}", "E-FIELD-TYPE", "in.b" },
		{ "{\"a\":\"x\",\"to\":[],\"z\":1}", "E-FIELD-UNKNOWN", "z" },
		{ "[]", "E-FIELD-TYPE", "" },
	};
	struct err err;

	OK(reads("{\"to\":[{\"n\":9},{\"desk\":\"d\",\"n\":1}],\"a\":\"x\"}", &err),
	    "an object reads in any order");
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		err = (struct err){ .class = ERR_NONE };
		OK(!reads(t[i].text, &err) && strcmp(err.rule, t[i].rule) == 0 &&
		    strcmp(err.field, t[i].field) == 0, "%s %s: %s", t[i].rule,
		    t[i].field, t[i].text);
	}
}

static void
test_jobj_sticky(void)
{
	struct err err = { .class = ERR_NONE };
	json_t *v = json_read(slice_str("{\"b\":7,\"c\":\"x\"}"), 100, &err);
	struct jobj o;

	jobj_begin(&o, v, "top", &err);
	(void)jobj_str(&o, "a", 5);
	OK(jobj_int(&o, "b", 0, 9) == 0 && jobj_str(&o, "c", 5)[0] == '\0' &&
	    jobj_object(&o, "d") == NULL && !jobj_has(&o, "b"),
	    "after the first failure every read is empty");
	OK(!jobj_end(&o) && strcmp(err.field, "top.a") == 0,
	    "and the first failure is the one that is told");
	jobj_begin(&o, v, "", &err);
	(void)jobj_int(&o, "b", 0, 9);
	OK(jobj_end_lax(&o), "a lax end lets unknown fields be");
	json_decref(v);
}

static void
test_jout(void)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	jout_object(&j, NULL);
	jout_slice(&j, "s", slice_str("\"\\/\b\t\n\f\r\x01\x1f\x7f" "é€𝄞"));
	jout_str_opt(&j, "none", "");
	jout_int(&j, "i", -JSON_INT_MAX);
	jout_bool(&j, "b", false);
	jout_time(&j, "t", 0);
	jout_time_opt(&j, "t0", 0);
	jout_date(&j, "d", DAY);
	jout_hex(&j, "h", slice_of("\x0f", 1));
	jout_array(&j, "a");
	jout_null(&j, NULL);
	jout_object(&j, NULL);
	jout_end_object(&j);
	jout_array(&j, NULL);
	jout_end_array(&j);
	jout_int(&j, NULL, 1);
	jout_end_array(&j);
	jout_str(&j, "k\n", "");
	jout_end_object(&j);
	EQ_STR(buf_cstr(&b), "{\"s\":\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\x7f"
	    "é€𝄞\",\"i\":-9007199254740991,\"b\":false,"
	    "\"t\":\"1970-01-01T00:00:00.000Z\",\"d\":\"1970-01-02\","
	    "\"h\":\"0f\",\"a\":[null,{},[],1],\"k\\n\":\"\"}",
	    "JSON is written as RFC 8785 asks, fields as they come");
	buf_free(&b);
}

int
main(void)
{
	secret_process_init();
	test_slice();
	test_cursor();
	test_buf();
	test_hex();
	test_base64();
	test_utf8();
	test_times();
	test_dates();
	test_durations();
	test_json();
	test_jobj();
	test_jobj_sticky();
	test_jout();
	return tap_done();
}
