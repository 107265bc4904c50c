#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "ententd/call.h"
#include "ententd/outbox.h"
#include "ententd/routes.h"
#include "ententd/trust_state.h"
#include "store/trust_store.h"

/*
 * Members tell each other what they believe: one says what it knows, the
 * other gives what is newer.  All of it is signed, so any member can serve
 * it.  The bytes of both are in doc/protocol.md, "Sync".
 */
enum {
	SYNC_V1 = 1, SYNC_NOTES = 512, SYNC_BYTES = 4 * 1024 * 1024,
	SYNC_AGREEMENTS = 2048,	/* known ones named; others come again */
};
#define SYNC_EVERY	MINUTE
#define SYNC_JOINING	(5 * SECOND)
#define SYNC_LEAST	(2 * SECOND)
#define GREET_AFTER	500
#define GREET_EVERY	10

/* -- asking ------------------------------------------------------------------------- */

static void
print_question(struct buf *b, const struct trust *t)
{
	size_t all = t->nagreements + t->nendings;
	size_t n = all < SYNC_AGREEMENTS ? all : SYNC_AGREEMENTS;

	buf_u8(b, SYNC_V1);
	buf_put(b, t->net.b, HASH_LEN);
	buf_u64(b, (uint64_t)t->dir.number);
	buf_put(b, t->dir_name.b, HASH_LEN);
	buf_u16(b, (uint16_t)t->ncards);
	for (size_t i = 0; i < t->ncards; i++) {
		buf_var_str(b, t->cards[i]->card.member.s);
		buf_put(b, t->cards[i]->name.b, HASH_LEN);
	}
	buf_u16(b, (uint16_t)n);
	for (size_t i = 0; i < n; i++) {
		bool ended = i >= t->nagreements;
		const struct ending *e = ended ?
		    t->endings[i - t->nagreements] : NULL;

		buf_var_str(b, ended ? e->id : t->agreements[i]->id);
		buf_put(b, ended ? e->name.b : t->agreements[i]->name.b,
		    HASH_LEN);
	}
}

static void
take_notes(struct vault *v, struct slice body)
{
	struct cursor c = cursor_of(body);
	uint8_t version = cursor_u8(&c);
	uint16_t n = cursor_u16(&c);
	struct err err;
	struct hash name;
	char type[16];

	if (version != SYNC_V1 || n > SYNC_NOTES)
		return;
	for (uint16_t i = 0; i < n && !c.bad; i++) {
		struct slice note = cursor_var(&c, NOTE_MAX);

		if (c.bad)
			return;
		if (trust_take(v, "node", note, type, &name, &err) >=
		    TRUST_REFUSED)
			log_warn("sync: %s refused: %s %s", type, err.rule,
			    err.text);
	}
}

static void
got_greeting(void *arg, struct ipc_message *m)
{
	struct vault *v = arg;
	struct buf big = BUF_INIT;
	struct cursor c;
	struct slice body;
	struct err err;
	uint16_t status;

	if (m == NULL)
		return;
	c = cursor_of(m->body);
	status = cursor_u16(&c);
	(void)result_decode(&c, &err);
	body = cursor_var(&c, m->body.n);
	if (m->fd != -1) {
		(void)io_read_all(m->fd, &big, SYNC_BYTES, &err);
		(void)close(m->fd);
		m->fd = -1;
		body = buf_all(&big);
	}
	if (status == 200) {
		v->trust->unheard = false;
		take_notes(v, body);
	}
	buf_free(&big);
}

static void
got_notes(void *arg, struct ipc_message *m)
{
	struct vault *v = arg;

	v->trust->syncing = false;
	v->trust->unheard = true;
	got_greeting(v, m);
}

static void
ask(struct vault *v, const char *url, const uint8_t pin[static 32],
    void (*got)(void *arg, struct ipc_message *))
{
	struct errand e = { .method = "POST", .answer_max = SYNC_BYTES,
	    .timeout = 20000 };
	struct buf question = BUF_INIT, body = BUF_INIT;

	print_question(&question, v->trust);
	(void)snprintf(e.url, sizeof(e.url), "%s/link/v1/sync", url);
	(void)snprintf(e.headers, sizeof(e.headers),
	    "Content-Type: application/octet-stream\n");
	memcpy(e.pin, pin, 32);
	e.body = buf_all(&question);
	errand_encode(&body, &e);
	vault_ask(v, CHILD_COURIER, VAULT_FETCH, buf_all(&body), -1, got, v);
	buf_free(&question);
	buf_free(&body);
}

static void
sync_at(struct vault *v, const char *url, const uint8_t pin[static 32])
{
	if (v->trust->syncing)
		return;
	v->trust->syncing = true;
	v->trust->last_sync = clock_steady();
	ask(v, url, pin, got_notes);
}

void
trust_sync_with(struct vault *v, const struct card *card)
{
	if (card->nurls != 0 && card->ntls != 0)
		sync_at(v, card->urls[0], card->tls[0]);
}

/* A secretariat if there is one that answers, else anybody, in turn. */
static const struct card *
choose_peer(struct vault *v)
{
	struct trust *t = v->trust;
	const struct directory_member *m;

	for (int pass = t->unheard ? 1 : 0; pass < 2; pass++)
		for (size_t i = 0; i < t->ncards; i++) {
			const struct card *c =
			    &t->cards[(t->next_peer + i) % t->ncards]->card;

			if (member_id_eq(&c->member, &v->member) || c->nurls == 0)
				continue;
			m = directory_find(&t->dir, &c->member);
			if (m == NULL || m->status != MEMBER_ACTIVE ||
			    (pass == 0 && m->class != CLASS_SECRETARIAT))
				continue;
			t->next_peer += i + 1;
			t->unheard = false;
			return c;
		}
	return NULL;
}

static void
sync_now(void *arg)
{
	struct vault *v = arg;
	const struct card *c = choose_peer(v);

	v->trust->sync_timer = NULL;
	if (c != NULL)
		trust_sync_with(v, c);
	else if (v->trust->invite_url[0] != '\0')
		sync_at(v, v->trust->invite_url, v->trust->invite_pin);
	/* Jitter, so that a network that started together does not ask so; a
	 * node that still waits to be admitted asks more often. */
	trust_sync_soon(v, !v->trust->self ? SYNC_JOINING :
	    SYNC_EVERY / 2 + (msec)randombytes_uniform(SYNC_EVERY));
}

void
trust_sync_soon(struct vault *v, msec delay)
{
	loop_cancel(v->trust->sync_timer);
	v->trust->sync_timer = loop_after(v->child.loop, delay, sync_now, v);
}

/*
 * Once, at its start, a node asks every member: those who could not reach it
 * hear that it is there, and deliver now instead of waiting out their back-off.
 */
static void
greet(void *arg)
{
	struct vault *v = arg;
	struct trust *t = v->trust;
	const struct directory_member *m;
	const struct card *c;

	while (t->greeted < t->ncards) {
		c = &t->cards[t->greeted++]->card;
		m = directory_find(&t->dir, &c->member);
		if (member_id_eq(&c->member, &v->member) || m == NULL ||
		    m->status != MEMBER_ACTIVE || c->nurls == 0 || c->ntls == 0)
			continue;
		ask(v, c->urls[0], c->tls[0], got_greeting);
		(void)loop_after(v->child.loop, GREET_EVERY, greet, v);
		return;
	}
}

void
trust_greet(struct vault *v)
{
	(void)loop_after(v->child.loop, GREET_AFTER, greet, v);
}

void
trust_unknown_peer(struct vault *v)
{
	if (clock_steady() - v->trust->last_sync > SYNC_LEAST)
		trust_sync_soon(v, 0);
}

void
trust_doubt_card(struct vault *v, const struct member_id *m)
{
	const struct card *c = trust_card_of(v->trust, m, NULL);

	if (c != NULL && clock_steady() - v->trust->last_sync > SYNC_LEAST)
		trust_sync_with(v, c);
}

void
trust_heard(struct vault *v, const struct member_id *m, int64_t number)
{
	const struct card *c = trust_card_of(v->trust, m, NULL);

	if (number > v->trust->dir.number && c != NULL &&
	    clock_steady() - v->trust->last_sync > SYNC_LEAST)
		trust_sync_with(v, c);
}

/* -- answering ------------------------------------------------------------------------- */

struct answer_notes {
	struct buf	notes;
	uint16_t	n;
};

static void
add_note(struct answer_notes *a, struct slice note)
{
	if (a->n == SYNC_NOTES || a->notes.n + note.n + 16 > SYNC_BYTES)
		return;
	buf_var(&a->notes, note);
	a->n++;
}

static void
add_directories(struct vault *v, struct arena *arena, struct answer_notes *a,
    int64_t after)
{
	struct slice note;
	struct hash name;
	struct err err;

	if (after < 0 || after > v->trust->dir.number)
		return;
	for (int64_t n = after + 1; n <= v->trust->dir.number; n++)
		if (trust_store_directory(&v->store, arena, n, &note, &name, &err))
			add_note(a, note);
}

/* Every card after the one the asker has, so that its chain holds. */
static void
add_cards(struct vault *v, struct arena *arena, struct answer_notes *a,
    const struct card *card, const struct hash *known)
{
	struct slice *notes;
	struct note note;
	struct hash name;
	struct err err;
	size_t n, from = 0;

	if (!trust_store_cards(&v->store, arena, card->member.s, &notes, &n, &err))
		return;
	for (size_t i = 0; i < n && known != NULL; i++) {
		if (!note_parse(&note, notes[i], &err))
			continue;
		name = note_text_name(&note);
		if (hash_eq(&name, known))
			from = i + 1;
	}
	for (size_t i = from; i < n; i++)
		add_note(a, notes[i]);
}

struct known {
	char		id[48];
	struct hash	name;
};

static bool
read_known(struct cursor *c, struct arena *arena, struct known **list,
    uint16_t *n, uint16_t most)
{
	*n = cursor_u16(c);
	if (*n > most)
		return false;
	*list = arena_alloc(arena, *n * sizeof(**list));
	for (uint16_t i = 0; i < *n; i++) {
		cursor_str(c, (*list)[i].id, sizeof((*list)[i].id));
		cursor_copy(c, (*list)[i].name.b, HASH_LEN);
	}
	return !c->bad;
}

static const struct hash *
find_known(const struct known *list, uint16_t n, const char *id)
{
	for (uint16_t i = 0; i < n; i++)
		if (strcmp(list[i].id, id) == 0)
			return &list[i].name;
	return NULL;
}

static bool
is_known(const struct known *known, uint16_t nknown, const struct hash *name)
{
	for (uint16_t i = 0; i < nknown; i++)
		if (hash_eq(&known[i].name, name))
			return true;
	return false;
}

/* Every version in a row, then the endings that stand: one that a sooner one
 * overtook would only be refused. */
static void
add_agreements(struct vault *v, struct arena *arena, struct answer_notes *a,
    const struct known *known, uint16_t nknown)
{
	struct slice *notes[2];
	struct note note;
	struct hash name;
	struct err err;
	size_t n[2];

	if (!trust_store_agreements(&v->store, arena, &notes[0], &n[0], &err) ||
	    !trust_store_endings(&v->store, arena, &notes[1], &n[1], &err))
		return;
	for (int part = 0; part < 2; part++)
		for (size_t i = 0; i < n[part]; i++) {
			if (!note_parse(&note, notes[part][i], &err))
				continue;
			name = note_text_name(&note);
			if (!is_known(known, nknown, &name) &&
			    (part == 0 || trust_ending_stands(v->trust, &name)))
				add_note(a, notes[part][i]);
		}
}

void
link_sync(struct call *c)
{
	struct vault *v = c->vault;
	struct cursor r = cursor_of(buf_all(&c->body));
	struct answer_notes a = { .n = 0 };
	struct known *cards, *agreements;
	uint16_t ncards, nagreements;
	struct buf b = BUF_INIT;
	struct hash net, name;
	uint8_t version;
	int64_t number;

	outbox_heard(v, &c->peer);
	version = cursor_u8(&r);
	cursor_copy(&r, net.b, HASH_LEN);
	number = (int64_t)cursor_u64(&r);
	cursor_copy(&r, name.b, HASH_LEN);
	if (version != SYNC_V1 ||
	    !read_known(&r, &c->arena, &cards, &ncards, DIRECTORY_MEMBERS) ||
	    !read_known(&r, &c->arena, &agreements, &nagreements,
	    SYNC_AGREEMENTS) ||
	    !cursor_done(&r)) {
		call_refuse_with(c, ERR_INVALID, "E-SYNC-FORM", "",
		    "the question does not read");
		return;
	}
	if (!hash_eq(&net, &v->net)) {
		call_refuse_with(c, ERR_INVALID, "E-TEXT-NET", "net",
		    "another network");
		return;
	}
	add_directories(v, &c->arena, &a, number);
	for (size_t i = 0; i < v->trust->ncards; i++) {
		const struct held_card *h = v->trust->cards[i];
		const struct hash *known = find_known(cards, ncards,
		    h->card.member.s);

		if (known == NULL || !hash_eq(known, &h->name))
			add_cards(v, &c->arena, &a, &h->card, known);
	}
	add_agreements(v, &c->arena, &a, agreements, nagreements);
	buf_u8(&b, SYNC_V1);
	buf_u16(&b, a.n);
	buf_slice(&b, buf_all(&a.notes));
	call_answer(c, 200, "application/octet-stream", buf_all(&b));
	buf_free(&a.notes);
	buf_free(&b);
}
