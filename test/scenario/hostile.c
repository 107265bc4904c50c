#include "hostile_world.h"

#include "base/encode.h"
#include "base/secret.h"

/*
 * What a member's node refuses of other members, said with real keys over real
 * mutual TLS.  Called by refusals.t with its directory, in which node rs runs
 * and the data directories of fr and hq lie, whose keys we use.
 */
static struct world w;
static const char ping[] = "{\"nonce\":\"7\"}";

static void
refused(struct letter *l, const char *rule, const char *field, const char *fact)
{
	judged(&w, &w.fr, l, RECEIPT_REFUSED, rule, field, fact);
	letter_free(l);
}

static void
later(struct letter *l, const char *rule, const char *field, const char *fact)
{
	judged(&w, &w.fr, l, RECEIPT_LATER, rule, field, fact);
	letter_free(l);
}

/* -- the good one, and again ---------------------------------------------------- */

static void
same_twice(void)
{
	struct told first = { .body = BUF_INIT }, again = { .body = BUF_INIT };
	struct receipt_entry e;
	struct wire_message m;
	struct slice a, b;
	struct letter l;
	struct held before, after;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	m = wire_of(&l, buf_all(&l.sealed));
	post(&w, &w.fr, &first, &m, 1);
	OK(receipt_in(&w, &w.fr, &first, &e, &a) && e.result == RECEIPT_TAKEN &&
	    hash_eq(&e.name, &l.name), "a good message is taken, by its name");
	before = held(&w);
	letter_seal(&l, &w.to_rs);	/* other bytes, the same text */
	m = wire_of(&l, buf_all(&l.sealed));
	post(&w, &w.fr, &again, &m, 1);
	OK(receipt_in(&w, &w.fr, &again, &e, &b) && slice_eq(a, b),
	    "sent again, it gets the very same receipt");
	OK(held_same(before, held(&w)), "and is not stored again");

	buf_clear(&l.text);
	l.header.exercise = true;
	letter_end(&w, &l, &w.fr);
	before = held(&w);
	l.slip.number++;
	m = wire_of(&l, buf_all(&l.sealed));
	post(&w, &w.fr, &again, &m, 1);
	after = held(&w);
	OK(receipt_in(&w, &w.fr, &again, &e, &b) && e.result == RECEIPT_REFUSED &&
	    strcmp(e.rule, "E-MESSAGE-REF") == 0 && strcmp(e.field, "ref") == 0,
	    "its reference with another text is refused");
	OK(after.rows == before.rows + 2 && after.files == before.files,
	    "and both texts are kept, as evidence");
	buf_free(&first.body);
	buf_free(&again.body);
	letter_free(&l);
}

static void
twice_in_a_batch(void)
{
	struct told t = { .body = BUF_INIT };
	struct wire_message m[2];
	struct wire_reply reply;
	struct receipt r;
	struct letter l;
	struct note note;
	struct err err;
	struct held before;
	struct buf first;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	first = l.sealed;
	l.sealed = (struct buf)BUF_INIT;
	letter_seal(&l, &w.to_rs);
	m[0] = m[1] = wire_of(&l, buf_all(&first));
	before = held(&w);
	post(&w, &w.fr, &t, m, 2);
	turned_away(&w, &t, before, 400, "E-WIRE-TWICE", "",
	    "the same bytes twice in a batch");
	m[1] = wire_of(&l, buf_all(&l.sealed));
	post(&w, &w.fr, &t, m, 2);
	OK(t.status == 200 && wire_reply_decode(&reply, &w.arena,
	    buf_all(&t.body), &err) && reply.n == 1 &&
	    note_parse(&note, reply.notes[0], &err) &&
	    receipt_parse(&r, &w.arena, note.text, &err) && r.n == 2 &&
	    r.entries[0].result == RECEIPT_TAKEN &&
	    r.entries[1].result == RECEIPT_LATER &&
	    strcmp(r.entries[1].rule, "E-WIRE-TWICE") == 0,
	    "the same message twice in a batch is taken once");
	(void)fprintf(w.rules, "E-WIRE-TWICE\n");
	receipt_release(&r);
	buf_free(&first);
	buf_free(&t.body);
	letter_free(&l);
}

/* -- sealed bytes ------------------------------------------------------------------ */

static void
sealed_bytes(void)
{
	struct age_identity id;
	struct age_recipient other;
	struct secret *key = age_identity_generate();
	struct letter l;
	const char *mac;
	uint8_t *byte;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	l.sealed.p[l.sealed.n - 40] ^= 1;
	refused(&l, "E-AGE-PAYLOAD", "", "a flipped byte of the payload");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	mac = strstr(buf_cstr(&l.sealed), "--- ");
	byte = &l.sealed.p[mac + 5 - (const char *)l.sealed.p];
	*byte = *byte == 'A' ? 'B' : 'A';
	refused(&l, "E-AGE-MAC", "", "a flipped byte of the header");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	l.sealed.n = 60;
	refused(&l, "E-AGE-HEADER", "", "a header cut short");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	l.sealed.n -= 7;
	refused(&l, "E-AGE-PAYLOAD", "", "a payload cut short");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	buf_clear(&l.sealed);
	buf_str(&l.sealed, "hello");
	refused(&l, "E-AGE-HEADER", "", "bytes that are no sealed file");

	age_identity_x25519(&id, key);
	age_identity_recipient(&other, &id);
	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	letter_seal(&l, &other);
	refused(&l, "E-AGE-NO-MATCH", "", "sealed to another key");
	secret_free(key);
}

static void
envelopes(void)
{
	struct buf plain = BUF_INIT;
	struct letter l;
	struct err err;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	buf_clear(&l.sealed);
	buf_slice(&plain, buf_all(&l.note));
	(void)age_seal_all(&l.sealed, &w.to_rs, 1, buf_all(&plain), &err);
	refused(&l, "E-ENVELOPE-FORM", "", "a note without slip and content");
	buf_free(&plain);

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_print(&l);
	letter_sign(&l, &w.fr.signer);
	(void)member_id_parse(&l.slip.to, slice_str("hq"));
	letter_seal(&l, &w.to_rs);
	refused(&l, "E-SLIP-TO", "slip.to", "the slip of another member");
}

/* -- signatures -------------------------------------------------------------------- */

static void
signatures(void)
{
	struct secret *seed = secret_random(32);
	struct note_signer forger;
	struct letter l;
	uint8_t *byte;

	note_signer_ed25519(&forger, w.fr.signer.vkey.name, seed);
	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_print(&l);
	letter_sign(&l, &forger);
	letter_seal(&l, &w.to_rs);
	later(&l, "E-NOTE-UNSIGNED", "", "signed by a key nobody knows");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_print(&l);
	letter_sign(&l, &w.fr.signer);
	/* The right key's id over other bytes. */
	byte = &l.note.p[l.note.n - 20];
	*byte = *byte == 'A' ? 'B' : 'A';
	letter_seal(&l, &w.to_rs);
	refused(&l, "E-NOTE-SIGNATURE", "", "a signature that does not hold");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_print(&l);
	letter_sign(&l, &w.fr.signer);
	l.note.n = l.text.n + 1;
	letter_seal(&l, &w.to_rs);
	refused(&l, "E-ENVELOPE-FORM", "", "signed by nobody");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	(void)address_parse(&l.header.from, slice_str("hq/cyber"));
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-MESSAGE-FROM", "from", "in the name of another member");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	l.header.sent -= HOUR;
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-MESSAGE-KEY", "sent", "from before the key was valid");
	secret_free(seed);
}

/* -- the header -------------------------------------------------------------------- */

/* Signed as it stands, after one change to its text. */
static void
header_text(const char *from, const char *to, const char *rule,
    const char *field, const char *fact)
{
	struct letter l;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_print(&l);
	replace(&l.text, from, to);
	letter_sign(&l, &w.fr.signer);
	letter_seal(&l, &w.to_rs);
	refused(&l, rule, field, fact);
}

static void
headers(void)
{
	char deep[256] = "\"exercise\":false,\"ext\":";
	struct letter l;

	for (int i = 0; i < 33; i++)
		(void)strcat(deep, "{\"a\":");
	(void)strcat(deep, "1");
	for (int i = 0; i < 33; i++)
		(void)strcat(deep, "}");
	header_text("\"exercise\":false", "\"exercise\":false,\"zz\":1",
	    "E-FIELD-UNKNOWN", "zz", "an unknown field");
	header_text(",\"exercise\":false", "", "E-FIELD-MISSING", "exercise",
	    "a missing field");
	header_text("\"exercise\":false", "\"exercise\":0", "E-FIELD-TYPE",
	    "exercise", "a field of another type");
	header_text("\"exercise\":false", "\"exercise\": false",
	    "E-TEXT-CANONICAL", "", "a text not in its one form");
	header_text("\"exercise\":false", "\"exercise\":false,\"exercise\":false",
	    "E-JSON-DUPLICATE", "", "a field that stands twice");
	header_text("\"exercise\":false", deep, "E-JSON-DEPTH", "",
	    "an extension 33 deep");
	header_text("\"exercise\":false", "\"exercise\":", "E-JSON-SYNTAX", "",
	    "JSON that is none");
	header_text("entente/message/v1", "entente/receipt/v1", "E-TEXT-TYPE",
	    "", "a text of another type");
	header_text("\"act\":\"submit\"", "\"act\":\"demand\"", "E-FIELD-VALUE",
	    "act", "an act that is none");

	/* A note is UTF-8, so no signature covers this one's bytes. */
	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_print(&l);
	letter_sign(&l, &w.fr.signer);
	replace(&l.note, "investigation", "investi\xffgation");
	letter_seal(&l, &w.to_rs);
	refused(&l, "E-NOTE-FORM", "", "bad UTF-8 in the note");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	l.header.net = hash_of(slice_str("another network"));
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-TEXT-NET", "net", "another network's message");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	l.header.dir = w.directory + 1000;
	letter_end(&w, &l, &w.fr);
	later(&l, "E-TRUST-DIRECTORY", "dir", "under a directory of the future");
}

/* -- content ------------------------------------------------------------------------ */

static void
content_line(const char *line, const char *rule, const char *field,
    const char *fact)
{
	struct letter l;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	buf_str(&l.line, line);
	letter_end(&w, &l, &w.fr);
	refused(&l, rule, field, fact);
}

static void
contents(void)
{
	struct letter l;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	l.header.content = hash_of(slice_str("something else"));
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-CONTENT-HASH", "content", "a content that was not signed");

	content_line("{\"salt\":\"00\xff\"}", "E-JSON-UTF8", "",
	    "bad UTF-8 in the content");
	content_line("{\"salt\":\"00\",\"salt\":\"00\"}", "E-JSON-DUPLICATE", "",
	    "a content with a key twice");
	content_line("{\"salt\":\"00000000000000000000000000000000\"}",
	    "E-FIELD-MISSING", "lang", "a content without its language");
	content_line("{\"salt\":\"00000000000000000000000000000000\","
	    "\"lang\":\"en\",\"body\":{}}", "E-TEXT-CANONICAL", "",
	    "a content that is not padded");

	letter_begin(&w, &l, &w.fr, "message.text/1", "{}");
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-FIELD-MISSING", "body.text", "a body without its text");

	letter_begin(&w, &l, &w.fr, "ping/1", "{\"nonce\":\"7\",\"more\":1}");
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-FIELD-UNKNOWN", "body.more", "a body with one field more");

	letter_begin(&w, &l, &w.fr, "ping/1", "{\"nonce\":7}");
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-FIELD-TYPE", "body.nonce", "a body with a wrong type");
}

/* -- policy and time ------------------------------------------------------------------- */

static void
policy(void)
{
	struct letter l;

	letter_begin(&w, &l, &w.fr, "none/1", ping);
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-POLICY-KIND", "kind",
	    "a kind nobody knows");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	l.header.kind_hash = hash_of(slice_str("other rules"));
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-POLICY-KIND", "kind",
	    "a kind in another form");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	(void)address_parse(&l.to.desk, slice_str("rs/none"));
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-POLICY-DESK", "to", "to a desk that is not there");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	(void)address_parse(&l.to.desk, slice_str("hq/cyber"));
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-POLICY-ADDRESS", "to", "addressed to another member");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	l.header.handling.tlp = TLP_RED;
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-POLICY-HANDLING", "handling", "marked above the kind's ceiling");
}

static void
times(void)
{
	struct letter l;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	l.header.sent += 11 * MINUTE;
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-TIME-AHEAD", "sent", "dated eleven minutes ahead");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	l.header.deliver_by = l.header.sent + 50;
	letter_end(&w, &l, &w.fr);
	(void)usleep(100 * 1000);
	refused(&l, "E-TIME-LATE", "deliver_by", "after its time was over");

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	l.header.deliver_by = l.header.sent + 10 * DAY;
	letter_end(&w, &l, &w.fr);
	refused(&l, "E-TIME-BOUND", "deliver_by", "with more time than the kind has");
}

/* -- threads --------------------------------------------------------------------------- */

static void
follow(struct letter *act, const struct letter *root, enum act what)
{
	act->header.act = what;
	act->header.thread = root->name;
	act->after = root->name;
	act->header.after = &act->after;
	act->header.nafter = 1;
}

static void
acts(const char *preservation)
{
	struct letter root, act;
	struct hash unknown = hash_of(slice_str("unknown"));

	letter_begin(&w, &root, &w.fr, "request.preservation/1", preservation);
	letter_end(&w, &root, &w.fr);
	judged(&w, &w.fr, &root, RECEIPT_REFUSED, "E-POLICY-APPROVAL", "",
	    "a request that nobody approved");
	letter_free(&root);

	letter_begin(&w, &root, &w.fr, "request.preservation/1", preservation);
	root.header.urgency = URGENCY_URGENT;
	letter_end(&w, &root, &w.fr);
	judged(&w, &w.fr, &root, RECEIPT_TAKEN, "", "", "an urgent one");

	letter_begin(&w, &act, &w.fr, "request.preservation/1", "{}");
	follow(&act, &root, ACT_CLOSE);
	letter_end(&w, &act, &w.fr);
	refused(&act, "E-FLOW-ACT", "act", "an act out of turn");

	letter_begin(&w, &act, &w.fr, "request.preservation/1", "{}");
	follow(&act, &root, ACT_COUNTERSIGN);
	letter_end(&w, &act, &w.fr);
	refused(&act, "E-POLICY-COUNTERSIGN", "by",
	    "a second signature of the first officer");

	letter_begin(&w, &act, &w.fr, "request.preservation/1", "{}");
	follow(&act, &root, ACT_COUNTERSIGN);
	(void)badge_parse(&act.header.by, slice_str("4712"));
	letter_end(&w, &act, &w.fr);
	refused(&act, "E-POLICY-COUNTERSIGN", "by",
	    "a second signature that the officer did not give");

	letter_begin(&w, &act, &w.fr, "request.preservation/1", "{}");
	follow(&act, &root, ACT_REPLY);
	letter_end(&w, &act, &w.fr);
	refused(&act, "E-POLICY-ACT", "act", "an act the kind does not have");

	letter_begin(&w, &act, &w.hq, "request.preservation/1", "{}");
	follow(&act, &root, ACT_OPENED);
	letter_end(&w, &act, &w.hq);
	judged(&w, &w.hq, &act, RECEIPT_REFUSED, "E-POLICY-PARTY", "thread",
	    "an act of a third member");
	letter_free(&act);

	letter_begin(&w, &act, &w.fr, "ping/1", ping);
	follow(&act, &root, ACT_REPLY);
	letter_end(&w, &act, &w.fr);
	refused(&act, "E-POLICY-KIND", "kind",
	    "an act of another kind");

	letter_begin(&w, &act, &w.fr, "ping/1", ping);
	follow(&act, &root, ACT_REPLY);
	act.header.thread = unknown;
	letter_end(&w, &act, &w.fr);
	later(&act, "E-THREAD-UNKNOWN", "thread", "an act before its thread");

	letter_begin(&w, &act, &w.fr, "request.preservation/1", "{}");
	follow(&act, &root, ACT_OPENED);
	act.after = unknown;
	letter_end(&w, &act, &w.fr);
	judged(&w, &w.fr, &act, RECEIPT_TAKEN, "", "",
	    "an act before those it follows waits here");
	letter_free(&act);
	letter_free(&root);
}

/* -- files -------------------------------------------------------------------------------- */

static void
put(struct told *t, const struct hash *blob, const char *query, struct slice body)
{
	char path[256] = "blobs/";

	hex_encode(path + 6, slice_of(blob->b, HASH_LEN));
	(void)snprintf(path + 70, sizeof(path) - 70, "?%s", query);
	ask(&w, &w.fr, t, "PUT", path, body);
}

static void
bad_put(const struct hash *blob, const char *query, struct slice body,
    unsigned status, const char *rule, const char *field, const char *fact)
{
	struct held before = held(&w);
	struct told t = { .body = BUF_INIT };

	put(&t, blob, query, body);
	turned_away(&w, &t, before, status, rule, field, fact);
	buf_free(&t.body);
}

static void
files(void)
{
	struct slice bytes = slice_str("0123456789"), half = slice_of("01234", 5);
	struct hash blob = hash_of(bytes), other = hash_of(slice_str("other"));
	struct told t = { .body = BUF_INIT };
	struct file_ref file = { .name = "a.txt", .type = "text/plain",
	    .size = 9, .sha256 = blob, .blob = blob, .key = "AGE-SECRET-KEY-1" };
	struct letter l;
	struct held before;

	letter_begin(&w, &l, &w.fr, "message.text/1", "{\"text\":\"x\",\"files\":[0]}");
	l.blob = (struct blob_ref){ blob, 10 };
	l.header.blobs = &l.blob;
	l.header.nblobs = 1;
	letter_end(&w, &l, &w.fr);
	judged(&w, &w.fr, &l, RECEIPT_REFUSED, "E-CONTENT-FILES", "files",
	    "a file that the content does not know");
	buf_clear(&l.text);
	buf_clear(&l.line);
	memset(&l.header.content, 0, sizeof(l.header.content));
	l.content.files = &file;
	l.content.nfiles = 1;
	letter_end(&w, &l, &w.fr);
	judged(&w, &w.fr, &l, RECEIPT_LATER, "E-BLOB-MISSING", "blobs",
	    "a file that did not come");

	bad_put(&other, "size=10&offset=0", bytes, 422, "E-BLOB-HASH", "blob",
	    "a file of other bytes");
	bad_put(&blob, "size=0&offset=0", bytes, 400, "E-BLOB-SIZE", "size",
	    "a file of no size");
	bad_put(&blob, "size=ten&offset=0", bytes, 400, "E-BLOB-SIZE", "size",
	    "a size that is no number");
	bad_put(&blob, "size=5&offset=0", bytes, 400, "E-BLOB-SIZE", "size",
	    "more bytes than were announced");
	bad_put(&blob, "size=10&offset=3", bytes, 409, "E-BLOB-OFFSET", "offset",
	    "a range that begins beyond what is here");
	before = held(&w);
	ask(&w, &w.fr, &t, "PUT", "blobs/xyz?size=10&offset=0", bytes);
	turned_away(&w, &t, before, 400, "E-FIELD-VALUE", "blob",
	    "a file's name that is none");
	put(&t, &blob, "size=10&offset=0", half);
	OK(t.status == 200 && t.body.n == 8 && t.body.p[7] == 5,
	    "half of it is noted");
	bad_put(&blob, "size=10&offset=0", bytes, 409, "E-BLOB-OFFSET", "offset",
	    "a range that was sent before");
	bad_put(&blob, "size=11&offset=5", half, 409, "E-BLOB-SIZE", "size",
	    "another size than before");
	put(&t, &blob, "size=10&offset=5", slice_of("56789", 5));
	OK(t.status == 200 && t.body.n == 8 && t.body.p[7] == 10,
	    "the rest makes it whole");
	judged(&w, &w.fr, &l, RECEIPT_TAKEN, "", "", "now the message");
	buf_free(&t.body);
	letter_free(&l);
}

/* -- the request around it ----------------------------------------------------------------- */

static void
asked(const struct who *as, const char *method, const char *path,
    struct slice body, unsigned status, const char *rule, const char *field,
    const char *fact)
{
	struct held before = held(&w);
	struct told t = { .body = BUF_INIT };

	ask(&w, as, &t, method, path, body);
	turned_away(&w, &t, before, status, rule, field, fact);
	buf_free(&t.body);
}

static void
batch(struct buf *b, const struct hash *net, uint8_t n)
{
	buf_clear(b);
	wire_batch_begin(b, net, w.directory, &w.directory_name, n);
}

/* What is read before the seal is opened must be what is inside. */
static void
outer_fields(void)
{
	struct told t = { .body = BUF_INIT };
	struct receipt_entry e;
	struct wire_message m;
	struct slice bytes;
	struct letter l;
	struct held before = held(&w);

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	m = wire_of(&l, buf_all(&l.sealed));
	m.lane = URGENCY_FLASH;
	post(&w, &w.fr, &t, &m, 1);
	OK(receipt_in(&w, &w.fr, &t, &e, &bytes) &&
	    e.result == RECEIPT_REFUSED && strcmp(e.rule, "E-WIRE-OUTER") == 0 &&
	    strcmp(e.field, "urgency") == 0, "a lane that lies: E-WIRE-OUTER");
	m = wire_of(&l, buf_all(&l.sealed));
	m.deliver_by += HOUR;
	post(&w, &w.fr, &t, &m, 1);
	OK(receipt_in(&w, &w.fr, &t, &e, &bytes) &&
	    e.result == RECEIPT_REFUSED && strcmp(e.rule, "E-WIRE-OUTER") == 0 &&
	    strcmp(e.field, "deliver_by") == 0, "a time that lies: E-WIRE-OUTER");
	OK(held_same(before, held(&w)), "and nothing is stored");
	buf_free(&t.body);
	letter_free(&l);
}

static void
batches(void)
{
	struct buf b = BUF_INIT, big = BUF_INIT;
	struct hash other = hash_of(slice_str("another network"));
	struct wire_message m;
	struct letter l;

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	m = wire_of(&l, buf_all(&l.sealed));
	asked(&w.fr, "POST", "messages", slice_str("hello"), 400, "E-WIRE-FORM",
	    "", "a batch that is none");
	asked(&w.fr, "POST", "messages", slice_str(""), 400, "E-WIRE-FORM", "",
	    "no batch at all");
	batch(&b, &w.net, 1);
	wire_batch_add(&b, &m);
	b.p[0] = 9;
	asked(&w.fr, "POST", "messages", buf_all(&b), 400, "E-WIRE-FORM", "",
	    "a batch of another version");
	b.p[0] = WIRE_V1;
	b.n -= 1;
	asked(&w.fr, "POST", "messages", buf_all(&b), 400, "E-WIRE-FORM", "",
	    "a batch cut short");
	b.n += 1;
	b.p[b.n - 1] ^= 1;
	asked(&w.fr, "POST", "messages", buf_all(&b), 422, "E-WIRE-HASH", "",
	    "sealed bytes changed on the way");
	b.p[b.n - 1] ^= 1;
	buf_u8(&b, 0);
	asked(&w.fr, "POST", "messages", buf_all(&b), 400, "E-WIRE-FORM", "",
	    "a byte after the last message");
	batch(&b, &w.net, 0);
	asked(&w.fr, "POST", "messages", buf_all(&b), 400, "E-WIRE-SIZE", "",
	    "a batch of none");
	batch(&b, &w.net, 65);
	for (int i = 0; i < 65; i++)
		wire_batch_add(&b, &m);
	asked(&w.fr, "POST", "messages", buf_all(&b), 400, "E-WIRE-SIZE", "",
	    "a batch of 65");
	batch(&b, &other, 1);
	wire_batch_add(&b, &m);
	asked(&w.fr, "POST", "messages", buf_all(&b), 400, "E-TEXT-NET", "net",
	    "a batch of another network");
	(void)member_id_parse(&m.to, slice_str("hq"));
	batch(&b, &w.net, 1);
	wire_batch_add(&b, &m);
	asked(&w.fr, "POST", "messages", buf_all(&b), 400, "E-WIRE-TO", "to",
	    "a batch for another node");
	m = wire_of(&l, buf_all(&l.sealed));
	m.lane = (enum urgency)9;
	batch(&b, &w.net, 1);
	wire_batch_add(&b, &m);
	asked(&w.fr, "POST", "messages", buf_all(&b), 400, "E-WIRE-FORM", "",
	    "a lane that is none");
	for (size_t i = 0; i < 9 * 1024 * 1024 / 16; i++)
		buf_put(&big, "0123456789abcdef", 16);
	m = wire_of(&l, slice_of(big.p, WIRE_SEALED + 1));
	batch(&b, &w.net, 1);
	wire_batch_add(&b, &m);
	asked(&w.fr, "POST", "messages", buf_all(&b), 400, "E-WIRE-FORM", "",
	    "a sealed message over 2 MiB");
	asked(&w.fr, "POST", "messages", buf_all(&big), 400, "E-BODY-SIZE", "",
	    "a body of 9 MiB");
	buf_free(&b);
	buf_free(&big);
	letter_free(&l);
}

static void
peers(void)
{
	struct buf b = BUF_INIT;
	struct hash other = hash_of(slice_str("another network"));
	struct told t = { .body = BUF_INIT };

	asked(&w.stranger, "POST", "messages", slice_str("x"), 403,
	    "E-PEER-UNKNOWN", "", "a key that stands in no card");
	asked(&w.nobody, "POST", "messages", slice_str("x"), 0,
	    "E-PEER-UNREACHABLE", "", "no key at all: the handshake ends it");
	asked(&w.fr, "GET", "messages", slice_str(""), 404, "E-NOT-FOUND", "",
	    "what no peer can ask");
	asked(&w.fr, "GET", "../../api/v1/status", slice_str(""), 404,
	    "E-NOT-FOUND", "", "what officers ask");

	/* Sync: doc/protocol.md. */
	asked(&w.fr, "POST", "sync", slice_str("hello"), 400, "E-SYNC-FORM", "",
	    "a question that is none");
	buf_u8(&b, 1);
	buf_put(&b, other.b, HASH_LEN);
	buf_u64(&b, 1);
	buf_put(&b, other.b, HASH_LEN);
	buf_u16(&b, 0);
	buf_u16(&b, 0);
	asked(&w.fr, "POST", "sync", buf_all(&b), 400, "E-TEXT-NET", "net",
	    "a question of another network");
	memcpy(b.p + 1, w.net.b, HASH_LEN);
	ask(&w, &w.fr, &t, "POST", "sync", buf_all(&b));
	OK(t.status == 200 && t.body.n > 1000, "one of ours is answered");
	buf_free(&b);
	buf_free(&t.body);
}

int
main(int argc, char **argv)
{
	struct buf example = BUF_INIT;
	json_t *form;
	char *body;
	struct err err;

	if (argc != 2 || sodium_init() == -1)
		return EXIT_FAILURE;
	world_make(&w, argv[1]);
	need(io_read_file(AT_FDCWD, "kinds/examples/preservation.json", &example,
	    1 << 20, &err), &err, "example");
	form = json_loadb((const char *)example.p, example.n, 0, NULL);
	body = json_dumps(json_object_get(form, "body"), JSON_COMPACT);
	same_twice();
	twice_in_a_batch();
	sealed_bytes();
	envelopes();
	signatures();
	headers();
	contents();
	policy();
	times();
	acts(body);
	files();
	outer_fields();
	batches();
	peers();
	free(body);
	json_decref(form);
	buf_free(&example);
	world_free(&w);
	return tap_done();
}
