#include "model/message.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "model/field.h"
#include "model/text.h"

const char *const urgency_names[URGENCIES] = {
	[URGENCY_NORMAL] = "normal",
	[URGENCY_URGENT] = "urgent",
	[URGENCY_FLASH] = "flash",
};

/* A short word of a codelist: the codelist itself is the kind's business. */
static void
read_code(struct jobj *j, const char *key, char out[static 33])
{
	const char *s = jobj_str_opt(j, key, 32);

	for (const char *p = s; *p != '\0'; p++)
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= '0' && *p <= '9') &&
		    *p != '-')
			jobj_fail(j, "E-FIELD-VALUE", key,
			    "must be a code of a-z, 0-9 and -");
	(void)snprintf(out, 33, "%s", j->bad ? "" : s);
}

static void
read_hashes(struct jobj *j, const char *key, struct arena *arena,
    struct hash **out, size_t *n)
{
	const json_t *list = jobj_array_opt(j, key, MESSAGE_AFTER);

	*n = list == NULL ? 0 : json_array_size(list);
	*out = arena_alloc(arena, *n * sizeof(**out));
	for (size_t i = 0; i < *n && !j->bad; i++) {
		const char *s = jobj_item_str(j, key, list, i, 2 * HASH_LEN);

		if (j->bad)
			return;
		if (!hex_decode((*out)[i].b, HASH_LEN, slice_str(s)) ||
		    hash_is_zero(&(*out)[i]))
			jobj_fail(j, "E-FIELD-VALUE", key,
			    "item %zu is not a name", i);
		/* Sorted and distinct: one set has one form. */
		else if (i > 0 && memcmp((*out)[i - 1].b, (*out)[i].b,
		    HASH_LEN) >= 0)
			jobj_fail(j, "E-FIELD-VALUE", key,
			    "must be sorted, without repeats");
	}
}

static void
read_recipients(struct jobj *j, struct arena *arena, struct header *h)
{
	const json_t *list = jobj_array(j, "to", MESSAGE_TO);
	struct member_id a, b;
	struct jobj item;

	h->nto = list == NULL ? 0 : json_array_size(list);
	h->to = arena_alloc(arena, h->nto * sizeof(*h->to));
	if (list != NULL && h->nto == 0)
		jobj_fail(j, "E-FIELD-MISSING", "to", "names nobody");
	for (size_t i = 0; i < h->nto && !j->bad; i++) {
		jobj_item(&item, j, "to", list, i);
		h->to[i].desk = jobj_address(&item, "desk");
		jobj_hex(&item, "card", h->to[i].card, CARD_MARK);
		if (!jobj_end(&item)) {
			j->bad = true;
			return;
		}
		/* One sealed copy, one leg, per member. */
		address_member(&b, &h->to[i].desk);
		if (i > 0 && strcmp(a.s, b.s) >= 0)
			jobj_fail(j, "E-FIELD-VALUE", "to",
			    "must be sorted by member, one desk each");
		a = b;
	}
}

static void
read_blobs(struct jobj *j, struct arena *arena, struct header *h)
{
	const json_t *list = jobj_array_opt(j, "blobs", MESSAGE_BLOBS);
	struct jobj item;

	h->nblobs = list == NULL ? 0 : json_array_size(list);
	h->blobs = arena_alloc(arena, h->nblobs * sizeof(*h->blobs));
	for (size_t i = 0; i < h->nblobs && !j->bad; i++) {
		jobj_item(&item, j, "blobs", list, i);
		h->blobs[i].blob = jobj_hash(&item, "blob");
		h->blobs[i].size = jobj_int(&item, "size", 1, JSON_INT_MAX);
		if (!jobj_end(&item)) {
			j->bad = true;
			return;
		}
		/* Twice could be said with two sizes. */
		for (size_t k = 0; k < i; k++)
			if (hash_eq(&h->blobs[k].blob, &h->blobs[i].blob))
				jobj_fail(j, "E-FIELD-VALUE", "blobs",
				    "item %zu stands there twice", i);
	}
}

static void
read_fields(struct jobj *j, struct arena *arena, struct header *h)
{
	const char *s;

	h->net = jobj_hash(j, "net");
	h->dir = jobj_int(j, "dir", 1, JSON_INT_MAX);
	(void)snprintf(h->ref, sizeof(h->ref), "%s",
	    jobj_str(j, "ref", MESSAGE_REF));
	h->thread = jobj_hash_opt(j, "thread");
	read_hashes(j, "after", arena, &h->after, &h->nafter);
	h->from = jobj_address(j, "from");
	s = jobj_str_opt(j, "by", sizeof(h->by.s) - 1);
	if (s[0] != '\0' && !badge_parse(&h->by, slice_str(s)))
		jobj_fail(j, "E-FIELD-VALUE", "by", "is not a badge");
	read_recipients(j, arena, h);
	(void)snprintf(h->kind, sizeof(h->kind), "%s",
	    jobj_str(j, "kind", MESSAGE_KIND));
	h->kind_hash = jobj_hash(j, "kind_hash");
	h->act = (enum act)jobj_enum(j, "act", act_names, ACTS);
	h->urgency = (enum urgency)jobj_enum(j, "urgency", urgency_names,
	    URGENCIES);
	h->sent = jobj_time(j, "sent");
	h->deliver_by = jobj_time(j, "deliver_by");
	h->keep_until = jobj_date(j, "keep_until");
	read_code(j, "purpose", h->purpose);
	read_code(j, "area", h->area);
	h->exercise = jobj_bool(j, "exercise");
	handling_read(&h->handling, j, "handling");
	h->until = jobj_time_opt(j, "until");
	if (jobj_has(j, "desk"))
		h->desk = jobj_address(j, "desk");
	h->content = jobj_hash(j, "content");
	read_blobs(j, arena, h);
	if (jobj_ext(j) != NULL)
		h->ext = json_incref(json_object_get(j->o, "ext"));
}

/* What `from` and the desks beside it must say of each other. */
static void
check_desks(struct jobj *j, const struct header *h)
{
	struct member_id from = header_from(h), m;

	if (header_to(h, &from) != NULL)
		jobj_fail(j, "E-FIELD-VALUE", "to",
		    "a message goes to other members than its own");
	if ((h->desk.s[0] != '\0') != (h->act == ACT_TRANSFER))
		jobj_fail(j, "E-FIELD-VALUE", "desk",
		    "stands in a transfer, and there alone");
	/* Nobody hands a request to another member's desk. */
	address_member(&m, &h->desk);
	if (h->desk.s[0] != '\0' && !member_id_eq(&m, &from))
		jobj_fail(j, "E-FIELD-VALUE", "desk",
		    "must be a desk of the member that transfers");
}

/* What fields must say of each other. */
static void
check_fields(struct jobj *j, const struct header *h)
{
	if (h->purpose[0] == '\0')
		jobj_fail(j, "E-FIELD-MISSING", "purpose", "is required");
	if (hash_is_zero(&h->thread) != (h->act == ACT_SUBMIT))
		jobj_fail(j, "E-FIELD-VALUE", "thread",
		    "stands in every message but the first, which submits");
	if (hash_is_zero(&h->thread) != (h->nafter == 0))
		jobj_fail(j, "E-FIELD-VALUE", "after",
		    "stands in every message but the first");
	if (h->deliver_by <= h->sent)
		jobj_fail(j, "E-FIELD-VALUE", "deliver_by",
		    "must be later than sent");
	check_desks(j, h);
}

bool
header_parse(struct header *h, struct arena *arena, struct slice text,
    struct err *err)
{
	struct buf again = BUF_INIT;
	struct jobj j;
	json_t *json;
	bool ok = false;

	memset(h, 0, sizeof(*h));
	if (text.n > TEXT_SMALL)
		return err_set(err, ERR_INVALID, "E-TEXT-FORM",
		    "a header of %zu bytes, at most %d", text.n, TEXT_SMALL);
	json = text_read(text, "message", err);
	if (json == NULL)
		return false;
	jobj_begin(&j, json, "", err);
	if (!j.bad)
		read_fields(&j, arena, h);
	if (!j.bad)
		check_fields(&j, h);
	if (!jobj_end(&j))
		goto out;
	header_print(&again, h);
	ok = text_canonical(&again, text, err);
out:
	if (!ok)
		header_release(h);
	json_decref(json);
	buf_free(&again);
	return ok;
}

void
header_release(struct header *h)
{
	json_decref(h->ext);
	h->ext = NULL;
}

static void
print_lists(struct jout *j, const struct header *h)
{
	jout_array(j, "to");
	for (size_t i = 0; i < h->nto; i++) {
		jout_object(j, NULL);
		jout_str(j, "desk", h->to[i].desk.s);
		jout_hex(j, "card", slice_of(h->to[i].card, CARD_MARK));
		jout_end_object(j);
	}
	jout_end_array(j);
}

static void
print_end(struct jout *j, const struct header *h)
{
	jout_hash(j, "content", &h->content);
	if (h->nblobs != 0) {
		jout_array(j, "blobs");
		for (size_t i = 0; i < h->nblobs; i++) {
			jout_object(j, NULL);
			jout_hash(j, "blob", &h->blobs[i].blob);
			jout_int(j, "size", h->blobs[i].size);
			jout_end_object(j);
		}
		jout_end_array(j);
	}
	jout_ext(j, h->ext);
}

void
header_print(struct buf *out, const struct header *h)
{
	struct jout j = text_begin(out, "message");

	jout_hash(&j, "net", &h->net);
	jout_int(&j, "dir", h->dir);
	jout_str(&j, "ref", h->ref);
	jout_hash_opt(&j, "thread", &h->thread);
	if (h->nafter != 0) {
		jout_array(&j, "after");
		for (size_t i = 0; i < h->nafter; i++)
			jout_hash(&j, NULL, &h->after[i]);
		jout_end_array(&j);
	}
	jout_str(&j, "from", h->from.s);
	jout_str_opt(&j, "by", h->by.s);
	print_lists(&j, h);
	jout_str(&j, "kind", h->kind);
	jout_hash(&j, "kind_hash", &h->kind_hash);
	jout_str(&j, "act", act_names[h->act]);
	jout_str(&j, "urgency", urgency_names[h->urgency]);
	jout_time(&j, "sent", h->sent);
	jout_time(&j, "deliver_by", h->deliver_by);
	jout_date(&j, "keep_until", h->keep_until);
	jout_str(&j, "purpose", h->purpose);
	jout_str_opt(&j, "area", h->area);
	jout_bool(&j, "exercise", h->exercise);
	handling_write(&j, "handling", &h->handling);
	jout_time_opt(&j, "until", h->until);
	jout_str_opt(&j, "desk", h->desk.s);
	print_end(&j, h);
	text_end(&j);
}

bool
header_is_root(const struct header *h)
{
	return hash_is_zero(&h->thread);
}

struct member_id
header_from(const struct header *h)
{
	struct member_id m;

	address_member(&m, &h->from);
	return m;
}

const struct recipient *
header_to(const struct header *h, const struct member_id *member)
{
	struct member_id m;

	for (size_t i = 0; i < h->nto; i++) {
		address_member(&m, &h->to[i].desk);
		if (member_id_eq(&m, member))
			return &h->to[i];
	}
	return NULL;
}
