#include "crypto/bech32.h"
#include "base/secret.h"
#include "tap.h"

/* BIP 173, "Test vectors"; data that no whole bytes fill is left out. */
static const struct {
	const char	*hrp;
	const char	*text;
	const char	*hex;
} valid[] = {
	{ "A", "A12UEL5L", "" },
	{ "a", "a12uel5l", "" },
	{ "?", "?1ezyfcl", "" },
	{ "an83characterlonghumanreadablepartthatcontainsthenumber1andthe"
	  "excludedcharactersbio", "an83characterlonghumanreadablepartthat"
	  "containsthenumber1andtheexcludedcharactersbio1tt5tgs", "" },
	{ "abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
	  "00443214c74254b635cf84653a56d7c675be77df" },
	{ "split", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
	  "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d" },
	/* Without a limit on length, these are no longer invalid. */
	{ "an84characterslonghumanreadablepartthatcontainsthenumber1andthe"
	  "excludedcharactersbio", "an84characterslonghumanreadablepartthat"
	  "containsthenumber1andtheexcludedcharactersbio1569pvx", "" },
};

static const struct {
	const char	*hrp;
	const char	*text;
	size_t		 n;
	const char	*why;
} invalid[] = {
	{ "", "pzry9x0s0muk", 0, "no separator" },
	{ "", "1pzry9x0s0muk", 0, "a symbol too many under an empty hrp" },
	{ "x", "x1b4n0q5v", 0, "a character outside the alphabet" },
	{ "li", "li1dgmt3", 0, "too short a checksum" },
	{ "A", "A1G7SGD8", 0, "a checksum over the upper-case hrp" },
	{ "a", "a12UEL5L", 0, "mixed case" },
	{ "a", "A12UEL5L", 0, "the other case than asked for" },
	{ "b", "a12uel5l", 0, "another hrp" },
	{ "abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", 19,
	  "another length" },
};

static void
test_valid(void)
{
	uint8_t bytes[64];
	char hex[129], text[128];

	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++) {
		size_t n = strlen(valid[i].hex) / 2;

		OK(bech32_decode(bytes, n, valid[i].hrp, slice_str(valid[i].text)),
		    "decodes: %s", valid[i].text);
		hex[0] = '\0';
		for (size_t k = 0; k < n; k++)
			(void)snprintf(hex + 2 * k, 3, "%02x", bytes[k]);
		EQ_STR(hex, valid[i].hex, "to these bytes");
		bech32_encode(text, valid[i].hrp, slice_of(bytes, n));
		EQ_STR(text, valid[i].text, "and encodes to the same text");
		OK(strlen(text) + 1 == bech32_size(valid[i].hrp, n),
		    "of the size foretold");
	}
}

static void
test_invalid(void)
{
	static const uint8_t zeros[64];
	uint8_t bytes[64];

	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
		memset(bytes, 1, sizeof(bytes));
		OK(!bech32_decode(bytes, invalid[i].n, invalid[i].hrp,
		    slice_str(invalid[i].text)), "refused: %s", invalid[i].why);
		OK(memcmp(bytes, zeros, invalid[i].n) == 0,
		    "and nothing is left behind");
	}
}

/* All lengths, and no neighbour of a text is one. */
static void
test_lengths(void)
{
	uint8_t bytes[64], again[64];
	char text[128];
	size_t good = 0, wrong = 0;

	for (size_t n = 0; n < sizeof(bytes); n++) {
		for (size_t i = 0; i < n; i++)
			bytes[i] = (uint8_t)(i * 37 + n);
		bech32_encode(text, "HRP-", slice_of(bytes, n));
		good += bech32_decode(again, n, "HRP-", slice_str(text)) &&
		    memcmp(bytes, again, n) == 0;
		for (size_t i = 0; text[i] != '\0'; i++) {
			text[i] ^= 1;
			wrong += bech32_decode(again, n, "HRP-",
			    slice_str(text));
			text[i] ^= 1;
		}
	}
	OK(good == sizeof(bytes), "any number of bytes makes the round trip");
	OK(wrong == 0, "no text with one character changed decodes");
}

static void
test_padding(void)
{
	uint8_t b[1];

	OK(bech32_decode(b, 1, "a", slice_str("a1qqqd87cq")) &&
	    !bech32_decode(b, 1, "a", slice_str("a1qpamnt9j")),
	    "bits beyond the last byte must be zero");
}

/* Texts of unknown meaning: the same vectors, and none that is not the one
 * text of its bytes. */
static void
test_unknown(void)
{
	static const char *const good[] = { "a12uel5l",
	    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
	    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w" };
	static const char *const bad[] = { "", "1", "a1", "A12UEL5L", "?1ezyfcm",
	    "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "a12UEL5L",
	    /* A symbol too many; bits beyond the last byte. */
	    "a1q3g6mn3", "a1qpamnt9j" };
	uint8_t bytes[48];
	char text[160];
	struct slice hrp;
	unsigned found = 0, same = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(bech32_valid(&hrp, slice_str(good[i])) &&
		    hrp.n == strcspn(good[i], "1"), "is one: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!bech32_valid(&hrp, slice_str(bad[i])), "is none: %s", bad[i]);
	for (size_t n = 0; n < sizeof(bytes); n++) {
		memset(bytes, (int)n * 37, sizeof(bytes));
		bech32_encode(text, "age1new", slice_of(bytes, n));
		found += bech32_valid(&hrp, slice_str(text)) &&
		    slice_eq(hrp, slice_str("age1new"));
		for (size_t i = 0; text[i] != '\0'; i++) {
			text[i] ^= 1;
			same += bech32_valid(&hrp, slice_str(text));
			text[i] ^= 1;
		}
	}
	OK(found == sizeof(bytes), "what is encoded is valid, of any length");
	OK(same == 0, "and with any one character changed it is not");
}

int
main(void)
{
	secret_process_init();
	test_valid();
	test_invalid();
	test_lengths();
	test_padding();
	test_unknown();
	return tap_done();
}
