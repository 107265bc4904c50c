#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ententd/agreed.h"
#include "ententd/routes.h"
#include "ententd/trust.h"
#include "store/draw_store.h"
#include "store/leg_store.h"
#include "store/message_store.h"

/*
 * What was done in a year under an agreement: each request of this member or to
 * it is judged once more as it was when it was sent, and counted for the
 * agreement whose clause let it pass.  A little in each turn.
 */
enum { YEAR_STEP = 200, YEAR_FIGURES = 512 };

struct figure {
	char		kind[MESSAGE_KIND + 1];
	struct member_id asker, asked;
	unsigned	sent, answered, refused, withdrawn, waiting;
};

struct year {
	struct call	*call;
	char		 id[AGREEMENT_ID];
	int		 number;
	msec		 from, until;
	int64_t		 after;			/* leg number */
	struct figure	*figures;
	size_t		 n;
};

/* -- counting -------------------------------------------------------------------- */

static struct figure *
figure_of(struct year *y, const char *kind, const struct member_id *asker,
    const struct member_id *asked)
{
	struct figure *f;

	for (size_t i = 0; i < y->n; i++) {
		f = &y->figures[i];
		if (strcmp(f->kind, kind) == 0 &&
		    member_id_eq(&f->asker, asker) &&
		    member_id_eq(&f->asked, asked))
			return f;
	}
	/* More kinds and members than a person reads: the last takes the rest. */
	if (y->n == YEAR_FIGURES)
		return &y->figures[y->n - 1];
	f = &y->figures[y->n++];
	(void)snprintf(f->kind, sizeof(f->kind), "%s", kind);
	f->asker = *asker;
	f->asked = *asked;
	return f;
}

static void
count_state(struct figure *f, enum state s)
{
	f->sent++;
	switch (s) {
	case STATE_ANSWERED: case STATE_PARTLY: case STATE_REPORTED:
	case STATE_CLOSED: case STATE_DELIVERED:
		f->answered++;
		break;
	case STATE_REFUSED: case STATE_NOT_COMPETENT: case STATE_DECLINED:
		f->refused++;
		break;
	case STATE_WITHDRAWN: case STATE_LAPSED:
		f->withdrawn++;
		break;
	default:
		f->waiting++;
		break;
	}
}

/* By a clause of this agreement? */
static bool
passed_by(struct year *y, const struct leg_row *leg, const struct member_id *to)
{
	struct vault *v = y->call->vault;
	struct arena arena = ARENA_INIT;
	struct member_id from;
	struct message_row row;
	struct decision d = { .allowed = false };
	struct header h;
	struct note note;
	struct policy p;
	struct err err;

	if (message_get(&v->store, &arena, &leg->thread, &row, &err) &&
	    note_parse(&note, row.note, &err) &&
	    header_parse(&h, &arena, note.text, &err)) {
		from = header_from(&h);
		if (trust_policy(v, &arena, &p, &from, to, h.dir, &err))
			policy_admit(&d, &p, &h, to);
		header_release(&h);
	}
	arena_free(&arena);
	return d.allowed && strncmp(d.clause, y->id, strlen(y->id)) == 0 &&
	    d.clause[strlen(y->id)] == '/';
}

static void
count_leg(struct year *y, const struct leg_row *leg)
{
	struct member_id asker, asked;

	address_member(&asker, &leg->asker);
	address_member(&asked, &leg->asked);
	if (!leg->exercise && passed_by(y, leg, &asked))
		count_state(figure_of(y, leg->kind, &asker, &asked), leg->state);
}

/* -- the answer ----------------------------------------------------------------------- */

static void
print_drawn(struct jout *j, struct year *y)
{
	struct standing_set s = trust_standings(y->call->vault->trust);
	struct err err;
	int64_t sum;

	jout_array(j, "drawn");
	for (size_t i = 0; i < s.nagreements; i++) {
		const struct agreement *g = s.agreements[i];

		for (size_t k = 0; strcmp(g->id, y->id) == 0 &&
		    k < g->terms.npledges; k++) {
			const struct pledge *p = &g->terms.pledges[k];

			if (!draw_sum(&y->call->vault->store, y->id, p->id,
			    y->from, y->until, &sum, &err) || sum == 0)
				continue;
			jout_object(j, NULL);
			jout_str(j, "pledge", p->id);
			jout_str(j, "resource", resource_names[p->resource]);
			jout_int(j, "amount", sum);
			jout_end_object(j);
		}
	}
	jout_end_array(j);
}

static void
say(struct year *y)
{
	struct call *c = y->call;
	struct vault *v = c->vault;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct err err;

	jout_object(&j, NULL);
	jout_str(&j, "agreement", y->id);
	jout_int(&j, "year", y->number);
	jout_array(&j, "items");
	for (size_t i = 0; i < y->n; i++) {
		const struct figure *f = &y->figures[i];

		jout_object(&j, NULL);
		jout_str(&j, "kind", f->kind);
		jout_str(&j, "asker", f->asker.s);
		jout_str(&j, "asked", f->asked.s);
		jout_int(&j, "sent", f->sent);
		jout_int(&j, "answered", f->answered);
		jout_int(&j, "refused", f->refused);
		jout_int(&j, "withdrawn", f->withdrawn);
		jout_int(&j, "waiting", f->waiting);
		jout_end_object(&j);
	}
	jout_end_array(&j);
	print_drawn(&j, y);
	jout_end_object(&j);
	if (vault_unit_begin(v, &err) && vault_unit_end(v, vault_audit(v,
	    c->account.badge.s, "agreement.year", NULL, "", y->id, &err), &err))
		call_json(c, 200, &b);
	else
		call_refuse(c, &err);
	buf_free(&b);
}

static void
go_on(void *arg)
{
	struct year *y = arg;
	struct vault *v = y->call->vault;
	struct arena arena = ARENA_INIT;
	struct leg_row *legs;
	struct err err;
	size_t n;

	if (!leg_sent(&v->store, &arena, y->from, y->until, y->after, YEAR_STEP,
	    &legs, &n, &err)) {
		arena_free(&arena);
		call_refuse(y->call, &err);
		return;
	}
	for (size_t i = 0; i < n; i++)
		count_leg(y, &legs[i]);
	if (n != 0)
		y->after = legs[n - 1].number;
	arena_free(&arena);
	if (n == YEAR_STEP)
		(void)loop_after(v->child.loop, 0, go_on, y);
	else
		say(y);
}

/* "rs-fr/years/2026" */
static bool
read_path(struct year *y, const char *rest)
{
	static const char word[] = "/years/";
	const char *at = strstr(rest, word);
	char day[16];

	if (at == NULL || (size_t)(at - rest) >= sizeof(y->id) ||
	    strlen(at + sizeof(word) - 1) != 4)
		return false;
	(void)snprintf(y->id, sizeof(y->id), "%.*s", (int)(at - rest), rest);
	(void)snprintf(day, sizeof(day), "%s-01-01", at + sizeof(word) - 1);
	if (!date_parse(&y->from, slice_str(day)))
		return false;
	y->number = (int)strtol(at + sizeof(word) - 1, NULL, 10);
	y->until = duration_add(y->from, (struct duration){ .months = 12 });
	return true;
}

/* GET /agreements/{id}/years/{year} */
void
api_agreement_year(struct call *c)
{
	struct standing_set s = trust_standings(c->vault->trust);
	struct year *y = arena_alloc(&c->arena, sizeof(*y));
	bool known = false;

	memset(y, 0, sizeof(*y));
	y->call = c;
	y->figures = arena_alloc(&c->arena, YEAR_FIGURES * sizeof(*y->figures));
	memset(y->figures, 0, YEAR_FIGURES * sizeof(*y->figures));
	if (read_path(y, c->rest))
		for (size_t i = 0; i < s.nagreements; i++)
			known = known || strcmp(s.agreements[i]->id, y->id) == 0;
	if (!known) {
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "",
		    "there is no such agreement here, or no such year");
		return;
	}
	go_on(y);
}
