#include "hostile_world.h"

#include "ententd/tally_wire.h"

/*
 * What a member's node believes of others about the numbers of messages.
 * Called by refusals.t after hostile, in the same world.
 */
static struct world w;
static const char ping[] = "{\"nonce\":\"7\"}";

static void
asked(struct slice question, unsigned status, const char *rule,
    const char *fact)
{
	struct told t = { .body = BUF_INIT };
	struct held before = held(&w);

	ask(&w, &w.fr, &t, "POST", "account", question);
	OK(t.status == status && strcmp(t.rule, rule) == 0 &&
	    held_same(before, held(&w)), "%s: %s", fact, rule);
	buf_free(&t.body);
}

/* The highest number that rs believes was used by fr; or has given to fr. */
static int64_t
number_in(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	char path[512];
	int64_t n = -1;

	(void)snprintf(path, sizeof(path), "%s/rs/entente.db", w.dir);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	return n;
}

static void
number_far_ahead(void)
{
	static const char high[] = "SELECT max(high) FROM slip_peer"
	    " WHERE peer = 'fr'";
	struct told t = { .body = BUF_INIT };
	struct receipt_entry e;
	struct wire_message m;
	struct letter l;
	struct slice note;
	int64_t before = number_in(high);

	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	l.slip.number = (int64_t)1 << 50;
	letter_end(&w, &l, &w.fr);
	m = wire_of(&l, buf_all(&l.sealed));
	post(&w, &w.fr, &t, &m, 1);
	OK(receipt_in(&w, &w.fr, &t, &e, &note) && e.result == RECEIPT_TAKEN &&
	    before > 0 && number_in(high) == before,
	    "a number absurdly far ahead: the message is taken, no gap opens");
	buf_free(&t.body);
	letter_free(&l);
}

static void
numbers_claimed(void)
{
	static const char given[] = "SELECT count(*) FROM sequence"
	    " WHERE name = 'slip/fr' AND last > 1000";
	static const char pages[] = "SELECT count(*) FROM page"
	    " WHERE reason = 'numbers'";
	struct tally_question q = { .low = 1, .high = (int64_t)1 << 40 };
	struct told t = { .body = BUF_INIT };
	struct tally_answer a;
	struct hash another = hash_of(slice_str("another"));
	struct buf b = BUF_INIT;
	struct held before;
	struct letter l;
	struct err err;

	number_far_ahead();
	before = held(&w);
	asked(slice_str("hello"), 400, "E-TALLY-FORM",
	    "a question about numbers that is none");
	q.net = another;
	tally_question_encode(&b, &q);
	asked(buf_all(&b), 400, "E-TEXT-NET", "one of another network");
	/* A message that we wrote ourselves proves nothing of rs. */
	letter_begin(&w, &l, &w.fr, "ping/1", ping);
	letter_end(&w, &l, &w.fr);
	q.net = w.net;
	q.proof = buf_all(&l.note);
	q.again = &another;
	q.nagain = 1;
	buf_clear(&b);
	tally_question_encode(&b, &q);
	ask(&w, &w.fr, &t, "POST", "account", buf_all(&b));
	OK(t.status == 200 && tally_answer_decode(&a, &w.arena,
	    buf_all(&t.body), &err) && a.last < 1000 && number_in(given) == 0 &&
	    number_in(pages) == 0,
	    "numbers claimed without a message of the node's: none is skipped");
	OK(held_same(before, held(&w)),
	    "a name that was never sent there is not sent again");
	for (int i = 0; i < 9; i++)
		ask(&w, &w.fr, &t, "POST", "account", buf_all(&b));
	asked(buf_all(&b), 503, "E-NODE-BUSY", "who asks again and again");
	letter_free(&l);
	buf_free(&b);
	buf_free(&t.body);
}

int
main(int argc, char **argv)
{
	if (argc != 2 || sodium_init() == -1)
		return EXIT_FAILURE;
	world_make(&w, argv[1]);
	w.ref = w.slip = 5000;		/* hostile has used those before */
	numbers_claimed();
	world_free(&w);
	return tap_done();
}
