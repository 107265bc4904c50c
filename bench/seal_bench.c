/*
 * What sealing and opening a message of 4 kB costs in this process, as the
 * node does it: the header's text signed once, then one small age file per
 * recipient; opened, parsed and verified at the other end.
 *
 *	seal_bench seal|open|floor|seal-p256|open-p256 [RECIPIENTS]
 *
 * prints microseconds a message, the best of many rounds.  floor is the bare
 * arithmetic under seal: one Ed25519 signature and two X25519 products per
 * recipient, by libsodium alone.  seal-p256 and open-p256 are the same to
 * members whose sealing keys are P-256 (age1tag).
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/age.h"
#include "crypto/note.h"
#include "stopwatch.h"

enum { MESSAGE = 4096, MOST = 1024 };

struct world {
	size_t			 n;		/* recipients */
	struct secret		*keys[MOST];
	struct age_identity	 ids[MOST];
	struct age_recipient	 to[MOST];
	struct secret		*seed;
	struct note_signer	 signer;
	struct buf		 text;		/* what is signed */
	struct buf		 note;
	struct buf		 sealed;	/* one file, for open */
};

static void
need(bool ok, const struct err *err)
{
	if (ok)
		return;
	(void)fprintf(stderr, "seal_bench: %s %s\n", err->rule, err->text);
	exit(EXIT_FAILURE);
}

static void
seal(struct world *w)
{
	struct buf file = BUF_INIT;
	struct err err;

	buf_clear(&w->note);
	need(note_sign(&w->note, buf_all(&w->text), &w->signer, &err), &err);
	for (size_t i = 0; i < w->n; i++) {
		buf_clear(&file);
		need(age_seal_all(&file, &w->to[i], 1, buf_all(&w->note), &err),
		    &err);
	}
	buf_clear(&w->sealed);
	buf_slice(&w->sealed, buf_all(&file));
	buf_free(&file);
}

static void
open_one(struct world *w)
{
	struct buf plain = BUF_INIT;
	struct note note;
	struct err err;
	bool by;

	need(age_open_all(&plain, &w->ids[w->n - 1], 1, buf_all(&w->sealed),
	    AGE_HEADER_LINK, &err), &err);
	need(note_parse(&note, buf_all(&plain), &err) &&
	    note_verify(&note, &w->signer.vkey, 1, &by, &err) && by, &err);
	buf_free(&plain);
}

static void
bare(struct world *w)
{
	uint8_t both[crypto_sign_SECRETKEYBYTES], sig[crypto_sign_BYTES];
	uint8_t once[32], share[32], point[32];

	memcpy(both, w->seed->p, 32);
	memcpy(both + 32, w->signer.vkey.key, 32);
	(void)crypto_sign_detached(sig, NULL, w->text.p, w->text.n, both);
	randombytes_buf(once, sizeof(once));
	for (size_t i = 0; i < w->n; i++)
		if (crypto_scalarmult_base(share, once) != 0 ||
		    crypto_scalarmult(point, once, w->to[i].point) != 0)
			abort();
}

static void
identity_make(struct age_identity *id, struct secret **key, bool p256)
{
	struct err err;

	*key = p256 ? age_identity_p256_generate() : age_identity_generate();
	if (p256)
		need(age_identity_p256(id, *key, &err), &err);
	else
		age_identity_x25519(id, *key);
}

static void
world_make(struct world *w, size_t n, bool p256)
{
	w->n = n;
	for (size_t i = 0; i < n; i++) {
		identity_make(&w->ids[i], &w->keys[i], p256);
		age_identity_recipient(&w->to[i], &w->ids[i]);
	}
	w->seed = secret_random(32);
	note_signer_ed25519(&w->signer, "demo.example/rs", w->seed);
	/* Text of hexadecimal digits: what a note takes, and no run of zeros. */
	while (w->text.n < MESSAGE - 1)
		buf_printf(&w->text, "%x", (unsigned)randombytes_uniform(16));
	buf_u8(&w->text, '\n');
}

/* Short rounds, so that some pass undisturbed, for two seconds; the best. */
static double
measure(struct world *w, void (*work)(struct world *))
{
	double begin = now_us(), best = 0, start, took;

	do {
		unsigned times = 0;

		start = now_us();
		do {
			work(w);
			times++;
			took = now_us() - start;
		} while (took < 1e3);
		took /= times;
		if (best == 0 || took < best)
			best = took;
	} while (now_us() - begin < 2e6);
	return best;
}

int
main(int argc, char *argv[])
{
	static struct world w;
	size_t n = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	const char *what = argc > 1 ? argv[1] : "";

	if (argc < 2 || n == 0 || n > MOST) {
		(void)fprintf(stderr,
		    "usage: seal_bench "
		    "seal|open|floor|seal-p256|open-p256 [RECIPIENTS]\n");
		return EXIT_FAILURE;
	}
	secret_process_init();
	world_make(&w, n, strstr(what, "-p256") != NULL);
	seal(&w);
	(void)printf("%.2f\n", measure(&w, strncmp(what, "open", 4) == 0 ?
	    open_one : strcmp(what, "floor") == 0 ? bare : seal));
	return EXIT_SUCCESS;
}
