#include "model/directory.h"

#include "model/field.h"
#include "model/keyname.h"
#include "model/text.h"

const char *const class_names[CLASSES] = {
	[CLASS_SECRETARIAT] = "secretariat", [CLASS_BUREAU] = "bureau",
	[CLASS_CONTACT_POINT] = "contact-point", [CLASS_JUDICIAL] = "judicial",
	[CLASS_PARTNER] = "partner", [CLASS_CERT] = "cert",
	[CLASS_INDUSTRY] = "industry", [CLASS_REGULATOR] = "regulator",
	[CLASS_ACADEMIA] = "academia", [CLASS_OBSERVER] = "observer",
};
const char *const member_status_names[MEMBER_STATUSES] = {
	[MEMBER_ACTIVE] = "active", [MEMBER_SUSPENDED] = "suspended",
	[MEMBER_REMOVED] = "removed",
};

/*
 * What the network signs with.  Roots and directory keys sign with the first;
 * with either of the two a member's message keys.  A later version of the text
 * may name more.
 */
enum { ALGORITHMS = 2 };
static const char *const algorithms[ALGORITHMS] = { "ed25519", "p256" };

static void
key_print(struct jout *j, const struct directory_key *k)
{
	jout_object(j, NULL);
	jout_vkey(j, "vkey", &k->vkey);
	jout_time(j, "from", k->from);
	jout_time_opt(j, "until", k->until);
	jout_time_opt(j, "revoked", k->revoked);
	jout_end_object(j);
}

static void
member_print(struct jout *j, const struct directory_member *m)
{
	jout_object(j, NULL);
	jout_str(j, "id", m->id.s);
	jout_str(j, "class", class_names[m->class]);
	jout_str(j, "status", member_status_names[m->status]);
	jout_array(j, "keys");
	for (size_t i = 0; i < m->nkeys; i++)
		key_print(j, &m->keys[i]);
	jout_end_array(j);
	jout_end_object(j);
}

void
directory_print(struct buf *b, const struct directory *d)
{
	struct jout j = text_begin(b, "directory");

	jout_hash(&j, "net", &d->net);
	jout_int(&j, "number", d->number);
	jout_hash_opt(&j, "prev", &d->prev);
	jout_time(&j, "issued", d->issued);
	jout_time(&j, "valid_until", d->valid_until);
	jout_int(&j, "k", d->k);
	jout_roots(&j, d->roots, d->nroots);
	jout_array(&j, "algorithms");
	jout_str(&j, NULL, algorithms[0]);
	if (d->p256)
		jout_str(&j, NULL, algorithms[1]);
	jout_end_array(&j);
	jout_array(&j, "members");
	for (size_t i = 0; i < d->nmembers; i++)
		member_print(&j, &d->members[i]);
	jout_end_array(&j);
	jout_ext(&j, d->ext);
	text_end(&j);
}

static void
key_read(struct directory_key *k, struct jobj *j, const char *name, msec issued)
{
	jobj_vkey(&k->vkey, j, "vkey", KEYS_ED25519);
	if (!j->bad && strcmp(k->vkey.name, name) != 0)
		jobj_fail(j, "E-FIELD-VALUE", "vkey",
		    "is not named <network>/<member>/card");
	k->from = jobj_time(j, "from");
	k->until = jobj_until(j, k->from);
	k->revoked = jobj_time_opt(j, "revoked");
	if (k->revoked > issued)
		jobj_fail(j, "E-FIELD-VALUE", "revoked",
		    "is after the directory was issued");
}

static bool
key_listed(const struct directory_key *keys, size_t n,
    const struct note_vkey *v)
{
	for (size_t i = 0; i < n; i++)
		if (note_vkey_eq(&keys[i].vkey, v))
			return true;
	return false;
}

static void
keys_read(struct directory_member *m, struct arena *a, struct jobj *j,
    const char *network, msec issued)
{
	const json_t *list = jobj_array(j, "keys", DIRECTORY_KEYS);
	size_t n = json_array_size(list);
	char name[NOTE_NAME];
	struct jobj item;

	if (!j->bad && n == 0)
		jobj_fail(j, "E-FIELD-VALUE", "keys", "is empty");
	if (j->bad)
		return;
	keyname_member(name, network, &m->id, "card");
	m->keys = arena_alloc(a, n * sizeof(*m->keys));
	for (; !j->bad && m->nkeys < n; m->nkeys++) {
		struct directory_key *k = &m->keys[m->nkeys];

		jobj_item(&item, j, "keys", list, m->nkeys);
		key_read(k, &item, name, issued);
		if (!item.bad && key_listed(m->keys, m->nkeys, &k->vkey))
			jobj_fail(&item, "E-FIELD-VALUE", "vkey",
			    "stands there twice");
		jobj_close(&item, j);
	}
}

static void
member_read(struct directory_member *m, struct arena *a, struct jobj *j,
    const char *network, msec issued)
{
	m->id = jobj_member(j, "id");
	m->class = (enum member_class)jobj_enum(j, "class", class_names, CLASSES);
	m->status = (enum member_status)jobj_enum(j, "status",
	    member_status_names, MEMBER_STATUSES);
	keys_read(m, a, j, network, issued);
}

static void
members_read(struct directory *d, struct arena *a, struct jobj *j,
    const char *network)
{
	const json_t *list = jobj_array(j, "members", DIRECTORY_MEMBERS);
	size_t n = json_array_size(list);
	struct jobj item;

	if (!j->bad && n == 0)
		jobj_fail(j, "E-FIELD-VALUE", "members", "is empty");
	if (j->bad)
		return;
	d->members = arena_alloc(a, n * sizeof(*d->members));
	for (size_t i = 0; !j->bad && i < n; i++) {
		struct directory_member *m = &d->members[i];

		jobj_item(&item, j, "members", list, i);
		member_read(m, a, &item, network, d->issued);
		if (!item.bad && i > 0 && strcmp(m[-1].id.s, m->id.s) >= 0)
			jobj_fail(&item, "E-FIELD-VALUE", "id",
			    "does not rise: members are sorted, each once");
		jobj_close(&item, j);
		d->nmembers = i + 1;
	}
}

static void
times_read(struct directory *d, struct jobj *j)
{
	d->issued = jobj_time(j, "issued");
	d->valid_until = jobj_time(j, "valid_until");
	if (!j->bad && (d->valid_until <= d->issued ||
	    d->valid_until > d->issued + DIRECTORY_VALIDITY))
		jobj_fail(j, "E-FIELD-VALUE", "valid_until",
		    "is not within 14 days after issued");
}

static void
algorithms_read(struct directory *d, struct jobj *j)
{
	const json_t *list = jobj_array(j, "algorithms", ALGORITHMS);
	size_t n = j->bad ? 0 : json_array_size(list);
	bool known = n != 0 && n <= ALGORITHMS;

	for (size_t i = 0; known && i < n && !j->bad; i++) {
		const char *said = jobj_item_str(j, "algorithms", list, i, 16);

		known = !j->bad && strcmp(said, algorithms[i]) == 0;
	}
	if (!j->bad && !known)
		jobj_fail(j, "E-FIELD-VALUE", "algorithms", "are neither "
		    "[\"ed25519\"] nor [\"ed25519\",\"p256\"]");
	d->p256 = n == 2;
}

static bool
directory_read(struct directory *d, struct arena *a, struct err *err)
{
	char network[65] = "";
	struct jobj j;

	jobj_begin(&j, d->json, "", err);
	d->net = jobj_hash(&j, "net");
	d->number = jobj_int(&j, "number", 1, JSON_INT_MAX);
	d->prev = jobj_hash_opt(&j, "prev");
	if (!j.bad && (d->number == 1) != hash_is_zero(&d->prev))
		jobj_fail(&j, "E-FIELD-VALUE", "prev",
		    "stands in every directory but the first");
	times_read(d, &j);
	d->k = (unsigned)jobj_int(&j, "k", 1, NETWORK_ROOTS);
	d->roots = arena_alloc(a, NETWORK_ROOTS * sizeof(*d->roots));
	d->nroots = jobj_roots(&j, d->roots, NETWORK_ROOTS, network);
	if (!j.bad && d->k > d->nroots)
		jobj_fail(&j, "E-FIELD-VALUE", "k", "is more than there are roots");
	algorithms_read(d, &j);
	members_read(d, a, &j, network);
	d->ext = jobj_ext(&j);
	return jobj_end(&j);
}

bool
directory_parse(struct directory *d, struct arena *a, struct slice text,
    struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*d = (struct directory){ .json = text_read(text, "directory", err) };
	if (d->json == NULL)
		return false;
	ok = directory_read(d, a, err);
	if (ok) {
		directory_print(&b, d);
		ok = text_canonical(&b, text, err);
	}
	if (!ok)
		directory_release(d);
	buf_free(&b);
	return ok;
}

void
directory_release(struct directory *d)
{
	json_decref(d->json);
	d->json = NULL;
	d->ext = NULL;
}

const struct directory_member *
directory_find(const struct directory *d, const struct member_id *id)
{
	size_t low = 0, high = d->nmembers;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(d->members[middle].id.s, id->s);

		if (order == 0)
			return &d->members[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool
directory_key_at(const struct directory_key *k, msec t)
{
	return k->revoked == 0 && period_has(k->from, k->until, t);
}
