#include <stdarg.h>
#include <stdlib.h>

#include "model/bundle_check.h"
#include "model/bundle_path.h"

const char *const finding_status_names[FINDING_STATUSES] = {
	[FINDING_OK] = "ok",
	[FINDING_MISSING] = "missing",
	[FINDING_BAD] = "bad",
};

const char *const finding_group_names[FINDING_GROUPS] = {
	[GROUP_MANIFEST] = "manifest",
	[GROUP_NETWORK] = "network",
	[GROUP_DIRECTORIES] = "directories",
	[GROUP_CARDS] = "cards",
	[GROUP_AGREEMENTS] = "agreements",
	[GROUP_MESSAGES] = "messages",
	[GROUP_CONTENTS] = "contents",
	[GROUP_FILES] = "files",
	[GROUP_RECEIPTS] = "receipts",
	[GROUP_STATE] = "state",
};

/* -- findings -------------------------------------------------------------- */

static void __attribute__((format(printf, 6, 0)))
found(struct check *c, enum finding_status status, enum finding_group group,
    const char *what, const char *rule, const char *fmt, va_list ap)
{
	struct bundle *b = c->b;
	struct buf text = BUF_INIT;

	if (b->n == b->cap) {
		b->cap = b->cap == 0 ? 64 : 2 * b->cap;
		b->findings = xrealloc(b->findings,
		    b->cap * sizeof(*b->findings));
	}
	buf_vprintf(&text, fmt, ap);
	b->findings[b->n++] = (struct finding){ status, group,
	    arena_strdup(c->arena, what),
	    arena_strdup(c->arena, buf_cstr(&text)),
	    arena_strdup(c->arena, rule) };
	b->count[group][status]++;
	buf_free(&text);
}

void
check_ok(struct check *c, enum finding_group group, const char *what,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	found(c, FINDING_OK, group, what, "", fmt, ap);
	va_end(ap);
}

void
check_missing(struct check *c, enum finding_group group, const char *what,
    const char *rule, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	found(c, FINDING_MISSING, group, what, rule, fmt, ap);
	va_end(ap);
}

void
check_bad(struct check *c, enum finding_group group, const char *what,
    const char *rule, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	found(c, FINDING_BAD, group, what, rule, fmt, ap);
	va_end(ap);
}

void
check_failed(struct check *c, enum finding_group group, const char *what,
    const struct err *err)
{
	check_bad(c, group, what, err->rule, "%s%s%s", err->field,
	    err->field[0] == '\0' ? "" : ": ", err->text);
}

/* -- parts ----------------------------------------------------------------- */

static struct bundle_part *
part_find(const struct check *c, const char *path)
{
	size_t low = 0, high = c->nparts, mid;
	int order;

	while (low < high) {
		mid = low + (high - low) / 2;
		order = strcmp(path, c->parts[mid].path);
		if (order == 0)
			return &c->parts[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

struct bundle_part *
check_part(struct check *c, const char *path)
{
	struct bundle_part *p = part_find(c, path);

	if (p != NULL)
		p->claimed = true;
	return p;
}

struct bundle_part *
check_next(struct check *c, size_t *i, const char *folder, const char *suffix)
{
	while (*i < c->nparts) {
		struct bundle_part *p = &c->parts[(*i)++];

		if (bundle_path_is(p->path, folder, suffix)) {
			p->claimed = true;
			return p;
		}
	}
	return NULL;
}

bool
check_path(struct check *c, enum finding_group group, const char *path,
    const char *must_be)
{
	if (strcmp(path, must_be) == 0)
		return true;
	check_bad(c, group, path, "E-BUNDLE-NAME", "by what it holds it is %s",
	    must_be);
	return false;
}

/* Everything below bundle/, hashed once; what lies elsewhere is bad. */
static void
parts_take(struct check *c, const struct tar_archive *t)
{
	static const size_t folder = sizeof(BUNDLE_FOLDER) - 1;

	c->parts = arena_alloc(c->arena, t->n * sizeof(*c->parts));
	for (size_t i = 0; i < t->n; i++) {
		const struct tar_member *m = t->sorted[i];

		if (strncmp(m->path, BUNDLE_FOLDER, folder) != 0) {
			check_bad(c, GROUP_MANIFEST, m->path, "E-BUNDLE-EXTRA",
			    "lies outside " BUNDLE_FOLDER);
			continue;
		}
		c->parts[c->nparts++] = (struct bundle_part){
		    .path = m->path + folder, .bytes = m->bytes,
		    .sha256 = hash_of(m->bytes) };
	}
}

/* -- the manifest ---------------------------------------------------------- */

/* True: as listed. */
static bool
listed_holds(struct check *c, const struct manifest_file *f)
{
	const struct bundle_part *p = part_find(c, f->path);

	if (p == NULL)
		check_bad(c, GROUP_MANIFEST, f->path, "E-BUNDLE-LOST",
		    "the manifest lists it, and it is not there");
	else if ((uint64_t)f->size != p->bytes.n ||
	    !hash_eq(&f->sha256, &p->sha256))
		check_bad(c, GROUP_MANIFEST, f->path, "E-BUNDLE-HASH",
		    "its bytes are not those that were packed");
	else
		return true;
	return false;
}

static void
check_listed(struct check *c)
{
	const struct manifest *m = &c->b->manifest;
	bool *listed = arena_alloc(c->arena, c->nparts + 1);
	const struct bundle_part *p;
	size_t good = 0;

	for (size_t i = 0; i < m->nfiles; i++) {
		good += listed_holds(c, &m->files[i]);
		p = part_find(c, m->files[i].path);
		if (p == NULL)
			continue;
		if (listed[p - c->parts])
			check_bad(c, GROUP_MANIFEST, p->path,
			    "E-BUNDLE-MANIFEST", "is listed twice");
		listed[p - c->parts] = true;
	}
	for (size_t i = 0; i < c->nparts; i++)
		if (!listed[i] &&
		    strcmp(c->parts[i].path, "manifest.json") != 0)
			check_bad(c, GROUP_MANIFEST, c->parts[i].path,
			    "E-BUNDLE-EXTRA", "the manifest does not list it");
	check_ok(c, GROUP_MANIFEST, "manifest.json",
	    "%zu of %zu files are as they were packed", good, m->nfiles);
}

static void
check_manifest(struct check *c)
{
	struct bundle_part *p = check_part(c, "manifest.json");
	struct err err;

	if (p == NULL)
		check_bad(c, GROUP_MANIFEST, "manifest.json", "E-BUNDLE-LOST",
		    "is not there");
	else if (!manifest_parse(&c->b->manifest, c->arena, p->bytes, &err))
		check_failed(c, GROUP_MANIFEST, "manifest.json", &err);
	else {
		c->b->has_manifest = true;
		check_listed(c);
	}
	if (check_part(c, "README.txt") == NULL)
		check_missing(c, GROUP_MANIFEST, "README.txt",
		    "E-BUNDLE-GONE", "is not there");
}

/* What the manifest says of the thread, against the signed root. */
static void
check_claims(struct check *c)
{
	const struct manifest *m = &c->b->manifest;
	const struct bundle_message *root = c->b->root;
	struct member_id from;

	if (!c->b->has_manifest)
		return;
	if (c->b->has_network && !hash_eq(&m->net, &c->b->net))
		check_bad(c, GROUP_MANIFEST, "network", "E-BUNDLE-MANIFEST",
		    "names another network than the founding note");
	if (root == NULL)
		return;
	if (strcmp(m->ref, root->header.ref) != 0)
		check_bad(c, GROUP_MANIFEST, "ref", "E-BUNDLE-MANIFEST",
		    "is not the reference of the thread's first message");
	from = header_from(&root->header);
	if (!member_id_eq(&from, &m->by) &&
	    header_to(&root->header, &m->by) == NULL)
		check_bad(c, GROUP_MANIFEST, "by", "E-BUNDLE-MANIFEST",
		    "%s is no party of this thread", m->by.s);
}

static void
check_unclaimed(struct check *c)
{
	for (size_t i = 0; i < c->nparts; i++)
		if (!c->parts[i].claimed)
			check_bad(c, GROUP_MANIFEST, c->parts[i].path,
			    "E-BUNDLE-EXTRA", "is no part of this bundle");
}

void
bundle_verify(struct bundle *b, struct arena *arena,
    const struct tar_archive *t, const struct hash *net,
    const struct kind_set *kinds)
{
	struct check c = { .b = b, .arena = arena, .net = net, .kinds = kinds };

	memset(b, 0, sizeof(*b));
	parts_take(&c, t);
	check_manifest(&c);
	check_trust(&c);
	check_cards(&c);
	check_messages(&c);
	check_contents(&c);
	check_receipts(&c);
	check_claims(&c);
	check_state(&c);
	check_unclaimed(&c);
	check_cards_release(&c);
	for (size_t i = 0; i < c.ndirs; i++)
		directory_release(&c.dirs[i]);
}

void
bundle_release(struct bundle *b)
{
	for (size_t i = 0; i < b->nmessages; i++) {
		header_release(&b->messages[i].header);
		if (b->messages[i].has_content)
			content_release(&b->messages[i].content);
	}
	if (b->has_network)
		network_release(&b->network);
	free(b->findings);
	memset(b, 0, sizeof(*b));
}

static size_t
total(const struct bundle *b, enum finding_status status)
{
	size_t n = 0;

	for (int g = 0; g < FINDING_GROUPS; g++)
		n += b->count[g][status];
	return n;
}

bool
bundle_ok(const struct bundle *b)
{
	return b->root != NULL && total(b, FINDING_BAD) == 0;
}

bool
bundle_whole(const struct bundle *b)
{
	return bundle_ok(b) && total(b, FINDING_MISSING) == 0;
}
