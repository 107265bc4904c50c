#include "ententd/matching.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "store/leg_store.h"
#include "store/match_store.h"

/* What is looked at for one view; more than a form has, less than a turn. */
enum { NAMED_MOST = 200, ELSEWHERE_MOST = 20, THREADS_MOST = 500 };

/* -- keeping -------------------------------------------------------------- */

/* The type is part of it: a number is not the same thing as a plate. */
static struct hash
keyed(const struct vault *v, const struct identifier *id)
{
	struct hash h = { .b = { 0 } };
	struct buf b = BUF_INIT;

	buf_var_str(&b, id->type);
	buf_var(&b, id->normal);
	hmac_sha256(h.b, secret_slice(v->index), buf_all(&b));
	buf_wipe(&b);
	return h;
}

static bool
put_identifiers(struct vault *v, struct arena *arena,
    const struct message_row *row, const struct kind *k, const json_t *body,
    struct err *err)
{
	struct identifier *list;
	struct hash *hashes;
	size_t n;

	if (v->index == NULL)
		return true;
	n = identifier_list(arena, k, row->act, body, &list);
	hashes = arena_alloc(arena, (n + 1) * sizeof(*hashes));
	for (size_t i = 0; i < n; i++)
		hashes[i] = keyed(v, &list[i]);
	return match_put(&v->store, row, list, hashes, n, err);
}

static bool
was_party(struct vault *v, struct arena *arena, const struct hash *thread,
    const struct member_id *m)
{
	struct message_row root;
	struct member_id party;
	struct err none;

	if (!message_get(&v->store, arena, thread, &root, &none))
		return false;
	address_member(&party, &root.from);
	if (member_id_eq(&party, m))
		return true;
	for (size_t i = 0; i < root.nto; i++) {
		address_member(&party, &root.to[i]);
		if (member_id_eq(&party, m))
			return true;
	}
	return false;
}

/* A ref belongs to who gave it: the sender's own goes before all others. */
bool
matching_earlier(struct vault *v, struct arena *arena,
    const struct member_id *sender, const char *reference, struct hash *thread)
{
	struct message_row row;
	struct hash name;
	struct err none;

	if (message_by_ref(&v->store, sender->s, reference, &name) &&
	    message_get(&v->store, arena, &name, &row, &none))
		*thread = row.thread;
	else if (!thread_find(&v->store, reference, thread, &none))
		return false;
	return was_party(v, arena, thread, sender);
}

static bool
put_link(struct vault *v, struct arena *arena, const struct message_row *row,
    const struct kind *k, const json_t *body, struct err *err)
{
	const char *reference = json_string_value(json_object_get(body,
	    KIND_REFERENCE));
	const struct field *f = kind_field(k, ACT_SUBMIT, KIND_REFERENCE);
	struct member_id sender;
	struct hash earlier;

	if (row->act != ACT_SUBMIT || reference == NULL || f == NULL ||
	    f->type != FIELD_REFERENCE)
		return true;
	address_member(&sender, &row->from);
	if (!matching_earlier(v, arena, &sender, reference, &earlier) ||
	    hash_eq(&earlier, &row->thread))
		return true;
	return match_put_link(&v->store, row, &earlier, err);
}

bool
matching_index(struct vault *v, struct arena *arena,
    const struct message_row *row, const json_t *body, struct err *err)
{
	const struct kind *k = kind_find(v->kinds, row->kind);

	/* Evidence of a ref used twice is no message of a thread. */
	if (k == NULL || row->place == PLACE_REFUSED)
		return true;
	return put_identifiers(v, arena, row, k, body, err) &&
	    put_link(v, arena, row, k, body, err);
}

/* -- finding -------------------------------------------------------------- */

struct finding {
	struct vault		*v;
	struct arena		*arena;
	const struct message_row *root;
	struct hash		*linked;
	size_t			 nlinked;
	struct match		*list;
	size_t			 n, cap;
};

static bool
find_linked(struct finding *f, struct err *err)
{
	struct hash *back, *on;
	size_t nback, non;

	if (!match_links(&f->v->store, f->arena, &f->root->name, MATCH_FOLLOWS,
	    &back, &nback, err) || !match_links(&f->v->store, f->arena,
	    &f->root->name, MATCH_FOLLOWED_BY, &on, &non, err))
		return false;
	f->linked = arena_alloc(f->arena, (nback + non + 1) * sizeof(*back));
	for (size_t i = 0; i < nback; i++)
		f->linked[f->nlinked++] = back[i];
	for (size_t i = 0; i < non; i++)
		f->linked[f->nlinked++] = on[i];
	return true;
}

static bool
is_linked(const struct finding *f, const struct hash *thread)
{
	for (size_t i = 0; i < f->nlinked; i++)
		if (hash_eq(&f->linked[i], thread))
			return true;
	return false;
}

/* The other thread's root, read once. */
static const struct message_row *
root_of(struct finding *f, const struct hash *thread)
{
	struct message_row *row;
	struct err none;

	for (size_t i = 0; i < f->n; i++)
		if (hash_eq(&f->list[i].root->name, thread))
			return f->list[i].root;
	row = arena_alloc(f->arena, sizeof(*row));
	return message_get(&f->v->store, f->arena, thread, row, &none) &&
	    row->place == PLACE_THREAD ? row : NULL;
}

static struct match_side
side_of(const struct message_row *root, const struct match_row *m)
{
	struct match_side s = { .kind = root->kind, .begins = m->begins,
	    .ends = m->ends };

	address_member(&s.asker, &root->from);
	return s;
}

/* A thread stands in the list once, under its weightiest reason. */
static void
add_match(struct finding *f, enum match_reason reason, const char *field,
    const struct message_row *root)
{
	for (size_t i = 0; i < f->n; i++) {
		struct match *m = &f->list[i];

		if (m->root != root)
			continue;
		if (reason < m->reason) {
			m->reason = reason;
			m->field = field;
		}
		return;
	}
	if (f->n < f->cap)
		f->list[f->n++] = (struct match){ reason, field, root };
}

static bool
match_one(struct finding *f, const struct match_row *mine, struct err *err)
{
	struct match_side a = side_of(f->root, mine), b;
	const struct message_row *root;
	enum match_reason reason;
	struct match_row *rows;
	size_t n;

	if (!match_elsewhere(&f->v->store, f->arena, &mine->hash,
	    &f->root->name, ELSEWHERE_MOST, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (is_linked(f, &rows[i].thread))
			continue;
		root = root_of(f, &rows[i].thread);
		if (root == NULL)
			continue;
		b = side_of(root, &rows[i]);
		if (identifier_reason(&reason, mine->type, &a, &b))
			add_match(f, reason, mine->field, root);
	}
	return true;
}

static int
by_weight(const void *a, const void *b)
{
	const struct match *x = a, *y = b;

	if (x->reason != y->reason)
		return x->reason < y->reason ? -1 : 1;
	return x->root->number > y->root->number ? -1 :
	    x->root->number < y->root->number;
}

bool
matching_find(struct vault *v, struct arena *arena,
    const struct message_row *root, struct match **matches, size_t *n,
    struct err *err)
{
	struct finding f = { .v = v, .arena = arena, .root = root };
	struct match_row *rows;
	size_t nrows;

	*n = 0;
	if (!find_linked(&f, err) || !match_of_thread(&v->store, arena,
	    &root->name, NAMED_MOST, &rows, &nrows, err))
		return false;
	f.cap = THREADS_MOST;
	f.list = arena_alloc(arena, (f.cap + 1) * sizeof(*f.list));
	for (size_t i = 0; i < nrows; i++)
		if (!match_one(&f, &rows[i], err))
			return false;
	qsort(f.list, f.n, sizeof(*f.list), by_weight);
	*matches = f.list;
	*n = f.n < MATCHES_SHOWN ? f.n : MATCHES_SHOWN;
	return true;
}
