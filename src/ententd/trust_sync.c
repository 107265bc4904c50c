#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "ententd/call.h"
#include "ententd/outbox.h"
#include "ententd/rotation.h"
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
print_question(struct buf *b, struct vault *v, enum trust_ask how)
{
	const struct trust *t = v->trust;
	size_t all = t->nagreements + t->nendings;
	size_t n = all < SYNC_AGREEMENTS ? all : SYNC_AGREEMENTS;

	buf_u8(b, SYNC_V1);
	buf_put(b, t->net.b, HASH_LEN);
	buf_u64(b, (uint64_t)t->dir.number);
	buf_put(b, t->dir_name.b, HASH_LEN);
	buf_u16(b, (uint16_t)t->ncards);
	for (size_t i = 0; i < t->ncards; i++) {
		const struct held_card *h = t->cards[i];
		bool before = how == TRUST_PROBE &&
		    member_id_eq(&h->card.member, &v->member);

		buf_var_str(b, h->card.member.s);
		buf_put(b, before ? h->card.prev.b : h->name.b, HASH_LEN);
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
take_notes(struct vault *v, struct slice body, const struct member_id *from)
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
		else if (from != NULL)
			rotation_heard(v, from, &name);
	}
}

static void
got_answer(struct vault *v, struct ipc_message *m,
    const struct member_id *from)
{
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
		take_notes(v, body, from);
	}
	buf_free(&big);
}

static void
got_greeting(void *arg, struct ipc_message *m)
{
	got_answer(arg, m, NULL);
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
ask(struct vault *v, const char *url, const struct pins *pins,
    enum trust_ask how, void (*got)(void *arg, struct ipc_message *), void *arg)
{
	struct errand e = { .method = "POST", .answer_max = SYNC_BYTES,
	    .timeout = 20000 };
	struct buf question = BUF_INIT, body = BUF_INIT;

	print_question(&question, v, how);
	(void)snprintf(e.url, sizeof(e.url), "%s/link/v1/sync", url);
	(void)snprintf(e.headers, sizeof(e.headers),
	    "Content-Type: application/octet-stream\n");
	e.pins = *pins;
	e.body = buf_all(&question);
	errand_encode(&body, &e);
	vault_ask(v, CHILD_COURIER, VAULT_FETCH, buf_all(&body), -1, got, arg);
	buf_free(&question);
	buf_free(&body);
}

static void
sync_at(struct vault *v, const char *url, const struct pins *pins)
{
	if (v->trust->syncing)
		return;
	v->trust->syncing = true;
	v->trust->last_sync = clock_steady();
	ask(v, url, pins, TRUST_ASK, got_notes, v);
}

void
trust_sync_with(struct vault *v, const struct card *card)
{
	struct pins pins;

	trust_pins(card, &pins);
	if (card->nurls != 0 && pins.n != 0)
		sync_at(v, card->urls[0], &pins);
}

/* Whom an answer is awaited from. */
struct asked_of {
	struct vault		*vault;
	struct member_id	 member;
};

static void
got_from(void *arg, struct ipc_message *m)
{
	struct asked_of *a = arg;

	got_answer(a->vault, m, &a->member);
	free(a);
}

void
trust_ask(struct vault *v, const struct card *card, enum trust_ask how)
{
	struct asked_of *a;
	struct pins pins;

	trust_pins(card, &pins);
	if (card->nurls == 0 || pins.n == 0)
		return;
	a = xmalloc(sizeof(*a));
	*a = (struct asked_of){ .vault = v, .member = card->member };
	ask(v, card->urls[0], &pins, how, got_from, a);
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

/* Once for each claim, in the log and in the audit; status shows them. */
static void
raise_alarms(struct vault *v)
{
	struct claim *c;
	struct err err;

	for (size_t i = 0; (c = claims_withheld(&v->trust->claims, i,
	    clock_steady())) != NULL; i++) {
		if (c->told || !vault_unit_begin(v, &err))
			continue;
		c->told = vault_unit_end(v, vault_audit(v, "node",
		    "trust.withheld", NULL, c->member.s,
		    "E-DIRECTORY-WITHHELD", &err), &err);
		log_error("%s names directory %lld and does not serve it: "
		    "E-DIRECTORY-WITHHELD", c->member.s, (long long)c->number);
	}
}

static void
sync_now(void *arg)
{
	struct vault *v = arg;
	const struct card *c = choose_peer(v);

	v->trust->sync_timer = NULL;
	raise_alarms(v);
	if (c != NULL)
		trust_sync_with(v, c);
	else if (v->trust->invite_url[0] != '\0')
		sync_at(v, v->trust->invite_url, &v->trust->invite_pins);
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
	struct pins pins;

	while (t->greeted < t->ncards) {
		c = &t->cards[t->greeted++]->card;
		m = directory_find(&t->dir, &c->member);
		if (member_id_eq(&c->member, &v->member) || m == NULL ||
		    m->status != MEMBER_ACTIVE || c->nurls == 0 || c->ntls == 0)
			continue;
		trust_pins(c, &pins);
		ask(v, c->urls[0], &pins, TRUST_ASK, got_greeting, v);
		(void)loop_after(v->child.loop, GREET_EVERY, greet, v);
		return;
	}
}

void
trust_greet(struct vault *v)
{
	bool going = v->trust->greeted < v->trust->ncards &&
	    v->trust->greeted != 0;

	v->trust->greeted = 0;
	if (!going)
		(void)loop_after(v->child.loop, GREET_AFTER, greet, v);
}

void
trust_unknown_peer(struct vault *v)
{
	if (clock_steady() - v->trust->last_sync > SYNC_LEAST)
		trust_sync_soon(v, 0);
}

static void
doubt_again(void *arg)
{
	struct vault *v = arg;
	struct member_id m = v->trust->doubted;

	v->trust->doubt_timer = NULL;
	trust_doubt_card(v, &m);
}

/* Too soon after another question: in a moment, whoever was doubted last. */
void
trust_doubt_card(struct vault *v, const struct member_id *m)
{
	const struct card *c = trust_card_of(v->trust, m, NULL);
	msec since = clock_steady() - v->trust->last_sync;

	if (c == NULL)
		return;
	/* Restored from a backup, we may be behind our own card: others have it. */
	if (member_id_eq(m, &v->member)) {
		trust_unknown_peer(v);
		return;
	}
	if (since > SYNC_LEAST && !v->trust->syncing) {
		trust_sync_with(v, c);
		return;
	}
	v->trust->doubted = *m;
	if (v->trust->doubt_timer == NULL)
		v->trust->doubt_timer = loop_after(v->child.loop,
		    since > SYNC_LEAST ? SYNC_LEAST : SYNC_LEAST - since + 1,
		    doubt_again, v);
}

void
trust_heard(struct vault *v, const struct member_id *m, int64_t number)
{
	if (number <= v->trust->dir.number)
		return;
	claims_heard(&v->trust->claims, m, number, clock_steady());
	raise_alarms(v);
	trust_doubt_card(v, m);
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

/* Of a number of which the asker knows another, ours too: then it sees that
 * there are two. */
static void
add_directories(struct vault *v, struct arena *arena, struct answer_notes *a,
    int64_t after, const struct hash *known)
{
	struct slice note;
	struct hash name;
	struct err err;

	if (after < 0 || after > v->trust->dir.number)
		return;
	if (after > 0 && trust_store_directory(&v->store, arena, after, &note,
	    &name, &err) && !hash_eq(&name, known))
		after--;
	for (int64_t n = after + 1; n <= v->trust->dir.number; n++)
		if (trust_store_directory(&v->store, arena, n, &note, &name, &err))
			add_note(a, note);
}

/* Few, and what a node needs that believes the dropped one. */
static void
add_settlements(struct vault *v, struct arena *arena, struct answer_notes *a)
{
	struct slice *notes;
	struct err err;
	size_t n;

	if (!trust_store_settlements(&v->store, arena, &notes, &n, &err))
		return;
	for (size_t i = 0; i < n; i++)
		add_note(a, notes[i]);
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

/* Who asks shows whether it knows our newest card, and names its own. */
static void
learn_from(struct vault *v, const struct member_id *peer,
    const struct known *cards, uint16_t n)
{
	const struct hash *ours = find_known(cards, n, v->member.s);
	const struct hash *theirs = find_known(cards, n, peer->s);

	if (ours != NULL)
		rotation_heard(v, peer, ours);
	if (theirs != NULL && !trust_store_has_card(&v->store, theirs))
		trust_doubt_card(v, peer);
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
	trust_heard(v, &c->peer, number);
	if (number != 0 && number == v->trust->dir.number &&
	    !hash_eq(&name, &v->trust->dir_name))
		trust_doubt_card(v, &c->peer);
	learn_from(v, &c->peer, cards, ncards);
	add_settlements(v, &c->arena, &a);
	add_directories(v, &c->arena, &a, number, &name);
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
