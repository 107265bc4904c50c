#ifndef TEST_HOSTILE_WORLD_H
#define TEST_HOSTILE_WORLD_H

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "crypto/age.h"
#include "crypto/keyring.h"
#include "ententd/wire.h"
#include "model/card.h"
#include "model/kind.h"
#include "model/receipt.h"
#include "proc/fetch.h"
#include "proc/tls_key.h"

#include "../unit/tap.h"

/*
 * Members that do not keep the rules: with the real keys of real nodes, taken
 * from their keyrings as `keys` takes them, against the link port of node rs.
 */
struct who {
	struct keyring		*ring;
	struct member_id	 member;
	struct secret		*seed;
	struct note_signer	 signer;
	struct fetch_pool	*pool;
};

struct world {
	const char		*dir;		/* that of the test */
	struct loop		*loop;
	struct who		 fr, hq, stranger, nobody;
	struct hash		 net;
	struct arena		 arena;
	struct buf		 card;		/* what rs points into */
	struct card		 rs;		/* the node that is attacked */
	struct hash		 rs_name;
	struct age_recipient	 to_rs;
	int64_t			 directory;
	struct hash		 directory_name;
	struct kind_set		*kinds;
	int64_t			 slip;
	int64_t			 ref;
	FILE			*rules;		/* that were shown */
};

static inline void
need(bool ok, const struct err *err, const char *what)
{
	if (ok)
		return;
	printf("Bail out! %s: %s %s %s\n", what, err->rule, err->field, err->text);
	exit(EXIT_FAILURE);
}

static inline void
read_file(struct world *w, struct buf *b, const char *fmt, const char *name)
{
	char path[512];
	struct err err;
	size_t n = (size_t)snprintf(path, sizeof(path), "%s/", w->dir);

	(void)snprintf(path + n, sizeof(path) - n, "%s%s", fmt, name);
	need(io_read_file(AT_FDCWD, path, b, 1 << 20, &err), &err, path);
}

/* -- identities ----------------------------------------------------------------- */

/* So that what speaks no protocol at all can be sent in our name too. */
static inline void
leave_for_others(const struct world *w, const struct fetch_identity *id)
{
	struct buf both = BUF_INIT;
	char path[512];
	struct err err;

	(void)snprintf(path, sizeof(path), "%s/peer.pem", w->dir);
	buf_slice(&both, id->cert_pem);
	buf_slice(&both, id->key_pem);
	(void)unlink(path);
	need(io_create_file(AT_FDCWD, path, buf_all(&both), 0600, &err), &err,
	    path);
	buf_wipe(&both);
}

static inline void
connect_as(struct world *w, struct who *who, const struct secret *key)
{
	struct buf cert = BUF_INIT;
	struct fetch_identity id;
	struct secret *pem;
	struct err err;

	pem = tls_key_pem(key, &err);
	need(pem != NULL && tls_key_certificate(&cert, key, "peer", &err), &err,
	    "TLS");
	id = (struct fetch_identity){ buf_all(&cert), secret_slice(pem) };
	who->pool = fetch_pool_new(w->loop, &id, 4);
	if (who == &w->fr)
		leave_for_others(w, &id);
	secret_free(pem);
	buf_free(&cert);
}

static inline void
become(struct world *w, struct who *who, const char *member)
{
	struct buf text = BUF_INIT, sealed = BUF_INIT;
	const struct keyring_entry *e;
	struct secret *unlock;
	char path[64];
	struct err err;

	read_file(w, &text, member, ".unlock");
	while (text.n != 0 && text.p[text.n - 1] == '\n')
		text.n--;
	(void)snprintf(path, sizeof(path), "%s/keyring.age", member);
	read_file(w, &sealed, path, "");
	need(age_identity_parse(&unlock, buf_all(&text), &err) &&
	    (who->ring = keyring_open(buf_all(&sealed), unlock, &err)) != NULL,
	    &err, "keyring");
	e = keyring_each(who->ring, KEYRING_SIGN, 0);
	(void)member_id_parse(&who->member, slice_str(member));
	who->seed = secret_copy(slice_of(e->value->p, 32));
	memcpy(w->net.b, e->value->p + 32, HASH_LEN);
	note_signer_ed25519(&who->signer, e->label, who->seed);
	connect_as(w, who, keyring_each(who->ring, KEYRING_TLS_LINK, 0)->value);
	secret_free(unlock);
	buf_wipe(&text);
	buf_free(&sealed);
}

static inline void
learn(struct world *w)
{
	struct buf d = BUF_INIT;
	char name[512];
	struct note note;
	struct err err;

	read_file(w, &w->card, "fr/trust/", "card-rs-1.note");
	need(note_parse(&note, buf_all(&w->card), &err) &&
	    card_parse(&w->rs, &w->arena, note.text, &err) &&
	    age_recipient_parse(&w->to_rs, slice_str(w->rs.seals[0].recipient),
	    &err), &err, "the card of rs");
	/* As many as there are, one after the other. */
	for (w->directory = 1;; w->directory++) {
		(void)snprintf(name, sizeof(name), "%s/fr/trust/directory-%04d.note",
		    w->dir, (int)w->directory + 1);
		if (access(name, F_OK) != 0)
			break;
	}
	(void)snprintf(name, sizeof(name), "directory-%04d.note",
	    (int)w->directory);
	read_file(w, &d, "fr/trust/", name);
	need(note_parse(&note, buf_all(&d), &err), &err, "directory");
	w->directory_name = note_text_name(&note);
	buf_free(&d);
}

static inline void
world_make(struct world *w, const char *dir)
{
	char path[512];
	struct secret *key = tls_key_new(TLS_KEY_ED25519);
	struct err err;

	(void)signal(SIGPIPE, SIG_IGN);
	w->dir = dir;
	w->loop = loop_new();
	become(w, &w->hq, "hq");
	become(w, &w->fr, "fr");
	connect_as(w, &w->stranger, key);
	w->nobody.pool = fetch_pool_new(w->loop, NULL, 2);
	w->kinds = kind_set_new(&err);
	need(w->kinds != NULL, &err, "kinds");
	learn(w);
	(void)snprintf(path, sizeof(path), "%s/rules", dir);
	w->rules = fopen(path, "a");
	need(w->rules != NULL, &err, "rules");
	secret_free(key);
}

static inline void
who_free(struct who *who)
{
	fetch_pool_free(who->pool);
	keyring_free(who->ring);
	secret_free(who->seed);
}

static inline void
world_free(struct world *w)
{
	who_free(&w->fr);
	who_free(&w->hq);
	who_free(&w->stranger);
	who_free(&w->nobody);
	card_release(&w->rs);
	buf_free(&w->card);
	kind_set_free(w->kinds);
	arena_free(&w->arena);
	loop_free(w->loop);
	(void)fclose(w->rules);
}

/* -- asking --------------------------------------------------------------------- */

struct told {			/* what rs said */
	unsigned	status;
	char		rule[40], field[96];	/* of a problem, or of no answer */
	struct buf	body;
	struct loop	*loop;
};

static inline void
told_problem(struct told *t)
{
	json_t *v = json_loadb((const char *)t->body.p, t->body.n, 0, NULL);
	const char *code = json_string_value(json_object_get(v, "code"));
	const char *field = json_string_value(json_object_get(v, "field"));

	/* All of it is there, or the rule does not count. */
	if (code != NULL && json_object_get(v, "unchanged") != NULL &&
	    json_object_get(v, "todo") != NULL)
		(void)snprintf(t->rule, sizeof(t->rule), "%s", code);
	(void)snprintf(t->field, sizeof(t->field), "%s", field == NULL ? "" :
	    field);
	json_decref(v);
}

static inline void
told_done(void *arg, const struct fetch_answer *a)
{
	struct told *t = arg;

	t->status = a->status;
	buf_slice(&t->body, a->body);
	if (a->status == 0)
		(void)snprintf(t->rule, sizeof(t->rule), "%s", a->err.rule);
	else if (a->status != 200)
		told_problem(t);
	loop_stop(t->loop);
}

static inline void
ask(struct world *w, const struct who *as, struct told *t, const char *method,
    const char *path, struct slice body)
{
	char url[512];
	struct fetch_request q = { .method = method, .url = url,
	    .pin = w->rs.tls[0], .body = body, .body_fd = -1, .answer_fd = -1,
	    .answer_max = 4 << 20, .timeout = 20000 };

	(void)snprintf(url, sizeof(url), "%s/link/v1/%s", w->rs.urls[0], path);
	buf_free(&t->body);
	*t = (struct told){ .loop = w->loop };
	(void)fetch_start(as->pool, &q, told_done, t);
	loop_run(w->loop);
	if (t->rule[0] != '\0' && t->status != 0)
		(void)fprintf(w->rules, "%s\n", t->rule);
}

/* -- what rs holds ---------------------------------------------------------------- */

/* Rows that a refusal must leave alone, and files. */
struct held {
	int64_t	rows, files;
};

static inline struct held
held(const struct world *w)
{
	static const char sql[] = "SELECT"
	    " (SELECT count(*) FROM message) + (SELECT count(*) FROM content) +"
	    " (SELECT count(*) FROM held) + (SELECT count(*) FROM leg) +"
	    " (SELECT count(*) FROM outbox) + (SELECT count(*) FROM slip) +"
	    " (SELECT count(*) FROM blob) + (SELECT count(*) FROM upload) +"
	    " (SELECT count(*) FROM draft) + (SELECT count(*) FROM directory) +"
	    " (SELECT count(*) FROM card) + (SELECT count(*) FROM agreement)";
	struct held h = { -1, 0 };
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	struct dirent *e;
	char path[512];
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/rs/entente.db", w->dir);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		h.rows = sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	(void)snprintf(path, sizeof(path), "%s/rs/blobs", w->dir);
	d = opendir(path);
	while (d != NULL && (e = readdir(d)) != NULL)
		h.files += e->d_name[0] != '.';
	if (d != NULL)
		(void)closedir(d);
	return h;
}

static inline bool
held_same(struct held a, struct held b)
{
	return a.rows >= 0 && a.rows == b.rows && a.files == b.files;
}

/* -- letters ------------------------------------------------------------------------ */

struct letter {
	struct header	 header;
	struct recipient to;
	struct content	 content;
	struct blob_ref	 blob;
	struct hash	 after;
	struct buf	 text, line, note, sealed;
	struct slip	 slip;
	struct hash	 name;
};

/* A lawful one from fr to rs: whoever breaks a rule changes it first. */
static inline void
letter_begin(struct world *w, struct letter *l, const struct who *from,
    const char *kind, const char *body)
{
	const struct kind *k = kind_find(w->kinds, kind);
	struct header *h = &l->header;
	char s[64];

	memset(l, 0, sizeof(*l));
	h->net = w->net;
	h->dir = w->directory;
	(void)snprintf(h->ref, sizeof(h->ref), "%s-2026-%06lld", from->member.s,
	    (long long)++w->ref);
	(void)snprintf(s, sizeof(s), "%s/cyber", from->member.s);
	(void)address_parse(&h->from, slice_str(s));
	(void)badge_parse(&h->by, slice_str("4711"));
	(void)address_parse(&l->to.desk, slice_str("rs/cyber"));
	h->to = &l->to;
	h->nto = 1;
	(void)snprintf(h->kind, sizeof(h->kind), "%s", kind);
	if (k != NULL) {
		h->kind_hash = k->hash;
		h->handling = k->handling_default;
	} else {
		h->kind_hash = hash_of(slice_str(kind));
	}
	h->act = ACT_SUBMIT;
	h->sent = clock_now();
	h->deliver_by = h->sent + 3 * HOUR;
	h->keep_until = (h->sent + 60 * DAY) / DAY * DAY;
	(void)snprintf(h->purpose, sizeof(h->purpose), "investigation");
	(void)member_id_parse(&l->slip.to, slice_str("rs"));
	l->slip.number = ++w->slip;
	l->content.lang = "en";
	l->content.body = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
	need(l->content.body != NULL, &(struct err){ .text = "no JSON" }, body);
}

static inline void
letter_free(struct letter *l)
{
	json_decref(l->content.body);
	buf_free(&l->text);
	buf_free(&l->line);
	buf_free(&l->note);
	buf_free(&l->sealed);
}

/* The steps, each of which may be skipped or done by other hands. */
static inline void
letter_print(struct letter *l)
{
	if (l->line.n == 0)
		content_print(&l->line, &l->content);
	if (hash_is_zero(&l->header.content))
		l->header.content = hash_of(buf_all(&l->line));
	header_print(&l->text, &l->header);
}

static inline void
letter_sign(struct letter *l, const struct note_signer *by)
{
	struct err err;

	buf_clear(&l->note);
	need(note_sign(&l->note, buf_all(&l->text), by, &err), &err, "sign");
	l->name = hash_of(buf_all(&l->text));
}

static inline void
letter_seal(struct letter *l, const struct age_recipient *to)
{
	struct buf plain = BUF_INIT;
	struct err err;

	buf_clear(&l->sealed);
	envelope_print(&plain, buf_all(&l->note), &l->slip, buf_all(&l->line));
	need(age_seal_all(&l->sealed, to, 1, buf_all(&plain), &err), &err, "seal");
	buf_free(&plain);
}

static inline void
letter_end(struct world *w, struct letter *l, const struct who *from)
{
	letter_print(l);
	letter_sign(l, &from->signer);
	letter_seal(l, &w->to_rs);
}

/* Other bytes in a text that is signed afterwards. */
static inline void
replace(struct buf *b, const char *from, const char *to)
{
	struct buf out = BUF_INIT;
	const char *s = buf_cstr(b), *at = strstr(s, from);

	need(at != NULL, &(struct err){ .text = "not there" }, from);
	buf_put(&out, s, (size_t)(at - s));
	buf_str(&out, to);
	buf_str(&out, at + strlen(from));
	buf_clear(b);
	buf_slice(b, buf_all(&out));
	buf_free(&out);
}

static inline struct wire_message
wire_of(const struct letter *l, struct slice sealed)
{
	struct wire_message m = { .lane = l->header.urgency,
	    .deliver_by = l->header.deliver_by,
	    .sha256 = hash_of(sealed), .sealed = sealed };

	(void)member_id_parse(&m.to, slice_str("rs"));
	return m;
}

static inline void
post(struct world *w, const struct who *as, struct told *t,
    const struct wire_message *m, uint8_t n)
{
	struct buf b = BUF_INIT;

	wire_batch_begin(&b, &w->net, w->directory, &w->directory_name, n);
	for (uint8_t i = 0; i < n; i++)
		wire_batch_add(&b, &m[i]);
	ask(w, as, t, "POST", "messages", buf_all(&b));
	buf_free(&b);
}

/* -- receipts -------------------------------------------------------------------------- */

/* The one entry of the one receipt in a reply, believed; false: there is none. */
static inline bool
receipt_in(struct world *w, const struct who *as, const struct told *t,
    struct receipt_entry *e, struct slice *bytes)
{
	struct note_vkey keys[CARD_KEYS];
	bool by[CARD_KEYS];
	struct wire_reply reply;
	struct receipt r;
	struct note note;
	struct err err;
	bool ok;

	if (t->status != 200 || !wire_reply_decode(&reply, &w->arena,
	    buf_all(&t->body), &err) || reply.n != 1 ||
	    !note_parse(&note, reply.notes[0], &err) ||
	    !note_verify(&note, keys, card_keys_at(&w->rs, clock_now(), keys), by,
	    &err) || !receipt_parse(&r, &w->arena, note.text, &err))
		return false;
	*bytes = reply.notes[0];
	*e = r.entries[0];
	ok = r.n == 1 && hash_eq(&r.net, &w->net) &&
	    strcmp(r.from.s, "rs") == 0 && member_id_eq(&r.to, &as->member);
	if (ok && e->rule[0] != '\0')
		(void)fprintf(w->rules, "%s\n", e->rule);
	receipt_release(&r);
	return ok;
}

/* Posts the sealed letter alone, and holds the receipt against what is due. */
static inline void
judged(struct world *w, const struct who *as, struct letter *l,
    enum receipt_result want, const char *rule, const char *field,
    const char *fact)
{
	struct held before = held(w);
	struct told t = { .body = BUF_INIT };
	struct receipt_entry e = { .rule = "" };
	struct slice bytes;
	struct wire_message m = wire_of(l, buf_all(&l->sealed));
	bool meant;

	post(w, as, &t, &m, 1);
	if (!OK(receipt_in(w, as, &t, &e, &bytes), "%s: a receipt of rs", fact))
		printf("# %u %s %s\n", t.status, t.rule, t.field);
	meant = hash_eq(&e.name, &l->name) || hash_eq(&e.sealed, &m.sha256);
	if (!OK(meant && e.result == want && strcmp(e.rule, rule) == 0 &&
	    strcmp(e.field, field) == 0, "%s: %s %s", fact,
	    receipt_result_names[want], rule))
		printf("# got %s %s %s %s\n", receipt_result_names[e.result],
		    e.rule, e.field, e.clause);
	if (strncmp(rule, "E-POLICY-", 9) == 0)
		OK(e.clause[0] != '\0', "%s: the clause is named (%s)", fact,
		    e.clause);
	if (want != RECEIPT_TAKEN)
		OK(held_same(before, held(w)), "%s: and nothing is stored", fact);
	buf_free(&t.body);
}

/* The whole request is refused. */
static inline void
turned_away(struct world *w, const struct told *t, struct held before,
    unsigned status, const char *rule, const char *field, const char *fact)
{
	if (!OK(t->status == status && strcmp(t->rule, rule) == 0 &&
	    strcmp(t->field, field) == 0 && held_same(before, held(w)),
	    "%s: %u %s, and nothing is stored", fact, status, rule))
		printf("# got %u %s %s\n", t->status, t->rule, t->field);
}

#endif
