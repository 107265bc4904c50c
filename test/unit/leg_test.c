#include "base/secret.h"
#include "crypto/hash.h"
#include "model/leg.h"

#include "tap.h"

/*
 * Two parties act on a leg, each on what has reached it, messages crossing on
 * the way; whatever they do, the same set gives the same state.
 */
enum { MOST = 24 };

struct story {
	struct leg_act	acts[MOST];
	struct hash	after[MOST][MOST];
	size_t		n;
	bool		seen[2][MOST];	/* [role][act]: has reached that party */
	unsigned	seed, step;
	enum flow	flow;
};

static const struct address asked = { "fr/cyber" };

/* Reproducible: a failing seed is printed and can be run again. */
static unsigned
dice(struct story *s, unsigned sides)
{
	uint8_t in[8];
	struct hash h;

	memcpy(in, &s->seed, 4);
	s->step++;
	memcpy(in + 4, &s->step, 4);
	h = hash_of(slice_of(in, sizeof(in)));
	return (unsigned)(h.b[0] << 8 | h.b[1]) % sides;
}

static void
fold(struct leg *leg, struct arena *arena, const struct story *s,
    const size_t *pick, size_t n, struct leg_act *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = s->acts[pick[i]];
	leg_fold(leg, arena, s->flow, out, n, &asked);
}

static size_t
view(const struct story *s, enum role r, size_t *pick)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->seen[r][i])
			pick[n++] = i;
	return n;
}

/* One party does something lawful from where it stands; false: nothing is. */
static bool
act_once(struct story *s, enum role r)
{
	struct leg_act scratch[MOST];
	struct arena arena = ARENA_INIT;
	size_t pick[MOST], n = view(s, r, pick);
	struct leg_act *a = &s->acts[s->n];
	unsigned start = dice(s, ACTS);
	enum state next;
	struct leg leg;
	bool found = false;

	fold(&leg, &arena, s, pick, n, scratch);
	for (unsigned i = 0; i < ACTS && !found; i++) {
		*a = (struct leg_act){ .act = (enum act)((start + i) % ACTS),
		    .role = r, .until = 1000 + (msec)s->n };
		found = flow_move(s->flow, leg.state, a->act, r, &next);
	}
	if (found) {
		for (size_t i = 0; i < leg.nheads; i++)
			s->after[s->n][i] = leg.heads[i];
		a->after = s->after[s->n];
		a->nafter = leg.nheads;
		a->name = hash_of(slice_of(&s->step, sizeof(s->step)));
		a->name.b[31] = (uint8_t)s->n;
		s->seen[r][s->n++] = true;
	}
	arena_free(&arena);
	return found;
}

/* Deliver what the other wrote, in any order, but not before its ancestors
 * are there: a receiver holds back the rest anyway. */
static void
deliver_some(struct story *s, enum role r)
{
	for (size_t i = 0; i < s->n; i++)
		if (!s->seen[r][i] && dice(s, 2) == 0)
			s->seen[r][i] = true;
}

static void
write_story(struct story *s, enum flow flow, unsigned seed)
{
	memset(s, 0, sizeof(*s));
	s->flow = flow;
	s->seed = seed;
	(void)act_once(s, ROLE_ASKER);
	while (s->n < MOST && s->step < 400) {
		enum role r = dice(s, 2) == 0 ? ROLE_ASKER : ROLE_ASKED;

		if (dice(s, 3) == 0)
			deliver_some(s, r);
		else
			(void)act_once(s, r);
	}
}

static bool
same(const struct leg *a, const struct leg *b)
{
	if (a->state != b->state || a->crossed != b->crossed ||
	    a->held != b->held || a->nheads != b->nheads ||
	    a->urgency != b->urgency || a->answer_by != b->answer_by ||
	    a->next_step_by != b->next_step_by || a->until != b->until ||
	    a->offered_until != b->offered_until ||
	    !hash_eq(&a->offered, &b->offered) ||
	    !hash_eq(&a->accepted, &b->accepted) ||
	    strcmp(a->desk.s, b->desk.s) != 0)
		return false;
	return a->nheads == 0 ||
	    memcmp(a->heads, b->heads, a->nheads * sizeof(*a->heads)) == 0;
}

/* A random subset in a random order, twice. */
static bool
order_does_not_matter(struct story *s, unsigned *crossed, unsigned *unlawful)
{
	struct leg_act x[MOST], y[MOST];
	struct arena arena = ARENA_INIT;
	size_t a[MOST] = { 0 }, b[MOST], n = 0;
	struct leg one, two;
	bool ok;

	for (size_t i = 0; i < s->n; i++)
		if (dice(s, 4) != 0)
			a[n++] = i;
	memcpy(b, a, sizeof(b));
	for (size_t i = n; i > 1; i--) {
		size_t k = dice(s, (unsigned)i), t = b[i - 1];

		b[i - 1] = b[k];
		b[k] = t;
	}
	fold(&one, &arena, s, a, n, x);
	fold(&two, &arena, s, b, n, y);
	ok = same(&one, &two);
	for (size_t i = 0; i < n; i++)
		*unlawful += x[i].unlawful && !x[i].held ? 1 : 0;
	*crossed += one.crossed;
	arena_free(&arena);
	return ok;
}

static const struct leg_act *
named(const struct story *s, const struct hash *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (hash_eq(&s->acts[i].name, name))
			return &s->acts[i];
	return NULL;
}

/*
 * Whatever crossed: content counts as delivered only under conditions that the
 * other side accepted, and those are of the offer it had before its eyes.
 */
static bool
offer_is_sound(const struct story *s, unsigned *delivered)
{
	struct leg_act all[MOST];
	size_t pick[MOST];
	struct arena arena = ARENA_INIT;
	const struct leg_act *terms;
	bool ok = true;
	struct leg leg;

	for (size_t i = 0; i < s->n; i++)
		pick[i] = i;
	fold(&leg, &arena, s, pick, s->n, all);
	terms = named(s, &leg.accepted);
	for (size_t i = 0; i < s->n && ok; i++) {
		if (all[i].act == ACT_ACCEPT && !all[i].unlawful)
			ok = named(s, &all[i].terms) != NULL;
		if (all[i].act != ACT_DELIVER || all[i].unlawful ||
		    all[i].crossed)
			continue;
		++*delivered;
		ok = terms != NULL && terms->role == ROLE_ASKER &&
		    (terms->act == ACT_SUBMIT || terms->act == ACT_REOFFER);
	}
	arena_free(&arena);
	return ok;
}

static void
any_order(enum flow flow)
{
	unsigned crossed = 0, unlawful = 0, bad = 0, unsound = 0, delivered = 0;
	static struct story s;

	for (unsigned seed = 1; seed <= 3000; seed++) {
		write_story(&s, flow, seed);
		for (int k = 0; k < 8; k++)
			if (!order_does_not_matter(&s, &crossed, &unlawful)) {
				bad++;
				printf("# seed %u\n", seed);
			}
		if (flow == FLOW_OFFER && !offer_is_sound(&s, &delivered)) {
			unsound++;
			printf("# seed %u\n", seed);
		}
	}
	OK(bad == 0, "%s: 24,000 sets give the same leg in any order of arrival",
	    flow_names[flow]);
	OK(unlawful == 0, "what was lawful for its author stays lawful");
	OK(crossed > 1000, "acts crossed in these stories (%u)", crossed);
	if (flow != FLOW_OFFER)
		return;
	OK(unsound == 0, "nothing is delivered but what was accepted");
	OK(delivered > 100, "and much was delivered (%u)", delivered);
}

static struct leg_act
plain(uint8_t id, enum act act, enum role role, const struct hash *after, size_t n)
{
	struct leg_act a = { .act = act, .role = role, .after = after, .nafter = n };

	memset(a.name.b, id, HASH_LEN);
	return a;
}

static void
answered_after_withdrawal(void)
{
	struct arena arena = ARENA_INIT;
	struct leg_act a[4];
	struct hash root;
	struct leg leg;

	memset(root.b, 1, HASH_LEN);
	a[0] = plain(3, ACT_ANSWER, ROLE_ASKED, &root, 1);
	a[1] = plain(2, ACT_WITHDRAW, ROLE_ASKER, &root, 1);
	a[2] = plain(1, ACT_SUBMIT, ROLE_ASKER, NULL, 0);
	leg_fold(&leg, &arena, FLOW_REQUEST, a, 3, &asked);
	OK(leg.state == STATE_WITHDRAWN, "the withdrawal stands");
	OK(a[0].crossed && !a[0].unlawful, "the answer is kept and shown as crossed");
	OK(leg.nheads == 2, "what comes next follows both");

	a[3] = plain(9, ACT_CLOSE, ROLE_ASKED, &a[1].name, 1);
	leg_fold(&leg, &arena, FLOW_REQUEST, a, 4, &asked);
	OK(a[0].crossed, "an unlawful act beside it changes nothing");
	arena_free(&arena);
}

static void
held_back(void)
{
	struct arena arena = ARENA_INIT;
	struct hash root, gone;
	struct leg_act a[2];
	struct leg leg;

	memset(root.b, 1, HASH_LEN);
	memset(gone.b, 7, HASH_LEN);
	a[0] = plain(1, ACT_SUBMIT, ROLE_ASKER, NULL, 0);
	a[1] = plain(2, ACT_ACKNOWLEDGE, ROLE_ASKED, &gone, 1);
	leg_fold(&leg, &arena, FLOW_REQUEST, a, 2, &asked);
	OK(leg.state == STATE_SENT && leg.held == 1 && a[1].held,
	    "an act whose ancestor is missing waits");
	a[1] = plain(2, ACT_ACKNOWLEDGE, ROLE_ASKED, &a[1].name, 1);
	leg_fold(&leg, &arena, FLOW_REQUEST, a, 2, &asked);
	OK(leg.held == 1, "an act that follows itself waits for ever, and no loop");
	leg_fold(&leg, &arena, FLOW_REQUEST, a, 0, &asked);
	OK(leg.state == STATE_NONE && leg.nheads == 0, "no acts, no leg");
	arena_free(&arena);
}

static void
effects(void)
{
	struct arena arena = ARENA_INIT;
	struct leg_act a[5];
	struct hash n[5];
	struct leg leg;

	for (size_t i = 0; i < 5; i++)
		memset(n[i].b, (int)i + 1, HASH_LEN);
	a[0] = plain(1, ACT_SUBMIT, ROLE_ASKER, NULL, 0);
	a[1] = plain(2, ACT_ACKNOWLEDGE, ROLE_ASKED, &n[0], 1);
	a[1].until = 50;
	a[2] = plain(3, ACT_RAISE, ROLE_ASKER, &n[1], 1);
	a[2].urgency = URGENCY_FLASH;
	a[3] = plain(4, ACT_TRANSFER, ROLE_ASKED, &n[2], 1);
	(void)snprintf(a[3].desk.s, sizeof(a[3].desk.s), "fr/night");
	a[4] = plain(5, ACT_WILL_ANSWER, ROLE_ASKED, &n[3], 1);
	a[4].until = 90;
	leg_fold(&leg, &arena, FLOW_REQUEST, a, 5, &asked);
	OK(leg.state == STATE_PROMISED, "promised");
	OK(leg.next_step_by == 50 && leg.answer_by == 90, "with both times");
	OK(leg.urgency == URGENCY_FLASH, "the urgency was raised");
	EQ_STR(leg.desk.s, "fr/night", "another desk has it");
	arena_free(&arena);
}

/* The offer stood until a time; the acceptance was on its way by then. */
static void
accepted_before_it_lapsed(void)
{
	struct arena arena = ARENA_INIT;
	struct hash n[5];
	struct leg_act a[4];
	struct leg leg;

	for (size_t i = 0; i < 5; i++)
		memset(n[i].b, (int)i + 1, HASH_LEN);
	a[0] = plain(1, ACT_SUBMIT, ROLE_ASKER, NULL, 0);
	a[0].until = 70;
	a[1] = plain(2, ACT_LAPSE, ROLE_ASKER, &n[0], 1);
	a[2] = plain(3, ACT_REOFFER, ROLE_ASKER, &n[1], 1);
	a[2].until = 90;
	a[3] = plain(4, ACT_ACCEPT, ROLE_ASKED, &n[0], 1);
	leg_fold(&leg, &arena, FLOW_OFFER, a, 4, &asked);
	OK(leg.state == STATE_ACCEPTED && a[1].crossed && a[2].crossed,
	    "an acceptance comes before the lapse that it crossed");
	OK(hash_eq(&leg.accepted, &n[0]) && hash_eq(&leg.offered, &n[0]),
	    "of the offer that its author saw, not of a later one");
	OK(leg.offered_until == 70, "which stood until the time it said");
	leg_fold(&leg, &arena, FLOW_OFFER, a, 3, &asked);
	OK(leg.state == STATE_OFFERED && hash_is_zero(&leg.accepted) &&
	    hash_eq(&leg.offered, &n[2]), "without it, offered again");
	arena_free(&arena);
}

static void
withdrawn_before_accepted(void)
{
	struct arena arena = ARENA_INIT;
	struct hash root;
	struct leg_act a[3];
	struct leg leg;

	memset(root.b, 1, HASH_LEN);
	a[0] = plain(1, ACT_SUBMIT, ROLE_ASKER, NULL, 0);
	a[1] = plain(2, ACT_ACCEPT, ROLE_ASKED, &root, 1);
	a[2] = plain(3, ACT_WITHDRAW, ROLE_ASKER, &root, 1);
	leg_fold(&leg, &arena, FLOW_OFFER, a, 3, &asked);
	OK(leg.state == STATE_WITHDRAWN && a[1].crossed &&
	    hash_is_zero(&leg.accepted), "a withdrawal on its way binds nobody");
	arena_free(&arena);
}

/* The receiver changes its mind while the content is on its way. */
static void
delivered_before_declined(void)
{
	struct arena arena = ARENA_INIT;
	struct hash n[2];
	struct leg_act a[4];
	struct leg leg;

	for (size_t i = 0; i < 2; i++)
		memset(n[i].b, (int)i + 1, HASH_LEN);
	a[0] = plain(1, ACT_SUBMIT, ROLE_ASKER, NULL, 0);
	a[1] = plain(2, ACT_ACCEPT, ROLE_ASKED, &n[0], 1);
	a[2] = plain(3, ACT_DECLINE, ROLE_ASKED, &n[1], 1);
	a[3] = plain(4, ACT_DELIVER, ROLE_ASKER, &n[1], 1);
	leg_fold(&leg, &arena, FLOW_OFFER, a, 4, &asked);
	OK(leg.state == STATE_DELIVERED && a[2].crossed &&
	    hash_eq(&leg.accepted, &n[0]),
	    "content that was given stays under what was accepted");
	arena_free(&arena);
}

int
main(void)
{
	secret_process_init();
	accepted_before_it_lapsed();
	withdrawn_before_accepted();
	delivered_before_declined();
	answered_after_withdrawal();
	held_back();
	effects();
	any_order(FLOW_REQUEST);
	any_order(FLOW_OFFER);
	return tap_done();
}
