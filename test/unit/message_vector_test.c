#include "bundle_fixture.h"
#include "message_fixture.h"
#include "vector.h"

/*
 * One message from the file to the sealed bytes, in test/vectors, made again
 * from known seeds, byte for byte; `message_vector_test write` writes them.
 * Sealing draws from a counter here (bundle_fixture.h).
 */

static struct secret *
secret_of(const char *label)
{
	struct hash seed = seed_of(label);

	return secret_copy(slice_of(seed.b, HASH_LEN));
}

static void
seal(struct buf *out, const char *label, struct slice plain, uint64_t draws)
{
	struct secret *key = secret_of(label);
	struct age_identity id;
	struct age_recipient to;

	age_identity_x25519(&id, key);
	age_identity_recipient(&to, &id);
	fixture_draws = draws;
	OK(age_seal_all(out, &to, 1, plain, &err), "sealed to %s", label);
	secret_free(key);
}

static void
file(struct content *c, struct header *h)
{
	struct slice plain = slice_str(FIXTURE_FILE);
	struct buf sealed = BUF_INIT;

	seal(&sealed, "file key 1", plain, 100);
	vector("message.file.age", buf_all(&sealed));
	c->files[0].size = (int64_t)plain.n;
	c->files[0].sha256 = hash_of(plain);
	c->files[0].blob = h->blobs[0].blob = hash_of(buf_all(&sealed));
	h->blobs[0].size = (int64_t)sealed.n;
	buf_free(&sealed);
}

static void
opened(struct slice sealed, struct slice plain)
{
	struct secret *key = secret_of(FR " seal");
	struct buf b = BUF_INIT;
	struct age_identity id;

	age_identity_x25519(&id, key);
	OK(age_open_all(&b, &id, 1, sealed, AGE_HEADER_LINK, &err) &&
	    slice_eq(buf_all(&b), plain), "fr opens what was sealed to it");
	buf_wipe(&b);
	secret_free(key);
}

static void
request(struct arena *a, struct hash *name)
{
	struct buf line = BUF_INIT, text = BUF_INIT, note = BUF_INIT;
	struct buf plain = BUF_INIT, sealed = BUF_INIT;
	struct slip slip = { .number = 17 };
	struct content c;
	struct header h;

	fixture_content(&c, a);
	fixture_request(&h, a);
	file(&c, &h);
	content_print(&line, &c);
	vector("message.content", buf_all(&line));
	h.content = hash_of(buf_all(&line));
	header_print(&text, &h);
	*name = hash_of(buf_all(&text));
	vector("message.note", signed_by(&note, buf_all(&text),
	    BY(RS, RS "/4712")));
	(void)member_id_parse(&slip.to, slice_str("fr"));
	envelope_print(&plain, buf_all(&note), &slip, buf_all(&line));
	vector("message.envelope", buf_all(&plain));
	seal(&sealed, FR " seal", buf_all(&plain), 200);
	vector("message.age", buf_all(&sealed));
	opened(buf_all(&sealed), buf_all(&plain));
	OK(content_fits(&c, &h, &err), "content and header fit");
	content_release(&c);
	buf_free(&line);
	buf_free(&text);
	buf_free(&note);
	buf_free(&plain);
	buf_free(&sealed);
}

static void
transfer(struct arena *a, struct hash root)
{
	struct buf text = BUF_INIT, note = BUF_INIT;
	struct header h;

	fixture_transfer(&h, a, root);
	header_print(&text, &h);
	vector("message-transfer.note", signed_by(&note, buf_all(&text), BY(FR)));
	header_release(&h);
	buf_free(&text);
	buf_free(&note);
}

int
main(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct hash root;

	fixture_randomness();
	secret_process_init();
	vector_argument(argc, argv);
	request(&a, &root);
	transfer(&a, root);
	arena_free(&a);
	return tap_done();
}
