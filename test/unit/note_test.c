#include "crypto/note.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/encode.h"
#include "base/secret.h"

#include "tap.h"

/* The vectors of Go's golang.org/x/mod/sumdb/note. */
#define PETER	"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define ENOCH	"EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define REKOR	"rekor.sigstore.dev+c0d23d6a+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmP" \
	"trWm3U1eQXBogSMdGvXwBcK5AW5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc="
#define TEXT	"If you think cryptography is the answer to your problem,\n" \
	"then you don't know what your problem is.\n"
#define PETER_SIG "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZI" \
	"nNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define ENOCH_SIG "\xe2\x80\x94 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n" \
	"2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
/* The example of c2sp.org/signed-note. */
#define QUASIMODO \
	"Ognuno sta solo sul cuor della terra\n" \
	"trafitto da un raggio di sole:\n" \
	"\n" \
	"ed \xc3\xa8 subito sera.\n"
#define QUASIMODO_SIG "\xe2\x80\x94 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUP" \
	"eFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"

static struct err err;

static struct note_vkey
vkey(const char *text)
{
	struct note_vkey v;

	if (!note_vkey_parse(&v, slice_str(text), &err))
		OK(false, "%s is a vkey", text);
	return v;
}

/* Parses, and verifies by one key: the only question most callers have. */
static bool
holds(struct slice bytes, const struct note_vkey *key)
{
	struct note n;
	bool by;

	return note_parse(&n, bytes, &err) &&
	    note_verify(&n, key, 1, &by, &err) && by;
}

static bool
refused(const char *bytes, const char *rule)
{
	struct note n;

	err.rule[0] = '\0';
	return !note_parse(&n, slice_str(bytes), &err) &&
	    strcmp(err.rule, rule) == 0;
}

static void
test_vectors(void)
{
	struct note_vkey keys[3] = { vkey(PETER), vkey(ENOCH), vkey(PETER) };
	struct note n;
	bool by[3];

	OK(note_parse(&n, slice_str(TEXT "\n" PETER_SIG ENOCH_SIG), &err),
	    "Go's note with two signatures parses");
	OK(slice_eq(n.text, slice_str(TEXT)), "its text is what was signed");
	OK(n.nsigs == 2 && n.sigs[0].id == 0xc74f20a3 && n.sigs[0].n == 64,
	    "its signatures are named");
	OK(note_verify(&n, keys, 2, by, &err) && by[0] && by[1],
	    "both signatures verify");
	OK(note_verify(&n, keys, 1, by, &err) && by[0],
	    "a signature of an unknown key is ignored");
	OK(note_verify(&n, keys, 3, by, &err) && by[0] && by[1] && !by[2],
	    "a key listed twice counts once");
	OK(!note_verify(&n, NULL, 0, NULL, &err) &&
	    strcmp(err.rule, "E-NOTE-UNSIGNED") == 0,
	    "without a known key a note is unsigned");
	OK(note_parse(&n, slice_str(QUASIMODO "\n" QUASIMODO_SIG), &err) &&
	    slice_eq(n.text, slice_str(QUASIMODO)) && n.nsigs == 1,
	    "the specification's example parses, its text has an empty line");
	OK(note_parse(&n, slice_str("\n\n" PETER_SIG), &err) &&
	    slice_eq(n.text, slice_str("\n")), "a text may be one newline");
	OK(note_parse(&n, slice_str("a\n\n\n" PETER_SIG), &err) &&
	    slice_eq(n.text, slice_str("a\n\n")), "a text may end empty");
}

static void
test_one_bad_refuses(void)
{
	/* Enoch's signature, under Peter's name and id. */
	struct note_vkey keys[2] = { vkey(PETER), vkey(ENOCH) };
	struct note_vkey wrong = keys[0];
	struct note n;
	bool by[2];

	OK(note_parse(&n, slice_str(TEXT "\n" ENOCH_SIG
	    "\xe2\x80\x94 PeterNeumann x08gowAA\n"), &err), "short one parses");
	OK(!note_verify(&n, keys, 2, by, &err) &&
	    strcmp(err.rule, "E-NOTE-SIGNATURE") == 0 && !by[0] && !by[1],
	    "a known key's bad signature refuses the note with its good ones");
	OK(note_verify(&n, keys + 1, 1, by, &err),
	    "to who does not know that key it is nothing");
	wrong.key[5] ^= 1;
	OK(!holds(slice_str(TEXT "\n" PETER_SIG), &wrong) &&
	    strcmp(err.rule, "E-NOTE-SIGNATURE") == 0,
	    "a key that collides in name and id does not verify");
	strcpy(wrong.name, "PeterNeuman");
	OK(!holds(slice_str(TEXT "\n" PETER_SIG), &wrong) &&
	    strcmp(err.rule, "E-NOTE-UNSIGNED") == 0,
	    "the id alone names no key");
	wrong = keys[0];
	wrong.id++;
	OK(!holds(slice_str(TEXT "\n" PETER_SIG), &wrong) &&
	    strcmp(err.rule, "E-NOTE-UNSIGNED") == 0,
	    "the name alone names no key");
}

static void
test_form(void)
{
	static const struct { const char *bytes, *fact; } bad[] = {
		{ "", "nothing" },
		{ "\n", "a newline" },
		{ "\n" PETER_SIG, "an empty text" },
		{ PETER_SIG, "signatures alone" },
		{ TEXT, "a text alone" },
		{ TEXT "\n", "no signatures" },
		{ TEXT PETER_SIG, "no empty line" },
		{ TEXT "\n" PETER_SIG "\n", "an empty line at the end" },
		{ TEXT "\n" PETER_SIG "Unexpected line.\n", "another line" },
		{ TEXT "\n" PETER_SIG PETER_SIG, "a line twice" },
		{ TEXT "\n" PETER_SIG "\xe2\x80\x94 PeterNeumann x08gowAA\n",
		    "two lines of one key" },
		{ "\x01" TEXT "\n" PETER_SIG, "a control character" },
		{ "a\tb\n\n" PETER_SIG, "a tab" },
		{ "a\r\n\n" PETER_SIG, "a carriage return" },
		{ "\xff" TEXT "\n" PETER_SIG, "a byte that is not UTF-8" },
		{ "\xc0\xaf\n\n" PETER_SIG, "an overlong form" },
		{ "\xed\xa0\x80\n\n" PETER_SIG, "a surrogate" },
		{ TEXT "\n- PeterNeumann x08gowAA\n", "a hyphen for the dash" },
		{ TEXT "\n\xe2\x80\x94PeterNeumann x08gowAA\n", "no space" },
		{ TEXT "\n\xe2\x80\x94  x08gowAA\n", "an empty name" },
		{ TEXT "\n\xe2\x80\x94 x08gowAA\n", "no name" },
		{ TEXT "\n\xe2\x80\x94 a b x08gowAA\n", "a name of two words" },
		{ TEXT "\n\xe2\x80\x94 a+b x08gowAA\n", "a plus in a name" },
		{ TEXT "\n\xe2\x80\x94 a\xe2\x80\x83" "b x08gowAA\n",
		    "an em space in a name" },
		{ TEXT "\n\xe2\x80\x94 a x08gow\n", "base64 cut short" },
		{ TEXT "\n\xe2\x80\x94 a x08gow==\n", "an id alone" },
		{ TEXT "\n\xe2\x80\x94 a x08gowAA=\n", "padding too much" },
		{ TEXT "\n\xe2\x80\x94 a x08gowAAAA\n", "padding left out" },
		{ TEXT "\n\xe2\x80\x94 a x08gowAAAB==\n", "bits in the padding" },
		{ TEXT "\n\xe2\x80\x94 a x08gowAA \n", "a space after base64" },
		{ TEXT "\n\xe2\x80\x94 a x08gowAA\r\n", "CR after base64" },
		{ TEXT "\n\xe2\x80\x94 a x08go_AA\n", "base64url" },
	};
	struct note n;
	char nul[] = "a\n\n" PETER_SIG;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(refused(bad[i].bytes, "E-NOTE-FORM"), "%s: refused",
		    bad[i].fact);
	nul[0] = '\0';
	OK(!note_parse(&n, slice_of(nul, sizeof(nul) - 1), &err),
	    "a NUL: refused");
}

static void
many_lines(struct buf *b, int count)
{
	buf_str(b, TEXT "\n" PETER_SIG);
	for (int i = 1; i < count; i++)
		buf_printf(b, "\xe2\x80\x94 k%d AAAAAAAA\n", i);
}

static void
test_bounds(void)
{
	struct note_vkey peter = vkey(PETER);
	struct buf b = BUF_INIT;
	struct note n;

	many_lines(&b, NOTE_SIGNATURES);
	OK(holds(buf_all(&b), &peter), "32 signature lines are accepted");
	buf_clear(&b);
	many_lines(&b, NOTE_SIGNATURES + 1);
	OK(!note_parse(&n, buf_all(&b), &err) &&
	    strcmp(err.rule, "E-NOTE-SIZE") == 0, "33 are refused");
	buf_clear(&b);
	buf_str(&b, TEXT "\n" PETER_SIG "\xe2\x80\x94 ");
	for (int i = 0; i < 40; i++)
		buf_str(&b, "unknown.");
	buf_str(&b, " ");
	for (int i = 0; i < 1250; i++)
		buf_str(&b, "AAAA");
	buf_str(&b, "\n");
	OK(holds(buf_all(&b), &peter) && note_parse(&n, buf_all(&b), &err) &&
	    n.sigs[1].n == 0 && n.sigs[1].line.n > 5000,
	    "an unknown key's long name and signature stay a line");
	buf_clear(&b);
	while (b.n < NOTE_MAX - strlen("\n\n" PETER_SIG))
		buf_u8(&b, 'a');
	buf_str(&b, "\n\n" PETER_SIG);
	OK(note_parse(&n, buf_all(&b), &err), "64 KiB are accepted");
	buf_clear(&b);
	while (b.n < NOTE_MAX + 1 - strlen("\n\n" PETER_SIG))
		buf_u8(&b, 'a');
	buf_str(&b, "\n\n" PETER_SIG);
	OK(!note_parse(&n, buf_all(&b), &err) &&
	    strcmp(err.rule, "E-NOTE-SIZE") == 0, "a byte more is not");
	buf_free(&b);
}

static void
test_signing(void)
{
	/* Go's PRIVATE+KEY+PeterNeumann, whose seed is its last 32 bytes. */
	struct buf raw = BUF_INIT, out = BUF_INIT;
	struct note_vkey peter = vkey(PETER);
	struct note_signer s;
	struct secret *seed;

	OK(base64_decode(&raw, slice_str(
	    "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"), BASE64_PADDED) &&
	    raw.n == 33, "Go's signing key reads");
	seed = secret_copy(slice_of(raw.p + 1, 32));
	note_signer_ed25519(&s, "PeterNeumann", seed);
	OK(note_vkey_eq(&s.vkey, &peter), "a seed gives its vkey");
	OK(note_sign(&out, slice_str(TEXT), &s, &err), "a text signs");
	EQ_STR(buf_cstr(&out), TEXT "\n" PETER_SIG, "as Go signs it");
	buf_clear(&out);
	OK(!note_sign(&out, slice_str("abc"), &s, &err) && out.n == 0,
	    "a text without newline is not signed");
	OK(!note_sign(&out, slice_str(""), &s, &err), "nor an empty one");
	OK(!note_sign(&out, slice_str("a\r\n"), &s, &err), "nor one with CR");
	OK(!note_sign(&out, slice_str("\xff\n"), &s, &err) && out.n == 0,
	    "nor one that is not UTF-8");
	for (int i = 0; i < NOTE_MAX - 100; i++)
		buf_u8(&raw, 'a');
	raw.p[0] = 'a';
	buf_u8(&raw, '\n');
	OK(!note_sign(&out, slice_of(raw.p + 33, raw.n - 33), &s, &err) &&
	    out.n == 0 && strcmp(err.rule, "E-NOTE-SIZE") == 0,
	    "nor one that leaves no room for its signature");
	secret_free(seed);
	buf_free(&raw);
	buf_free(&out);
}

static void
test_signers(void)
{
	static const char *const texts[] = {
		"a\n", "\n", "\n\n\n", "a\n\nb\n", TEXT "\n" PETER_SIG,
		"\xe2\x80\x94 x\n",
	};
	struct secret *seeds[2] = { secret_random(32), secret_random(32) };
	struct note_vkey keys[2];
	struct note_signer s[2];
	struct buf out = BUF_INIT;
	struct note n;
	bool by[2], ok = true;

	for (size_t i = 0; i < 2; i++) {
		note_signer_ed25519(&s[i], i == 0 ? "demo/se/card" : "demo/no",
		    seeds[i]);
		keys[i] = s[i].vkey;
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct slice text = slice_str(texts[i]);

		buf_clear(&out);
		ok = ok && note_sign(&out, text, &s[0], &err) &&
		    note_signature_line(&out, text, &s[1], &err) &&
		    note_parse(&n, buf_all(&out), &err) &&
		    slice_eq(n.text, text) &&
		    note_verify(&n, keys, 2, by, &err) && by[0] && by[1];
	}
	OK(ok, "what two signers sign parses to its text and verifies,"
	    " empty lines and signature lines inside the text too");
	buf_free(&out);
	secret_free(seeds[0]);
	secret_free(seeds[1]);
}

static void
test_every_change(void)
{
	struct slice whole = slice_str(TEXT "\n" PETER_SIG);
	struct note_vkey peter = vkey(PETER);
	uint8_t *bytes = xmalloc(whole.n);
	int held = 0;

	for (size_t n = 0; n < whole.n; n++)
		held += holds(slice_of(whole.p, n), &peter);
	OK(held == 0, "no prefix of a note is a note (%d)", held);
	memcpy(bytes, whole.p, whole.n);
	for (size_t i = 0; i < whole.n; i++) {
		for (int bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1 << bit);
			held += holds(slice_of(bytes, whole.n), &peter);
			bytes[i] ^= (uint8_t)(1 << bit);
		}
	}
	OK(held == 0, "no flipped bit leaves a note (%d)", held);
	OK(holds(slice_of(bytes, whole.n), &peter), "the whole one holds");
	free(bytes);
}

/* -- P-256 --------------------------------------------------------------- */

static EVP_PKEY *token;		/* stands for a hardware key */

static bool
token_sign(const struct note_signer *s, struct slice text, struct buf *out,
    struct err *e)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t sig[96];
	size_t n = sizeof(sig);
	bool ok;

	(void)s;
	(void)e;
	ok = EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, token) == 1 &&
	    EVP_DigestSign(ctx, sig, &n, text.p, text.n) == 1;
	EVP_MD_CTX_free(ctx);
	buf_put(out, sig, n);
	return ok;
}

static void
p256_vkey_text(struct buf *text, struct slice spki)
{
	struct hash id = hash_of(spki);
	struct buf raw = BUF_INIT;

	buf_u8(&raw, 0x02);
	buf_slice(&raw, spki);
	buf_str(text, "demo/token+");
	buf_hex(text, slice_of(id.b, 4));
	buf_str(text, "+");
	buf_base64(text, buf_all(&raw), BASE64_PADDED);
	buf_free(&raw);
}

static void
test_p256(void)
{
	struct note_signer s = { .sign = token_sign };
	struct buf text = BUF_INIT, out = BUF_INIT;
	unsigned char *der = NULL;
	int held = 0, n;

	token = EVP_EC_gen("P-256");
	n = i2d_PUBKEY(token, &der);
	OK(n == 91, "libcrypto writes a P-256 key in 91 bytes");
	p256_vkey_text(&text, slice_of(der, (size_t)n));
	OK(note_vkey_parse(&s.vkey, buf_all(&text), &err),
	    "a P-256 vkey parses, its id that of the key alone");
	OK(note_sign(&out, slice_str(TEXT), &s, &err), "a token signs");
	OK(holds(buf_all(&out), &s.vkey), "a P-256 note verifies");
	for (size_t i = 0; i < strlen(TEXT); i++) {
		out.p[i] ^= 1;
		held += holds(buf_all(&out), &s.vkey);
		out.p[i] ^= 1;
	}
	OK(held == 0, "with any character changed it does not");
	for (size_t i = strlen(TEXT) + 1; i < out.n; i++) {
		out.p[i] ^= 1;
		held += holds(buf_all(&out), &s.vkey);
		out.p[i] ^= 1;
	}
	OK(held == 0, "with any character of the signature changed neither");
	der[60] ^= 1;
	buf_clear(&text);
	p256_vkey_text(&text, slice_of(der, (size_t)n));
	OK(!note_vkey_parse(&s.vkey, buf_all(&text), &err) &&
	    strcmp(err.rule, "E-KEY-FORM") == 0,
	    "a point that is not on the curve is no key");
	OPENSSL_free(der);
	EVP_PKEY_free(token);
	buf_free(&text);
	buf_free(&out);
}

/* -- vkeys and names ----------------------------------------------------- */

static void
test_vkeys(void)
{
	static const char *const good[] = { PETER, ENOCH, REKOR };
	static const struct { const char *text, *fact; } bad[] = {
		{ "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4"
		    "izWy10TWBADKEY==", "a key of another length" },
		{ "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4"
		    "izWy10TW", "an unknown algorithm" },
		{ "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4"
		    "izWy10TW", "an upper-case hash" },
		{ "PeterNeumann+c74f20a3+", "no key" },
		{ "PeterNeumann+c74f20a3", "no second plus" },
		{ "", "nothing" },
	};
	char out[NOTE_VKEY];
	struct note_vkey v;
	char text[] = PETER;
	int parsed = 0;

	for (size_t i = 0; i < 3; i++) {
		v = vkey(good[i]);
		note_vkey_print(out, &v);
		EQ_STR(out, good[i], "a vkey prints as it was parsed");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!note_vkey_parse(&v, slice_str(bad[i].text), &err) &&
		    strcmp(err.rule, "E-KEY-FORM") == 0, "%s: refused",
		    bad[i].fact);
	for (size_t i = 0; i < sizeof(text); i++)
		for (size_t j = i + 1; j < sizeof(text); j++)
			parsed += note_vkey_parse(&v, slice_of(text + i, j - i),
			    &err);
	OK(parsed == 1, "no part of a vkey is a vkey");
	parsed = 0;
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		text[i]++;
		parsed += note_vkey_parse(&v, slice_of(text, sizeof(text) - 1),
		    &err);
		text[i]--;
	}
	OK(parsed == 0, "no vkey with a changed character is a vkey");
}

static void
test_names(void)
{
	static const char *const good[] = {
		"a", "demo/se/card", "quasimodo.example/salvatore",
		"\xd0\xbc\xd0\xb2\xd0\xb4", "\xf0\x9f\x94\x91",
	};
	static const char *const bad[] = {
		"", "a b", "a+b", " a", "a\n", "\ta", "a\x7f", "\xff",
		"a\xc2\x85", "a\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\x80",
		"\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80",
	};
	struct secret *seed = secret_random(32);
	char name[NOTE_NAME + 1], text[NOTE_VKEY];
	struct note_vkey v;
	struct note_signer s;
	int wrong = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		wrong += !note_name_valid(slice_str(good[i]));
	OK(wrong == 0, "names may be in any script");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		wrong += note_name_valid(slice_str(bad[i]));
	OK(wrong == 0, "names have no spaces of Unicode, plus or controls");
	memset(name, 'n', sizeof(name));
	OK(!note_name_valid(slice_of(name, NOTE_NAME)), "160 bytes: too long");
	OK(note_name_valid(slice_of(name, NOTE_NAME - 1)), "159 bytes: valid");
	name[NOTE_NAME - 1] = '\0';
	note_signer_ed25519(&s, name, seed);
	note_vkey_print(text, &s.vkey);
	OK(note_vkey_parse(&v, slice_str(text), &err) &&
	    note_vkey_eq(&v, &s.vkey), "the longest name has a vkey");
	secret_free(seed);
}

int
main(void)
{
	secret_process_init();
	test_vectors();
	test_one_bad_refuses();
	test_form();
	test_bounds();
	test_signing();
	test_signers();
	test_every_change();
	test_p256();
	test_vkeys();
	test_names();
	return tap_done();
}
