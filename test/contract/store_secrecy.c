/*
 * What lies on the disk: no word of content anywhere in the store's files; and
 * what destroying a shelf's key takes with it, in a backup made before, too.
 * Run with a directory for the store.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "crypto/note.h"
#include "store/audit_store.h"
#include "store/draft_store.h"
#include "store/session_store.h"
#include "store_fixture.h"

enum { FILE_MOST = 64 * 1024 * 1024, LONG = 40000 };

/* Every word that may not be found begins with this. */
static const char marker[] = "PLANTED";

static struct note_signer signer;	/* demo.example/rs */

/* A message whose note is real: named, signed, and readable for ever. */
static struct message_row
signed_message(struct arena *a, const char *ref, msec keep_until)
{
	static struct recipient to[1];
	struct header h = {
		.net = named("net", 1), .dir = 1, .from = address("rs/cyber"),
		.by = { "4711" }, .to = to, .nto = 1, .kind = "ping/1",
		.kind_hash = named("kind", 1), .act = ACT_SUBMIT, .sent = NOW,
		.deliver_by = NOW + DAY, .keep_until = keep_until,
		.purpose = "test", .content = named(ref, 1),
	};
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct message_row m;
	struct hash name;

	to[0].desk = address("fr");
	(void)snprintf(h.ref, sizeof(h.ref), "%s", ref);
	header_print(&text, &h);
	fine(note_sign(&note, buf_all(&text), &signer, &err));
	name = hash_of(buf_all(&text));
	m = some_message(&name, ref);
	m.keep_until = keep_until;
	m.note = arena_slice(a, buf_all(&note));
	buf_free(&text);
	buf_free(&note);
	return m;
}

/* {"salt":...} with the marker in it, again and again over many pages. */
static void
long_line(struct buf *line)
{
	buf_str(line, "{\"subject\":\"PLANTED-SUBJECT\",\"body\":\"");
	while (line->n < LONG)
		buf_str(line, "PLANTED-BODY ");
	buf_str(line, "\"}");
}

static void
plant_files(struct store *st)
{
	struct upload u = {
		.id = "u1", .badge = { "4711" }, .made = NOW,
		.file = { .name = "PLANTED-NAME.csv", .type = "PLANTED/type",
		    .sha256 = named("PLANTED plain", 1), .size = 1,
		    .blob = named("sealed", 1), .key = "PLANTED-KEY" },
	};
	struct draft d = {
		.id = "d1", .author = { "4711" }, .name = named("draft", 1),
		.text = slice_str("PLANTED-DRAFT"), .made = NOW,
		.content = slice_str("PLANTED-DRAFT-CONTENT"),
	};
	struct hash request = named("PLANTED request", 1), net = named("net", 1);
	struct audit_entry e = {
		.at = NOW, .who = "PLANTED-WHO", .what = "PLANTED-WHAT",
		.peer = "PLANTED-PEER", .detail = "PLANTED-DETAIL",
	};

	OK(fine(upload_put(st, &u, &err)), "words in an upload");
	OK(fine(draft_put(st, &d, &err)), "words in a draft");
	OK(fine(answer_put(st, "4711", "PLANTED-IDEMPOTENCY", &request, 201,
	    slice_str("PLANTED-ANSWER"), NOW, &err)), "words in an answer");
	OK(fine(audit_append(st, &net, &e, &err)), "words in the audit");
}

/* How many files of the directory hold these bytes. */
static int
files_with(const char *dir, struct slice bytes)
{
	struct buf file = BUF_INIT;
	DIR *d = opendir(dir);
	struct dirent *e;
	int found = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_type != DT_REG)
			continue;
		buf_clear(&file);
		if (!fine(io_read_file(dirfd(d), e->d_name, &file, FILE_MOST,
		    &err)))
			found = 1000;
		else if (memmem(file.p, file.n, bytes.p, bytes.n) != NULL)
			found++;
	}
	(void)closedir(d);
	buf_free(&file);
	return d == NULL ? -1 : found;
}

static void
test_disk(const char *dir, const char *when)
{
	struct hash plain = named("PLANTED plain", 1);
	struct hash request = named("PLANTED request", 1);

	OK(files_with(dir, slice_str("rs-2026-keep")) >= 1,
	    "%s a header's ref is on the disk", when);
	OK(files_with(dir, slice_str(marker)) == 0,
	    "%s no planted word is", when);
	OK(files_with(dir, slice_of(plain.b, HASH_LEN)) == 0 &&
	    files_with(dir, slice_of(request.b, HASH_LEN)) == 0,
	    "%s nor a hash that would confirm a guess", when);
}

static bool
mode_is(const char *dir, const char *name, unsigned mode)
{
	char path[4096];
	struct stat sb;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return stat(path, &sb) == 0 && (sb.st_mode & 07777) == mode;
}

/* DIR/backup: the files as they lie there. */
static void
back_up(const char *dir, char *to, size_t size)
{
	static const char *const names[] = { "entente.db", "entente.db-wal" };
	struct buf file = BUF_INIT;
	int from = open(dir, O_RDONLY | O_DIRECTORY), out;

	(void)snprintf(to, size, "%s/backup", dir);
	OK(mkdir(to, 0700) == 0, "a directory for the backup");
	out = open(to, O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i < 2; i++) {
		buf_clear(&file);
		OK(fine(io_read_file(from, names[i], &file, FILE_MOST, &err)) &&
		    fine(io_create_file(out, names[i], buf_all(&file), 0600,
		    &err)), "%s is backed up", names[i]);
	}
	(void)close(from);
	(void)close(out);
	buf_free(&file);
}

static bool
opens(struct store *st, const struct hash *name)
{
	struct buf line = BUF_INIT;
	bool ok = message_content(st, name, &line, &err) &&
	    memmem(line.p, line.n, marker, strlen(marker)) != NULL;

	buf_wipe(&line);
	return ok;
}

/* The header still proves itself: form, name and signature. */
static bool
proves(struct store *st, const struct hash *name)
{
	struct arena a = ARENA_INIT;
	struct message_row m;
	struct note *note = arena_alloc(&a, sizeof(*note));
	struct hash again;
	struct header h;
	bool by, ok;

	ok = fine(message_get(st, &a, name, &m, &err)) &&
	    fine(note_parse(note, m.note, &err)) &&
	    fine(note_verify(note, &signer.vkey, 1, &by, &err)) && by &&
	    fine(header_parse(&h, &a, note->text, &err));
	if (ok) {
		again = note_text_name(note);
		ok = hash_eq(&again, name) && strcmp(h.ref, m.ref) == 0;
		header_release(&h);
	}
	arena_free(&a);
	return ok;
}

static void
test_destroyed(struct store *st, const char *where, const struct hash *gone,
    const struct hash *stays)
{
	OK(!opens(st, gone) && is_rule("E-SHELF-MISSING"),
	    "%s the content of that month is gone", where);
	OK(proves(st, gone), "%s its header still proves itself", where);
	OK(opens(st, stays) && proves(st, stays),
	    "%s other months stay", where);
}

/* A key that is there again by that name opens nothing. */
static void
test_other_key(struct store *st, const struct shelf_label *shelf,
    const struct hash *gone)
{
	struct secret *key = secret_random(SHELF_KEY);

	shelves_put(st->shelves, shelf, &key);
	OK(!opens(st, gone) && is_rule("E-SHELF-OPEN"),
	    "another key for that month opens nothing");
	shelves_drop(st->shelves, shelf);
}

/* One box in place of another. */
static void
test_swapped(struct store *st, const struct hash *stays)
{
	struct arena a = ARENA_INIT;
	struct message_row m = signed_message(&a, "rs-2026-swap", NOW + YEAR);

	began(st);
	OK(fine(message_put(st, &m, slice_str("PLANTED other"), &err)) &&
	    fine(db_exec(st->db, "UPDATE content SET box = (SELECT c.box FROM"
	    " content c JOIN message m ON m.number = c.number"
	    " WHERE m.ref = 'rs-2026-swap')", &err)), "boxes are swapped");
	OK(opens(st, &m.name), "a box opens in its own place");
	OK(!opens(st, stays) && is_rule("E-SHELF-OPEN"), "and in no other");
	db_rollback(st->db);
	arena_free(&a);
}

static void
plant(struct store *st, struct message_row *lose, struct message_row *keep)
{
	struct buf line = BUF_INIT;

	long_line(&line);
	began(st);
	OK(fine(message_put(st, lose, buf_all(&line), &err)) &&
	    fine(message_put(st, keep, buf_all(&line), &err)),
	    "words in messages of two months");
	plant_files(st);
	OK(committed(st) && proves(st, &lose->name) && opens(st, &lose->name),
	    "they are there and prove themselves");
	buf_wipe(&line);
}

static void
test_shelf(struct store *st, const char *dir, const struct hash *gone,
    const struct hash *stays)
{
	struct shelf_label shelf = shelf_for(NOW + 2 * YEAR);
	struct store backup;
	char copy[4096];

	back_up(dir, copy, sizeof(copy));
	shelves_drop(st->shelves, &shelf);
	test_destroyed(st, "without its key", gone, stays);
	OK(fine(store_open(&backup, copy, "fr", DB_WRITE, st->shelves, &err)),
	    "the backup opens");
	test_destroyed(&backup, "in the backup", gone, stays);
	store_close(&backup);
	test_other_key(st, &shelf, gone);
	OK(fine(store_clear_shelf(st, &shelf, &err)),
	    "the shelf's boxes are cleared away");
	test_destroyed(st, "cleared away", gone, stays);
}

int
main(int argc, char *argv[])
{
	struct message_row keep, lose;
	struct arena a = ARENA_INIT;
	struct shelves *shelves;
	struct secret *seed;
	struct store st;

	if (argc != 2)
		return EXIT_FAILURE;
	secret_process_init();
	shelves = years_of_shelves();
	seed = secret_random(32);
	note_signer_ed25519(&signer, "demo.example/rs", seed);
	if (!OK(fine(store_open(&st, argv[1], "fr", DB_WRITE, shelves, &err)),
	    "a store is made"))
		return tap_done();
	OK(mode_is(argv[1], "entente.db", 0600) &&
	    mode_is(argv[1], "entente.db-wal", 0600) &&
	    mode_is(argv[1], "blobs", 0700), "for its owner alone");
	lose = signed_message(&a, "rs-2026-lose", NOW + 2 * YEAR);
	keep = signed_message(&a, "rs-2026-keep", NOW + YEAR);
	plant(&st, &lose, &keep);
	test_disk(argv[1], "while it is open");
	test_shelf(&st, argv[1], &lose.name, &keep.name);
	test_swapped(&st, &keep.name);
	store_close(&st);
	test_disk(argv[1], "after it is closed");
	shelves_free(shelves);
	secret_free(seed);
	arena_free(&a);
	return tap_done();
}
