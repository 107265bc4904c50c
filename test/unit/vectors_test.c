#include <fcntl.h>

#include "base/io.h"

#include "agreed_fixture.h"
#include "vector.h"

/*
 * The notes in test/vectors, made again from their seeds, byte for byte.
 * `vectors_test write` writes them, after a change of form that is meant.
 */

static void
note_vector(const char *file, const struct buf *text, const char *const *by)
{
	struct buf note = BUF_INIT;

	vector(file, signed_by(&note, buf_all(text), by));
	buf_free(&note);
}

static void
networks_and_directories(struct arena *a)
{
	struct buf b = BUF_INIT;
	struct directory d;
	struct network n;

	fixture_network(&n);
	network_print(&b, &n);
	note_vector("network.note", &b, BY(ROOT1, ROOT2, ROOT3));
	buf_clear(&b);
	fixture_directory(&d, a);
	directory_print(&b, &d);
	note_vector("directory-1.note", &b, BY(ROOT1, ROOT2));
	buf_clear(&b);
	fixture_directory2(&d, a);
	directory_print(&b, &d);
	note_vector("directory-2.note", &b, BY(ROOT2, ROOT3));
	buf_free(&b);
}

static void
cards(struct arena *a)
{
	struct buf b = BUF_INIT;
	struct card c;

	fixture_card(&c, a);
	card_print(&b, &c);
	note_vector("card-1.note", &b, BY(FR_CARD));
	card_release(&c);
	buf_clear(&b);
	fixture_card2(&c, a);
	card_print(&b, &c);
	note_vector("card-2.note", &b, BY(FR_CARD));
	card_release(&c);
	buf_free(&b);
}

static void
agreements_and_receipts(struct arena *a)
{
	struct buf b = BUF_INIT;
	struct agreement g;
	struct receipt r;

	fixture_charter(&g, a);
	agreement_print(&b, &g);
	note_vector("charter.note", &b, BY(ROOT1, ROOT2));
	agreement_release(&g);
	buf_clear(&b);
	fixture_agreement(&g, a);
	agreement_print(&b, &g);
	note_vector("agreement.note", &b, BY(FR_CARD, RS_CARD));
	agreement_release(&g);
	buf_clear(&b);
	fixture_receipt(&r, a);
	receipt_print(&b, &r);
	note_vector("receipt.note", &b, BY(FR));
	buf_free(&b);
}

/* Every optional term, and an ending. */
static void
terms_and_endings(struct arena *a)
{
	struct agreement g = { .version = 0 };
	json_t *parts = fixture_terms(&g, a);
	struct buf b = BUF_INIT;
	struct ending e;

	agreement_print(&b, &g);
	note_vector("agreement-terms.note", &b, BY(FR_CARD, RS_CARD, EE_CARD));
	agreement_release(&g);
	json_decref(parts);
	buf_clear(&b);
	parts = fixture_ending(&e);
	ending_print(&b, &e);
	note_vector("ending.note", &b, BY(FR_CARD));
	json_decref(parts);
	buf_free(&b);
}

static void
read_note(struct buf *b, const char *file)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "test/vectors/%s", file);
	buf_clear(b);
	OK(io_read_file(AT_FDCWD, path, b, NOTE_MAX, &err), "%s is there", file);
}

/* A reader's way from the id of the network to a card and an agreement. */
static void
followed(struct arena *a)
{
	struct buf b = BUF_INIT;
	struct directory d1, d2;
	struct card c1, c2;
	struct agreement g;
	struct network n;
	struct hash net, name;
	struct note note;

	read_note(&b, "network.note");
	OK(network_verify(&n, &net, buf_all(&b), &err), "the network is founded");
	read_note(&b, "directory-1.note");
	OK(directory_verify(&d1, a, buf_all(&b), &n, &net, NULL, NULL, &err) &&
	    note_parse(&note, buf_all(&b), &err), "the first directory follows");
	name = note_text_name(&note);
	read_note(&b, "directory-2.note");
	OK(directory_verify(&d2, a, buf_all(&b), &n, &net, &d1, &name, &err),
	    "then the second");
	read_note(&b, "card-1.note");
	OK(card_verify(&c1, a, buf_all(&b), &d2, NULL, NULL, &err) &&
	    note_parse(&note, buf_all(&b), &err), "a card under it");
	name = note_text_name(&note);
	read_note(&b, "card-2.note");
	OK(card_verify(&c2, a, buf_all(&b), &d2, &c1, &name, &err),
	    "and the next one");
	read_note(&b, "charter.note");
	OK(agreement_verify(&g, a, buf_all(&b), &d2, &err), "the charter");
	agreement_release(&g);
	read_note(&b, "agreement.note");
	OK(agreement_verify(&g, a, buf_all(&b), &d2, &err), "and an agreement");
	agreement_release(&g);
	card_release(&c1);
	card_release(&c2);
	directory_release(&d1);
	directory_release(&d2);
	network_release(&n);
	buf_free(&b);
}

int
main(int argc, char **argv)
{
	struct arena a = ARENA_INIT;

	secret_process_init();
	vector_argument(argc, argv);
	networks_and_directories(&a);
	cards(&a);
	agreements_and_receipts(&a);
	terms_and_endings(&a);
	followed(&a);
	arena_free(&a);
	return tap_done();
}
