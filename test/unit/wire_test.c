#include <fcntl.h>

#include "base/io.h"
#include "ententd/wire.h"

#include "message_fixture.h"
#include "vector.h"

/*
 * Batches and replies between nodes.  `wire_test write` writes the two
 * vectors, which hold message.age and receipt.note.
 */

static void
read_vector(struct buf *b, const char *file)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "test/vectors/%s", file);
	OK(io_read_file(AT_FDCWD, path, b, WIRE_SEALED, &err), "%s is there",
	    file);
}

/* The name of directory 2, test/vectors/directory-2.note. */
static struct hash
directory_name(void)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct directory d;
	struct hash name;

	fixture_directory2(&d, &a);
	directory_print(&b, &d);
	name = hash_of(buf_all(&b));
	buf_free(&b);
	arena_free(&a);
	return name;
}

static void
begin(struct buf *b, uint8_t n)
{
	struct hash net = fixture_net(), dir = directory_name();

	buf_clear(b);
	wire_batch_begin(b, &net, 2, &dir, n);
}

static struct wire_message
message(const char *to, struct slice sealed)
{
	struct wire_message m = { .lane = URGENCY_URGENT,
	    .deliver_by = at("2026-12-02T18:20:00.123Z"),
	    .sha256 = hash_of(sealed), .sealed = sealed };

	(void)member_id_parse(&m.to, slice_str(to));
	return m;
}

/* "" when it decodes, and then to what encodes to the same bytes. */
static const char *
batch_refusal(struct slice bytes)
{
	struct arena a = ARENA_INIT;
	struct buf again = BUF_INIT;
	struct wire_batch w;

	err = (struct err){ .class = ERR_NONE };
	if (wire_batch_decode(&w, &a, bytes, &err)) {
		wire_batch_begin(&again, &w.net, w.dir, &w.dir_name, w.n);
		for (uint8_t i = 0; i < w.n; i++)
			wire_batch_add(&again, &w.messages[i]);
		if (!slice_eq(buf_all(&again), bytes))
			(void)err_set(&err, ERR_INVALID, "not the same", "%s", "");
	}
	buf_free(&again);
	arena_free(&a);
	return err.rule;
}

static const char *
reply_refusal(struct slice bytes)
{
	struct arena a = ARENA_INIT;
	struct buf again = BUF_INIT;
	struct wire_reply w;

	err = (struct err){ .class = ERR_NONE };
	if (wire_reply_decode(&w, &a, bytes, &err)) {
		wire_reply_encode(&again, &w);
		if (!slice_eq(buf_all(&again), bytes))
			(void)err_set(&err, ERR_INVALID, "not the same", "%s", "");
	}
	buf_free(&again);
	arena_free(&a);
	return err.rule;
}

/* No prefix decodes, nor anything longer. */
static void
exact(struct buf *b, const char *(*refusal)(struct slice), const char *what)
{
	bool refused = true;

	EQ_STR(refusal(buf_all(b)), "", "%s decodes to itself", what);
	for (size_t n = 0; n < b->n; n++)
		refused = refused && refusal(slice_of(b->p, n))[0] != '\0';
	OK(refused, "no prefix of %s does", what);
	for (unsigned c = 0; c < 256; c++) {
		buf_u8(b, (uint8_t)c);
		refused = refused && refusal(buf_all(b))[0] != '\0';
		b->n--;
	}
	OK(refused, "and nothing with a byte after it");
}

static void
batches(void)
{
	struct buf b = BUF_INIT, sealed = BUF_INIT;
	struct arena a = ARENA_INIT;
	struct wire_message m;
	struct wire_batch w;

	read_vector(&sealed, "message.age");
	begin(&b, 1);
	m = message("fr", buf_all(&sealed));
	wire_batch_add(&b, &m);
	vector("batch.bin", buf_all(&b));
	exact(&b, batch_refusal, "a batch");
	OK(wire_batch_decode(&w, &a, buf_all(&b), &err) && w.n == 1 &&
	    w.dir == 2 && member_id_eq(&w.messages[0].to, &m.to) &&
	    w.messages[0].lane == m.lane &&
	    w.messages[0].deliver_by == m.deliver_by &&
	    slice_eq(w.messages[0].sealed, buf_all(&sealed)),
	    "its fields are as given");
	begin(&b, 3);
	for (int i = 0; i < 3; i++) {
		m = message(i == 1 ? "cert-ee" : "fr", slice_of("abc", (size_t)i));
		m.lane = (enum urgency)i;
		wire_batch_add(&b, &m);
	}
	exact(&b, batch_refusal, "a batch of three");
	buf_free(&sealed);
	buf_free(&b);
	arena_free(&a);
}

static void
counts(void)
{
	static const struct {
		uint8_t		 n;
		const char	*rule;
	} cases[] = { { 0, "E-WIRE-SIZE" }, { 1, "" }, { 64, "" },
	    { 65, "E-WIRE-SIZE" }, { 255, "E-WIRE-SIZE" } };
	struct buf b = BUF_INIT;
	struct wire_message m;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&b, cases[i].n);
		for (uint8_t k = 0; k < cases[i].n; k++) {
			m = message("fr", slice_of(&k, 1));
			wire_batch_add(&b, &m);
		}
		EQ_STR(batch_refusal(buf_all(&b)), cases[i].rule,
		    "%u messages", cases[i].n);
	}
	m = message("fr", slice_str("x"));
	begin(&b, 2);
	wire_batch_add(&b, &m);
	EQ_STR(batch_refusal(buf_all(&b)), "E-WIRE-FORM", "one less than said");
	begin(&b, 1);
	wire_batch_add(&b, &m);
	wire_batch_add(&b, &m);
	EQ_STR(batch_refusal(buf_all(&b)), "E-WIRE-FORM", "one more than said");
	begin(&b, 2);
	wire_batch_add(&b, &m);
	wire_batch_add(&b, &m);
	EQ_STR(batch_refusal(buf_all(&b)), "E-WIRE-TWICE", "the same copy twice");
	buf_free(&b);
}

/* Where fields stand: version 0, net 1, dir 33, name 41, n 73; then the first
 * message: to 74 (its text at 78), lane 80, deliver_by 81, sha256 89, sealed
 * 121 (its bytes at 125). */
static void
bytes_changed(void)
{
	static const struct {
		size_t		 at;
		uint8_t		 to;
		const char	*rule, *what;
	} cases[] = {
		{ 0, 2, "E-WIRE-FORM", "another version" },
		{ 33, 0x80, "E-WIRE-FORM", "a negative directory" },
		{ 78, 'F', "E-WIRE-FORM", "no member" },
		{ 78, 0, "E-WIRE-FORM", "a NUL in a name" },
		{ 80, 3, "E-WIRE-FORM", "no lane" },
		{ 81, 0x80, "E-WIRE-FORM", "a negative time" },
		{ 82, 1, "E-WIRE-FORM", "a time after the year 9999" },
		{ 89, 0, "E-WIRE-HASH", "another hash" },
		{ 125, 'y', "E-WIRE-HASH", "another sealed byte" },
		{ 121, 0xff, "E-WIRE-FORM", "a length beyond the end" },
		{ 124, 0, "E-WIRE-HASH", "nothing sealed" },
	};
	struct wire_message m = message("fr", slice_str("x"));
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&b, 1);
		wire_batch_add(&b, &m);
		OK(b.p[cases[i].at] != cases[i].to, "byte %zu changes",
		    cases[i].at);
		b.p[cases[i].at] = cases[i].to;
		EQ_STR(batch_refusal(buf_all(&b)), cases[i].rule, "%s",
		    cases[i].what);
	}
	buf_free(&b);
}

static void
sizes(void)
{
	size_t most = WIRE_SEALED;
	uint8_t *bytes = xcalloc(1, most + 1);
	struct wire_message m = message("fr", slice_of(bytes, most));
	struct buf b = BUF_INIT;

	begin(&b, 1);
	wire_batch_add(&b, &m);
	EQ_STR(batch_refusal(buf_all(&b)), "", "two mebibytes sealed");
	m = message("fr", slice_of(bytes, most + 1));
	begin(&b, 1);
	wire_batch_add(&b, &m);
	EQ_STR(batch_refusal(buf_all(&b)), "E-WIRE-FORM", "no more");
	free(bytes);
	buf_free(&b);
}

static void
replies(void)
{
	struct wire_reply r = { .dir = 2, .dir_name = directory_name() };
	struct slice notes[WIRE_BATCH + 2];
	struct buf b = BUF_INIT, note = BUF_INIT;

	r.notes = notes;
	read_vector(&note, "receipt.note");
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		notes[i] = i == 0 ? buf_all(&note) : slice_str("x");
	r.n = 1;
	wire_reply_encode(&b, &r);
	vector("reply.bin", buf_all(&b));
	exact(&b, reply_refusal, "a reply");
	for (r.n = 0; r.n <= WIRE_BATCH + 2; r.n++) {
		bool many = r.n > WIRE_BATCH + 1;

		if (r.n > 2 && r.n < WIRE_BATCH)
			continue;
		buf_clear(&b);
		wire_reply_encode(&b, &r);
		EQ_STR(reply_refusal(buf_all(&b)), many ? "E-WIRE-FORM" : "",
		    "%u notes", r.n);
	}
	r.n = 1;
	buf_clear(&b);
	wire_reply_encode(&b, &r);
	b.p[1] = 0x80;
	EQ_STR(reply_refusal(buf_all(&b)), "E-WIRE-FORM", "a negative directory");
	b.p[1] = 0;
	b.p[0] = 0;
	EQ_STR(reply_refusal(buf_all(&b)), "E-WIRE-FORM", "another version");
	buf_free(&note);
	buf_free(&b);
}

int
main(int argc, char **argv)
{
	secret_process_init();
	vector_argument(argc, argv);
	batches();
	counts();
	bytes_changed();
	sizes();
	replies();
	return tap_done();
}
