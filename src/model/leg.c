#include "model/leg.h"

#include <stdlib.h>
#include <string.h>

/* What leg_fold() knows beside the acts: who follows whom. */
struct node {
	struct leg_act	*act;
	struct node	**parents;	/* act->nafter of them, once resolved */
	bool		 missing;	/* a parent is not in the set */
};

struct fold {
	enum flow	 flow;
	struct node	*nodes;		/* sorted by name */
	size_t		 n;
	struct node	**order;	/* in the common order */
	size_t		 placed;
	bool		*ancestor;	/* scratch: n flags, by place */
};

static int
by_name(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	return memcmp(x->act->name.b, y->act->name.b, HASH_LEN);
}

static struct node *
node_named(const struct fold *f, const struct hash *name)
{
	size_t low = 0, high = f->n, mid;
	int c;

	while (low < high) {
		mid = low + (high - low) / 2;
		c = memcmp(f->nodes[mid].act->name.b, name->b, HASH_LEN);
		if (c == 0)
			return &f->nodes[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static void
resolve(struct fold *f, struct arena *arena, struct leg_act *acts)
{
	for (size_t i = 0; i < f->n; i++)
		f->nodes[i].act = &acts[i];
	qsort(f->nodes, f->n, sizeof(*f->nodes), by_name);
	for (size_t i = 0; i < f->n; i++) {
		struct node *x = &f->nodes[i];

		x->parents = arena_alloc(arena,
		    x->act->nafter * sizeof(struct node *));
		for (size_t k = 0; k < x->act->nafter; k++) {
			x->parents[k] = node_named(f, &x->act->after[k]);
			if (x->parents[k] == NULL)
				x->missing = true;
		}
	}
}

/* All of x's ancestors have a place already. */
static bool
is_ready(const struct node *x)
{
	if (x->missing)
		return false;
	for (size_t i = 0; i < x->act->nafter; i++)
		if (x->parents[i]->act->held)
			return false;
	return true;
}

static bool
comes_before(const struct leg_act *a, const struct leg_act *b)
{
	if (flow_rank(a->act) != flow_rank(b->act))
		return flow_rank(a->act) < flow_rank(b->act);
	return memcmp(a->name.b, b->name.b, HASH_LEN) < 0;
}

/*
 * A topological order: again and again the least of those whose ancestors are
 * placed.  Everything starts as held; what never becomes ready stays so.
 */
static void
place_all(struct fold *f)
{
	struct node *best;

	for (size_t i = 0; i < f->n; i++)
		f->nodes[i].act->held = true;
	for (;;) {
		best = NULL;
		for (size_t i = 0; i < f->n; i++) {
			struct node *x = &f->nodes[i];

			if (x->act->held && is_ready(x) &&
			    (best == NULL || comes_before(x->act, best->act)))
				best = x;
		}
		if (best == NULL)
			return;
		best->act->held = false;
		best->act->place = (unsigned)f->placed;
		f->order[f->placed++] = best;
	}
}

static void
mark_parents(struct fold *f, const struct node *x)
{
	for (size_t i = 0; i < x->act->nafter; i++)
		f->ancestor[x->parents[i]->act->place] = true;
}

/* Flags in f->ancestor those that x follows, near or far; says how many.
 * Ancestors stand earlier, so one pass from the end finds them all. */
static size_t
mark_ancestors(struct fold *f, const struct node *x)
{
	size_t count = 0;

	memset(f->ancestor, 0, f->n * sizeof(*f->ancestor));
	mark_parents(f, x);
	for (size_t p = x->act->place; p-- > 0;)
		if (f->ancestor[p]) {
			mark_parents(f, f->order[p]);
			count++;
		}
	return count;
}

/*
 * The state x's author saw.  In a linear history (each act follows all
 * before it) that is simply the state so far, which spares the second walk.
 */
static enum state
state_seen(struct fold *f, const struct node *x, enum state so_far)
{
	enum state s = STATE_NONE, next;

	if (mark_ancestors(f, x) == x->act->place)
		return so_far;
	for (size_t p = 0; p < x->act->place; p++) {
		const struct leg_act *b = f->order[p]->act;

		if (f->ancestor[p] && !b->unlawful &&
		    flow_move(f->flow, s, b->act, b->role, &next))
			s = next;
	}
	return s;
}

/*
 * The conditions that an acceptance speaks of: those of the last offer its
 * author saw, whatever crossed it.
 */
static struct hash
terms_seen(struct fold *f, const struct node *x)
{
	struct hash none = { { 0 } };

	(void)mark_ancestors(f, x);
	for (size_t p = x->act->place; p-- > 0;) {
		const struct leg_act *b = f->order[p]->act;

		if (f->ancestor[p] && !b->unlawful &&
		    (b->act == ACT_SUBMIT || b->act == ACT_REOFFER))
			return b->name;
	}
	return none;
}

static void
note_offer(struct leg *leg, const struct leg_act *a)
{
	leg->offered = a->name;
	leg->offered_until = a->until;
}

/* What an act that moved leaves behind beside the state. */
static void
note_effects(struct leg *leg, const struct leg_act *a)
{
	switch (a->act) {
	case ACT_SUBMIT:
		leg->urgency = a->urgency;
		note_offer(leg, a);
		break;
	case ACT_RAISE:
	case ACT_LOWER:
		leg->urgency = a->urgency;
		break;
	case ACT_REOFFER:
		note_offer(leg, a);
		break;
	case ACT_ACCEPT:
		leg->accepted = a->terms;
		break;
	case ACT_TRANSFER:
		leg->desk = a->desk;
		break;
	case ACT_ACKNOWLEDGE:
		leg->next_step_by = a->until;
		break;
	case ACT_WILL_ANSWER:
		leg->answer_by = a->until;
		break;
	case ACT_EXTEND:
		if (a->role == ROLE_ASKED)
			leg->answer_by = a->until;
		break;
	case ACT_PARTIAL:
	case ACT_ANSWER:
	case ACT_SUPPLEMENT:
		if (a->role == ROLE_ASKED && a->until != 0)
			leg->until = a->until;
		break;
	default:
		break;
	}
}

/* Placed acts that no placed act names in its `after`. */
static void
find_heads(struct leg *leg, struct arena *arena, struct fold *f)
{
	leg->heads = arena_alloc(arena, f->placed * sizeof(*leg->heads));
	memset(f->ancestor, 0, f->n * sizeof(*f->ancestor));
	for (size_t p = 0; p < f->placed; p++)
		mark_parents(f, f->order[p]);
	for (size_t p = 0; p < f->placed; p++)
		if (!f->ancestor[p] && !f->order[p]->act->unlawful)
			leg->heads[leg->nheads++] = f->order[p]->act->name;
}

void
leg_fold(struct leg *leg, struct arena *arena, enum flow flow,
    struct leg_act *acts, size_t n, const struct address *asked)
{
	struct fold f = {
		.flow = flow, .n = n,
		.nodes = arena_alloc(arena, n * sizeof(*f.nodes)),
		.order = arena_alloc(arena, n * sizeof(struct node *)),
		.ancestor = arena_alloc(arena, n * sizeof(*f.ancestor)),
	};
	enum state next;

	*leg = (struct leg){ .state = STATE_NONE, .desk = *asked };
	resolve(&f, arena, acts);
	place_all(&f);
	leg->held = (unsigned)(n - f.placed);
	for (size_t p = 0; p < f.placed; p++) {
		struct leg_act *a = f.order[p]->act;

		a->unlawful = a->crossed = false;
		a->terms = (struct hash){ { 0 } };
		a->before = state_seen(&f, f.order[p], leg->state);
		if (!flow_move(flow, a->before, a->act, a->role, &next)) {
			a->unlawful = true;
			continue;
		}
		if (a->act == ACT_ACCEPT)
			a->terms = terms_seen(&f, f.order[p]);
		if (!flow_move(flow, leg->state, a->act, a->role, &next)) {
			a->crossed = true;
			leg->crossed++;
			continue;
		}
		leg->state = next;
		note_effects(leg, a);
	}
	find_heads(leg, arena, &f);
}
