#include "model/bundle.h"

#include "model/bundle_path.h"

#include "bundle_fixture.h"
#include "tap.h"

static struct kind_set *kinds;
static struct hash net;
static struct err err;

/* One archive verified, and thrown away by drop(). */
static struct arena arena;
static struct bundle bundle;

static bool
verify(struct slice bytes)
{
	struct tar_archive t;

	arena = (struct arena)ARENA_INIT;
	memset(&bundle, 0, sizeof(bundle));
	if (!tar_read(&t, &arena, bytes, BUNDLE_FILES, &err))
		return false;
	bundle_verify(&bundle, &arena, &t, &net, kinds);
	return bundle_ok(&bundle);
}

static void
drop(void)
{
	bundle_release(&bundle);
	arena_free(&arena);
}

static void
explain(void)
{
	for (size_t i = 0; i < bundle.n; i++)
		if (bundle.findings[i].status != FINDING_OK)
			printf("# %s %s: %s %s: %s\n", finding_status_names[
			    bundle.findings[i].status],
			    finding_group_names[bundle.findings[i].group],
			    bundle.findings[i].what, bundle.findings[i].rule,
			    bundle.findings[i].detail);
}

static bool
has(enum finding_status status, const char *rule)
{
	for (size_t i = 0; i < bundle.n; i++)
		if (bundle.findings[i].status == status &&
		    strcmp(bundle.findings[i].rule, rule) == 0)
			return true;
	return false;
}

/* A verdict and its reason; rule "" when all is whole. */
enum verdict { WHOLE, PARTIAL, BAD };

static void
expect(struct slice bytes, enum verdict want, const char *rule,
    const char *fact)
{
	bool ok = verify(bytes), good;

	if (want == WHOLE)
		good = ok && bundle_whole(&bundle);
	else if (want == PARTIAL)
		good = ok && !bundle_whole(&bundle) &&
		    has(FINDING_MISSING, rule);
	else
		good = !ok && has(FINDING_BAD, rule);
	if (!OK(good, "%s (%s)", fact, rule))
		explain();
	drop();
}

static void
expect_plan(const struct plan *p, enum verdict want, const char *rule,
    const char *fact)
{
	struct buf b = BUF_INIT;

	fixture_bundle(&b, p);
	expect(buf_all(&b), want, rule, fact);
	buf_free(&b);
}

/* -- packing again ----------------------------------------------------------- */

enum { MOST = 64 };

struct pack {
	struct arena		 arena;
	struct tar_archive	 t;
	struct manifest		 manifest;
};

static void
pack_open(struct pack *p, const struct buf *good)
{
	const struct tar_member *m;

	*p = (struct pack){ .arena = ARENA_INIT };
	if (!tar_read(&p->t, &p->arena, buf_all(good), MOST, &err))
		abort();
	m = tar_find(&p->t, BUNDLE_FOLDER "manifest.json");
	if (!manifest_parse(&p->manifest, &p->arena, m->bytes, &err))
		abort();
}

static struct tar_member *
pack_at(struct pack *p, const char *prefix)
{
	for (size_t i = 0; i < p->t.n; i++)
		if (strncmp(p->t.files[i].path, BUNDLE_FOLDER, 7) == 0 &&
		    strncmp(p->t.files[i].path + 7, prefix,
		    strlen(prefix)) == 0)
			return &p->t.files[i];
	(void)fprintf(stderr, "no %s\n", prefix);
	abort();
}

/* Without `but`, and with a manifest that lists what there is, unless the old
 * one is to stay. */
enum pack_manifest { MANIFEST_OLD, MANIFEST_NEW };

static void
pack_write(struct buf *out, struct pack *p, const struct tar_member *but,
    enum pack_manifest how)
{
	struct buf text = BUF_INIT;
	struct tar_writer w;
	struct manifest m = p->manifest;

	m.nfiles = 0;
	m.files = arena_alloc(&p->arena, MOST * sizeof(*m.files));
	buf_clear(out);
	tar_begin(&w, tar_to_buf, out);
	for (size_t i = 0; i < p->t.n; i++) {
		struct tar_member *f = &p->t.files[i];
		struct slice bytes = f->bytes;

		if (f == but)
			continue;
		if (strcmp(f->path, BUNDLE_FOLDER "manifest.json") != 0) {
			m.files[m.nfiles++] = (struct manifest_file){
			    f->path + 7, (int64_t)f->bytes.n, hash_of(f->bytes) };
		} else if (how == MANIFEST_NEW) {
			manifest_print(&text, &m);
			bytes = buf_all(&text);
		}
		must(tar_put(&w, f->path, bytes, f->mtime, &err), &err);
	}
	must(tar_end(&w, &err), &err);
	buf_free(&text);
}

/* -- the good one ------------------------------------------------------------ */

static bool
to_buf(void *arg, struct slice s, struct err *e)
{
	return tar_to_buf(arg, s, e);
}

static void
test_whole(const struct buf *good)
{
	struct buf plain = BUF_INIT;
	char name[BUNDLE_FILE_NAME];
	const struct bundle_message *m;

	if (!OK(verify(buf_all(good)) && bundle_whole(&bundle),
	    "a whole bundle verifies, and nothing is missing"))
		explain();
	OK(bundle.nmessages == 3 && bundle.root == &bundle.messages[0] &&
	    hash_eq(&bundle.net, &net), "three messages of this network");
	m = bundle.root;
	OK(m->napprovals == 1 && strcmp(m->approvals[0].s, "4712") == 0,
	    "the approval is by badge 4712");
	OK(m->nreceipts == 1 && m->receipts[0].at == at(FIXTURE_TAKEN),
	    "the receipt says when fr took it");
	OK(bundle.nlegs == 1 && bundle.legs[0].known &&
	    bundle.legs[0].leg.state == STATE_ANSWERED,
	    "the state is recomputed: answered");
	OK(bundle_open_file(m, 0, to_buf, &plain, &err) &&
	    slice_eq(buf_all(&plain), slice_str(FIXTURE_FILE)),
	    "the file opens with the key in the content");
	bundle_file_name(name, m, 0);
	EQ_STR(name, "001-0-connections.csv", "it has a name to be saved under");
	buf_free(&plain);
	drop();
}

static void
test_names(void)
{
	static const struct { const char *given, *safe; } cases[] = {
		{ "log.csv", "007-0-log.csv" },
		{ "a\\b:c*?\"<>|$`'", "007-0-a_b_c_________" },
		{ "\xe2\x80\xae" "fdp.exe", "007-0-_fdp.exe" },
		{ "\xd8\xb1\xd8\xb3\xd8\xa7\xd9\x84\xd8\xa9.txt",
		    "007-0-\xd8\xb1\xd8\xb3\xd8\xa7\xd9\x84\xd8\xa9.txt" },
		{ "\xef\xbb\xbf" "a\xc2\xad" "b", "007-0-_a_b" },
		{ "\xc2\x85\xf0\x9f\x93\x8e\xf3\xa0\x80\xa1",
		    "007-0-_\xf0\x9f\x93\x8e_" },
		{ "a. . .", "007-0-a" },
	};
	struct file_ref f = { .name = "" };
	struct bundle_message m = { .number = 7,
	    .content = { .files = &f, .nfiles = 1 } };
	char name[BUNDLE_FILE_NAME];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(f.name, sizeof(f.name), "%s", cases[i].given);
		bundle_file_name(name, &m, 0);
		EQ_STR(name, cases[i].safe, "file name %zu is made safe", i);
	}
	memset(f.name, 'x', sizeof(f.name) - 1);
	bundle_file_name(name, &m, 0);
	OK(strlen(name) == BUNDLE_FILE_NAME - 1, "a long one is cut");
}

/* -- taken apart ------------------------------------------------------------- */

static void
test_removed(const struct buf *good)
{
	static const struct {
		const char	*part;
		enum verdict	 verdict;
		const char	*rule;
	} cases[] = {
		{ "README.txt", PARTIAL, "E-BUNDLE-GONE" },
		{ "network.note", BAD, "E-BUNDLE-LOST" },
		{ "directories/1", BAD, "E-BUNDLE-CHAIN" },
		{ "directories/2", PARTIAL, "E-BUNDLE-GAP" },
		{ "cards/rs-1", BAD, "E-NOTE-UNSIGNED" },
		{ "cards/fr-1", WHOLE, "" },
		{ "cards/fr-2", PARTIAL, "E-BUNDLE-GAP" },
		{ "agreements/charter-1", WHOLE, "" },
		{ "agreements/fr-rs-cyber-1", WHOLE, "" },
		{ "messages/001", BAD, "E-BUNDLE-ROOT" },
		{ "messages/002", BAD, "E-BUNDLE-RECEIPT" },
		{ "messages/003", BAD, "E-BUNDLE-RECEIPT" },
		{ "receipts/001-fr-1", PARTIAL, "E-BUNDLE-UNRECEIPTED" },
		{ "receipts/002-rs-1", PARTIAL, "E-BUNDLE-UNRECEIPTED" },
		{ "receipts/003-rs-1", PARTIAL, "E-BUNDLE-UNRECEIPTED" },
		{ "files/", PARTIAL, "E-BUNDLE-GONE" },
	};
	struct buf b = BUF_INIT;
	struct pack p;

	pack_open(&p, good);
	OK(p.t.n == 20, "20 files (%zu)", p.t.n);
	for (size_t i = 0; i < p.t.n; i++) {
		struct tar_member *f = &p.t.files[i];

		pack_write(&b, &p, f, MANIFEST_OLD);
		expect(buf_all(&b), BAD, "E-BUNDLE-LOST", f->path);
		if (strstr(f->path, ".content") == NULL)
			continue;
		pack_write(&b, &p, f, MANIFEST_NEW);
		expect(buf_all(&b), PARTIAL, "E-BUNDLE-GONE",
		    "content destroyed or withheld");
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pack_write(&b, &p, pack_at(&p, cases[i].part), MANIFEST_NEW);
		expect(buf_all(&b), cases[i].verdict, cases[i].rule,
		    cases[i].part);
	}
	arena_free(&p.arena);
	buf_free(&b);
}

static void
swapped(const struct buf *good, const char *one, const char *other,
    const char *rule)
{
	struct buf b = BUF_INIT;
	struct tar_member *x, *y;
	struct slice keep;
	struct pack p;
	char fact[128];

	pack_open(&p, good);
	x = pack_at(&p, one);
	y = pack_at(&p, other);
	keep = x->bytes;
	x->bytes = y->bytes;
	y->bytes = keep;
	pack_write(&b, &p, NULL, MANIFEST_NEW);
	(void)snprintf(fact, sizeof(fact), "%s and %s swapped", one, other);
	expect(buf_all(&b), BAD, rule, fact);
	arena_free(&p.arena);
	buf_free(&b);
}

static const char *
content_of(struct pack *p, unsigned number)
{
	for (size_t i = 0; i < p->t.n; i++)
		if (strstr(p->t.files[i].path, ".content") != NULL &&
		    bundle_path_number(p->t.files[i].path + 7) == number)
			return p->t.files[i].path + 7;
	abort();
}

static void
renamed(const struct buf *good, const char *part, const char *to,
    const char *rule)
{
	struct buf b = BUF_INIT;
	struct pack p;

	pack_open(&p, good);
	pack_at(&p, part)->path = to;
	pack_write(&b, &p, NULL, MANIFEST_NEW);
	expect(buf_all(&b), BAD, rule, to);
	arena_free(&p.arena);
	buf_free(&b);
}

static void
test_swapped(const struct buf *good)
{
	struct pack p;

	pack_open(&p, good);
	swapped(good, content_of(&p, 1), content_of(&p, 2), "E-BUNDLE-CONTENT");
	swapped(good, "messages/001", "messages/002", "E-BUNDLE-NAME");
	swapped(good, "directories/1", "directories/2", "E-DIRECTORY-NUMBER");
	swapped(good, "cards/rs-1", "cards/fr-1", "E-BUNDLE-NAME");
	swapped(good, "agreements/charter", "agreements/fr-rs", "E-BUNDLE-NAME");
	swapped(good, "receipts/001-fr-1", "receipts/002-rs-1",
	    "E-BUNDLE-RECEIPT");
	swapped(good, "network", "directories/1", "E-TEXT-TYPE");
	renamed(good, "receipts/002-rs-1", BUNDLE_FOLDER
	    "receipts/001-rs-1.note", "E-BUNDLE-RECEIPT");
	renamed(good, "receipts/002-rs-1", BUNDLE_FOLDER
	    "receipts/002-fr-1.note", "E-BUNDLE-NAME");
	renamed(good, "receipts/002-rs-1", BUNDLE_FOLDER
	    "receipts/009-rs-1.note", "E-BUNDLE-RECEIPT");
	renamed(good, "README.txt", BUNDLE_FOLDER "evil.sh", "E-BUNDLE-EXTRA");
	renamed(good, "README.txt", "other/README.txt", "E-BUNDLE-EXTRA");
	renamed(good, "files/", BUNDLE_FOLDER "files/x.age", "E-BUNDLE-FILE");
	renamed(good, "files/", BUNDLE_FOLDER "files/x/y.age", "E-BUNDLE-EXTRA");
	arena_free(&p.arena);
}

/* -- one byte ---------------------------------------------------------------- */

/*
 * Every so many bytes of the archive, one bit.  What stays ok is a claim that
 * nobody signed and that is shown as a claim: when the bundle was made.  (Who
 * made it must be a party of the thread: one bit makes none of another.)
 */
static void
test_bytes(const struct buf *good, size_t step)
{
	struct buf b = BUF_INIT;
	size_t tried = 0, claims = 0, wrong = 0;
	msec made = at("2026-12-24T12:00:00.000Z");

	buf_slice(&b, buf_all(good));
	for (size_t i = 0; i < b.n; i += step) {
		b.p[i] ^= 1;
		tried++;
		if (verify(buf_all(&b))) {
			claims++;
			if (bundle.manifest.made == made)
				wrong++, printf("# byte %zu\n", i);
		}
		drop();
		b.p[i] ^= 1;
	}
	OK(wrong == 0, "one bit of every %zuth byte: %zu noticed, %zu change "
	    "the time the bundle claims", step, tried - claims, claims);
	buf_free(&b);
}

/* -- signed, and wrong ------------------------------------------------------- */

static void
test_keys(void)
{
	struct plan p = fixture_plan();

	p.signer = FR;
	expect_plan(&p, BAD, "E-BUNDLE-KEY", "a request signed by who it is for");
	p.signer = RS "#2";
	expect_plan(&p, BAD, "E-BUNDLE-KEY", "a request with its approval alone");
	p = fixture_plan();
	p.stranger = RS "/4713";
	expect_plan(&p, PARTIAL, "E-BUNDLE-SIGNER",
	    "one more signature, by a badge that no card knows");
	p = fixture_plan();
	p.key_from = "2026-11-29T18:20:00.124Z";
	expect_plan(&p, BAD, "E-BUNDLE-KEY", "signed before the key began");
	p = fixture_plan();
	p.officer_until = FIXTURE_SENT;
	expect_plan(&p, BAD, "E-BUNDLE-KEY", "approved by a key that had ended");
	p = fixture_plan();
	p.card_net = seed_of("another network");
	expect_plan(&p, BAD, "E-TEXT-NET", "the card of another network");
	p = fixture_plan();
	p.foreign = true;
	expect_plan(&p, BAD, "E-BUNDLE-THREAD", "a message of another thread");
	p = fixture_plan();
	p.wrong_file = true;
	expect_plan(&p, BAD, "E-BUNDLE-FILE",
	    "a file that is not what the content says");
}

/* Revoked in directory 3, of December 10; the request was taken on November
 * 29 at 18:20:02.500. */
static void
test_revoked(void)
{
	struct plan p = fixture_plan();

	p.revoked = "2026-12-09T00:00:00.000Z";
	expect_plan(&p, PARTIAL, "E-BUNDLE-REVOKED",
	    "revoked later: the request stands by fr's receipt, rs's own "
	    "receipts prove no time");
	p.no_receipts = true;
	expect_plan(&p, BAD, "E-BUNDLE-REVOKED",
	    "revoked later, and no receipt proves the time");
	p.no_receipts = false;
	p.revoked = "2026-11-29T18:20:01.000Z";
	expect_plan(&p, BAD, "E-BUNDLE-REVOKED", "revoked before it was taken");
	p.revoked = "2026-11-21T10:30:00.000Z";
	expect_plan(&p, BAD, "E-BUNDLE-REVOKED", "revoked before the card");
}

static void
test_missing(const struct buf *good)
{
	struct plan p = fixture_plan();
	struct kind_set *all = kinds;
	struct hash own = net;

	p.no_content = true;
	expect_plan(&p, PARTIAL, "E-BUNDLE-GONE", "an answer without content");
	p = fixture_plan();
	p.no_receipts = true;
	expect_plan(&p, PARTIAL, "E-BUNDLE-UNRECEIPTED", "no receipts at all");
	p = fixture_plan();
	p.kind = "fr:request.of-ours/1";
	expect_plan(&p, PARTIAL, "E-BUNDLE-KIND", "a kind that is not known");
	p = fixture_plan();
	p.no_approval = true;
	expect_plan(&p, WHOLE, "", "by another edition of the kind nothing is "
	    "said of approvals");
	p.kind_hash = kind_find(kinds, p.kind)->hash;
	expect_plan(&p, PARTIAL, "E-BUNDLE-APPROVAL",
	    "the approval that the kind asks for is not there");
	kinds = NULL;
	expect(buf_all(good), PARTIAL, "E-BUNDLE-KIND", "no kinds at all");
	kinds = all;
	net.b[0] ^= 1;
	expect(buf_all(good), BAD, "E-BUNDLE-NET", "another network's id");
	net = own;
}

/* Years later, by the headers alone: content under what was accepted. */
static void
test_offer(void)
{
	struct plan p = fixture_plan();
	struct buf b = BUF_INIT;

	p.kind = "spontaneous/1";
	p.offer = true;
	p.content_tlp = TLP_RED;
	expect_plan(&p, WHOLE, "", "an offer, accepted and delivered");
	fixture_bundle(&b, &p);
	OK(verify(buf_all(&b)) && bundle.nlegs == 1 &&
	    bundle.legs[0].leg.state == STATE_DELIVERED &&
	    hash_eq(&bundle.legs[0].leg.accepted, &bundle.messages[0].name),
	    "its state, and which conditions were accepted");
	drop();
	buf_free(&b);
	p.content_tlp = TLP_GREEN;
	expect_plan(&p, BAD, "E-OFFER-HANDLING",
	    "content under a lower handling than was accepted");
}

static void
test_empty(void)
{
	static const uint8_t end[1024];

	expect(slice_of(end, sizeof(end)), BAD, "E-BUNDLE-LOST",
	    "an empty archive");
}

int
main(int argc, char **argv)
{
	struct plan p;
	struct buf good = BUF_INIT;

	secret_process_init();
	fixture_randomness();
	net = fixture_net();
	kinds = kind_set_new(&err);
	must(kinds != NULL, &err);
	p = fixture_plan();
	fixture_bundle(&good, &p);
	test_whole(&good);
	test_names();
	test_removed(&good);
	test_swapped(&good);
	/* With an argument, finer: 1 tries every byte. */
	test_bytes(&good, argc == 2 ? strtoul(argv[1], NULL, 10) : 7);
	test_keys();
	test_revoked();
	test_missing(&good);
	test_offer();
	test_empty();
	buf_free(&good);
	kind_set_free(kinds);
	return tap_done();
}
