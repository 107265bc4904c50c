#include "store/leg_store.h"

#include <assert.h>

#include "base/encode.h"
#include "store/message_store.h"
#include "store/row.h"

const char *const queue_names[QUEUES] = {
	[QUEUE_ALL] = "all",
	[QUEUE_INBOX] = "inbox",
	[QUEUE_URGENT] = "urgent",
	[QUEUE_WAITING] = "waiting",
	[QUEUE_DONE] = "done",
	[QUEUE_COUNTERSIGN] = "countersign",
	[QUEUE_COPIES] = "copies",
};

#define COLUMNS \
	"thread, peer, number, ref, kind, flow, role, asker, asked, state," \
	" urgency, sent, received, acknowledge_by, answer_by, promised_by," \
	" next_step_by, updated, opened, opened_there, exercise, crossed," \
	" countersign_by, countersigned, copied, countersigner"

static void
read_leg(struct row *r, struct leg_row *leg)
{
	row_copy(r, 0, leg->thread.b, HASH_LEN);
	row_str(r, 1, leg->member.s, sizeof(leg->member.s));
	leg->number = db_int(r->s, 2);
	row_str(r, 3, leg->ref, sizeof(leg->ref));
	row_str(r, 4, leg->kind, sizeof(leg->kind));
	leg->flow = (enum flow)row_enum(r, 5, FLOWS);
	leg->role = (enum role)row_enum(r, 6, ROLES);
	row_str(r, 7, leg->asker.s, sizeof(leg->asker.s));
	row_str(r, 8, leg->asked.s, sizeof(leg->asked.s));
	leg->state = (enum state)row_enum(r, 9, STATES);
	leg->urgency = (enum urgency)row_enum(r, 10, URGENCIES);
	leg->sent = db_int(r->s, 11);
	leg->received = db_int(r->s, 12);
	leg->acknowledge_by = db_int(r->s, 13);
	leg->answer_by = db_int(r->s, 14);
	leg->promised_by = db_int(r->s, 15);
	leg->next_step_by = db_int(r->s, 16);
	leg->updated = db_int(r->s, 17);
	leg->opened = db_int(r->s, 18);
	leg->opened_there = db_int(r->s, 19);
	leg->exercise = db_int(r->s, 20) != 0;
	leg->crossed = row_enum(r, 21, UINT32_MAX);
	leg->countersign_by = db_int(r->s, 22);
	leg->countersigned = db_int(r->s, 23);
	leg->copied = db_int(r->s, 24) != 0;
	row_str(r, 25, leg->countersigner.s, sizeof(leg->countersigner.s));
}

/* The queue it stands in, as kept in its row; urgent is part of the inbox. */
static enum queue
queue_of(const struct leg_row *leg)
{
	bool asked = leg->role == ROLE_ASKED, waits;
	enum role who = ROLE_ASKED;

	if (leg->flow == FLOW_DIRECT)
		waits = (asked ? leg->opened : leg->opened_there) == 0;
	else
		waits = flow_waits_for(leg->state, &who);
	if (!waits)
		return QUEUE_DONE;
	return who == leg->role ? QUEUE_INBOX : QUEUE_WAITING;
}

bool
leg_put(struct store *st, const struct leg_row *leg, struct err *err)
{
	struct db_stmt *s;
	int64_t number;

	if (!store_next(st, "leg", &number, err))
		return false;
	s = db_sql(st->db,
	    "INSERT INTO leg (member, queue, " COLUMNS ") VALUES ($1, $2, $3,"
	    " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
	    " $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)"
	    " ON CONFLICT (member, thread, peer) DO UPDATE SET"
	    " queue = excluded.queue, number = excluded.number,"
	    " ref = excluded.ref, kind = excluded.kind, flow = excluded.flow,"
	    " role = excluded.role, asker = excluded.asker,"
	    " asked = excluded.asked, state = excluded.state,"
	    " urgency = excluded.urgency, sent = excluded.sent,"
	    " received = excluded.received,"
	    " acknowledge_by = excluded.acknowledge_by,"
	    " answer_by = excluded.answer_by,"
	    " promised_by = excluded.promised_by,"
	    " next_step_by = excluded.next_step_by,"
	    " updated = excluded.updated, opened = excluded.opened,"
	    " opened_there = excluded.opened_there,"
	    " exercise = excluded.exercise, crossed = excluded.crossed,"
	    " countersign_by = excluded.countersign_by,"
	    " countersigned = excluded.countersigned,"
	    " copied = excluded.copied,"
	    " countersigner = excluded.countersigner");
	db_bind_text(s, 1, st->member);
	db_bind_int(s, 2, queue_of(leg));
	db_bind_hash(s, 3, &leg->thread);
	db_bind_text(s, 4, leg->member.s);
	db_bind_int(s, 5, number);
	db_bind_text(s, 6, leg->ref);
	db_bind_text(s, 7, leg->kind);
	db_bind_int(s, 8, leg->flow);
	db_bind_int(s, 9, leg->role);
	db_bind_text(s, 10, leg->asker.s);
	db_bind_text(s, 11, leg->asked.s);
	db_bind_int(s, 12, leg->state);
	db_bind_int(s, 13, leg->urgency);
	db_bind_int(s, 14, leg->sent);
	db_bind_int(s, 15, leg->received);
	db_bind_int(s, 16, leg->acknowledge_by);
	db_bind_int(s, 17, leg->answer_by);
	db_bind_int(s, 18, leg->promised_by);
	db_bind_int(s, 19, leg->next_step_by);
	db_bind_int(s, 20, leg->updated);
	db_bind_int(s, 21, leg->opened);
	db_bind_int(s, 22, leg->opened_there);
	db_bind_int(s, 23, leg->exercise);
	db_bind_int(s, 24, leg->crossed);
	db_bind_int(s, 25, leg->countersign_by);
	db_bind_int(s, 26, leg->countersigned);
	db_bind_int(s, 27, leg->copied);
	db_bind_text(s, 28, leg->countersigner.s);
	return db_done(s, err);
}

bool
leg_get(struct store *st, const struct hash *thread, const char *member,
    struct leg_row *leg, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM leg"
	    " WHERE member = $1 AND thread = $2 AND peer = $3"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, thread);
	db_bind_text(r.s, 3, member);
	*leg = (struct leg_row){ .number = 0 };
	if (row_next(&r))
		read_leg(&r, leg);
	return row_one(&r, "leg", err);
}

static bool
read_all(struct row *r, struct arena *arena, struct leg_row **rows, size_t *n,
    struct err *err)
{
	struct row_list l = row_list_of(arena, sizeof(**rows));

	while (row_next(r))
		read_leg(r, row_list_add(&l));
	*rows = (struct leg_row *)(void *)l.p;
	*n = l.n;
	return row_end(r, err);
}

bool
leg_of_thread(struct store *st, struct arena *arena, const struct hash *thread,
    struct leg_row **rows, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM leg"
	    " WHERE member = $1 AND thread = $2 ORDER BY peer"));

	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, thread);
	return read_all(&r, arena, rows, n, err);
}

bool
leg_sent(struct store *st, struct arena *arena, msec from, msec until,
    int64_t after, size_t limit, struct leg_row **rows, size_t *n,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM leg"
	    " WHERE member = $1 AND number > $2 AND sent >= $3 AND sent < $4"
	    " ORDER BY number LIMIT $5"));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, after);
	db_bind_int(r.s, 3, from);
	db_bind_int(r.s, 4, until);
	db_bind_int(r.s, 5, (int64_t)limit);
	return read_all(&r, arena, rows, n, err);
}

bool
leg_late(struct store *st, struct arena *arena, msec now, size_t limit,
    struct leg_row **rows, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM leg"
	    " WHERE member = $1 AND role = 0 AND state = 1 AND told = 0"
	    " AND acknowledge_by > 0 AND acknowledge_by < $2"
	    " ORDER BY acknowledge_by LIMIT $3"));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, now);
	db_bind_int(r.s, 3, (int64_t)limit);
	return read_all(&r, arena, rows, n, err);
}

bool
leg_told(struct store *st, const struct hash *thread, const char *member,
    struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE leg SET told = 1"
	    " WHERE member = $1 AND thread = $2 AND peer = $3");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, thread);
	db_bind_text(s, 3, member);
	return db_done(s, err);
}

bool
leg_lapsed(struct store *st, struct arena *arena, msec now, size_t limit,
    struct leg_row **rows, size_t *n, struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT " COLUMNS " FROM leg"
	    " WHERE member = $1 AND countersign_by > 0 AND countersigned = 0"
	    " AND countersign_by < $2 AND lapse_told = 0"
	    " ORDER BY countersign_by, thread LIMIT $3"));

	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, now);
	db_bind_int(r.s, 3, (int64_t)limit);
	return read_all(&r, arena, rows, n, err);
}

bool
leg_lapse_told(struct store *st, const struct hash *thread,
    const char *member, struct err *err)
{
	struct db_stmt *s = db_sql(st->db, "UPDATE leg SET lapse_told = 1"
	    " WHERE member = $1 AND thread = $2 AND peer = $3");

	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, thread);
	db_bind_text(s, 3, member);
	return db_done(s, err);
}

bool
leg_mark_opened(struct store *st, const struct hash *thread,
    const char *member, msec now, bool *first, struct err *err)
{
	/* flow 1: direct; queue 1 and 4: from the inbox to what is done. */
	struct db_stmt *s = db_sql(st->db, "UPDATE leg SET opened = $4, queue ="
	    " CASE WHEN flow = 1 AND queue = 1 THEN 4 ELSE queue END"
	    " WHERE member = $1 AND thread = $2 AND peer = $3 AND opened = 0");

	static_assert(FLOW_DIRECT == 1, "flow in the update");
	db_bind_text(s, 1, st->member);
	db_bind_hash(s, 2, thread);
	db_bind_text(s, 3, member);
	db_bind_int(s, 4, now);
	*first = false;
	if (!db_done(s, err))
		return false;
	*first = db_changes(st->db) == 1;
	return true;
}

/* Numbers of queues, roles and of urgency, so that the index serves each page. */
#define PAGE(where) \
	"SELECT " COLUMNS " FROM leg WHERE member = $1 AND number < $2" \
	where " ORDER BY number DESC LIMIT $3"
static const char *const queues[QUEUES] = {
	[QUEUE_ALL] = PAGE(""),
	[QUEUE_INBOX] = PAGE(" AND queue = 1"),
	[QUEUE_URGENT] = PAGE(" AND queue = 1 AND urgency > 0"),
	[QUEUE_WAITING] = PAGE(" AND queue = 3"),
	[QUEUE_DONE] = PAGE(" AND queue = 4"),
	[QUEUE_COUNTERSIGN] = PAGE(" AND role = 0 AND countersign_by > 0"
	    " AND countersigned = 0"),
	[QUEUE_COPIES] = PAGE(" AND copied = 1"),
};

bool
leg_list(struct store *st, struct arena *arena, enum queue queue,
    int64_t before, size_t limit, struct leg_row **rows, size_t *n,
    struct err *err)
{
	struct row r;

	assert(queue < QUEUES);
	r = row_of(db_sql(st->db, queues[queue]));
	db_bind_text(r.s, 1, st->member);
	db_bind_int(r.s, 2, before == 0 ? INT64_MAX : before);
	db_bind_int(r.s, 3, (int64_t)limit);
	return read_all(&r, arena, rows, n, err);
}

static bool
find_by_name(struct store *st, const struct hash *name, struct hash *thread,
    struct err *err)
{
	/* place 0: in a thread. */
	struct row r = row_of(db_sql(st->db, "SELECT thread FROM message"
	    " WHERE member = $1 AND name = $2 AND place = 0"));

	static_assert(PLACE_THREAD == 0, "place in the queries");
	db_bind_text(r.s, 1, st->member);
	db_bind_hash(r.s, 2, name);
	if (row_next(&r))
		row_copy(&r, 0, thread->b, HASH_LEN);
	return row_one(&r, "thread", err);
}

/* The best rank alone counts: a root, then ours.  Others choose their refs as
 * they like, so two of one rank are not told apart by their order. */
static bool
find_by_ref(struct store *st, const char *ref, struct hash *thread,
    struct err *err)
{
	struct row r = row_of(db_sql(st->db, "SELECT thread,"
	    " CASE WHEN name = thread THEN 0 ELSE 2 END"
	    " + CASE WHEN ours <> 0 THEN 0 ELSE 1 END FROM message"
	    " WHERE member = $1 AND ref = $2 AND place = 0"
	    " ORDER BY 2, number"));
	bool several = false;
	int64_t rank = -1;
	struct hash other;

	db_bind_text(r.s, 1, st->member);
	db_bind_text(r.s, 2, ref);
	while (row_next(&r)) {
		row_copy(&r, 0, other.b, HASH_LEN);
		if (rank == -1) {
			*thread = other;
			rank = db_int(r.s, 1);
		}
		several = several || (db_int(r.s, 1) == rank &&
		    !hash_eq(&other, thread));
	}
	if (!row_end(&r, err))
		return false;
	if (rank == -1)
		return err_set(err, ERR_NOT_FOUND, "E-NOT-FOUND",
		    "store: no such thread");
	return !several || err_field(err, ERR_CONFLICT, "E-REF-AMBIGUOUS",
	    "thread", "several members used this reference; give the name");
}

bool
thread_find(struct store *st, const char *name_or_ref, struct hash *thread,
    struct err *err)
{
	struct hash name;

	/* A ref of 64 hex digits is still found, after the names. */
	if (hex_decode(name.b, HASH_LEN, slice_str(name_or_ref)) &&
	    find_by_name(st, &name, thread, err))
		return true;
	return find_by_ref(st, name_or_ref, thread, err);
}
