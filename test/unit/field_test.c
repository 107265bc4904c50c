#include "base/secret.h"
#include "model/field_type.h"

#include "tap.h"

#define T(s)	"\"" s "\""		/* a JSON string */
#define AT	"\"2026-11-21T18:20:00.000Z\""

static json_t *lists;

/* -- values that hold and values that do not ------------------------------ */

struct vector {
	const char	*type;
	const char	*value;		/* JSON */
	const char	*rule;		/* NULL: it holds */
	const char	*field;		/* "": the value itself */
};

static const struct vector vectors[] = {
	{ "text", T("a line"), NULL, "" },
	{ "text", T("سطر"), NULL, "" },
	{ "text", T(""), "E-FIELD-MISSING", "" },
	{ "text", T(" a"), "E-FIELD-VALUE", "" },
	{ "text", T("a "), "E-FIELD-VALUE", "" },
	{ "text", T("a\\nb"), "E-FIELD-VALUE", "" },
	{ "text", T("a\\u0007"), "E-FIELD-VALUE", "" },
	{ "text", T("\\u0085"), "E-FIELD-VALUE", "" },
	{ "text", "3", "E-FIELD-TYPE", "" },
	{ "text", "null", "E-FIELD-TYPE", "" },
	{ "longtext", T("a\\nb\\tc"), NULL, "" },
	{ "longtext", T("\\n \\t"), "E-FIELD-MISSING", "" },
	{ "longtext", T("a\\rb"), "E-FIELD-VALUE", "" },
	{ "longtext", "{}", "E-FIELD-TYPE", "" },
	{ "lang-text", "{\"lang\":\"en\",\"text\":\"a\\nb\"}", NULL, "" },
	{ "lang-text", "{\"lang\":\"english\",\"text\":\"a\"}", "E-FIELD-SIZE", ".lang" },
	{ "lang-text", "{\"lang\":\"EN\",\"text\":\"a\"}", "E-FIELD-VALUE", ".lang" },
	{ "lang-text", "{\"lang\":\"en\",\"text\":\" \"}", "E-FIELD-MISSING", ".text" },
	{ "lang-text", "{\"lang\":\"en\"}", "E-FIELD-MISSING", ".text" },
	{ "lang-text", "{\"lang\":\"en\",\"text\":\"a\",\"x\":1}", "E-FIELD-UNKNOWN", ".x" },
	{ "lang-text", T("a"), "E-FIELD-TYPE", "" },
	{ "integer", "-3", NULL, "" },
	{ "integer", T("3"), "E-FIELD-TYPE", "" },
	{ "decimal", T("0"), NULL, "" },
	{ "decimal", T("12.50"), NULL, "" },
	{ "decimal", T("-0.5"), NULL, "" },
	{ "decimal", T("123456789012345.123456789"), NULL, "" },
	{ "decimal", T("-0"), "E-FIELD-VALUE", "" },
	{ "decimal", T("-0.00"), "E-FIELD-VALUE", "" },
	{ "decimal", T("01"), "E-FIELD-VALUE", "" },
	{ "decimal", T(".5"), "E-FIELD-VALUE", "" },
	{ "decimal", T("5."), "E-FIELD-VALUE", "" },
	{ "decimal", T("+5"), "E-FIELD-VALUE", "" },
	{ "decimal", T("1e3"), "E-FIELD-VALUE", "" },
	{ "decimal", T("1,5"), "E-FIELD-VALUE", "" },
	{ "decimal", T("-"), "E-FIELD-VALUE", "" },
	{ "decimal", "12", "E-FIELD-TYPE", "" },
	{ "money", "{\"amount\":\"12.50\",\"currency\":\"EUR\"}", NULL, "" },
	{ "money", "{\"amount\":\"-1\",\"currency\":\"EUR\"}", "E-FIELD-VALUE", ".amount" },
	{ "money", "{\"amount\":\"1\",\"currency\":\"eur\"}", "E-FIELD-VALUE", ".currency" },
	{ "money", "{\"amount\":\"1\"}", "E-FIELD-MISSING", ".currency" },
	{ "boolean", "true", NULL, "" },
	{ "boolean", "false", NULL, "" },
	{ "boolean", T("true"), "E-FIELD-TYPE", "" },
	{ "boolean", "1", "E-FIELD-TYPE", "" },
	{ "choice", T("FR"), NULL, "" },
	{ "choice", T("XX"), "E-CODE-UNKNOWN", "" },
	{ "choice", "[\"FR\"]", "E-FIELD-TYPE", "" },
	{ "multichoice", "[\"FR\",\"RS\"]", NULL, "" },
	{ "multichoice", "[\"FR\",\"FR\"]", "E-FIELD-VALUE", "[1]" },
	{ "multichoice", "[\"FR\",\"XX\"]", "E-CODE-UNKNOWN", "[1]" },
	{ "multichoice", "[\"FR\",\"RS\",\"FR\"]", "E-FIELD-SIZE", "" },
	{ "multichoice", "[]", "E-FIELD-MISSING", "" },
	{ "multichoice", T("FR"), "E-FIELD-TYPE", "" },
	{ "country", T("RS"), NULL, "" },
	{ "country", T("rs"), "E-CODE-UNKNOWN", "" },
	{ "language", T("FR"), NULL, "" },
	{ "language", T("klingon"), "E-CODE-UNKNOWN", "" },
	{ "date", T("2024-02-29"), NULL, "" },
	{ "date", T("1931-01-31"), NULL, "" },
	{ "date", T("2023-02-29"), "E-FIELD-VALUE", "" },
	{ "date", T("1900-02-29"), "E-FIELD-VALUE", "" },
	{ "date", T("2026-00-10"), "E-FIELD-VALUE", "" },
	{ "date", T("2026-13-10"), "E-FIELD-VALUE", "" },
	{ "date", T("2026-04-31"), "E-FIELD-VALUE", "" },
	{ "date", T("2026-04-00"), "E-FIELD-VALUE", "" },
	{ "date", T("2026-11"), "E-FIELD-VALUE", "" },
	{ "date", T("21/11/2026"), "E-FIELD-VALUE", "" },
	{ "date", T("0999-11-21"), "E-FIELD-VALUE", "" },
	{ "partial-date", T("1971"), NULL, "" },
	{ "partial-date", T("1971-05"), NULL, "" },
	{ "partial-date", T("1971-05-30"), NULL, "" },
	{ "partial-date", T("1971-5"), "E-FIELD-VALUE", "" },
	{ "partial-date", T("1971-"), "E-FIELD-VALUE", "" },
	{ "partial-date", T("1971-13"), "E-FIELD-VALUE", "" },
	{ "partial-date", T("1971-05-3"), "E-FIELD-VALUE", "" },
	{ "partial-date", T("71"), "E-FIELD-VALUE", "" },
	{ "datetime-zone", "{\"at\":" AT ",\"zone\":\"Europe/Paris\"}", NULL, "" },
	{ "datetime-zone", "{\"at\":" AT ",\"zone\":\"America/Argentina/Buenos_Aires\"}", NULL, "" },
	{ "datetime-zone", "{\"at\":" AT ",\"zone\":\"Etc/GMT+5\"}", NULL, "" },
	{ "datetime-zone", "{\"at\":" AT ",\"zone\":\"+01:00\"}", "E-FIELD-VALUE", ".zone" },
	{ "datetime-zone", "{\"at\":" AT ",\"zone\":\"../etc\"}", "E-FIELD-VALUE", ".zone" },
	{ "datetime-zone", "{\"at\":" AT ",\"zone\":\"Europe/\"}", "E-FIELD-VALUE", ".zone" },
	{ "datetime-zone", "{\"at\":" AT "}", "E-FIELD-MISSING", ".zone" },
	{ "datetime-zone", "{\"at\":\"2026-11-21 18:20\",\"zone\":\"UTC\"}", "E-FIELD-VALUE", ".at" },
	{ "period", "{\"from\":" AT ",\"to\":" AT "}", NULL, "" },
	{ "period", "{\"from\":" AT ",\"to\":\"2026-11-21T18:19:59.999Z\"}", "E-FIELD-VALUE", ".to" },
	{ "period", "{\"from\":" AT "}", "E-FIELD-MISSING", ".to" },
	{ "duration", T("PT4H"), NULL, "" },
	{ "duration", T("P1Y2M3DT4H5M6S"), NULL, "" },
	{ "duration", T("4H"), "E-FIELD-VALUE", "" },
	{ "duration", T("P"), "E-FIELD-VALUE", "" },
	{ "duration", T("PT"), "E-FIELD-VALUE", "" },
	{ "duration", T("P1H"), "E-FIELD-VALUE", "" },
	{ "person-name", "{\"family\":\"Petrović\",\"given\":\"Ana\",\"script\":\"Latn\"}", NULL, "" },
	{ "person-name", "{\"family\":\"Suharto\"}", NULL, "" },
	{ "person-name", "{\"given\":\"Ana\"}", "E-FIELD-MISSING", ".family" },
	{ "person-name", "{\"family\":\"P\",\"given\":\"\"}", "E-FIELD-MISSING", ".given" },
	{ "person-name", "{\"family\":\"P \"}", "E-FIELD-VALUE", ".family" },
	{ "person-name", "{\"family\":\"P\",\"script\":\"latn\"}", "E-FIELD-VALUE", ".script" },
	{ "ip", T("192.0.2.7"), NULL, "" },
	{ "ip", T("2001:DB8::7"), NULL, "" },
	{ "ip", T("192.0.2.07"), "E-FIELD-VALUE", "" },
	{ "ip", T("192.0.2"), "E-FIELD-VALUE", "" },
	{ "ip", T("192.0.2.256"), "E-FIELD-VALUE", "" },
	{ "ip", T("192.0.2.7/32"), "E-FIELD-VALUE", "" },
	{ "ip", T("fe80::1%eth0"), "E-FIELD-VALUE", "" },
	{ "ip", T("1::2::3"), "E-FIELD-VALUE", "" },
	{ "ip-port-time", "{\"ip\":\"192.0.2.7\",\"port\":51544,\"at\":" AT ",\"zone\":\"UTC\"}", NULL, "" },
	{ "ip-port-time", "{\"ip\":\"192.0.2.7\",\"at\":" AT ",\"zone\":\"UTC\"}", NULL, "" },
	{ "ip-port-time", "{\"ip\":\"192.0.2.7\",\"port\":0,\"at\":" AT ",\"zone\":\"UTC\"}", "E-FIELD-VALUE", ".port" },
	{ "ip-port-time", "{\"ip\":\"192.0.2.7\",\"port\":65536,\"at\":" AT ",\"zone\":\"UTC\"}", "E-FIELD-VALUE", ".port" },
	{ "ip-port-time", "{\"ip\":\"192.0.2.7\",\"zone\":\"UTC\"}", "E-FIELD-MISSING", ".at" },
	{ "port", "443", NULL, "" },
	{ "port", "0", "E-FIELD-VALUE", "" },
	{ "port", "65536", "E-FIELD-VALUE", "" },
	{ "cidr", T("192.0.2.0/24"), NULL, "" },
	{ "cidr", T("0.0.0.0/0"), NULL, "" },
	{ "cidr", T("192.0.2.7/32"), NULL, "" },
	{ "cidr", T("2001:db8::/32"), NULL, "" },
	{ "cidr", T("192.0.2.1/24"), "E-FIELD-VALUE", "" },
	{ "cidr", T("192.0.2.0/33"), "E-FIELD-VALUE", "" },
	{ "cidr", T("192.0.2.0/024"), "E-FIELD-VALUE", "" },
	{ "cidr", T("192.0.2.0"), "E-FIELD-VALUE", "" },
	{ "cidr", T("2001:db8::1/32"), "E-FIELD-VALUE", "" },
	{ "asn", T("AS64500"), NULL, "" },
	{ "asn", T("AS4294967295"), NULL, "" },
	{ "asn", T("AS4294967296"), "E-FIELD-VALUE", "" },
	{ "asn", T("AS0"), "E-FIELD-VALUE", "" },
	{ "asn", T("AS064500"), "E-FIELD-VALUE", "" },
	{ "asn", T("64500"), "E-FIELD-VALUE", "" },
	{ "domain", T("example.org"), NULL, "" },
	{ "domain", T("xn--mnchen-3ya.de"), NULL, "" },
	{ "domain", T("münchen.de"), NULL, "" },
	{ "domain", T("Example.org"), "E-FIELD-VALUE", "" },
	{ "domain", T("example.org."), "E-FIELD-VALUE", "" },
	{ "domain", T("example"), "E-FIELD-VALUE", "" },
	{ "domain", T("-a.org"), "E-FIELD-VALUE", "" },
	{ "domain", T("a-.org"), "E-FIELD-VALUE", "" },
	{ "domain", T("a..org"), "E-FIELD-VALUE", "" },
	{ "domain", T("a_b.org"), "E-FIELD-VALUE", "" },
	{ "domain", T("192.0.2.7"), "E-FIELD-VALUE", "" },
	{ "domain", T("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.org"), "E-FIELD-VALUE", "" },
	{ "url", T("https://example.org"), NULL, "" },
	{ "url", T("http://user@Example.org:8080/a?b=c#d"), NULL, "" },
	{ "url", T("https://[2001:db8::7]:8443/"), NULL, "" },
	{ "url", T("https://192.0.2.7/"), NULL, "" },
	{ "url", T("javascript://example.org/%0aalert(1)"), "E-FIELD-VALUE", "" },
	{ "url", T("data:text/html,x"), "E-FIELD-VALUE", "" },
	{ "url", T("example.org/a"), "E-FIELD-VALUE", "" },
	{ "url", T("https:///a"), "E-FIELD-VALUE", "" },
	{ "url", T("https://example.org/a b"), "E-FIELD-VALUE", "" },
	{ "url", T("https://example.org/<a>"), "E-FIELD-VALUE", "" },
	{ "url", T("https://example.org:/"), "E-FIELD-VALUE", "" },
	{ "url", T("https://example.org:65536/"), "E-FIELD-VALUE", "" },
	{ "url", T("https://[192.0.2.7]/"), "E-FIELD-VALUE", "" },
	{ "url", T("https://[::1/"), "E-FIELD-VALUE", "" },
	{ "url", T("https://[::1]x/"), "E-FIELD-VALUE", "" },
	{ "email", T("a.b+c@Example.org"), NULL, "" },
	{ "email", T("用户@例え.jp"), NULL, "" },
	{ "email", T("a@b@example.org"), "E-FIELD-VALUE", "" },
	{ "email", T("@example.org"), "E-FIELD-VALUE", "" },
	{ "email", T("a..b@example.org"), "E-FIELD-VALUE", "" },
	{ "email", T(".a@example.org"), "E-FIELD-VALUE", "" },
	{ "email", T("a b@example.org"), "E-FIELD-VALUE", "" },
	{ "email", T("a@localhost"), "E-FIELD-VALUE", "" },
	{ "phone", T("+381111234567"), NULL, "" },
	{ "phone", T("+38111 1234567"), "E-FIELD-VALUE", "" },
	{ "phone", T("0111234567"), "E-FIELD-VALUE", "" },
	{ "phone", T("+0111234567"), "E-FIELD-VALUE", "" },
	{ "phone", T("+1234567890123456"), "E-FIELD-SIZE", "" },
	{ "phone", T("+123456"), "E-FIELD-VALUE", "" },
	{ "handle", "{\"service\":\"telegram\",\"name\":\"@Wolf\"}", NULL, "" },
	{ "handle", "{\"service\":\"telegram\"}", "E-FIELD-MISSING", ".name" },
	{ "handle", "{\"service\":\"telegram\",\"name\":\" w\"}", "E-FIELD-VALUE", ".name" },
	{ "hash", T("md5:d41d8cd98f00b204e9800998ecf8427e"), NULL, "" },
	{ "hash", T("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"), NULL, "" },
	{ "hash", T("md5:D41D8CD98F00B204E9800998ECF8427E"), "E-FIELD-VALUE", "" },
	{ "hash", T("sha1:d41d8cd98f00b204e9800998ecf8427e"), "E-FIELD-VALUE", "" },
	{ "hash", T("crc32:00000000"), "E-FIELD-VALUE", "" },
	{ "hash", T("d41d8cd98f00b204e9800998ecf8427e"), "E-FIELD-VALUE", "" },
	{ "wallet", "{\"currency\":\"BTC\",\"address\":\"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\"}", NULL, "" },
	{ "wallet", "{\"currency\":\"BTC\",\"address\":\"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy\"}", NULL, "" },
	{ "wallet", "{\"currency\":\"BTC\",\"address\":\"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb\"}", "E-FIELD-VALUE", ".address" },
	{ "wallet", "{\"currency\":\"BTC\",\"address\":\"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4\"}", NULL, "" },
	{ "wallet", "{\"currency\":\"BTC\",\"address\":\"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4\"}", NULL, "" },
	{ "wallet", "{\"currency\":\"BTC\",\"address\":\"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5\"}", "E-FIELD-VALUE", ".address" },
	{ "wallet", "{\"currency\":\"BTC\",\"address\":\"bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4\"}", "E-FIELD-VALUE", ".address" },
	{ "wallet", "{\"currency\":\"BTC\",\"address\":\"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0\"}", NULL, "" },
	{ "wallet", "{\"currency\":\"ETH\",\"address\":\"0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe\"}", NULL, "" },
	{ "wallet", "{\"currency\":\"ETH\",\"address\":\"0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BA\"}", "E-FIELD-VALUE", ".address" },
	{ "wallet", "{\"currency\":\"XMR\",\"address\":\"44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A\"}", NULL, "" },
	{ "wallet", "{\"currency\":\"btc\",\"address\":\"12345678\"}", "E-FIELD-VALUE", ".currency" },
	{ "iban", T("GB82WEST12345698765432"), NULL, "" },
	{ "iban", T("DE89370400440532013000"), NULL, "" },
	{ "iban", T("GB82WEST12345698765433"), "E-FIELD-VALUE", "" },
	{ "iban", T("GB82 WEST 1234 5698 7654 32"), "E-FIELD-VALUE", "" },
	{ "iban", T("gb82west12345698765432"), "E-FIELD-VALUE", "" },
	{ "case-number", T("K-12/2026"), NULL, "" },
	{ "case-number", "12", "E-FIELD-TYPE", "" },
	{ "authority", "{\"organisation\":\"Police\",\"person\":\"A\",\"function\":\"B\",\"address\":\"1\\n2\",\"phone\":\"+381111234567\",\"mobile\":\"+381111234567\",\"email\":\"a@b.org\",\"fax\":\"+381111234567\",\"hours\":\"24/7\",\"zone\":\"Europe/Paris\"}", NULL, "" },
	{ "authority", "{\"person\":\"A\"}", "E-FIELD-MISSING", ".organisation" },
	{ "authority", "{\"organisation\":\"P\",\"phone\":\"112\"}", "E-FIELD-VALUE", ".phone" },
	{ "authority", "{\"organisation\":\"P\",\"address\":\"\"}", "E-FIELD-MISSING", ".address" },
	{ "authority", "{\"organisation\":\"P\",\"email\":\"a\"}", "E-FIELD-VALUE", ".email" },
	{ "authority", "{\"organisation\":\"P\",\"web\":\"a\"}", "E-FIELD-UNKNOWN", ".web" },
	{ "exhibit", "{\"item\":\"A-3\",\"description\":\"Phone\",\"seal\":\"B 1\",\"hash\":\"md5:d41d8cd98f00b204e9800998ecf8427e\",\"custodian\":\"Lab\"}", NULL, "" },
	{ "exhibit", "{\"item\":\"1\"}", NULL, "" },
	{ "exhibit", "{\"seal\":\"1\"}", "E-FIELD-MISSING", ".item" },
	{ "exhibit", "{\"item\":\"--\"}", "E-FIELD-VALUE", ".item" },
	{ "exhibit", "{\"item\":\"1\",\"hash\":\"d41d8\"}", "E-FIELD-VALUE", ".hash" },
	{ "exhibit", "{\"item\":\"1\",\"seal\":\" 1\"}", "E-FIELD-VALUE", ".seal" },
	{ "exhibit", "{\"item\":\"1\",\"colour\":\"red\"}", "E-FIELD-UNKNOWN", ".colour" },
	{ "account", "{\"number\":\"12 34-5\",\"bank\":\"Bank\",\"bic\":\"DEUTDEFF500\",\"holder\":\"A\"}", NULL, "" },
	{ "account", "{\"number\":\"1\",\"bic\":\"DEUTDEFF\"}", NULL, "" },
	{ "account", "{\"number\":\"1\",\"bic\":\"DEUT1EFF\"}", "E-FIELD-VALUE", ".bic" },
	{ "account", "{\"number\":\"1\",\"bic\":\"DEUTDEFF5\"}", "E-FIELD-VALUE", ".bic" },
	{ "account", "{\"bank\":\"Bank\"}", "E-FIELD-MISSING", ".number" },
	{ "officer", T("4711"), NULL, "" },
	{ "officer", T("47 11"), "E-FIELD-VALUE", "" },
	{ "officer", T("root"), "E-FIELD-VALUE", "" },
	{ "member", T("fr"), NULL, "" },
	{ "member", T("FR"), "E-FIELD-VALUE", "" },
	{ "desk", T("fr/cyber"), NULL, "" },
	{ "desk", T("fr/"), "E-FIELD-VALUE", "" },
	{ "file", "0", NULL, "" },
	{ "file", "63", NULL, "" },
	{ "file", "64", "E-FIELD-VALUE", "" },
	{ "file", "-1", "E-FIELD-VALUE", "" },
	{ "reference", T("RS-2026-17"), NULL, "" },
	{ "reference", "[]", "E-FIELD-TYPE", "" },
	{ "serial", T("C02-XK 1"), NULL, "" },
	{ "serial", T("--"), "E-FIELD-VALUE", "" },
	{ "imei", T("490154203237518"), NULL, "" },
	{ "imei", T("490154203237519"), "E-FIELD-VALUE", "" },
	{ "imei", T("49015420323751"), "E-FIELD-VALUE", "" },
	{ "document-number", T("L 898902C3"), NULL, "" },
	{ "document-number", T("№"), NULL, "" },
	{ "document-number", T("/"), "E-FIELD-VALUE", "" },
	{ "plate", T("BG-123-AA"), NULL, "" },
	{ "plate", T("."), "E-FIELD-VALUE", "" },
	{ "vin", T("WVWZZZ1JZXW000001"), NULL, "" },
	{ "vin", T("WVWZZZ1JZXW00000O"), "E-FIELD-VALUE", "" },
	{ "vin", T("WVWZZZ1JZXW00001"), "E-FIELD-VALUE", "" },
	{ "vessel", T("IMO9074729"), NULL, "" },
	{ "vessel", T("MMSI316001245"), NULL, "" },
	{ "vessel", T("Hai Sha 23"), NULL, "" },
	{ "vessel", T("IMO9074728"), "E-FIELD-VALUE", "" },
	{ "vessel", T("MMSI31600124"), "E-FIELD-VALUE", "" },
	{ "mrz", T("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"), NULL, "" },
	{ "mrz", T("I<UTOD231458907<<<<<<<<<<<<<<<\\n7408122F1204159UTO<<<<<<<<<<<6\\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"), NULL, "" },
	{ "mrz", T("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\\nD231458907UTO7408122F1204159<<<<<<<6"), NULL, "" },
	{ "mrz", T("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\\nL898902C37UTO7408122F1204159ZE184226B<<<<<10"), "E-FIELD-VALUE", "" },
	{ "mrz", T("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\\nL898902C36UTO7408122F1204159ZE184226B<<<<<11"), "E-FIELD-VALUE", "" },
	{ "mrz", T("P<UTO"), "E-FIELD-VALUE", "" },
	{ "mrz", "1", "E-FIELD-TYPE", "" },
	{ "geo", "{\"lat\":\"48.8566\",\"lon\":\"2.3522\"}", NULL, "" },
	{ "geo", "{\"lat\":\"-90.0\",\"lon\":\"180\"}", NULL, "" },
	{ "geo", "{\"lat\":\"90.1\",\"lon\":\"0\"}", "E-FIELD-VALUE", ".lat" },
	{ "geo", "{\"lat\":\"0\",\"lon\":\"-180.01\"}", "E-FIELD-VALUE", ".lon" },
	{ "geo", "{\"lat\":48,\"lon\":\"0\"}", "E-FIELD-TYPE", ".lat" },
};

static json_t *
value_of(const char *text)
{
	json_t *v = json_loads(text, JSON_DECODE_ANY, NULL);

	if (v == NULL) {
		(void)fprintf(stderr, "not JSON: %s\n", text);
		exit(1);
	}
	return v;
}

static struct field
field_of(const char *type)
{
	struct field f = { .id = "x", .section = "s", .list = lists,
	    .min = -JSON_INT_MAX, .max_value = JSON_INT_MAX, .max = 1 };

	if (!field_type_parse(&f.type, type)) {
		(void)fprintf(stderr, "no type: %s\n", type);
		exit(1);
	}
	return f;
}

static void
test_vectors(void)
{
	bool good[FIELD_TYPES] = { false }, bad[FIELD_TYPES] = { false };

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *t = &vectors[i];
		struct err err = { .class = ERR_NONE };
		struct field f = field_of(t->type);
		json_t *v = value_of(t->value);
		bool ok = field_check(&f, v, "body.x", &err);
		char field[96];

		(void)snprintf(field, sizeof(field), "body.x%s", t->field);
		if (t->rule == NULL)
			OK(ok, "%s holds %s", t->type, t->value);
		else
			OK(!ok && strcmp(err.rule, t->rule) == 0 &&
			    strcmp(err.field, field) == 0 && err.text[0] != '\0',
			    "%s refuses %s by %s", t->type, t->value, t->rule);
		if (ok != (t->rule == NULL) || (!ok && strcmp(err.field, field)))
			printf("# got %s %s: %s\n", err.rule, err.field, err.text);
		(t->rule == NULL ? good : bad)[f.type] = true;
		json_decref(v);
	}
	for (unsigned t = 0; t < FIELD_TYPES; t++)
		OK(good[t] && bad[t], "%s has vectors of both sorts",
		    field_type_name((enum field_type)t));
}

/* -- what is matched ------------------------------------------------------ */

static void
test_normal(void)
{
	static const struct {
		const char *type, *value, *normal;
	} t[] = {
		{ "ip", T("2001:DB8:0:0::7"), "2001:db8::7" },
		{ "ip", T("::ffff:192.0.2.7"), "192.0.2.7" },
		{ "ip-port-time", "{\"ip\":\"2001:0DB8::7\",\"at\":" AT ",\"zone\":\"UTC\"}", "2001:db8::7" },
		{ "cidr", T("2001:DB8::/32"), "2001:db8::/32" },
		{ "asn", T("AS64500"), "AS64500" },
		{ "domain", T("münchen.de"), "xn--mnchen-3ya.de" },
		{ "domain", T("例え.テスト"), "xn--r8jz45g.xn--zckzah" },
		{ "domain", T("مثال.إختبار"), "xn--mgbh0fb.xn--kgbechtv" },
		{ "domain", T("bücher.example.org"), "xn--bcher-kva.example.org" },
		{ "url", T("https://User@EXAMPLE.org:443"), "https://User@example.org/" },
		{ "url", T("http://example.org:8080/A?b#c"), "http://example.org:8080/A?b" },
		{ "url", T("https://example.org?q"), "https://example.org/?q" },
		{ "url", T("https://[2001:DB8::7]:443/x"), "https://[2001:db8::7]/x" },
		{ "email", T("Ana.P@Example.ORG"), "ana.p@example.org" },
		{ "phone", T("+381111234567"), "+381111234567" },
		{ "handle", "{\"service\":\"Telegram\",\"name\":\"@Wolf\"}", "telegram:wolf" },
		{ "hash", T("md5:d41d8cd98f00b204e9800998ecf8427e"), "md5:d41d8cd98f00b204e9800998ecf8427e" },
		{ "wallet", "{\"currency\":\"ETH\",\"address\":\"0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe\"}", "ETH:0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae" },
		{ "wallet", "{\"currency\":\"BTC\",\"address\":\"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\"}", "BTC:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" },
		{ "iban", T("GB82WEST12345698765432"), "GB82WEST12345698765432" },
		{ "case-number", T("k-12 / 2026"), "K-12/2026" },
		{ "serial", T("c02-xk 1"), "C02XK1" },
		{ "exhibit", "{\"item\":\"1\",\"seal\":\"b-77 1\"}", "B771" },
		{ "account", "{\"number\":\"12 34-5\"}", "12345" },
		{ "document-number", T("l 898-902c3"), "L898902C3" },
		{ "plate", T("bg 123-aa"), "BG123AA" },
		{ "vessel", T("imo 9074729"), "IMO9074729" },
		{ "vin", T("WVWZZZ1JZXW000001"), "WVWZZZ1JZXW000001" },
		{ "imei", T("490154203237518"), "490154203237518" },
		{ "mrz", T("I<UTOD231458907<<<<<<<<<<<<<<<\\n7408122F1204159UTO<<<<<<<<<<<6\\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"), "D23145890" },
		{ "person-name", "{\"family\":\"De  La Cruz\",\"given\":\"ANA\"}", "de la cruz ana" },
		{ "text", T("x"), NULL },
		{ "money", "{\"amount\":\"1\",\"currency\":\"EUR\"}", NULL },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct field f = field_of(t[i].type);
		struct buf b = BUF_INIT;
		json_t *v = value_of(t[i].value);
		bool has = field_normal(&b, f.type, v);

		if (t[i].normal == NULL)
			OK(!has && b.n == 0 && field_type_match(f.type)[0] == '\0',
			    "%s is not matched", t[i].type);
		else
			EQ_STR(buf_cstr(&b), t[i].normal, "%s %s is matched as %s",
			    t[i].type, t[i].value, t[i].normal);
		buf_free(&b);
		json_decref(v);
	}
	EQ_STR(field_type_match(FIELD_IP_PORT_TIME), "ip",
	    "an address with its time is matched as an address");
	EQ_STR(field_type_match(FIELD_MRZ), "document-number",
	    "the zone of a document as its number");
}

/* -- what people read ----------------------------------------------------- */

static void
test_render(void)
{
	static const struct {
		const char *type, *value;
		enum lang lang;
		const char *text;
	} t[] = {
		{ "text", T("a"), LANG_AR, "a" },
		{ "lang-text", "{\"lang\":\"en\",\"text\":\"a\"}", LANG_AR, "a" },
		{ "integer", "-12", LANG_FR, "-12" },
		{ "money", "{\"amount\":\"12.50\",\"currency\":\"EUR\"}", LANG_FR, "12.50 EUR" },
		{ "boolean", "true", LANG_EN, "Yes" },
		{ "boolean", "true", LANG_AR, "نعم" },
		{ "boolean", "false", LANG_FR, "Non" },
		{ "boolean", "true", LANG_ES, "Sí" },
		{ "choice", T("RS"), LANG_FR, "Serbie" },
		{ "country", T("FR"), LANG_AR, "فرنسا" },
		{ "choice", T("gone"), LANG_FR, "gone" },
		{ "multichoice", "[\"FR\",\"RS\"]", LANG_ES, "Francia, Serbia" },
		{ "multichoice", "[\"FR\",\"RS\"]", LANG_AR, "فرنسا، صربيا" },
		{ "date", T("2026-11-21"), LANG_EN, "2026-11-21" },
		{ "datetime-zone", "{\"at\":" AT ",\"zone\":\"Europe/Paris\"}", LANG_EN, "2026-11-21 18:20:00 UTC (Europe/Paris)" },
		{ "datetime-zone", "{\"at\":\"2026-11-21T18:20:00.120Z\",\"zone\":\"UTC\"}", LANG_EN, "2026-11-21 18:20:00.120 UTC (UTC)" },
		{ "period", "{\"from\":" AT ",\"to\":" AT "}", LANG_EN, "2026-11-21 18:20:00 UTC – 2026-11-21 18:20:00 UTC" },
		{ "duration", T("P1Y10DT4H30M"), LANG_EN, "1 y 10 d 4 h 30 min" },
		{ "duration", T("P2M"), LANG_FR, "2 mois" },
		{ "duration", T("PT4H"), LANG_AR, "4 س" },
		{ "person-name", "{\"family\":\"Petrović\",\"given\":\"Ana\"}", LANG_EN, "Petrović, Ana" },
		{ "ip-port-time", "{\"ip\":\"192.0.2.7\",\"port\":443,\"at\":" AT ",\"zone\":\"UTC\"}", LANG_EN, "192.0.2.7:443, 2026-11-21 18:20:00 UTC (UTC)" },
		{ "ip-port-time", "{\"ip\":\"::7\",\"port\":443,\"at\":" AT ",\"zone\":\"UTC\"}", LANG_EN, "[::7]:443, 2026-11-21 18:20:00 UTC (UTC)" },
		{ "ip-port-time", "{\"ip\":\"::7\",\"at\":" AT ",\"zone\":\"UTC\"}", LANG_EN, "::7, 2026-11-21 18:20:00 UTC (UTC)" },
		{ "handle", "{\"service\":\"telegram\",\"name\":\"Wolf\"}", LANG_EN, "Wolf (telegram)" },
		{ "wallet", "{\"currency\":\"XMR\",\"address\":\"12345678\"}", LANG_EN, "12345678 (XMR)" },
		{ "authority", "{\"organisation\":\"Police\",\"phone\":\"+381111234567\",\"hours\":\"24/7\"}", LANG_FR, "Police\ntél. +381111234567\nhoraires 24/7" },
		{ "exhibit", "{\"item\":\"A-3\",\"description\":\"Phone\",\"seal\":\"B1\",\"custodian\":\"Lab\"}", LANG_FR, "A-3: Phone\nscellé B1\ndétenu par Lab" },
		{ "account", "{\"number\":\"12345\",\"bank\":\"Bank\",\"holder\":\"A\"}", LANG_EN, "12345, Bank, A" },
		{ "file", "0", LANG_EN, "#1" },
		{ "geo", "{\"lat\":\"48.8566\",\"lon\":\"2.3522\"}", LANG_EN, "48.8566, 2.3522" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct field f = field_of(t[i].type);
		struct buf b = BUF_INIT;
		json_t *v = value_of(t[i].value);

		field_render(&b, &f, v, lang_names[t[i].lang]);
		EQ_STR(buf_cstr(&b), t[i].text, "%s %s reads well in %s",
		    t[i].type, t[i].value, lang_names[t[i].lang]);
		buf_free(&b);
		json_decref(v);
	}
}

int
main(void)
{
	secret_process_init();
	lists = value_of("[{\"code\":\"FR\",\"label\":{\"en\":\"France\","
	    "\"ar\":\"فرنسا\",\"es\":\"Francia\",\"fr\":\"France\"}},"
	    "{\"code\":\"RS\",\"label\":{\"en\":\"Serbia\",\"ar\":\"صربيا\","
	    "\"es\":\"Serbia\",\"fr\":\"Serbie\"}}]");
	test_vectors();
	test_normal();
	test_render();
	json_decref(lists);
	return tap_done();
}
