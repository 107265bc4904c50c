#include "hostile_world.h"

#include <netinet/in.h>
#include <openssl/pem.h>
#include <sys/socket.h>

#include "../unit/p256_signer.h"
#include "base/encode.h"
#include "base/secret.h"
#include "crypto/bech32.h"
#include "model/card_form.h"
#include "model/text.h"
#include "proc/http.h"

/*
 * Member fr with a hardware module, played in software: its message key and
 * its first sealing key are P-256.  Called by p256.t, with its directory:
 *
 *	p256_peer DIR card SEQ p256|foreign|deaf	the next card, signed
 *	p256_peer DIR talk	a message to rs, then its answer is waited for
 *
 * The keys are DIR/sign.pem and DIR/seal.hex; fr's node does not run.
 */
struct module {
	struct p256_signer	 sign;
	struct secret		*scalar;
	struct age_identity	 seal;
};

static struct world w;
static struct module module;

static void
module_begin(void)
{
	struct buf pem = BUF_INIT, hex = BUF_INIT;
	EVP_PKEY *key;
	BIO *bio;
	struct err err;

	read_file(&w, &pem, "sign.pem", "");
	read_file(&w, &hex, "seal.hex", "");
	bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	need(key != NULL, &(struct err){ .text = "no key" }, "sign.pem");
	p256_signer_begin(&module.sign, "demo.example/fr", key);
	module.scalar = secret_new(32);
	need(hex.n >= 64 && hex_decode(module.scalar->p, 32,
	    slice_of(hex.p, 64)) && age_identity_p256(&module.seal,
	    module.scalar, &err), &err, "seal.hex");
	buf_wipe(&pem);
	buf_wipe(&hex);
}

/* -- cards ------------------------------------------------------------------- */

/* fr's card key, from its trust keyring. */
static struct secret *
card_seed(char name[static NOTE_NAME])
{
	struct buf pass = BUF_INIT, locked = BUF_INIT, sealed = BUF_INIT;
	struct secret *passphrase, *unlock, *seed;
	struct keyring *ring = NULL;
	struct err err;

	read_file(&w, &pass, "pass", "");
	read_file(&w, &locked, "fr.age", ".unlock");
	read_file(&w, &sealed, "fr.age", "");
	passphrase = secret_copy(slice_of(pass.p, pass.n - 1));
	unlock = keyring_unlock(buf_all(&locked), passphrase, &err);
	if (unlock != NULL)
		ring = keyring_open(buf_all(&sealed), unlock, &err);
	need(ring != NULL, &err, "fr.age");
	seed = secret_copy(slice_of(keyring_get(ring, KEYRING_CARD, "fr")->p,
	    32));
	(void)snprintf(name, NOTE_NAME, "demo.example/fr/card");
	keyring_free(ring);
	secret_free(unlock);
	secret_free(passphrase);
	buf_wipe(&pass);
	buf_free(&locked);
	buf_free(&sealed);
	return seed;
}

static const char *
foreign(void)
{
	char *text = arena_alloc(&w.arena, bech32_size("age1pq", 1216));
	uint8_t *bytes = arena_alloc(&w.arena, 1216);

	memset(bytes, 1, 1216);
	bech32_encode(text, "age1pq", slice_of(bytes, 1216));
	return text;
}

/* The module's keys first, what the card had second; or a card that others
 * cannot use. */
static void
card_change(struct card *c, const char *how)
{
	struct card_seal *seals = arena_alloc(&w.arena,
	    CARD_KEYS * sizeof(*seals));
	struct age_recipient r;

	c->speaks = strcmp(how, "deaf") == 0 ? json_pack("[s,s]", "message/1",
	    "sign/p256") : card_speaks_ours();
	seals[0] = seals[1] = c->seals[0];
	if (strcmp(how, "deaf") == 0)
		return;
	c->seals = seals;
	if (strcmp(how, "p256") == 0) {
		age_identity_recipient(&r, &module.seal);
		age_recipient_print(seals[0].recipient, &r);
		seals[0].foreign = NULL;
		c->nseals = 2;
		c->keys[0].vkey = module.sign.signer.vkey;
	} else {
		seals[0].recipient[0] = '\0';
		seals[0].foreign = foreign();
		c->nseals = 1;
	}
}

static void
card_next(long long seq, const char *how)
{
	struct buf before = BUF_INIT, text = BUF_INIT, note = BUF_INIT;
	char name[NOTE_NAME], file[64];
	struct secret *seed = card_seed(name);
	struct note_signer signer;
	struct note parsed;
	struct card c;
	struct err err;

	(void)snprintf(file, sizeof(file), "card-fr-%lld.note", seq - 1);
	read_file(&w, &before, seq == 2 ? "fr/trust/" : "", file);
	need(note_parse(&parsed, buf_all(&before), &err) &&
	    card_parse(&c, &w.arena, parsed.text, &err), &err, file);
	c.seq = seq;
	c.prev = note_text_name(&parsed);
	c.issued = clock_now();
	card_change(&c, how);
	card_print(&text, &c);
	note_signer_ed25519(&signer, name, seed);
	need(note_sign(&note, buf_all(&text), &signer, &err) &&
	    io_write_all(STDOUT_FILENO, buf_all(&note), &err), &err, "card");
	secret_free(seed);
	buf_free(&before);
	buf_free(&text);
	buf_free(&note);
}

/* -- what rs sends ------------------------------------------------------------- */

static struct buf answer_body;		/* of the POST that had the answer */
static bool answered;

/* Sealed to the module alone, signed by rs; one entry of the receipt. */
static bool
take(const struct wire_message *m, struct receipt_entry *e)
{
	struct note_vkey keys[CARD_KEYS];
	struct buf plain = BUF_INIT;
	struct age_header h;
	struct envelope envelope;
	struct header header;
	struct content content;
	struct note note;
	bool by[CARD_KEYS], ok;
	struct err err;

	ok = age_header_parse(&h, m->sealed, AGE_HEADER_LINK, &err) == AGE_PARSED;
	OK(ok && h.nstanzas == 1 &&
	    slice_eq(h.stanzas[0].args[0], slice_str("p256tag")),
	    "what rs sends is sealed to the first recipient: p256tag");
	if (ok)
		age_header_free(&h);
	ok = OK(age_open_all(&plain, &module.seal, 1, m->sealed,
	    AGE_HEADER_LINK, &err), "the module opens it");
	ok = ok && OK(envelope_split(&envelope, buf_all(&plain), &err) &&
	    note_parse(&note, envelope.note, &err) &&
	    note_verify(&note, keys, card_keys_at(&w.rs, clock_now(), keys), by,
	    &err) && header_parse(&header, &w.arena, note.text, &err) &&
	    content_parse(&content, &w.arena, envelope.content, &err),
	    "and rs signed it, with Ed25519");
	if (ok && header.act == ACT_REPLY) {
		EQ_STR(json_string_value(json_object_get(content.body, "text")),
		    "the answer", "it is the answer");
		answered = true;
	}
	*e = (struct receipt_entry){ .result = RECEIPT_TAKEN };
	if (ok)
		e->name = note_text_name(&note);
	buf_wipe(&plain);
	return ok;
}

/* A receipt by the module's P-256 key. */
static void
receipt_write(struct buf *out, struct receipt_entry *e, size_t n)
{
	struct receipt r = { .net = w.net, .dir = w.directory,
	    .at = clock_now(), .entries = e, .n = n };
	struct wire_reply reply = { .dir = w.directory,
	    .dir_name = w.directory_name, .n = 1 };
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct slice bytes;
	struct err err;

	(void)member_id_parse(&r.from, slice_str("fr"));
	(void)member_id_parse(&r.to, slice_str("rs"));
	receipt_print(&text, &r);
	need(note_sign(&note, buf_all(&text), &module.sign.signer, &err), &err,
	    "receipt");
	bytes = buf_all(&note);
	reply.notes = &bytes;
	wire_reply_encode(out, &reply);
	buf_free(&text);
	buf_free(&note);
}

static void
on_head(void *arg, struct http_request *r)
{
	(void)arg;
	(void)r;
	buf_clear(&answer_body);
}

static size_t
on_body(void *arg, struct http_request *r, struct slice piece)
{
	(void)arg;
	(void)r;
	buf_slice(&answer_body, piece);
	return piece.n;
}

static void
on_end(void *arg, struct http_request *r)
{
	struct receipt_entry entries[WIRE_BATCH];
	struct buf out = BUF_INIT;
	struct wire_batch batch;
	struct err err;

	(void)arg;
	if (strcmp(http_path(r), "/link/v1/messages") != 0) {
		http_answer(r, 503, "text/plain", slice_str("later"), NULL);
		return;
	}
	need(wire_batch_decode(&batch, &w.arena, buf_all(&answer_body), &err),
	    &err, "batch");
	for (uint8_t i = 0; i < batch.n; i++)
		(void)take(&batch.messages[i], &entries[i]);
	receipt_write(&out, entries, batch.n);
	http_answer(r, 200, "application/octet-stream", buf_all(&out), NULL);
	buf_free(&out);
}

static void
on_gone(void *arg, struct http_request *r)
{
	(void)arg;
	(void)r;
	if (answered)
		loop_stop(w.loop);
}

static int
listen_at(const char *url)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1;

	a.sin_port = htons((uint16_t)strtoul(strrchr(url, ':') + 1, NULL, 10));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, 16) != 0)
		need(false, &(struct err){ .text = "cannot listen" }, url);
	return fd;
}

static struct http_server *
serve(const char *url)
{
	static const struct http_handlers handlers = { on_head, on_body, on_end,
	    on_gone };
	const struct secret *key = keyring_each(w.fr.ring, KEYRING_TLS_LINK,
	    0)->value;
	struct http_config c = { .tls = true, .client_cert = true,
	    .connections = 16, .handlers = &handlers };
	struct buf cert = BUF_INIT;
	struct http_server *s;
	struct secret *pem;
	struct err err;

	pem = tls_key_pem(key, &err);
	need(pem != NULL && tls_key_certificate(&cert, key, "fr", &err), &err,
	    "TLS");
	c.listen_fd = listen_at(url);
	c.cert_pem = buf_all(&cert);
	c.key_pem = secret_slice(pem);
	s = http_server_new(w.loop, &c, &err);
	need(s != NULL, &err, "server");
	secret_free(pem);
	buf_free(&cert);
	return s;
}

/* -- talk ------------------------------------------------------------------------ */

static void
too_late(void *arg)
{
	(void)arg;
	loop_stop(w.loop);
}

static void
ask_by_p256(void)
{
	struct letter l;

	letter_begin(&w, &l, &w.fr, "message.text/1", "{\"text\":\"a question\"}");
	letter_print(&l);
	letter_sign(&l, &w.fr.signer);
	letter_seal(&l, &w.to_rs);
	/* The key of the card before no longer counts. */
	judged(&w, &w.fr, &l, RECEIPT_LATER, "E-NOTE-UNSIGNED", "",
	    "signed with the Ed25519 key that the card no longer lists");
	letter_sign(&l, &module.sign.signer);
	l.note.p[40] ^= 1;	/* of the id of the network */
	letter_seal(&l, &w.to_rs);
	judged(&w, &w.fr, &l, RECEIPT_REFUSED, "E-NOTE-SIGNATURE", "",
	    "signed with P-256, and one character changed since");
	letter_sign(&l, &module.sign.signer);
	letter_seal(&l, &w.to_rs);
	judged(&w, &w.fr, &l, RECEIPT_TAKEN, "", "", "signed with P-256");
	letter_free(&l);
}

static int
talk(void)
{
	struct buf note = BUF_INIT;
	struct http_server *server;
	struct note parsed;
	struct card card;
	struct err err;

	read_file(&w, &note, "card-fr-2.note", "");
	need(note_parse(&parsed, buf_all(&note), &err) &&
	    card_parse(&card, &w.arena, parsed.text, &err), &err, "card");
	ask_by_p256();
	server = serve(card.urls[0]);
	(void)fflush(stdout);
	(void)loop_after(w.loop, 30 * SECOND, too_late, NULL);
	loop_run(w.loop);
	OK(answered, "rs answers");
	http_server_free(server);
	card_release(&card);
	buf_free(&note);
	return tap_done();
}

int
main(int argc, char **argv)
{
	int code = EXIT_SUCCESS;

	if (argc < 3)
		return EXIT_FAILURE;
	secret_process_init();
	world_make(&w, argv[1]);
	module_begin();
	if (strcmp(argv[2], "talk") == 0)
		code = talk();
	else if (argc == 5)
		card_next(strtoll(argv[3], NULL, 10), argv[4]);
	p256_signer_end(&module.sign);
	secret_free(module.scalar);
	world_free(&w);
	return code;
}
