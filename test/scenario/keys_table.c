/*
 * The real `keys`, with this program as its parent, its vault and its desk:
 * what it signs, what it refuses, and whom it answers.
 */
#include "base/encode.h"
#include "model/receipt.h"
#include "model/text.h"

#include "box.h"

static struct box box;
static struct kind_set *kinds;
static int vault = -1, desk = -1;
static uint32_t next_id;
static struct box_message m;

static void
start_keys(bool credential)
{
	box_spawn(&box, CHILD_KEYS);
	vault = box_channel(&box, CHILD_KEYS, CHILD_VAULT);
	desk = box_channel(&box, CHILD_KEYS, CHILD_DESK);
	box_give_keyring(&box, credential);
	box_start(&box, CHILD_KEYS);
	box_until_ready(&box, CHILD_KEYS);
}

static void
stop_keys(void)
{
	(void)close(vault);
	(void)close(desk);
	(void)close(box.control[CHILD_KEYS]);
	(void)waitpid(box.pid[CHILD_KEYS], NULL, 0);
	box.pid[CHILD_KEYS] = 0;
}

/* -- signing --------------------------------------------------------------------- */

static struct slice about;	/* what a countersignature is about */

/* The rule it is refused with, "" when signed; *line is the signature. */
static const char *
sign(struct slice text, struct slice approvals, struct buf *line)
{
	static struct err err;
	struct buf b = BUF_INIT;
	struct cursor c;

	memset(&err, 0, sizeof(err));
	buf_var(&b, text);
	buf_var(&b, approvals);
	if (about.n != 0)
		buf_var(&b, about);
	if (!box_ask(&box, vault, VAULT_SIGN, ++next_id, buf_all(&b), &m))
		(void)err_set(&err, ERR_IO, "no-answer", "none");
	else {
		c = cursor_of(buf_all(&m.body));
		(void)result_decode(&c, &err);
		buf_clear(line);
		buf_slice(line, cursor_var(&c, m.body.n));
		box_must(cursor_done(&c), "answer");
	}
	buf_free(&b);
	return err.rule;
}

static void
refuses(const char *rule, struct slice text, struct slice approvals,
    const char *fact)
{
	unsigned before = box.signs;
	struct buf line = BUF_INIT;
	const char *got = sign(text, approvals, &line);

	OK(strncmp(got, rule, strlen(rule)) == 0 && got[0] != '\0' &&
	    line.n == 0, "%s (%s)", fact, got);
	(void)box_wait(&box, -1, 0);
	OK(box.signs == before, "and the parent's log gets no line");
	buf_free(&line);
}

static void
signs(struct slice text, struct slice approvals, const char *type,
    const char *fact)
{
	unsigned before = box.signs;
	struct buf line = BUF_INIT, whole = BUF_INIT;
	const char *got = sign(text, approvals, &line);
	struct hash name = hash_of(text);
	struct note note;
	struct err err;
	bool by = false;

	buf_slice(&whole, text);
	buf_u8(&whole, '\n');
	buf_slice(&whole, buf_all(&line));
	OK(got[0] == '\0' && note_parse(&note, buf_all(&whole), &err) &&
	    note_verify(&note, &box.vkey, 1, &by, &err) && by, "%s %s", fact, got);
	(void)box_wait(&box, -1, 50);
	OK(box.signs == before + 1 && strcmp(box.last_type, type) == 0 &&
	    hash_eq(&box.last_name, &name),
	    "and the parent's log gets its type and hash");
	buf_free(&line);
	buf_free(&whole);
}

static struct slice
text_of(struct buf *b, const struct header *h)
{
	buf_clear(b);
	header_print(b, h);
	return buf_all(b);
}

static const struct slice none = { NULL, 0 };

static void
foreign_texts(void)
{
	static const struct {
		const char *text, *fact;
	} texts[] = {
		{ "entente/directory/v1\n{}\n", "a directory is not signed" },
		{ "entente/card/v1\n{}\n", "a card is not signed" },
		{ "entente/agreement/v1\n{}\n", "an agreement is not signed" },
		{ "entente/network/v1\n{}\n", "a network is not signed" },
		{ "entente/invite/v1\n{}\n", "an invite is not signed" },
		{ "entente/join/v1\n{}\n", "a join is not signed" },
		{ "entente/audit/v1\n{}\n", "an audit entry is not signed" },
		{ "entente/message/v2\n{}\n", "a message of another version is not signed" },
		{ "entente/Message/v1\n{}\n", "type names are exact" },
		{ "entente//v1\n{}\n", "a text without a type is not signed" },
		{ "demo.example/rs/log/1\n4\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		    "a checkpoint is not signed" },
		{ "hello\n", "a text that is none of ours is not signed" },
		{ "", "nothing is not signed" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refuses("E-KEYS-REFUSED", slice_str(texts[i].text), none,
		    texts[i].fact);
	refuses("E-", slice_str("entente/message/v1\n{}\n"), none,
	    "an empty message is not signed");
	refuses("E-", slice_str("entente/receipt/v1\n{}\n"), none,
	    "an empty receipt is not signed");
}

static void
foreign_messages(void)
{
	struct buf b = BUF_INIT;
	struct recipient to;
	struct header h = box_header(&box, kinds, &to);

	h.urgency = URGENCY_URGENT;
	signs(text_of(&b, &h), none, "message", "an urgent request is signed at once");
	buf_u8(&b, '\n');
	refuses("E-", buf_all(&b), none, "a message with more after it is not");
	h.net = hash_of(slice_str("another network"));
	refuses("E-KEYS-REFUSED", text_of(&b, &h), none, "nor one of another network");
	h = box_header(&box, kinds, &to);
	h.urgency = URGENCY_URGENT;
	(void)address_parse(&h.from, slice_str("fr/cyber"));
	(void)address_parse(&to.desk, slice_str("rs/cyber"));
	refuses("E-KEYS-REFUSED", text_of(&b, &h), none, "nor another member's");
	h = box_header(&box, kinds, &to);
	h.urgency = URGENCY_URGENT;
	h.kind_hash.b[0] ^= 1;
	refuses("E-KEYS-REFUSED", text_of(&b, &h), none,
	    "nor one under another text of its kind");
	(void)snprintf(h.kind, sizeof(h.kind), "request.arrest/1");
	refuses("E-KEYS-REFUSED", text_of(&b, &h), none, "nor one of an unknown kind");
	buf_free(&b);
}

static void
receipts(void)
{
	struct receipt_entry e = { .name = hash_of(slice_str("a message")),
	    .result = RECEIPT_TAKEN };
	struct receipt r = { .net = box.net, .dir = 1, .from = { "rs" },
	    .to = { "fr" }, .at = clock_now(), .entries = &e, .n = 1 };
	struct buf b = BUF_INIT;

	receipt_print(&b, &r);
	signs(buf_all(&b), none, "receipt", "a receipt is signed");
	buf_clear(&b);
	r.from = (struct member_id){ "fr" };
	r.to = (struct member_id){ "rs" };
	receipt_print(&b, &r);
	refuses("E-KEYS-REFUSED", buf_all(&b), none, "not another member's");
	buf_clear(&b);
	r.from = (struct member_id){ "rs" };
	r.to = (struct member_id){ "fr" };
	r.net.b[0] ^= 1;
	receipt_print(&b, &r);
	refuses("E-KEYS-REFUSED", buf_all(&b), none, "nor of another network");
	buf_free(&b);
}

/* -- approvals, made by hand -------------------------------------------------------- */

static struct slice
approval(struct buf *b, struct slice text, const char *name,
    const struct secret *seed)
{
	struct note_signer s;
	struct err err;

	buf_clear(b);
	note_signer_ed25519(&s, name, seed);
	box_must(note_signature_line(b, text, &s, &err), "signature");
	return buf_all(b);
}

static void
two_persons(void)
{
	struct buf b = BUF_INIT, other = BUF_INIT, a = BUF_INIT;
	struct secret *stranger = secret_random(32);
	struct recipient to;
	struct header h = box_header(&box, kinds, &to);
	struct slice text, another;

	snprintf(h.ref, sizeof(h.ref), "rs-2026-000002");
	another = text_of(&other, &h);
	h = box_header(&box, kinds, &to);
	text = text_of(&b, &h);
	refuses("E-KEYS-APPROVAL", text, none,
	    "a normal request is not signed without an approval");
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, text, BOX_KEY "/4711", box.officer[0]),
	    "nor with its author's own");
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, text, BOX_KEY "/9999", stranger),
	    "nor with that of an unknown badge");
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, text, BOX_KEY "/4712", stranger),
	    "nor with another key under a known badge");
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, text, "demo.example/fr/4712", box.officer[1]),
	    "nor with that of another member's officer");
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, text, BOX_KEY "/4712/4711", box.officer[0]),
	    "nor with the author's under a longer name");
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, another, BOX_KEY "/4712", box.officer[1]),
	    "nor with an approval of another text");
	refuses("E-KEYS-APPROVAL", text, approval(&a, text, BOX_KEY, box.seed),
	    "nor with the member's own signature");
	refuses("E-KEYS-APPROVAL", text, slice_str("yes\n"), "nor with a word");
	signs(text, approval(&a, text, BOX_KEY "/4712", box.officer[1]),
	    "message", "with a second officer's approval it is signed");
	h.by = (struct badge){ "" };
	text = text_of(&b, &h);
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, text, BOX_KEY "/4712", box.officer[1]),
	    "one approver alone is not two persons: the author must be named");
	secret_free(stranger);
	buf_free(&b);
	buf_free(&other);
	buf_free(&a);
}

/* -- a second signature afterwards --------------------------------------------------- */

static struct header
second_of(struct hash *root, struct recipient *to)
{
	struct header h = box_header(&box, kinds, to);

	h.act = ACT_COUNTERSIGN;
	h.urgency = URGENCY_URGENT;
	h.thread = *root;
	h.after = root;
	h.nafter = 1;
	h.by = (struct badge){ "4712" };
	snprintf(h.ref, sizeof(h.ref), "rs-2026-000003");
	return h;
}

static void
countersignatures(void)
{
	struct buf b = BUF_INIT, first = BUF_INIT, a = BUF_INIT, o = BUF_INIT;
	struct recipient to, other;
	struct header root = box_header(&box, kinds, &to), h;
	struct hash name;
	struct slice text, sent;

	root.urgency = URGENCY_URGENT;
	sent = text_of(&first, &root);
	name = hash_of(sent);
	h = second_of(&name, &other);
	text = text_of(&b, &h);
	about = sent;
	refuses("E-KEYS-APPROVAL", text, none,
	    "a countersignature is not signed without the officer's own");
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, text, BOX_KEY "/4711", box.officer[0]),
	    "nor with that of another officer");
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, sent, BOX_KEY "/4712", box.officer[1]),
	    "nor with one under another text");
	approval(&a, text, BOX_KEY "/4712", box.officer[1]);
	about = none;
	refuses("E-KEYS-APPROVAL", text, buf_all(&a),
	    "nor without the text it is about");
	root.urgency = URGENCY_FLASH;
	about = text_of(&o, &root);
	refuses("E-KEYS-APPROVAL", text, buf_all(&a),
	    "nor about another text than it names");
	about = sent;
	signs(text, buf_all(&a), "message", "with all of these it is");
	h.by = (struct badge){ "4711" };
	text = text_of(&b, &h);
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, text, BOX_KEY "/4711", box.officer[0]),
	    "nobody countersigns what he sent himself");
	root.by = (struct badge){ "" };
	about = text_of(&o, &root);
	name = hash_of(about);
	h = second_of(&name, &other);
	text = text_of(&b, &h);
	refuses("E-KEYS-APPROVAL", text,
	    approval(&a, text, BOX_KEY "/4712", box.officer[1]),
	    "nor what names no author");
	about = none;
	buf_free(&b);
	buf_free(&first);
	buf_free(&a);
	buf_free(&o);
}

/* -- tickets -------------------------------------------------------------------------- */

static void
give(const uint8_t *id, enum purpose purpose, const struct hash *shown,
    const char *secret)
{
	static const struct hash zeros;
	struct buf b = BUF_INIT;

	buf_put(&b, id, TICKET);
	buf_u8(&b, (uint8_t)purpose);
	buf_put(&b, shown == NULL ? zeros.b : shown->b, HASH_LEN);
	buf_var_str(&b, secret);
	(void)ipc_send_now(desk, DESK_SECRET, 0, buf_all(&b), -1);
	buf_free(&b);
}

static const uint8_t *
ticket(enum purpose purpose, const struct hash *shown, const char *secret)
{
	static uint8_t id[TICKET];

	randombytes_buf(id, sizeof(id));
	give(id, purpose, shown, secret);
	return id;
}

static void
ask_use(struct buf *b, const uint8_t *id, enum purpose purpose,
    const char *badge, struct slice text)
{
	buf_put(b, id, TICKET);
	buf_u8(b, (uint8_t)purpose);
	buf_var_str(b, badge);
	buf_var(b, text);
}

static const char *
use(const uint8_t *id, enum purpose purpose, const char *badge,
    struct slice text, struct buf *what)
{
	static struct err err;
	struct buf b = BUF_INIT;
	struct cursor c;

	memset(&err, 0, sizeof(err));
	/* The desk's word and the vault's come by two ways. */
	(void)usleep(20 * 1000);
	ask_use(&b, id, purpose, badge, text);
	if (!box_ask(&box, vault, VAULT_SECRET, ++next_id, buf_all(&b), &m))
		(void)err_set(&err, ERR_IO, "no-answer", "none");
	else {
		c = cursor_of(buf_all(&m.body));
		(void)result_decode(&c, &err);
		buf_clear(what);
		buf_slice(what, cursor_var(&c, m.body.n));
	}
	buf_free(&b);
	return err.rule;
}

static void
logins(void)
{
	struct buf b = BUF_INIT;
	const uint8_t *t;

	EQ_STR(use(ticket(PURPOSE_LOGIN, NULL, box_passwords[0]), PURPOSE_LOGIN,
	    "4711", none, &b), "", "the right password logs in");
	OK(b.n == 0, "and no key comes with it");
	EQ_STR(use(ticket(PURPOSE_LOGIN, NULL, "Officer-4713"), PURPOSE_LOGIN,
	    "4711", none, &b), "E-PASSWORD-WRONG", "a wrong one does not");
	EQ_STR(use(ticket(PURPOSE_LOGIN, NULL, box_passwords[0]), PURPOSE_LOGIN,
	    "-", none, &b), "E-PASSWORD-WRONG",
	    "an account that does not exist sounds the same");
	t = ticket(PURPOSE_LOGIN, NULL, box_passwords[0]);
	(void)use(t, PURPOSE_LOGIN, "4711", none, &b);
	EQ_STR(use(t, PURPOSE_LOGIN, "4711", none, &b), "E-TICKET",
	    "a ticket is used once");
	EQ_STR(use((const uint8_t *)"0123456789abcdef", PURPOSE_LOGIN, "4711",
	    none, &b), "E-TICKET", "a ticket that nobody gave is none");
	EQ_STR(use(ticket(PURPOSE_LOGIN, NULL, box_passwords[0]),
	    PURPOSE_PASSWORD, "4711", none, &b), "E-TICKET",
	    "what was typed to log in sets no password");
	EQ_STR(use(ticket(PURPOSE_NONE, NULL, "x"), PURPOSE_NONE, "4711", none,
	    &b), "E-TICKET", "a ticket for nothing is none");
	EQ_STR(use(ticket((enum purpose)200, NULL, "x"), (enum purpose)200,
	    "4711", none, &b), "E-TICKET", "nor one for what does not exist");
	buf_free(&b);
}

/* The rule of the next answer to VAULT_SECRET, "none" when none comes. */
static const char *
next_rule(void)
{
	static struct err err;
	struct cursor c;

	do {
		if (!box_read(&box, vault, 5000, &m))
			return "none";
	} while (m.type != KEYS_SECRET);
	memset(&err, 0, sizeof(err));
	c = cursor_of(buf_all(&m.body));
	(void)result_decode(&c, &err);
	return err.rule;
}

/* The vault's word may come first, and may come without end. */
static void
early(void)
{
	enum { MANY = 100 };
	unsigned busy = 0, late = 0;
	uint8_t id[TICKET];
	struct buf b = BUF_INIT;

	randombytes_buf(id, sizeof(id));
	ask_use(&b, id, PURPOSE_LOGIN, "4711", none);
	(void)ipc_send_now(vault, VAULT_SECRET, ++next_id, buf_all(&b), -1);
	(void)usleep(50 * 1000);
	give(id, PURPOSE_LOGIN, NULL, box_passwords[0]);
	EQ_STR(next_rule(), "", "a question before its ticket waits for it");
	for (unsigned i = 0; i < MANY; i++) {
		(void)ipc_send_now(vault, VAULT_SECRET, ++next_id, buf_all(&b),
		    -1);
		if (i % 10 == 9)
			(void)usleep(5000);
	}
	for (unsigned i = 0; i < MANY; i++) {
		const char *rule = next_rule();

		busy += strcmp(rule, "E-NODE-BUSY") == 0;
		late += strcmp(rule, "E-TICKET") == 0;
	}
	OK(busy + late == MANY, "of very many each is answered");
	OK(busy > late && late > 0, "most of them at once: few wait");
	buf_free(&b);
}

static void
approvals(void)
{
	unsigned before = box.signs;
	struct buf b = BUF_INIT, line = BUF_INIT;
	struct recipient to;
	struct header h = box_header(&box, kinds, &to);
	struct slice text = text_of(&b, &h);
	struct hash shown = hash_of(text), other = hash_of(slice_str("other"));
	const uint8_t *t;

	EQ_STR(use(ticket(PURPOSE_LOGIN, &shown, box_passwords[1]),
	    PURPOSE_APPROVE, "4712", text, &line), "E-TICKET",
	    "what was typed to log in approves nothing");
	EQ_STR(use(ticket(PURPOSE_APPROVE, &other, box_passwords[1]),
	    PURPOSE_APPROVE, "4712", text, &line), "E-APPROVAL-CHANGED",
	    "the text approved is the text that was shown");
	EQ_STR(use(ticket(PURPOSE_APPROVE, &shown, box_passwords[0]),
	    PURPOSE_APPROVE, "4711", text, &line), "E-APPROVAL-SAME",
	    "the author does not approve");
	EQ_STR(use(ticket(PURPOSE_APPROVE, &shown, box_passwords[0]),
	    PURPOSE_APPROVE, "4712", text, &line), "E-PASSWORD-WRONG",
	    "one officer's password is not another's approval");
	EQ_STR(use(ticket(PURPOSE_APPROVE, &shown, box_passwords[0]),
	    PURPOSE_APPROVE, "9999", text, &line), "E-PASSWORD-WRONG",
	    "nor that of a badge nobody has");
	OK(line.n == 0, "none of these gave a signature");
	t = ticket(PURPOSE_APPROVE, &shown, box_passwords[1]);
	EQ_STR(use(t, PURPOSE_APPROVE, "4712", text, &line), "",
	    "the second officer approves");
	(void)box_wait(&box, -1, 50);
	OK(box.signs == before + 1 &&
	    strcmp(box.last_type, "approval/4712") == 0 &&
	    hash_eq(&box.last_name, &shown),
	    "the parent's log says who approved what");
	signs(text, buf_all(&line), "message", "so approved the message is signed");
	EQ_STR(use(t, PURPOSE_APPROVE, "4712", text, &b), "E-TICKET",
	    "an approval's ticket is used once");
	buf_free(&line);

	h = box_header(&box, kinds, &to);
	(void)address_parse(&h.from, slice_str("fr/cyber"));
	(void)address_parse(&to.desk, slice_str("rs/cyber"));
	text = text_of(&b, &h);
	shown = hash_of(text);
	EQ_STR(use(ticket(PURPOSE_APPROVE, &shown, box_passwords[1]),
	    PURPOSE_APPROVE, "4712", text, &line), "E-KEYS-REFUSED",
	    "officers do not approve another member's messages");
	text = slice_str("entente/directory/v1\n{}\n");
	shown = hash_of(text);
	EQ_STR(strncmp(use(ticket(PURPOSE_APPROVE, &shown, box_passwords[1]),
	    PURPOSE_APPROVE, "4712", text, &line), "E-TEXT", 6) == 0 ? "" :
	    "other", "", "nor a directory");
	buf_free(&line);
	buf_free(&b);
}

/* The hash is that of the message; the signature stands under the act. */
static void
countersigning(void)
{
	struct buf b = BUF_INIT, line = BUF_INIT;
	struct hash root = hash_of(slice_str("the message")), act;
	struct recipient to;
	struct header h = second_of(&root, &to);
	struct slice text = text_of(&b, &h);

	act = hash_of(text);
	EQ_STR(use(ticket(PURPOSE_APPROVE, &act, box_passwords[1]),
	    PURPOSE_COUNTERSIGN, "4712", text, &line), "E-TICKET",
	    "what was typed to approve countersigns nothing");
	EQ_STR(use(ticket(PURPOSE_COUNTERSIGN, &act, box_passwords[1]),
	    PURPOSE_COUNTERSIGN, "4712", text, &line), "E-APPROVAL-CHANGED",
	    "the message countersigned is the message that was shown");
	EQ_STR(use(ticket(PURPOSE_COUNTERSIGN, &root, box_passwords[0]),
	    PURPOSE_COUNTERSIGN, "4711", text, &line), "E-KEYS-REFUSED",
	    "nobody countersigns in another's name");
	h.act = ACT_WITHDRAW;
	text = text_of(&b, &h);
	EQ_STR(use(ticket(PURPOSE_COUNTERSIGN, &root, box_passwords[1]),
	    PURPOSE_COUNTERSIGN, "4712", text, &line), "E-KEYS-REFUSED",
	    "nor signs another act so");
	OK(line.n == 0, "none of these gave a signature");
	h.act = ACT_COUNTERSIGN;
	text = text_of(&b, &h);
	EQ_STR(use(ticket(PURPOSE_COUNTERSIGN, &root, box_passwords[1]),
	    PURPOSE_COUNTERSIGN, "4712", text, &line), "",
	    "the second officer countersigns");
	(void)box_wait(&box, -1, 50);
	OK(strcmp(box.last_type, "approval/4712") == 0,
	    "the parent's log says who");
	buf_free(&b);
	buf_free(&line);
}

static void
passwords(void)
{
	struct buf b = BUF_INIT;

	box.save_ok = 0;
	EQ_STR(use(ticket(PURPOSE_PASSWORD, NULL, "Another-4711"),
	    PURPOSE_PASSWORD, "4711", none, &b), "E-KEYRING-SAVE",
	    "a password that could not be written is not set");
	box.save_ok = 1;
	EQ_STR(use(ticket(PURPOSE_LOGIN, NULL, box_passwords[0]), PURPOSE_LOGIN,
	    "4711", none, &b), "", "the old one still logs in");
	EQ_STR(use(ticket(PURPOSE_LOGIN, NULL, "Another-4711"), PURPOSE_LOGIN,
	    "4711", none, &b), "E-PASSWORD-WRONG", "the new one does not");
	EQ_STR(use(ticket(PURPOSE_PASSWORD, NULL, "aaaaaaaaaa"),
	    PURPOSE_PASSWORD, "4711", none, &b), "E-PASSWORD-WEAK",
	    "a weak one is refused");
	buf_free(&b);
}

/* -- who is answered -------------------------------------------------------------------- */

/* A vault asks for a right login and dies; the next one asks for a wrong one
 * under the same number. */
static void
next_vault(void)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	unsigned answers = 0;
	struct cursor c;
	struct err err = { .rule = "none" };

	ask_use(&first, ticket(PURPOSE_LOGIN, NULL, box_passwords[0]),
	    PURPOSE_LOGIN, "4711", none);
	(void)usleep(20 * 1000);
	(void)ipc_send_now(vault, VAULT_SECRET, 7, buf_all(&first), -1);
	(void)usleep(20 * 1000);
	(void)close(vault);
	vault = box_channel(&box, CHILD_KEYS, CHILD_VAULT);
	ask_use(&second, ticket(PURPOSE_LOGIN, NULL, "Officer-0000"),
	    PURPOSE_LOGIN, "4712", none);
	(void)usleep(20 * 1000);
	(void)ipc_send_now(vault, VAULT_SECRET, 7, buf_all(&second), -1);
	while (box_read(&box, vault, answers == 0 ? 10000 : 300, &m)) {
		if (m.type != KEYS_SECRET)
			continue;
		answers++;
		c = cursor_of(buf_all(&m.body));
		(void)result_decode(&c, &err);
	}
	OK(answers == 1, "a vault gets no answer to what the one before it asked");
	EQ_STR(err.rule, "E-PASSWORD-WRONG", "its login is judged by its own words");
	next_id = 100;
	buf_free(&first);
	buf_free(&second);
}

static void
ends(const char *month, const char *rule, const char *fact)
{
	struct buf b = BUF_INIT;
	struct err err = { .rule = "none" };
	struct cursor c;

	buf_var_str(&b, month);
	if (box_ask(&box, vault, VAULT_SHELF_END, ++next_id, buf_all(&b), &m)) {
		c = cursor_of(buf_all(&m.body));
		memset(&err, 0, sizeof(err));
		(void)result_decode(&c, &err);
	}
	EQ_STR(err.rule, rule, "%s", fact);
	buf_free(&b);
}

static void
shelves(void)
{
	struct buf b = BUF_INIT;
	unsigned saves = box.saves;
	char now[TIME_TEXT], month[8];
	struct cursor c;
	struct err err;

	buf_var_str(&b, "2031-11");
	time_print(now, clock_now());
	box.hold = true;
	(void)ipc_send_now(vault, VAULT_SHELF, 1001, buf_all(&b), -1);
	(void)ipc_send_now(vault, VAULT_SHELF, 1002, buf_all(&b), -1);
	OK(!box_read(&box, vault, 200, &m) && box.saves == saves + 1,
	    "nobody gets a shelf key before it is on disk");
	box_saved(&box, box.held_save, 1);
	OK(box_read(&box, vault, 5000, &m) && m.type == KEYS_SHELF &&
	    box_read(&box, vault, 5000, &m) && m.type == KEYS_SHELF,
	    "then whoever asked does");
	buf_clear(&b);
	buf_var_str(&b, "2031-12");
	(void)ipc_send_now(vault, VAULT_SHELF, 1003, buf_all(&b), -1);
	(void)box_wait(&box, -1, 200);
	box_saved(&box, box.held_save, 0);
	OK(box_read(&box, vault, 5000, &m), "a save that failed is answered");
	c = cursor_of(buf_all(&m.body));
	OK(!result_decode(&c, &err) && strcmp(err.rule, "E-KEYRING-SAVE") == 0 &&
	    c.rest.n == 0, "and no key comes with it");
	box.hold = false;
	buf_clear(&b);
	buf_var_str(&b, "../../x");
	OK(box_ask(&box, vault, VAULT_SHELF, 1004, buf_all(&b), &m),
	    "a shelf that is no month is answered");
	c = cursor_of(buf_all(&m.body));
	(void)result_decode(&c, &err);
	EQ_STR(err.rule, "E-KEYS-REFUSED", "with a refusal");
	ends("2099-01", "E-KEYS-REFUSED", "the shelf of a month to come is not destroyed");
	(void)snprintf(month, sizeof(month), "%.7s", now);
	ends(month, "E-KEYS-REFUSED", "nor that of this month");
	ends("2020-01", "", "that of a month that is over is");
	buf_free(&b);
}

/* -- unwrapping -------------------------------------------------------------------------- */

/* How many of n variants of the header give a key. */
static unsigned
unwrap(struct slice *headers, uint8_t n)
{
	struct buf b = BUF_INIT;
	struct cursor c;
	struct err err;
	unsigned keys = 0;

	buf_u8(&b, n);
	for (uint8_t i = 0; i < n; i++)
		buf_var(&b, headers[i]);
	if (!box_ask(&box, vault, VAULT_UNWRAP, ++next_id, buf_all(&b), &m))
		return 999;
	c = cursor_of(buf_all(&m.body));
	box_must(cursor_u8(&c) == n, "count");
	for (uint8_t i = 0; i < n; i++)
		if (result_decode(&c, &err)) {
			(void)cursor_bytes(&c, AGE_FILE_KEY);
			keys++;
		}
	box_must(cursor_done(&c), "answer");
	buf_free(&b);
	return keys;
}

static void
headers(void)
{
	struct age_identity id;
	struct age_recipient to;
	struct buf sealed = BUF_INIT;
	struct age_header h;
	struct slice variants[64], whole;
	unsigned keys = 0;
	struct err err;
	struct age_seal *s;

	age_identity_x25519(&id, box.seal);
	age_identity_recipient(&to, &id);
	s = age_seal_begin(&to, 1, &sealed, &err);
	age_seal_free(s);
	box_must(age_header_parse(&h, buf_all(&sealed), AGE_HEADER_LINK, &err) ==
	    AGE_PARSED, "header");
	whole = slice_of(sealed.p, h.length);
	age_header_free(&h);
	OK(unwrap(&whole, 1) == 1, "a header sealed to us gives its key");
	for (size_t at = 0; at < whole.n; at += 64) {
		uint8_t n = 0;
		uint8_t *copies = xcalloc(64, whole.n);

		for (; n < 64 && at + n < whole.n; n++) {
			uint8_t *p = copies + n * whole.n;

			memcpy(p, whole.p, whole.n);
			p[at + n] ^= 1;
			variants[n] = slice_of(p, whole.n);
		}
		keys += unwrap(variants, n);
		free(copies);
	}
	OK(keys == 0, "none of its %zu single-byte changes does", whole.n);
	variants[0] = slice_of(whole.p, whole.n - 1);
	variants[1] = slice_of(NULL, 0);
	OK(unwrap(variants, 2) == 0, "nor a header cut short");
	buf_free(&sealed);
}

/* -- keys over time ---------------------------------------------------------------------- */

static void
recipient_text(char out[static AGE_KEY_TEXT], const struct secret *key)
{
	struct age_identity id;
	struct age_recipient to;

	age_identity_x25519(&id, key);
	age_identity_recipient(&to, &id);
	age_recipient_print(out, &to);
}

/* Does a file sealed to it still open? */
static bool
opens(const char *recipient)
{
	struct buf sealed = BUF_INIT;
	struct age_recipient to;
	struct age_header h;
	struct slice header;
	struct err err;
	bool ok;

	box_must(age_recipient_parse(&to, slice_str(recipient), &err), "key");
	age_seal_free(age_seal_begin(&to, 1, &sealed, &err));
	box_must(age_header_parse(&h, buf_all(&sealed), AGE_HEADER_LINK, &err) ==
	    AGE_PARSED, "header");
	header = slice_of(sealed.p, h.length);
	age_header_free(&h);
	ok = unwrap(&header, 1) == 1;
	buf_free(&sealed);
	return ok;
}

/* Our card, with this sealing key; without an answer. */
static void
bring_card(const char *seal, const char *member)
{
	struct buf b = BUF_INIT, text = BUF_INIT;
	char vkey[NOTE_VKEY], net[65];
	static const uint8_t pin[32];

	note_vkey_print(vkey, &box.vkey);
	hex_encode(net, slice_of(box.net.b, HASH_LEN));
	buf_printf(&text, "entente/card/v1\n{\"net\":\"%s\",\"member\":\"%s\","
	    "\"seq\":1,\"issued\":\"2026-11-21T18:20:00.000Z\","
	    "\"name\":{\"en\":\"RS\"},\"time_zone\":\"Europe/Belgrade\","
	    "\"languages\":[\"en\"],\"keys\":[{\"vkey\":\"%s\","
	    "\"from\":\"2020-01-01T00:00:00.000Z\"}],\"seals\":[{"
	    "\"recipient\":\"%s\",\"from\":\"2020-01-01T00:00:00.000Z\","
	    "\"until\":\"2099-01-01T00:00:00.000Z\"}],"
	    "\"desks\":[{\"desk\":\"rs/cyber\",\"name\":{\"en\":\"Cyber\"}}],"
	    "\"speaks\":[\"message/1\"]}\n", net, member, vkey, seal);
	buf_var(&b, buf_all(&text));
	buf_put(&b, pin, sizeof(pin));
	(void)ipc_send_now(vault, VAULT_CARD, 0, buf_all(&b), -1);
	buf_free(&text);
	buf_free(&b);
}

/* The rule a request for keys is refused with; *seal gets the newest. */
static const char *
make(uint8_t bits, char seal[static AGE_KEY_TEXT])
{
	static struct err err;
	char public[NOTE_VKEY];
	struct cursor c;
	uint16_t n;

	memset(&err, 0, sizeof(err));
	if (!box_ask(&box, vault, VAULT_KEYS, ++next_id, slice_of(&bits, 1), &m))
		return "no-answer";
	c = cursor_of(buf_all(&m.body));
	if (!result_decode(&c, &err))
		return err.rule;
	n = cursor_u16(&c);
	for (uint16_t i = 0; i < n; i++) {
		uint8_t use = cursor_u8(&c);

		(void)cursor_u64(&c);
		cursor_str(&c, public, sizeof(public));
		if (use == KEYRING_SEAL)
			(void)snprintf(seal, AGE_KEY_TEXT, "%.127s", public);
	}
	box_must(cursor_done(&c), "answer");
	return "";
}

static void
over_time(void)
{
	char seal[AGE_KEY_TEXT], first[AGE_KEY_TEXT], old[2][AGE_KEY_TEXT];
	unsigned before = box.signs;
	bool told = false;

	recipient_text(first, box.seal);
	for (int i = 0; i < 2; i++)
		recipient_text(old[i], box.retired[i]);
	EQ_STR(make(1, seal), "E-NODE-LOCKED", "without a card no key is made");
	bring_card(first, "fr");
	EQ_STR(make(1, seal), "E-NODE-LOCKED", "nor with another member's");
	OK(opens(old[0]) && opens(old[1]), "retired keys open what is under way");
	bring_card(first, "rs");
	while (!told && box_read(&box, vault, 5000, &m))
		told = m.type == KEYS_DESTROYED;
	OK(told, "after 30 days keys destroys one, and says so");
	OK(box.signs == before + 1 && strcmp(box.last_type, "destroyed") == 0,
	    "to its parent too");
	OK(!opens(old[0]), "it opens nothing more");
	OK(opens(old[1]), "the one of 29 days does");
	EQ_STR(make(1, seal), "", "a sealing key is made");
	OK(strcmp(seal, first) != 0 && opens(seal), "which opens");
	(void)snprintf(first, sizeof(first), "%s", seal);
	EQ_STR(make(1, seal), "", "asked again");
	EQ_STR(seal, first, "it is the same: it waits for its card");
	EQ_STR(make(8, seal), "E-KEYS-REFUSED", "no other use has new keys");
	recipient_text(first, box.seal);
	bring_card(seal, "rs");
	OK(opens(first) && opens(seal), "what a card replaced still opens");
}

/* -- nonsense from neighbours --------------------------------------------------------------- */

static void
nonsense(void)
{
	unsigned before = box.signs;
	uint8_t bytes[300];
	int fds[2];

	for (int i = 0; i < 3000; i++) {
		uint32_t n = randombytes_uniform(sizeof(bytes));

		randombytes_buf(bytes, sizeof(bytes));
		(void)ipc_send_now(i % 3 == 0 ? desk : vault,
		    (uint16_t)randombytes_uniform(130), (uint32_t)(5000 + i),
		    slice_of(bytes, n), -1);
		while (box_wait(&box, vault, 0) &&
		    box_read(&box, vault, 0, &m))
			if (m.type == KEYS_SIGNED && m.body.n > 0 &&
			    m.body.p[0] == ERR_NONE)
				before = 0;
	}
	OK(box_alive(&box, CHILD_KEYS), "keys outlives 3000 random messages");
	OK(box.signs == before, "and signs none");
	/* A frame that is none: the channel ends, nothing else. */
	fds[0] = box_channel(&box, CHILD_KEYS, CHILD_LINK);
	memset(bytes, 0xff, sizeof(bytes));
	box_must(write(fds[0], bytes, sizeof(bytes)) > 0, "write");
	while (box_read(&box, fds[0], 2000, &m))
		continue;
	(void)close(fds[0]);
	box_must(write(desk, bytes, sizeof(bytes)) > 0, "write");
	(void)close(desk);
	desk = box_channel(&box, CHILD_KEYS, CHILD_DESK);
	OK(box_alive(&box, CHILD_KEYS), "nor does a broken frame end it");
	/* Neighbours that are not the vault are not served. */
	fds[0] = box_channel(&box, CHILD_KEYS, CHILD_COURIER);
	fds[1] = box_channel(&box, CHILD_KEYS, CHILD_LINK);
	for (int i = 0; i < 2; i++) {
		bool answered = false;

		(void)ipc_send_now(fds[i], VAULT_SIGN, 1, none, -1);
		(void)ipc_send_now(fds[i], VAULT_UNWRAP, 2, slice_of("\1", 1), -1);
		while (box_read(&box, fds[i], 100, &m))
			answered |= m.type != KEYS_TLS;
		OK(!answered, "%s gets nothing but its TLS key",
		    i == 0 ? "the courier" : "the peers' front");
		(void)close(fds[i]);
	}
}

static void
locked(void)
{
	struct buf b = BUF_INIT;
	struct recipient to;
	struct header h = box_header(&box, kinds, &to);
	struct slice header = slice_str("age-encryption.org/v1\n");

	start_keys(false);
	h.urgency = URGENCY_URGENT;
	refuses("E-NODE-LOCKED", text_of(&b, &h), none,
	    "without a credential nothing is signed");
	OK(unwrap(&header, 1) == 0, "and nothing unwrapped");
	EQ_STR(use(ticket(PURPOSE_LOGIN, NULL, box_passwords[0]), PURPOSE_LOGIN,
	    "4711", none, &b), "E-NODE-LOCKED", "and nobody logs in");
	EQ_STR(use(ticket(PURPOSE_LOGIN, NULL, BOX_PASSPHRASE), PURPOSE_UNLOCK,
	    "", none, &b), "E-TICKET", "what was typed to log in does not unlock");
	EQ_STR(use(ticket(PURPOSE_UNLOCK, NULL, "wrong wrong wrong"),
	    PURPOSE_UNLOCK, "", none, &b), "E-KEYRING-PASSPHRASE",
	    "a wrong passphrase does not");
	EQ_STR(use(ticket(PURPOSE_UNLOCK, NULL, BOX_PASSPHRASE),
	    PURPOSE_UNLOCK, "", none, &b), "", "the right one does");
	signs(text_of(&b, &h), none, "message", "then messages are signed");
	stop_keys();
	buf_free(&b);
}

int
main(void)
{
	struct err err;

	box_begin(&box, "/");
	kinds = kind_set_new(&err);
	box_must(kinds != NULL, "kinds");
	start_keys(true);
	OK(box.ready[CHILD_KEYS], "keys opens with a credential");
	foreign_texts();
	foreign_messages();
	receipts();
	two_persons();
	countersignatures();
	logins();
	early();
	approvals();
	countersigning();
	passwords();
	next_vault();
	shelves();
	headers();
	over_time();
	nonsense();
	stop_keys();
	locked();
	buf_free(&m.body);
	kind_set_free(kinds);
	box_end(&box);
	return tap_done();
}
