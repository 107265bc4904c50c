#include <stdlib.h>

#include "model/bundle_check.h"
#include "model/bundle_path.h"
#include "model/field.h"

/* Approvals: officers of the sender whose keys were valid when it was sent. */
static void
take_approvals(struct check *c, struct bundle_message *m, const bool *by,
    const struct member_id *from, const char *path)
{
	m->approvals = arena_alloc(c->arena,
	    NOTE_SIGNATURES * sizeof(*m->approvals));
	for (size_t i = 0; i < c->nkeys; i++) {
		const struct bundle_key *k = &c->keys[i];

		if (!by[i] || k->badge.s[0] == '\0' ||
		    !member_id_eq(k->member, from))
			continue;
		if (period_has(k->from, k->until, m->header.sent))
			m->approvals[m->napprovals++] = k->badge;
		else
			check_bad(c, GROUP_MESSAGES, path, "E-BUNDLE-KEY",
			    "the key of officer %s was not valid when it was "
			    "sent", k->badge.s);
	}
}

/* A signature that nothing here can judge proves nothing, and is said. */
static void
check_strangers(struct check *c, const struct note *note, const bool *by,
    const char *path)
{
	size_t known = 0;

	for (size_t i = 0; i < c->nkeys; i++)
		known += by[i];
	if (known < note->nsigs)
		check_missing(c, GROUP_MESSAGES, path, "E-BUNDLE-SIGNER",
		    "%zu of %zu signatures are of keys that no card here names",
		    note->nsigs - known, note->nsigs);
}

/* Parsed only once a key of the network has signed it. */
static bool
message_verify(struct check *c, struct bundle_message *m, struct slice bytes,
    const char *path, struct err *err)
{
	bool *by = arena_alloc(c->arena, c->nkeys + 1);
	const struct bundle_key *signer;
	struct member_id from;
	struct note note;

	if (!note_parse(&note, bytes, err) ||
	    !note_verify(&note, c->vkeys, c->nkeys, by, err) ||
	    !header_parse(&m->header, c->arena, note.text, err))
		return false;
	m->name = note_text_name(&note);
	from = header_from(&m->header);
	signer = check_signer(c, by, &from, m->header.sent);
	if (!hash_eq(&m->header.net, &c->b->net)) {
		err_field(err, ERR_INVALID, "E-TEXT-NET", "net",
		    "this text belongs to another network");
	} else if (signer == NULL) {
		err_set(err, ERR_VERIFY, "E-BUNDLE-KEY", "no key of %s that "
		    "was valid when it was sent signed it", from.s);
	} else {
		m->revoked = signer->revoked;
		take_approvals(c, m, by, &from, path);
		check_strangers(c, &note, by, path);
		return true;
	}
	header_release(&m->header);
	return false;
}

static bool
known_name(const struct bundle *b, const struct hash *name)
{
	for (size_t i = 0; i < b->nmessages; i++)
		if (hash_eq(&b->messages[i].name, name))
			return true;
	return false;
}

static bool
known_number(const struct bundle *b, unsigned number)
{
	for (size_t i = 0; i < b->nmessages; i++)
		if (b->messages[i].number == number)
			return true;
	return false;
}

static void
message_take(struct check *c, const struct bundle_part *p)
{
	struct bundle *b = c->b;
	struct bundle_message *m = &b->messages[b->nmessages];
	char path[TAR_NAME];
	struct err err;

	*m = (struct bundle_message){ .number = bundle_path_number(p->path) };
	if (!message_verify(c, m, p->bytes, p->path, &err)) {
		check_failed(c, GROUP_MESSAGES, p->path, &err);
		return;
	}
	bundle_path_message(path, m->number, &m->name, ".note");
	if (!check_path(c, GROUP_MESSAGES, p->path, path))
		goto out;
	if (known_name(b, &m->name) || known_number(b, m->number)) {
		check_bad(c, GROUP_MESSAGES, p->path, "E-BUNDLE-NAME",
		    "another message here has this number or this name");
		goto out;
	}
	b->nmessages++;
	return;
out:
	header_release(&m->header);
}

/* -- the thread ------------------------------------------------------------ */

static void
find_root(struct check *c)
{
	struct bundle *b = c->b;

	for (size_t i = 0; i < b->nmessages; i++) {
		const struct bundle_message *m = &b->messages[i];

		if (header_is_root(&m->header) && (!b->has_manifest ||
		    hash_eq(&m->name, &b->manifest.thread)))
			b->root = m;
	}
	if (b->root == NULL)
		check_bad(c, GROUP_MESSAGES, "messages", "E-BUNDLE-ROOT",
		    "the first message of the thread is not here, or does not "
		    "hold");
}

static bool
is_party(const struct header *root, const struct member_id *m)
{
	struct member_id asker = header_from(root);

	return member_id_eq(&asker, m) || header_to(root, m) != NULL;
}

/* NULL, or why a message has no place in the root's thread. */
static const char *
misplaced(const struct bundle_message *m, const struct bundle_message *root)
{
	const struct header *h = &m->header;
	struct member_id member = header_from(h);

	if (m == root)
		return NULL;
	if (!hash_eq(&h->thread, &root->name))
		return "it belongs to another thread";
	if (strcmp(h->kind, root->header.kind) != 0)
		return "it is of another kind than its thread";
	if (!is_party(&root->header, &member))
		return "its sender is no party of the thread";
	for (size_t i = 0; i < h->nto; i++) {
		address_member(&member, &h->to[i].desk);
		if (!is_party(&root->header, &member))
			return "it is addressed to who is no party";
	}
	return NULL;
}

static void
check_after(struct check *c, const struct bundle_message *m, const char *path)
{
	for (size_t i = 0; i < m->header.nafter; i++)
		if (!known_name(c->b, &m->header.after[i]))
			check_missing(c, GROUP_MESSAGES, path, "E-BUNDLE-GAP",
			    "it follows a message that is not here");
}

/* The card whose name begins with this mark, or NULL. */
static const struct card *
marked(const struct check *c, const uint8_t mark[static CARD_MARK])
{
	for (size_t i = 0; i < c->ncards; i++)
		if (memcmp(c->cards[i].name.b, mark, CARD_MARK) == 0)
			return &c->cards[i].card;
	return NULL;
}

/* What the sender went by: a directory, and the cards it sealed to. */
static void
check_basis(struct check *c, const struct bundle_message *m, const char *path)
{
	const struct header *h = &m->header;

	if (h->dir > (int64_t)c->ndirs)
		check_missing(c, GROUP_MESSAGES, path, "E-BUNDLE-GAP",
		    "it was sent under directory %lld, which is not here",
		    (long long)h->dir);
	for (size_t i = 0; i < h->nto; i++) {
		const struct card *card = marked(c, h->to[i].card);
		struct member_id member;

		address_member(&member, &h->to[i].desk);
		if (card == NULL)
			check_missing(c, GROUP_MESSAGES, path, "E-BUNDLE-GAP",
			    "the card by which it was sealed to %s is not here",
			    member.s);
		else if (!member_id_eq(&card->member, &member))
			check_bad(c, GROUP_MESSAGES, path, "E-BUNDLE-THREAD",
			    "it was sealed to %s by the card of %s", member.s,
			    card->member.s);
	}
}

/* "submit from rs/cyber by 4711, sent …; approved by 4712" */
static void
say_message(struct check *c, const struct bundle_message *m, const char *path)
{
	const struct header *h = &m->header;
	char sent[TIME_TEXT];
	struct buf text = BUF_INIT;

	time_print(sent, h->sent);
	buf_printf(&text, "%s from %s%s%s, sent %s", act_names[h->act],
	    h->from.s, h->by.s[0] == '\0' ? "" : " by ", h->by.s, sent);
	for (size_t i = 0; i < m->napprovals; i++)
		buf_printf(&text, "%s %s", i == 0 ? "; approved by" : ",",
		    m->approvals[i].s);
	check_ok(c, GROUP_MESSAGES, path, "%s", buf_cstr(&text));
	buf_free(&text);
}

static int
by_number(const void *x, const void *y)
{
	const struct bundle_message *a = x, *b = y;

	return a->number < b->number ? -1 : a->number > b->number;
}

void
check_messages(struct check *c)
{
	struct bundle *b = c->b;
	struct bundle_part *p;
	char path[TAR_NAME];

	b->messages = arena_alloc(c->arena, c->nparts * sizeof(*b->messages));
	for (size_t i = 0; (p = check_next(c, &i, "messages/", ".note")) !=
	    NULL; )
		message_take(c, p);
	if (b->nmessages != 0)
		qsort(b->messages, b->nmessages, sizeof(*b->messages),
		    by_number);
	find_root(c);
	for (size_t i = 0; i < b->nmessages; i++) {
		const struct bundle_message *m = &b->messages[i];
		const char *why = b->root == NULL ? NULL :
		    misplaced(m, b->root);

		bundle_path_message(path, m->number, &m->name, ".note");
		check_after(c, m, path);
		check_basis(c, m, path);
		if (why != NULL)
			check_bad(c, GROUP_MESSAGES, path, "E-BUNDLE-THREAD",
			    "%s", why);
		else
			say_message(c, m, path);
	}
}
