#include "ententd/trust.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "ententd/rotation.h"
#include "ententd/trust_state.h"
#include "model/invite.h"
#include "model/text.h"
#include "store/trust_store.h"

struct trust *
trust_new(void)
{
	return xcalloc(1, sizeof(struct trust));
}

const struct network *
trust_network(const struct trust *t)
{
	return t->has_network ? &t->network : NULL;
}

const struct directory *
trust_newest(const struct trust *t)
{
	return t->dir.number == 0 ? NULL : &t->dir;
}

const struct hash *
trust_newest_name(const struct trust *t)
{
	return &t->dir_name;
}

bool
trust_is_member(const struct trust *t)
{
	return t->self;
}

void
trust_committed(struct trust *t)
{
	t->changed = false;
}

enum member_status
trust_standing(const struct trust *t, const struct member_id *id)
{
	const struct directory_member *m = t->dir.number == 0 ? NULL :
	    directory_find(&t->dir, id);

	return m == NULL ? MEMBER_STATUSES : m->status;
}

bool
trust_is_active(const struct trust *t, const struct member_id *id)
{
	return trust_standing(t, id) == MEMBER_ACTIVE;
}

bool
trust_is_forked(const struct trust *t)
{
	return t->forked;
}

const struct member_id *
trust_withheld_by(const struct trust *t, size_t i)
{
	struct claims claims = t->claims;
	struct claim *c = claims_withheld(&claims, i, clock_steady());

	if (c == NULL)
		return NULL;
	return &t->claims.list[c - claims.list].member;
}

bool
trust_is_expired(const struct trust *t, msec now)
{
	return t->dir.number != 0 && t->dir.valid_until < now;
}

/* One unit: the note, its entry in the log.  When either fails, memory goes
 * back to what the store says. */
enum trust_result
trust_take(struct vault *v, const char *who, struct slice note,
    char type[static 16], struct hash *name, struct err *err)
{
	enum trust_result r;
	bool ok;

	type[0] = '\0';
	if (!vault_unit_begin(v, err))
		return TRUST_REFUSED;
	r = trust_accept(v, note, type, name, err);
	if (r == TRUST_NEW || r == TRUST_FORKED)
		v->trust->changed = true;
	ok = r == TRUST_FORKED || (r == TRUST_NEW &&
	    vault_audit(v, who, "trust.accept", name, "", type, err));
	if (vault_unit_end(v, ok, err) || r == TRUST_KNOWN ||
	    r == TRUST_REFUSED)
		return r;
	trust_reload(v);
	return TRUST_REFUSED;
}

const struct card *
trust_card_of(const struct trust *t, const struct member_id *m,
    const struct hash **name)
{
	const struct held_card *h = trust_held_card(t, m);

	if (h == NULL)
		return NULL;
	if (name != NULL)
		*name = &h->name;
	return &h->card;
}

const struct card *
trust_card_at(const struct trust *t, size_t i)
{
	return i < t->ncards ? &t->cards[i]->card : NULL;
}

struct standing_set
trust_standings(const struct trust *t)
{
	/* C converts T ** to no pointer to const T *; nothing is changed. */
	union { struct ending **own; const struct ending *const *lent; } e =
	    { .own = t->endings };

	return (struct standing_set){ .agreements = t->agreements,
	    .nagreements = t->nagreements, .endings = e.lent,
	    .nendings = t->nendings };
}

bool
trust_peer_by_key(const struct trust *t, const uint8_t key[static 32],
    struct member_id *member)
{
	for (size_t i = 0; i < t->ncards; i++)
		for (size_t k = 0; k < t->cards[i]->card.ntls; k++)
			if (memcmp(t->cards[i]->card.tls[k], key, 32) == 0) {
				*member = t->cards[i]->card.member;
				return true;
			}
	return false;
}

void
trust_pins(const struct card *c, struct pins *pins)
{
	static_assert((int)PINS >= (int)CARD_TLS, "all pins of a card have room");
	pins->n = (uint8_t)c->ntls;
	if (c->ntls != 0)
		memcpy(pins->key, c->tls, c->ntls * sizeof(*c->tls));
}

static size_t
keys_of(const struct card *card, msec t, struct note_vkey out[static CARD_KEYS])
{
	if (t != TRUST_ANY_TIME)
		return card_keys_at(card, t, out);
	for (size_t i = 0; i < card->nkeys; i++)
		out[i] = card->keys[i].vkey;
	return card->nkeys;
}

size_t
trust_message_keys(struct vault *v, const struct member_id *m, msec t,
    struct note_vkey out[static CARD_KEYS])
{
	struct arena arena = ARENA_INIT;
	const struct card *newest = trust_card_of(v->trust, m, NULL);
	struct slice *notes;
	struct note note;
	struct card card;
	struct err err;
	size_t n, count;

	n = newest == NULL ? 0 : keys_of(newest, t, out);
	if (n != 0 || newest == NULL ||
	    !trust_store_cards(&v->store, &arena, m->s, &notes, &count, &err))
		goto out;
	while (n == 0 && count-- > 0) {
		if (!note_parse(&note, notes[count], &err) ||
		    !card_parse(&card, &arena, note.text, &err))
			continue;
		n = keys_of(&card, t, out);
		card_release(&card);
	}
out:
	arena_free(&arena);
	return n;
}

/* What was revoked once stays so, also when no later card has room for it. */
static msec
revoked_before(struct vault *v, const struct member_id *m,
    const struct note_vkey *vkey)
{
	struct arena arena = ARENA_INIT;
	const struct card_key *k;
	struct slice *notes;
	struct note note;
	struct card card;
	struct err err;
	msec since = 0;
	size_t n;

	if (!trust_store_cards(&v->store, &arena, m->s, &notes, &n, &err))
		n = 0;
	while (since == 0 && n-- > 0) {
		if (!note_parse(&note, notes[n], &err) ||
		    !card_parse(&card, &arena, note.text, &err))
			continue;
		k = card_key_of(&card, vkey);
		since = k == NULL ? 0 : k->revoked;
		card_release(&card);
	}
	arena_free(&arena);
	return since;
}

msec
trust_key_revoked(struct vault *v, const struct member_id *m,
    const struct note_vkey *vkey)
{
	const struct card *newest = trust_card_of(v->trust, m, NULL);
	const struct card_key *k = newest == NULL ? NULL :
	    card_key_of(newest, vkey);

	return k != NULL ? k->revoked : revoked_before(v, m, vkey);
}

/* A directory of the past, as it was kept. */
static const struct directory *
past_directory(struct vault *v, struct arena *arena, int64_t number,
    struct err *err)
{
	struct directory *d;
	struct slice bytes;
	struct note note;
	struct hash name;

	if (number == v->trust->dir.number)
		return &v->trust->dir;
	if (number > v->trust->dir.number) {
		err_field(err, ERR_UNAVAILABLE, "E-TRUST-DIRECTORY", "dir",
		    "directory %lld is not known here yet", (long long)number);
		return NULL;
	}
	d = arena_alloc(arena, sizeof(*d));
	if (!trust_store_directory(&v->store, arena, number, &bytes, &name, err) ||
	    !note_parse(&note, bytes, err) ||
	    !directory_parse(d, arena, note.text, err))
		return NULL;
	/* All of it but `ext`, which decides nothing, lives in the arena. */
	directory_release(d);
	return d;
}

bool
trust_policy(struct vault *v, struct arena *arena, struct policy *p,
    const struct member_id *from, const struct member_id *to, int64_t number,
    struct err *err)
{
	struct trust *t = v->trust;

	*p = (struct policy){ .network = &t->network, .net = &t->net,
	    .newest = &t->dir, .kinds = v->kinds,
	    .agreements = trust_standings(t) };
	if (t->dir.number == 0)
		return err_set(err, ERR_UNAVAILABLE, "E-TRUST-DIRECTORY",
		    "this node has no directory yet");
	p->directory = past_directory(v, arena, number, err);
	if (p->directory == NULL)
		return false;
	p->from = trust_card_of(t, from, NULL);
	p->to = trust_card_of(t, to, NULL);
	if (p->from == NULL || p->to == NULL)
		return err_set(err, ERR_UNAVAILABLE, "E-TRUST-CARD",
		    "no card of %s is known here",
		    p->from == NULL ? from->s : to->s);
	return true;
}

void
trust_see_self(struct vault *v)
{
	struct trust *t = v->trust;
	const struct directory_member *m = NULL;
	const struct card *card = trust_card_of(t, &v->member, NULL);

	if (t->dir.number != 0)
		m = directory_find(&t->dir, &v->member);
	t->self = m != NULL && m->status == MEMBER_ACTIVE && card != NULL;
	rotation_see_card(v);
}

/* -- from the store and from files ------------------------------------------------- */

static void
accept_logged(struct vault *v, struct slice note, const char *from)
{
	struct err err = { 0 };
	struct hash name;
	char type[16];

	switch (trust_take(v, "node", note, type, &name, &err)) {
	case TRUST_NEW:
		log_info("%s from %s", type, from);
		break;
	case TRUST_KNOWN:
		break;
	case TRUST_REFUSED:
	case TRUST_FORKED:
		log_warn("%s from %s: %s %s", type, from, err.rule, err.text);
		break;
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of DIR/trust's notes, sorted, so that chains come in order. */
static size_t
list_notes(int dir, struct arena *arena, char **names, size_t most)
{
	DIR *d = fdopendir(dup(dir));
	struct dirent *e;
	size_t n = 0, len;

	if (d == NULL)
		return 0;
	while ((e = readdir(d)) != NULL && n < most) {
		len = strlen(e->d_name);
		if (len > 5 && strcmp(e->d_name + len - 5, ".note") == 0)
			names[n++] = arena_strdup(arena, e->d_name);
	}
	(void)closedir(d);
	qsort(names, n, sizeof(*names), by_name);
	return n;
}

/* What init and the operator left there.  Notes of one type may need those of
 * another first, so each type has its pass. */
static void
import_files(struct vault *v)
{
	static const char *const passes[] = { "network", "settlement",
	    "directory", "card", "agreement",
	    "ending" };
	struct arena arena = ARENA_INIT;
	struct buf bytes = BUF_INIT;
	char *names[1024];
	struct slice type;
	struct err err;
	size_t n;
	int dir = openat(v->dir, "trust", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir == -1)
		return;
	n = list_notes(dir, &arena, names, sizeof(names) / sizeof(names[0]));
	for (size_t p = 0; p < sizeof(passes) / sizeof(passes[0]); p++)
		for (size_t i = 0; i < n; i++) {
			buf_clear(&bytes);
			if (!io_read_file(dir, names[i], &bytes, NOTE_MAX, &err))
				continue;
			type = text_type(buf_all(&bytes));
			if (slice_eq(type, slice_str(passes[p])))
				accept_logged(v, buf_all(&bytes), names[i]);
		}
	(void)close(dir);
	buf_free(&bytes);
	arena_free(&arena);
}

/*
 * Where the coordinator is reached, for a node that knows nobody yet.  It is
 * believed for that alone: what the coordinator then says is verified.
 */
static void
read_invite(struct vault *v)
{
	struct trust *t = v->trust;
	struct buf bytes = BUF_INIT;
	struct invite invite;
	struct note note;
	struct err err;

	if (!io_read_file(v->dir, "invite.note", &bytes, NOTE_MAX, &err))
		return;
	if (note_parse(&note, buf_all(&bytes), &err) &&
	    invite_parse(&invite, note.text, &err)) {
		if (hash_eq(&invite.net, &v->net)) {
			(void)snprintf(t->invite_url, sizeof(t->invite_url),
			    "%s", invite.url);
			t->invite_pins.n = 1;
			memcpy(t->invite_pins.key[0], invite.tls, 32);
		}
		invite_release(&invite);
	} else {
		log_warn("invite.note: %s %s", err.rule, err.text);
	}
	buf_free(&bytes);
}

/* What was verified before it was kept is parsed, not verified again. */
static void
load_store(struct vault *v)
{
	struct trust *t = v->trust;
	struct arena arena = ARENA_INIT;
	const char *fork = "";
	struct slice bytes;
	struct note note;
	struct hash name;
	struct err err;

	if (trust_store_network(&v->store, &arena, &bytes, &name, &err) &&
	    note_parse(&note, bytes, &err) &&
	    network_parse(&t->network, note.text, &err)) {
		t->has_network = true;
		t->net = name;
	}
	if (trust_store_directory(&v->store, &t->dir_arena, 0, &bytes, &t->dir_name,
	    &err) && (!note_parse(&note, bytes, &err) ||
	    !directory_parse(&t->dir, &t->dir_arena, note.text, &err)))
		log_error("kept directory: %s", err.text);
	if (store_fact(&v->store, &arena, "trust.fork", &fork, &err))
		t->forked = fork[0] != '\0';
	arena_free(&arena);
	trust_load_cards(v);
	trust_load_agreements(v);
	trust_load_endings(v);
	trust_see_self(v);
}

void
trust_read_again(struct vault *v)
{
	trust_forget(v->trust);
	load_store(v);
}

void
trust_reload(struct vault *v)
{
	if (!v->trust->changed)
		return;
	log_warn("what was believed this turn is not on disk: reading anew");
	trust_read_again(v);
}

void
trust_start(struct vault *v)
{
	v->trust->vault = v;
	load_store(v);
	import_files(v);
	read_invite(v);
	trust_see_self(v);
	trust_sync_soon(v, 200);
	trust_greet(v);
}
