#include "model/bundle_path.h"

#include <stdio.h>

#include "base/encode.h"
#include "model/bundle.h"

static void
hex(char out[static 2 * HASH_LEN + 1], const struct hash *h, size_t n)
{
	hex_encode(out, slice_of(h->b, n));
}

void
bundle_path_directory(char out[static TAR_NAME], int64_t number)
{
	(void)snprintf(out, TAR_NAME, "directories/%lld.note",
	    (long long)number);
}

void
bundle_path_card(char out[static TAR_NAME], const struct member_id *m,
    int64_t seq, const struct hash *name)
{
	char mark[2 * HASH_LEN + 1];

	hex(mark, name, 8);
	(void)snprintf(out, TAR_NAME, "cards/%s-%lld-%s.note", m->s,
	    (long long)seq, mark);
}

void
bundle_path_agreement(char out[static TAR_NAME], const char *id, int64_t version)
{
	(void)snprintf(out, TAR_NAME, "agreements/%s-%lld.note", id,
	    (long long)version);
}

void
bundle_path_message(char out[static TAR_NAME], unsigned number,
    const struct hash *name, const char *suffix)
{
	char text[2 * HASH_LEN + 1];

	hex(text, name, HASH_LEN);
	(void)snprintf(out, TAR_NAME, "messages/%03u-%s%s", number, text,
	    suffix);
}

void
bundle_path_receipt(char out[static TAR_NAME], unsigned number,
    const struct member_id *m, unsigned k)
{
	(void)snprintf(out, TAR_NAME, "receipts/%03u-%s-%u.note", number, m->s,
	    k);
}

void
bundle_path_blob(char out[static TAR_NAME], const struct hash *blob)
{
	char text[2 * HASH_LEN + 1];

	hex(text, blob, HASH_LEN);
	(void)snprintf(out, TAR_NAME, "files/%s.age", text);
}

unsigned
bundle_path_number(const char *path)
{
	const char *s = strchr(path, '/');
	unsigned n = 0;
	size_t digits;

	s = s == NULL ? path : s + 1;
	digits = strspn(s, "0123456789");
	if (digits < 3 || digits > 5 || s[digits] != '-' ||
	    (digits > 3 && s[0] == '0'))
		return 0;
	for (size_t i = 0; i < digits; i++)
		n = n * 10 + (unsigned)(s[i] - '0');
	return n;
}

bool
bundle_path_is(const char *path, const char *folder, const char *suffix)
{
	size_t n = strlen(path), head = strlen(folder), tail = strlen(suffix);

	return n > head + tail && strncmp(path, folder, head) == 0 &&
	    strcmp(path + n - tail, suffix) == 0 &&
	    strchr(path + head, '/') == NULL;
}
