#include "entente/proof.h"

#include <string.h>

#include "base/encode.h"
#include "crypto/note.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "model/card.h"
#include "model/receipt.h"

struct keys {
	struct note_vkey	k[CARD_KEYS];
	size_t			n;
};

static void
add_key(struct keys *keys, const json_t *entry)
{
	const char *text = json_is_string(entry) ? json_string_value(entry) :
	    pick_str(entry, "vkey");
	struct err ignored;

	if (keys->n < CARD_KEYS && note_vkey_parse(&keys->k[keys->n],
	    slice_str(text), &ignored))
		keys->n++;
}

/* The message keys of a member's card, kept for the run. */
static bool
card_keys(struct cli *cli, const char *member, struct keys *keys,
    struct problem *p)
{
	const char *path = path_of(cli, "members", member);
	const json_t *answer, *list, *entry;
	json_t *got;
	size_t i;

	*keys = (struct keys){ .n = 0 };
	if (cli->cache == NULL)
		cli->cache = json_object();
	answer = json_object_get(cli->cache, path);
	if (answer == NULL) {
		if (!client_get(cli, path, &got, p))
			return false;
		json_object_set_new(cli->cache, path, got);
		answer = got;
	}
	list = json_object_get(json_object_get(answer, "card"), "keys");
	if (list == NULL)
		list = json_object_get(answer, "keys");
	json_array_foreach(list, i, entry)
		add_key(keys, entry);
	return keys->n != 0 || err_set(&p->err, ERR_VERIFY, "E-CARD-KEY", "%s",
	    say(cli, "proof.no-keys", "member", member, NULL));
}

static bool
verify(struct cli *cli, struct note *note, struct slice bytes,
    const char *member, struct problem *p)
{
	bool by[CARD_KEYS];
	struct keys keys;

	if (!card_keys(cli, member, &keys, p))
		return false;
	return note_parse(note, bytes, &p->err) &&
	    note_verify(note, keys.k, keys.n, by, &p->err);
}

static const char *
member_of(struct cli *cli, const char *address)
{
	return arena_str(&cli->arena, slice_of(address, strcspn(address, "/")));
}

bool
proof_message(struct cli *cli, const char *name, const char *from,
    struct problem *p)
{
	struct buf b = BUF_INIT;
	struct note note;
	struct hash h;
	char hex[65];
	bool ok = false;

	if (!client_text(cli, arena_printf(&cli->arena, "%s/note",
	    path_of(cli, "messages", name)), NOTE_MAX, &b, p))
		goto out;
	if (!verify(cli, &note, buf_all(&b), member_of(cli, from), p))
		goto out;
	h = note_text_name(&note);
	hex_encode(hex, slice_of(h.b, sizeof(h.b)));
	ok = strcmp(hex, name) == 0 || err_set(&p->err, ERR_VERIFY,
	    "E-CLI-HASH", "%s", say(cli, "file.hash", "want", name, "got", hex,
	    NULL));
out:
	buf_free(&b);
	return ok;
}

/* The note's entry for the message, and what the node told us of it. */
static bool
says(struct cli *cli, const struct receipt *r, const char *name,
    const json_t *item)
{
	char hex[65], at[TIME_TEXT];

	(void)cli;
	time_print(at, r->at);
	for (size_t i = 0; i < r->n; i++) {
		const struct receipt_entry *e = &r->entries[i];

		/* A relay knows no names; which of its entries it was is the
		 * sender's word. */
		if (e->result == RECEIPT_CUSTODY)
			return strcmp("custody", pick_str(item, "result")) == 0 &&
			    strcmp(at, pick_str(item, "at")) == 0;
		hex_encode(hex, slice_of(e->name.b, sizeof(e->name.b)));
		if (strcmp(hex, name) == 0)
			return strcmp(receipt_result_names[e->result],
			    pick_str(item, "result")) == 0 &&
			    strcmp(at, pick_str(item, "at")) == 0;
	}
	return false;
}

bool
proof_receipt(struct cli *cli, const char *name, const json_t *item,
    struct problem *p)
{
	struct slice bytes = slice_str(pick_str(item, "note"));
	struct receipt r;
	struct note note;
	bool ok;

	if (!verify(cli, &note, bytes, pick_str(item, "member"), p) ||
	    !receipt_parse(&r, &cli->arena, note.text, &p->err))
		return false;
	ok = strcmp(r.from.s, pick_str(item, "member")) == 0 &&
	    says(cli, &r, name, item);
	receipt_release(&r);
	return ok || err_set(&p->err, ERR_VERIFY, "E-CLI-RECEIPT", "%s",
	    say(cli, "proof.other", "member", pick_str(item, "member"), NULL));
}
