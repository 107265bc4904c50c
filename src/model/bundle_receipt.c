#include "model/bundle_check.h"
#include "model/bundle_path.h"

static struct bundle_message *
message_at(struct check *c, unsigned number)
{
	for (size_t i = 0; i < c->b->nmessages; i++)
		if (c->b->messages[i].number == number)
			return &c->b->messages[i];
	return NULL;
}

static const struct receipt_entry *
entry_of(const struct receipt *r, const struct hash *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (hash_eq(&r->entries[i].name, name))
			return &r->entries[i];
	return NULL;
}

/* What a receipt must say to be one for this message; NULL: it does. */
static const char *
unfit(const struct receipt *r, const struct bundle_message *m,
    const struct bundle *b)
{
	struct member_id sender = header_from(&m->header);

	if (!hash_eq(&r->net, &b->net))
		return "it belongs to another network";
	if (entry_of(r, &m->name) == NULL)
		return "it does not name the message";
	if (!member_id_eq(&r->to, &sender))
		return "it was given to another than the sender";
	/* Nobody proves a time to himself. */
	if (header_to(&m->header, &r->from) == NULL ||
	    member_id_eq(&r->from, &sender))
		return "who gave it was not addressed";
	return NULL;
}

/* "receipts/<nnn>-<member>-" and then any k. */
static bool
path_fits(const char *path, unsigned number, const struct member_id *from)
{
	char want[TAR_NAME];

	for (unsigned k = 1; k <= 512; k++) {
		bundle_path_receipt(want, number, from, k);
		if (strcmp(path, want) == 0)
			return true;
	}
	return false;
}

static void
keep(struct check *c, struct bundle_message *m, const struct receipt *r)
{
	struct bundle_receipt *grown = arena_alloc(c->arena,
	    (m->nreceipts + 1) * sizeof(*grown));

	if (m->nreceipts != 0)
		memcpy(grown, m->receipts, m->nreceipts * sizeof(*grown));
	grown[m->nreceipts++] = (struct bundle_receipt){ r->from,
	    entry_of(r, &m->name)->result, r->at };
	m->receipts = grown;
}

/* The receipt's own signer, valid at its time. */
static bool
signed_well(struct check *c, const struct receipt *r, const bool *by,
    const char *path)
{
	const struct bundle_key *signer = check_signer(c, by, &r->from, r->at);

	if (signer == NULL)
		check_bad(c, GROUP_RECEIPTS, path, "E-BUNDLE-KEY",
		    "no key of %s that was valid then signed it", r->from.s);
	else if (signer->revoked != 0 && signer->revoked <= r->at)
		check_bad(c, GROUP_RECEIPTS, path, "E-BUNDLE-REVOKED",
		    "the key that signed it had been revoked");
	else if (signer->revoked != 0)
		/* Whoever holds a stolen key writes any time he likes. */
		check_missing(c, GROUP_RECEIPTS, path, "E-BUNDLE-REVOKED",
		    "its key was revoked later, so it proves no time");
	else
		return true;
	return false;
}

static void
judge(struct check *c, const struct bundle_part *p, const struct receipt *r,
    const bool *by)
{
	unsigned number = bundle_path_number(p->path);
	struct bundle_message *m = message_at(c, number);
	const char *why = m == NULL ? "its message is not here, or does not hold"
	    : unfit(r, m, c->b);
	char at[TIME_TEXT];

	if (why != NULL)
		check_bad(c, GROUP_RECEIPTS, p->path, "E-BUNDLE-RECEIPT",
		    "%s", why);
	else if (!path_fits(p->path, number, &r->from))
		check_bad(c, GROUP_RECEIPTS, p->path, "E-BUNDLE-NAME",
		    "it was given by %s", r->from.s);
	else if (signed_well(c, r, by, p->path)) {
		keep(c, m, r);
		time_print(at, r->at);
		check_ok(c, GROUP_RECEIPTS, p->path, "%s by %s, %s",
		    receipt_result_names[entry_of(r, &m->name)->result],
		    r->from.s, at);
	}
}

static void
take_receipt(struct check *c, const struct bundle_part *p)
{
	bool *by = arena_alloc(c->arena, c->nkeys + 1);
	struct receipt r;
	struct note note;
	struct err err;

	if (!note_parse(&note, p->bytes, &err) ||
	    !note_verify(&note, c->vkeys, c->nkeys, by, &err) ||
	    !receipt_parse(&r, c->arena, note.text, &err)) {
		check_failed(c, GROUP_RECEIPTS, p->path, &err);
		return;
	}
	judge(c, p, &r, by);
	receipt_release(&r);
}

/* The earliest time that an addressed member says it took the message. */
static msec
proven(const struct bundle_message *m, const struct member_id *by)
{
	msec at = 0;

	for (size_t i = 0; i < m->nreceipts; i++) {
		const struct bundle_receipt *r = &m->receipts[i];

		if (r->result == RECEIPT_TAKEN &&
		    (by == NULL || member_id_eq(&r->member, by)) &&
		    (at == 0 || r->at < at))
			at = r->at;
	}
	return at;
}

/* Once its key is revoked, a signature holds for what another can date. */
static void
check_revoked(struct check *c, const struct bundle_message *m)
{
	msec at = proven(m, NULL);
	char path[TAR_NAME];

	if (m->revoked == 0)
		return;
	bundle_path_message(path, m->number, &m->name, ".note");
	if (at == 0 || at >= m->revoked || m->header.sent >= m->revoked)
		check_bad(c, GROUP_MESSAGES, path, "E-BUNDLE-REVOKED",
		    "its key was revoked, and no receipt proves that it was "
		    "signed before");
	else
		check_ok(c, GROUP_MESSAGES, path,
		    "its key was revoked later; a receipt is older");
}

/* Who made the bundle holds the receipts of its own legs only. */
static bool
expected(const struct bundle *b, const struct bundle_message *m,
    const struct member_id *to)
{
	struct member_id from = header_from(&m->header);

	return !b->has_manifest || member_id_eq(&b->manifest.by, &from) ||
	    member_id_eq(&b->manifest.by, to);
}

static void
check_unreceipted(struct check *c, const struct bundle_message *m)
{
	char path[TAR_NAME];

	bundle_path_message(path, m->number, &m->name, ".note");
	for (size_t i = 0; i < m->header.nto; i++) {
		struct member_id to;

		address_member(&to, &m->header.to[i].desk);
		if (expected(c->b, m, &to) && proven(m, &to) == 0)
			check_missing(c, GROUP_RECEIPTS, path,
			    "E-BUNDLE-UNRECEIPTED",
			    "no receipt proves that %s took it", to.s);
	}
}

void
check_receipts(struct check *c)
{
	struct bundle_part *p;

	for (size_t i = 0; (p = check_next(c, &i, "receipts/", ".note")) !=
	    NULL; )
		take_receipt(c, p);
	for (size_t i = 0; i < c->b->nmessages; i++) {
		check_revoked(c, &c->b->messages[i]);
		check_unreceipted(c, &c->b->messages[i]);
	}
}
