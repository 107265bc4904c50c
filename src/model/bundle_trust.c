#include "model/bundle_check.h"
#include "model/bundle_path.h"

static void
check_network(struct check *c)
{
	const struct bundle_part *p = check_part(c, "network.note");
	struct bundle *b = c->b;
	struct err err;

	if (p == NULL) {
		check_bad(c, GROUP_NETWORK, "network.note", "E-BUNDLE-LOST",
		    "without the founding note nothing can be proved");
		return;
	}
	b->has_network = network_verify(&b->network, &b->net, p->bytes, &err);
	if (!b->has_network)
		check_failed(c, GROUP_NETWORK, p->path, &err);
	else if (c->net != NULL && !hash_eq(&b->net, c->net))
		check_bad(c, GROUP_NETWORK, p->path, "E-BUNDLE-NET",
		    "is not the network that was asked for");
	else
		check_ok(c, GROUP_NETWORK, p->path,
		    "%s, signed by all %u founders", b->network.name,
		    b->network.n);
}

/* The chain from the founding note; it ends at the first that does not hold. */
static void
check_directories(struct check *c)
{
	struct bundle_part *p;
	struct hash name = { { 0 } };
	char path[TAR_NAME];
	struct note note;
	struct err err;

	c->dirs = arena_alloc(c->arena, c->nparts * sizeof(*c->dirs));
	while (c->b->has_network) {
		struct directory *d = &c->dirs[c->ndirs];

		bundle_path_directory(path, (int64_t)c->ndirs + 1);
		p = check_part(c, path);
		if (p == NULL)
			break;
		if (!directory_verify(d, c->arena, p->bytes, &c->b->network,
		    &c->b->net, c->ndirs == 0 ? NULL : d - 1, &name, &err)) {
			check_failed(c, GROUP_DIRECTORIES, path, &err);
			break;
		}
		(void)note_parse(&note, p->bytes, &err);
		name = note_text_name(&note);
		c->ndirs++;
		check_ok(c, GROUP_DIRECTORIES, path, "%zu members",
		    d->nmembers);
	}
	if (c->ndirs == 0)
		check_bad(c, GROUP_DIRECTORIES, "directories/1.note",
		    "E-BUNDLE-CHAIN", "the founders' first directory is not "
		    "here, so no member's key is known");
	for (size_t i = 0; i < c->nparts; i++)
		if (bundle_path_is(c->parts[i].path, "directories/", ".note") &&
		    !c->parts[i].claimed) {
			c->parts[i].claimed = true;
			check_bad(c, GROUP_DIRECTORIES, c->parts[i].path,
			    "E-BUNDLE-CHAIN", "does not follow from the "
			    "directories that hold");
		}
}

static bool
agreement_holds(struct check *c, struct agreement *g, struct slice bytes,
    const struct directory **under, struct err *err)
{
	struct err older;

	for (size_t i = c->ndirs; i > 0; i--) {
		*under = &c->dirs[i - 1];
		if (agreement_verify(g, c->arena, bytes, *under,
		    i == c->ndirs ? err : &older))
			return true;
	}
	return false;
}

/* Under the newest directory, or an older one: an agreement was made once, and
 * who signed it may have changed keys since. */
static void
check_agreements(struct check *c)
{
	const struct directory *under;
	struct bundle_part *p;
	char path[TAR_NAME];
	struct agreement g;
	struct err err;

	for (size_t i = 0; (p = check_next(c, &i, "agreements/", ".note")) !=
	    NULL; ) {
		if (c->ndirs == 0) {
			check_bad(c, GROUP_AGREEMENTS, p->path,
			    "E-BUNDLE-CHAIN", "no directory to judge it by");
			continue;
		}
		if (!agreement_holds(c, &g, p->bytes, &under, &err)) {
			check_failed(c, GROUP_AGREEMENTS, p->path, &err);
			continue;
		}
		bundle_path_agreement(path, g.id, g.version);
		if (check_path(c, GROUP_AGREEMENTS, p->path, path))
			check_ok(c, GROUP_AGREEMENTS, p->path,
			    "signed by its parties under directory %lld",
			    (long long)under->number);
		agreement_release(&g);
	}
}

void
check_trust(struct check *c)
{
	check_network(c);
	check_directories(c);
	check_agreements(c);
}
