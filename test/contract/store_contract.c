/*
 * What the store, its messages, threads and legs promise, and that two members
 * in one store do not meet.  Run with a directory for it.
 */
#include <assert.h>

#include "store/leg_store.h"
#include "store_fixture.h"

static bool
put_message(struct store *st, const struct message_row *m, const char *line)
{
	return fine(message_put(st, m, slice_str(line), &err));
}

static void
test_facts(struct store *st)
{
	struct arena a = ARENA_INIT;
	const char *value = NULL;
	int64_t n = 0;

	OK(fine(store_fact(st, &a, "incarnation", &value, &err)) &&
	    *value == '\0', "a fact that was never set is empty");
	OK(store_set_fact(st, "incarnation", "1", &err) &&
	    store_set_fact(st, "incarnation", "2", &err), "facts are set");
	OK(store_fact(st, &a, "incarnation", &value, &err), "and read");
	EQ_STR(value, "2", "the last one stands");
	for (int64_t want = 1; want <= 3; want++)
		OK(store_next(st, "tests", &n, &err) && n == want,
		    "sequence gives %lld", (long long)want);
	OK(store_next(st, "others", &n, &err) && n == 1,
	    "each sequence counts for itself");
	arena_free(&a);
}

static void
test_message(struct store *st)
{
	struct hash name = named("full", 1), other = named("none", 1);
	struct hash after[2] = { named("full", 8), named("full", 9) };
	struct address to[3] = { address("fr/cyber"), address("ee"),
	    address("de/nrw/cyber") };
	struct message_row m = some_message(&name, "rs-2026-1"), got;
	struct arena a = ARENA_INIT;
	struct buf line = BUF_INIT;
	struct hash found;

	m.after = after, m.nafter = 2, m.to = to, m.nto = 3;
	m.until = NOW + DAY, m.desk = address("rs/night"), m.ours = true;
	m.thread = named("full", 7);
	OK(!message_have(st, &name), "a message is not there before");
	OK(began(st) && put_message(st, &m, "{\"salt\":1}") && committed(st),
	    "a message is put");
	OK(message_have(st, &name) && !message_have(st, &other),
	    "it is there, and no other");
	OK(fine(message_get(st, &a, &name, &got, &err)), "it is got");
	OK(hash_eq(&got.name, &name) && hash_eq(&got.thread, &m.thread) &&
	    hash_eq(&got.content, &m.content), "with its hashes");
	OK(strcmp(got.ref, m.ref) == 0 && address_eq(&got.from, &m.from) &&
	    strcmp(got.by.s, "4711") == 0 && strcmp(got.kind, m.kind) == 0 &&
	    address_eq(&got.desk, &m.desk), "its words");
	OK(got.act == m.act && got.urgency == m.urgency && got.ours &&
	    got.place == PLACE_THREAD && got.sent == NOW &&
	    got.until == NOW + DAY && got.stored == NOW + 5 &&
	    got.keep_until == m.keep_until && got.number > 0, "its numbers");
	OK(got.nafter == 2 && hash_eq(&got.after[0], &after[0]) &&
	    hash_eq(&got.after[1], &after[1]), "what it came after");
	OK(got.nto == 3 && address_eq(&got.to[0], &to[0]) &&
	    address_eq(&got.to[1], &to[1]) && address_eq(&got.to[2], &to[2]),
	    "whom it goes to, in their order");
	OK(slice_eq(got.note, m.note), "and its note, byte for byte");
	OK(fine(message_content(st, &name, &line, &err)) &&
	    text_is(buf_all(&line), "{\"salt\":1}"), "its content opens");
	OK(!message_get(st, &a, &other, &got, &err) && is_rule("E-NOT-FOUND"),
	    "another is not found");
	OK(!message_content(st, &other, &line, &err) &&
	    is_rule("E-NOT-FOUND"), "nor its content");
	OK(message_by_ref(st, "rs", "rs-2026-1", &found) &&
	    hash_eq(&found, &name), "the ref leads to it");
	OK(!message_by_ref(st, "fr", "rs-2026-1", &found),
	    "but not as the ref of another member");
	OK(began(st) && !message_put(st, &m, slice_str("x"), &err) &&
	    is_rule("E-STORE-CONFLICT"), "the same name is a conflict");
	db_rollback(st->db);
	buf_wipe(&line);
	arena_free(&a);
}

static void
test_no_shelf(struct store *st)
{
	struct hash name = named("no shelf", 1);
	struct message_row m = some_message(&name, "rs-far");
	struct buf line = BUF_INIT;

	m.keep_until = NOW + 40 * YEAR;
	OK(began(st) && !message_put(st, &m, slice_str("x"), &err) &&
	    is_rule("E-SHELF-MISSING"), "no key, no message");
	OK(!message_have(st, &name), "and nothing was written");
	m.keep_until = NOW;
	OK(put_message(st, &m, ""), "a message without content is put");
	OK(!message_content(st, &name, &line, &err) && is_rule("E-NOT-FOUND"),
	    "and has none");
	OK(committed(st), "committed");
}

static void
test_refused(struct store *st)
{
	struct hash good = named("ref", 1), evil = named("ref", 2), found;
	struct message_row a = some_message(&good, "rs-twice");
	struct message_row b = some_message(&evil, "rs-twice");

	b.place = PLACE_REFUSED;
	began(st);
	OK(put_message(st, &b, "evil"), "a refused text is kept as evidence");
	OK(!message_by_ref(st, "rs", "rs-twice", &found),
	    "it does not carry the ref");
	OK(put_message(st, &a, "good") &&
	    message_by_ref(st, "rs", "rs-twice", &found) &&
	    hash_eq(&found, &good), "the one that was taken does");
	OK(!thread_find(st, "rs-nothing", &found, &err) &&
	    is_rule("E-NOT-FOUND"), "a ref that nobody used finds no thread");
	committed(st);
}

/* A root, then two answers stored before their parent. */
static void
test_thread(struct store *st)
{
	struct hash root = named("thread", 0), parent = named("thread", 1);
	struct hash waits[2] = { named("thread", 2), named("thread", 3) };
	struct message_row m = some_message(&root, "rs-thread"), *rows;
	struct arena a = ARENA_INIT;
	struct hash *names, found;
	size_t n;

	began(st);
	OK(put_message(st, &m, "root"), "a root");
	for (int i = 0; i < 2; i++) {
		m = some_message(&waits[i], i == 0 ? "fr-1" : "fr-2");
		m.thread = root, m.place = PLACE_HELD;
		m.after = &parent, m.nafter = 1, m.from = address("fr/cyber");
		OK(put_message(st, &m, "held"), "a held answer");
	}
	OK(fine(message_of_thread(st, &a, &root, PLACE_THREAD, &rows, &n,
	    &err)) && n == 1 && hash_eq(&rows[0].name, &root),
	    "what is held is not in the thread");
	OK(fine(message_of_thread(st, &a, &root, PLACE_HELD, &rows, &n,
	    &err)) && n == 2 && hash_eq(&rows[0].name, &waits[0]) &&
	    hash_eq(&rows[1].name, &waits[1]), "it is held, as it was stored");
	OK(fine(message_waiting_for(st, &a, &parent, &names, &n, &err)) &&
	    n == 2 && hash_eq(&names[0], &waits[0]) &&
	    hash_eq(&names[1], &waits[1]), "both wait for the parent");
	OK(!thread_find(st, "fr-1", &found, &err),
	    "a held message leads to no thread");
	OK(fine(message_move(st, &waits[0], PLACE_THREAD, &err)) &&
	    message_waiting_for(st, &a, &parent, &names, &n, &err) && n == 1 &&
	    hash_eq(&names[0], &waits[1]), "who was moved waits no longer");
	OK(fine(message_of_thread(st, &a, &root, PLACE_THREAD, &rows, &n,
	    &err)) && n == 2 && rows[0].number < rows[1].number,
	    "and is in the thread, in the order stored");
	OK(thread_find(st, "fr-1", &found, &err) && hash_eq(&found, &root),
	    "its ref leads to the root");
	committed(st);
	arena_free(&a);
}

static void
test_thread_find(struct store *st)
{
	struct hash theirs = named("find", 1), mine = named("find", 2), found;
	struct hash third = named("find", 3), fourth = named("find", 4);
	struct message_row m = some_message(&theirs, "2026-7");
	char hex[65];

	began(st);
	OK(put_message(st, &m, "x") && thread_find(st, "2026-7", &found, &err) &&
	    hash_eq(&found, &theirs), "a thread is found by their ref");
	m = some_message(&mine, "2026-7");
	m.ours = true, m.from = address("fr/cyber");
	OK(put_message(st, &m, "x") && thread_find(st, "2026-7", &found, &err) &&
	    hash_eq(&found, &mine), "ours goes before theirs");
	m = some_message(&third, "2026-8");
	OK(put_message(st, &m, "x"), "a ref of one member");
	m = some_message(&fourth, "2026-8");
	m.from = address("de/cyber");
	OK(put_message(st, &m, "x") && !thread_find(st, "2026-8", &found, &err) &&
	    is_rule("E-REF-AMBIGUOUS"), "that another used too finds neither");
	(void)sodium_bin2hex(hex, sizeof(hex), theirs.b, HASH_LEN);
	OK(thread_find(st, hex, &found, &err) && hash_eq(&found, &theirs),
	    "a name finds its own");
	committed(st);
}

/* Legs. */

static struct leg_row
some_leg(int n, enum role role, enum state state, enum urgency urgency)
{
	struct leg_row leg = {
		.thread = named("leg", n), .ref = "rs-1", .kind = "ping/1",
		.member = member("rs"), .role = role, .state = state,
		.urgency = urgency, .asker = address("rs/cyber"),
		.asked = address("fr/cyber"), .sent = NOW, .received = NOW + 1,
		.acknowledge_by = NOW + 2, .answer_by = NOW + 3,
		.promised_by = NOW + 4, .next_step_by = NOW + 5,
		.updated = NOW + 6, .opened_there = NOW + 8, .exercise = true,
		.crossed = 2,
	};

	return leg;
}

/* How many legs stand in a queue; *first is the newest. */
static size_t
queued(struct store *st, enum queue q, int64_t before, size_t limit,
    struct leg_row *first)
{
	struct arena a = ARENA_INIT;
	struct leg_row *rows;
	size_t n = 0;

	if (fine(leg_list(st, &a, q, before, limit, &rows, &n, &err)) && n > 0)
		*first = rows[0];
	for (size_t i = 1; i < n; i++)
		if (rows[i - 1].number <= rows[i].number)
			return SIZE_MAX;
	arena_free(&a);
	return n;
}

static void
test_leg(struct store *st)
{
	struct leg_row leg = some_leg(1, ROLE_ASKED, STATE_SENT, URGENCY_NORMAL);
	struct leg_row got, other = leg;
	struct arena a = ARENA_INIT;
	struct leg_row *rows;
	int64_t number;
	bool first;
	size_t n;

	began(st);
	OK(!leg_get(st, &leg.thread, "rs", &got, &err) &&
	    is_rule("E-NOT-FOUND"), "no leg");
	OK(fine(leg_put(st, &leg, &err)) &&
	    fine(leg_get(st, &leg.thread, "rs", &got, &err)), "a leg is put");
	number = got.number;
	got.number = 0;
	OK(strcmp(got.ref, "rs-1") == 0 && strcmp(got.kind, "ping/1") == 0 &&
	    member_id_eq(&got.member, &leg.member) &&
	    address_eq(&got.asker, &leg.asker) &&
	    address_eq(&got.asked, &leg.asked) && got.role == leg.role &&
	    got.state == leg.state && got.urgency == leg.urgency &&
	    got.exercise && got.crossed == 2, "what it is comes back");
	OK(got.sent == NOW && got.received == NOW + 1 &&
	    got.acknowledge_by == NOW + 2 && got.answer_by == NOW + 3 &&
	    got.promised_by == NOW + 4 && got.next_step_by == NOW + 5 &&
	    got.updated == NOW + 6 && got.opened == 0 &&
	    got.opened_there == NOW + 8, "and all its times");
	leg.state = STATE_ANSWERED;
	OK(fine(leg_put(st, &leg, &err)) &&
	    leg_get(st, &leg.thread, "rs", &got, &err) &&
	    got.state == STATE_ANSWERED && got.number > number,
	    "putting again replaces it and its number rises");
	OK(fine(leg_mark_opened(st, &leg.thread, "rs", NOW, &first, &err)) &&
	    first, "the first officer opens it");
	OK(fine(leg_mark_opened(st, &leg.thread, "rs", NOW + 9, &first,
	    &err)) && !first && leg_get(st, &leg.thread, "rs", &got, &err) &&
	    got.opened == NOW, "the second was not the first");
	other.member = member("ee");
	OK(fine(leg_put(st, &other, &err)) && fine(leg_of_thread(st, &a,
	    &leg.thread, &rows, &n, &err)) && n == 2 &&
	    strcmp(rows[0].member.s, "ee") == 0 &&
	    strcmp(rows[1].member.s, "rs") == 0, "a thread has all its legs");
	db_rollback(st->db);
	arena_free(&a);
}

static void
test_queues(struct store *st)
{
	struct leg_row legs[] = {
		some_leg(1, ROLE_ASKED, STATE_SENT, URGENCY_NORMAL),
		some_leg(2, ROLE_ASKED, STATE_ACKNOWLEDGED, URGENCY_URGENT),
		some_leg(3, ROLE_ASKED, STATE_ANSWERED, URGENCY_FLASH),
		some_leg(4, ROLE_ASKER, STATE_SENT, URGENCY_FLASH),
		some_leg(5, ROLE_ASKER, STATE_CLOSED, URGENCY_NORMAL),
		some_leg(6, ROLE_ASKED, STATE_REOPENED, URGENCY_FLASH),
	};
	static const size_t want[QUEUES] = {
		[QUEUE_ALL] = 6, [QUEUE_INBOX] = 3, [QUEUE_URGENT] = 2,
		[QUEUE_WAITING] = 1, [QUEUE_DONE] = 2,
	};
	struct leg_row first = legs[0], last;

	began(st);
	for (size_t i = 0; i < 6; i++)
		fine(leg_put(st, &legs[i], &err));
	for (enum queue q = 0; q < QUEUES; q++)
		OK(queued(st, q, 0, 100, &first) == want[q],
		    "queue %s has its %zu legs, newest first", queue_names[q],
		    want[q]);
	OK(queued(st, QUEUE_ALL, 0, 4, &first) == 4 &&
	    hash_eq(&first.thread, &legs[5].thread), "a page of four");
	OK(queued(st, QUEUE_ALL, first.number - 3, 4, &last) == 2 &&
	    hash_eq(&last.thread, &legs[1].thread), "the page after it");
	OK(fine(leg_put(st, &legs[0], &err)) &&
	    queued(st, QUEUE_ALL, 0, 100, &first) == 6 &&
	    hash_eq(&first.thread, &legs[0].thread),
	    "what was updated comes first, and once");
	db_rollback(st->db);
}

static bool
lapsed(struct store *st, msec now, size_t want)
{
	struct arena a = ARENA_INIT;
	struct leg_row *rows;
	size_t n;
	bool ok = fine(leg_lapsed(st, &a, now, 9, &rows, &n, &err)) && n == want;

	arena_free(&a);
	return ok;
}

/* A second signature, due afterwards, on either side. */
static void
test_countersign(struct store *st)
{
	struct leg_row in = some_leg(1, ROLE_ASKED, STATE_SENT, 0), got;
	struct leg_row out = some_leg(2, ROLE_ASKER, STATE_SENT, 0);

	began(st);
	in.countersign_by = out.countersign_by = NOW;
	out.copied = true;
	fine(leg_put(st, &in, &err) && leg_put(st, &out, &err));
	OK(queued(st, QUEUE_COUNTERSIGN, 0, 9, &got) == 1 &&
	    got.role == ROLE_ASKER && got.countersign_by == NOW,
	    "ours waits for its second signature");
	OK(queued(st, QUEUE_COPIES, 0, 9, &got) == 1 && got.copied,
	    "what a unit wrote stands among the copies");
	OK(lapsed(st, NOW, 0) && lapsed(st, NOW + 1, 2),
	    "both sides see it lapse, not before its time");
	OK(fine(leg_lapse_told(st, &in.thread, in.member.s, &err)) &&
	    lapsed(st, NOW + 1, 1), "and are told once");
	out.countersigned = NOW + 5;
	out.countersigner = (struct badge){ "4712" };
	OK(fine(leg_put(st, &out, &err)) && lapsed(st, NOW + 9, 0) &&
	    queued(st, QUEUE_COUNTERSIGN, 0, 9, &got) == 0,
	    "signed, it waits no more");
	OK(queued(st, QUEUE_COPIES, 0, 9, &got) == 1 &&
	    got.countersigned == NOW + 5 &&
	    strcmp(got.countersigner.s, "4712") == 0, "and says by whom");
	db_rollback(st->db);
}

static void
test_direct(struct store *st)
{
	struct leg_row in = some_leg(1, ROLE_ASKED, STATE_SENT, 0), got;
	struct leg_row out = some_leg(2, ROLE_ASKER, STATE_SENT, 0);
	bool first;

	began(st);
	in.flow = out.flow = FLOW_DIRECT;
	out.opened_there = 0;
	fine(leg_put(st, &in, &err) && leg_put(st, &out, &err));
	OK(queued(st, QUEUE_INBOX, 0, 9, &got) == 1 &&
	    got.flow == FLOW_DIRECT && got.role == ROLE_ASKED,
	    "a direct message is in the inbox");
	OK(queued(st, QUEUE_WAITING, 0, 9, &got) == 1,
	    "ours waits until it is opened there");
	leg_mark_opened(st, &in.thread, "rs", NOW, &first, &err);
	out.opened_there = NOW;
	fine(leg_put(st, &out, &err));
	OK(queued(st, QUEUE_DONE, 0, 9, &got) == 2 &&
	    queued(st, QUEUE_INBOX, 0, 9, &got) == 0,
	    "opened, both are done");
	in.opened = 0;
	OK(fine(leg_put(st, &in, &err)) &&
	    queued(st, QUEUE_INBOX, 0, 9, &got) == 1,
	    "with something new it is in the inbox again");
	db_rollback(st->db);
}

/* An offer waits now for one side, now for the other. */
static void
test_offer(struct store *st)
{
	static const struct {
		enum state	state;
		enum queue	offered_by_us, offered_to_us;
	} t[] = {
		{ STATE_OFFERED, QUEUE_WAITING, QUEUE_INBOX },
		{ STATE_COUNTERED, QUEUE_INBOX, QUEUE_WAITING },
		{ STATE_ACCEPTED, QUEUE_INBOX, QUEUE_WAITING },
		{ STATE_DELIVERED, QUEUE_WAITING, QUEUE_INBOX },
		{ STATE_DECLINED, QUEUE_DONE, QUEUE_DONE },
		{ STATE_LAPSED, QUEUE_DONE, QUEUE_DONE },
	};
	struct leg_row ours, theirs, got;

	began(st);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ours = some_leg(1, ROLE_ASKER, t[i].state, 0);
		theirs = some_leg(2, ROLE_ASKED, t[i].state, 0);
		ours.flow = theirs.flow = FLOW_OFFER;
		fine(leg_put(st, &ours, &err) && leg_put(st, &theirs, &err));
		OK(queued(st, t[i].offered_by_us, 0, 9, &got) ==
		    1 + (t[i].offered_by_us == t[i].offered_to_us) &&
		    queued(st, t[i].offered_to_us, 0, 9, &got) ==
		    1 + (t[i].offered_by_us == t[i].offered_to_us) &&
		    got.flow == FLOW_OFFER && got.state == t[i].state,
		    "%s: ours in %s, theirs in %s", state_names[t[i].state],
		    queue_names[t[i].offered_by_us],
		    queue_names[t[i].offered_to_us]);
	}
	db_rollback(st->db);
}

static void
test_strange(struct store *st)
{
	struct leg_row leg = some_leg(1, ROLE_ASKED, STATE_SENT, 0), got;
	struct hash name = named("full", 1);
	struct message_row m;
	struct arena a = ARENA_INIT;

	began(st);
	fine(leg_put(st, &leg, &err));
	static_assert(STATES == 19, "the state in the update is the first unknown");
	OK(fine(db_exec(st->db, "UPDATE leg SET state = 19", &err)) &&
	    !leg_get(st, &leg.thread, "rs", &got, &err) &&
	    is_rule("E-STORE-CORRUPT"), "a state that there is none of is told");
	OK(fine(db_exec(st->db, "UPDATE message SET recipients = 'fr Ärger'",
	    &err)) && !message_get(st, &a, &name, &m, &err) &&
	    is_rule("E-STORE-CORRUPT"), "so is a desk that is none");
	OK(fine(db_exec(st->db, "UPDATE leg SET state = 1, ref = kind || kind ||"
	    " kind || kind || kind || kind || kind || kind || kind || kind ||"
	    " kind || kind", &err)) &&
	    !leg_get(st, &leg.thread, "rs", &got, &err) &&
	    is_rule("E-STORE-CORRUPT"), "and a ref longer than any");
	db_rollback(st->db);
	arena_free(&a);
}

/* Two members in one database. */
static void
test_members(const char *dir, struct store *st)
{
	struct hash name = named("mine", 1), found;
	struct message_row m = some_message(&name, "rs-mine"), *rows;
	struct leg_row leg = some_leg(1, ROLE_ASKED, STATE_SENT, 0);
	struct arena a = ARENA_INIT;
	struct store other;
	int64_t n1, n2;
	const char *value;
	struct buf line = BUF_INIT;
	size_t n;

	began(st);
	store_next(st, "apart", &n1, &err);
	OK(put_message(st, &m, "mine") && fine(leg_put(st, &leg, &err)) &&
	    store_set_fact(st, "apart", "fr", &err) && committed(st),
	    "one member's rows");
	OK(fine(store_open(&other, dir, "lt", DB_WRITE, st->shelves, &err)),
	    "another member opens the same store");
	OK(!message_have(&other, &name) &&
	    !message_by_ref(&other, "rs", "rs-mine", &found) &&
	    !thread_find(&other, "rs-mine", &found, &err) &&
	    !message_content(&other, &name, &line, &err),
	    "it has none of the messages");
	OK(message_of_thread(&other, &a, &name, PLACE_THREAD, &rows, &n,
	    &err) && n == 0 && queued(&other, QUEUE_ALL, 0, 9, &leg) == 0,
	    "no threads and no legs");
	OK(store_fact(&other, &a, "apart", &value, &err) && *value == '\0' &&
	    db_begin(other.db, &err) &&
	    store_next(&other, "apart", &n2, &err) && n2 == n1,
	    "its facts and numbers are its own");
	OK(put_message(&other, &m, "theirs") &&
	    message_content(&other, &name, &line, &err) &&
	    text_is(buf_all(&line), "theirs") && committed(&other),
	    "it may hold the same message itself");
	buf_clear(&line);
	OK(message_content(st, &name, &line, &err) &&
	    text_is(buf_all(&line), "mine"), "the first one's stands");
	store_close(&other);
	buf_wipe(&line);
	arena_free(&a);
}

static void
test_reader(const char *dir, struct store *st)
{
	struct hash name = named("full", 1);
	struct store reader;

	OK(fine(store_open(&reader, dir, "fr", DB_READ, st->shelves, &err)) &&
	    message_have(&reader, &name), "a reader sees what is committed");
	OK(!store_set_fact(&reader, "a", "b", &err), "and cannot write");
	store_close(&reader);
	OK(!store_open(&reader, "/nowhere", "fr", DB_READ, st->shelves, &err) &&
	    is_rule("E-STORE-OPEN"), "there is no store in no directory");
}

static void
tests(struct store *st, const char *dir)
{
	test_facts(st);
	test_message(st);
	test_no_shelf(st);
	test_refused(st);
	test_thread(st);
	test_thread_find(st);
	test_leg(st);
	test_queues(st);
	test_offer(st);
	test_countersign(st);
	test_direct(st);
	test_strange(st);
	test_members(dir, st);
	test_reader(dir, st);
	OK(fine(db_check(st->db, &err)), "the file is sound");
}

int
main(int argc, char *argv[])
{
	return store_tests(argc, argv, tests);
}
