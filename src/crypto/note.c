#include "crypto/note.h"

#include <assert.h>

#include "base/encode.h"
#include "base/utf8.h"
#include "crypto/note_form.h"

#define DASH	"\xe2\x80\x94 "		/* em dash, space */

static bool
form(struct err *err, const char *what)
{
	return err_set(err, ERR_INVALID, "E-NOTE-FORM", "note: %s", what);
}

/* UTF-8 without ASCII controls but newline, which so refuses CR as well. */
static bool
bytes_allowed(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < 0x20 && s.p[i] != '\n')
			return false;
	}
	return utf8_valid(s);
}

/*
 * Where the text ends and the last empty line begins; 0 when there is none.
 * The last one, because the text may have empty lines of its own.
 */
static size_t
text_end(struct slice s)
{
	for (size_t i = s.n; i >= 2; i--) {
		if (s.p[i - 1] == '\n' && s.p[i - 2] == '\n')
			return i - 1;
	}
	return 0;
}

/* "<id and signature in base64>" into id, bytes and n. */
static bool
signature_decode(struct note_signature *sig, struct slice text)
{
	struct buf raw = BUF_INIT;
	const uint8_t *p;
	bool ok;

	ok = base64_decode(&raw, text, BASE64_PADDED) && raw.n > 4;
	if (ok) {
		p = raw.p;
		sig->id = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[2] << 8 | p[3];
		sig->n = raw.n - 4 <= sizeof(sig->bytes) ? raw.n - 4 : 0;
		memcpy(sig->bytes, p + 4, sig->n);
	}
	buf_free(&raw);
	return ok;
}

/* "— name base64" */
static bool
signature_parse(struct note_signature *sig, struct slice line)
{
	struct slice rest;

	if (!slice_starts(line, DASH))
		return false;
	rest = slice_skip(line, strlen(DASH));
	sig->line = line;
	return slice_cut(&sig->name, &rest, ' ') &&
	    note_name_form(sig->name) && signature_decode(sig, rest);
}

/*
 * A second line of one key is never needed; refused, it cannot make two notes
 * of one text and the same signers differ.
 */
static bool
listed(const struct note *n, const struct note_signature *sig)
{
	for (size_t i = 0; i < n->nsigs; i++) {
		if (n->sigs[i].id == sig->id &&
		    slice_eq(n->sigs[i].name, sig->name))
			return true;
	}
	return false;
}

static bool
signatures_parse(struct note *n, struct slice lines, struct err *err)
{
	struct slice line;

	if (lines.n == 0)
		return form(err, "no signature lines");
	while (lines.n > 0) {
		struct note_signature *sig = &n->sigs[n->nsigs];

		if (n->nsigs == NOTE_SIGNATURES)
			return err_set(err, ERR_INVALID, "E-NOTE-SIZE",
			    "note: more than %d signatures", NOTE_SIGNATURES);
		if (!slice_cut(&line, &lines, '\n'))
			return form(err, "the last line lacks its newline");
		if (!signature_parse(sig, line))
			return form(err, "a signature line is malformed");
		if (listed(n, sig))
			return form(err, "one key has two signature lines");
		n->nsigs++;
	}
	return true;
}

bool
note_parse(struct note *n, struct slice bytes, struct err *err)
{
	size_t end;

	n->nsigs = 0;
	n->text = (struct slice){ NULL, 0 };
	if (bytes.n > NOTE_MAX)
		return err_set(err, ERR_INVALID, "E-NOTE-SIZE",
		    "note: %zu bytes, at most %d", bytes.n, NOTE_MAX);
	if (!bytes_allowed(bytes))
		return form(err, "not UTF-8, or a control character");
	end = text_end(bytes);
	if (end == 0)
		return form(err, "no empty line after a text");
	n->text = slice_of(bytes.p, end);
	return signatures_parse(n, slice_skip(bytes, end + 1), err);
}

/* An equal key earlier in the list speaks for this one. */
static bool
repeated(const struct note_vkey *keys, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (note_vkey_eq(&keys[j], &keys[i]))
			return true;
	}
	return false;
}

static bool
signature_is_of(const struct note_signature *sig, const struct note_vkey *key)
{
	return sig->id == key->id &&
	    slice_eq(sig->name, slice_str(key->name));
}

bool
note_verify(const struct note *n, const struct note_vkey *keys, size_t nkeys,
    bool *by, struct err *err)
{
	bool any = false;

	for (size_t i = 0; i < nkeys; i++)
		by[i] = false;
	for (size_t s = 0; s < n->nsigs; s++) {
		const struct note_signature *sig = &n->sigs[s];

		for (size_t i = 0; i < nkeys; i++) {
			if (!signature_is_of(sig, &keys[i]) ||
			    repeated(keys, i))
				continue;
			if (!note_vkey_verify(&keys[i], n->text,
			    slice_of(sig->bytes, sig->n)))
				goto bad;
			by[i] = any = true;
		}
	}
	if (!any)
		return err_set(err, ERR_VERIFY, "E-NOTE-UNSIGNED",
		    "note: no signature of a known key");
	return true;
bad:
	/* Nobody may take the half of an answer for one. */
	for (size_t i = 0; i < nkeys; i++)
		by[i] = false;
	return err_set(err, ERR_VERIFY, "E-NOTE-SIGNATURE",
	    "note: the signature of a known key does not verify");
}

/* What is signed here must parse there. */
static bool
text_check(struct slice text, struct err *err)
{
	if (text.n >= NOTE_MAX)
		return err_set(err, ERR_INVALID, "E-NOTE-SIZE",
		    "note: a text of %zu bytes is too long", text.n);
	if (text.n == 0 || text.p[text.n - 1] != '\n')
		return form(err, "the text does not end in a newline");
	if (!bytes_allowed(text))
		return form(err, "not UTF-8, or a control character");
	return true;
}

bool
note_signature_line(struct buf *out, struct slice text,
    const struct note_signer *signer, struct err *err)
{
	struct buf raw = BUF_INIT;
	bool ok;

	assert(note_name_valid(slice_str(signer->vkey.name)));
	if (!text_check(text, err))
		return false;
	buf_u32(&raw, signer->vkey.id);
	ok = signer->sign(signer, text, &raw, err);
	if (ok) {
		buf_str(out, DASH);
		buf_str(out, signer->vkey.name);
		buf_u8(out, ' ');
		buf_base64(out, buf_all(&raw), BASE64_PADDED);
		buf_u8(out, '\n');
	}
	buf_free(&raw);
	return ok;
}

bool
note_sign(struct buf *out, struct slice text, const struct note_signer *signer,
    struct err *err)
{
	struct buf line = BUF_INIT;
	bool ok = false;

	if (!note_signature_line(&line, text, signer, err))
		goto out;
	if (text.n + 1 + line.n > NOTE_MAX) {
		err_set(err, ERR_INVALID, "E-NOTE-SIZE",
		    "note: %zu bytes with its signature, at most %d",
		    text.n + 1 + line.n, NOTE_MAX);
		goto out;
	}
	buf_slice(out, text);
	buf_u8(out, '\n');
	buf_slice(out, buf_all(&line));
	ok = true;
out:
	buf_free(&line);
	return ok;
}
