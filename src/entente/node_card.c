#include "entente/node_card.h"

#include "entente/json_shape.h"
#include "model/card.h"
#include "model/kind.h"
#include "model/text.h"

/* Sealing keys rotate; how long the first one lasts. */
#define SEAL_LASTS	(90 * DAY)
/* Clocks of members differ by as much and still agree (see the message's
 * `sent`): so the first hour of a node is no quarrel about time. */
#define CLOCKS_DIFFER	(10 * MINUTE)

void
node_card_free(struct node_card *c)
{
	json_decref(c->name);
	json_decref(c->languages);
	json_decref(c->desks);
	*c = (struct node_card){ .name = NULL };
}

/* -- from words ------------------------------------------------------------ */

/* The language before '=', else English; *text is what follows. */
static const char *
language_of(const char **text)
{
	for (unsigned i = 0; i < LANGS; i++)
		if (strncmp(*text, lang_names[i], 2) == 0 && (*text)[2] == '=') {
			*text += 3;
			return lang_names[i];
		}
	return lang_names[LANG_EN];
}

bool
node_card_name(json_t *name, const char *text, struct err *err)
{
	const char *lang = language_of(&text);

	if (text[0] == '\0' || json_object_get(name, lang) != NULL ||
	    json_object_set_new(name, lang, json_string(text)) != 0)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "name",
		    "one name in each language: --name TEXT, --name fr=TEXT");
	return true;
}

json_t *
node_card_list(const char *text)
{
	json_t *list = json_array();
	const char *end;

	for (; *text != '\0'; text = *end == '\0' ? end : end + 1) {
		end = text + strcspn(text, ",");
		json_array_append_new(list, json_stringn(text,
		    (size_t)(end - text)));
	}
	return list;
}

/* "name", "name.fr", "powers": what may stand in --desk. */
static bool
desk_word(json_t *desk, struct slice word, const char *value)
{
	static const char *const texts[] = { "phone", "hours", NULL };
	static const char *const lists[] = { "languages", "powers", "channels",
	    NULL };
	json_t *name = json_object_get(desk, "name");

	if (slice_eq(word, slice_str("name")))
		return json_object_set_new(name, "en", json_string(value)) == 0;
	for (unsigned i = 0; i < LANGS; i++)
		if (slice_starts(word, "name.") &&
		    slice_eq(slice_skip(word, 5), slice_str(lang_names[i])))
			return json_object_set_new(name, lang_names[i],
			    json_string(value)) == 0;
	for (size_t i = 0; texts[i] != NULL; i++)
		if (slice_eq(word, slice_str(texts[i])))
			return json_object_set_new(desk, texts[i],
			    json_string(value)) == 0;
	for (size_t i = 0; lists[i] != NULL; i++)
		if (slice_eq(word, slice_str(lists[i])))
			return json_object_set_new(desk, lists[i],
			    node_card_list(value)) == 0;
	return false;
}

static json_t *
text_of(struct slice s)
{
	return json_stringn((const char *)s.p, s.n);
}

json_t *
node_card_desk(const char *text, struct err *err)
{
	struct slice rest = slice_str(text), part, word;
	json_t *desk = json_object(), *value;
	bool more = true, ok;

	if (!slice_cut(&part, &rest, ';')) {
		part = rest;
		more = false;
	}
	json_object_set_new(desk, "desk", text_of(part));
	json_object_set_new(desk, "name", json_object());
	while (more) {
		more = slice_cut(&part, &rest, ';');
		if (!more)
			part = rest;
		ok = slice_cut(&word, &part, '=');
		value = text_of(part);
		ok = ok && json_string_length(value) != 0 &&
		    desk_word(desk, word, json_string_value(value));
		json_decref(value);
		if (!ok) {
			json_decref(desk);
			err_set(err, ERR_INVALID, "E-INIT-DESK",
			    "a desk is written rs/cyber;name=Cyber desk;"
			    "phone=+381...;hours=24/7;powers=art29,art35;"
			    "channels=coe;languages=en,fr");
			return NULL;
		}
	}
	return desk;
}

/* -- the text -------------------------------------------------------------- */

static void
keys_print(struct jout *j, const struct node_card *c,
    const struct node_keys *k)
{
	char vkey[NOTE_VKEY];

	note_vkey_print(vkey, &k->vkey);
	jout_array(j, "keys");
	jout_object(j, NULL);
	jout_str(j, "vkey", vkey);
	jout_time(j, "from", c->now - CLOCKS_DIFFER);
	jout_end_object(j);
	jout_end_array(j);

	jout_array(j, "seals");
	jout_object(j, NULL);
	jout_str(j, "recipient", k->recipient);
	jout_time(j, "from", c->now - CLOCKS_DIFFER);
	jout_time(j, "until", c->now + SEAL_LASTS);
	jout_end_object(j);
	jout_end_array(j);

	jout_array(j, "tls");
	jout_hex(j, NULL, slice_of(k->link_pin, 32));
	jout_end_array(j);
	if (c->url[0] == '\0')
		return;
	jout_array(j, "urls");
	jout_str(j, NULL, c->url);
	jout_end_array(j);
}

static const struct json_shape in_desk[] = {
	{ "desk", NULL }, { "name", json_shape_labels }, { "phone", NULL },
	{ "hours", NULL }, { "languages", NULL }, { "powers", NULL },
	{ "channels", NULL }, { NULL, NULL },
};

static void
desks_print(struct jout *j, const json_t *desks)
{
	jout_array(j, "desks");
	for (size_t i = 0; i < json_array_size(desks); i++) {
		jout_object(j, NULL);
		json_shape_write(j, in_desk, json_array_get(desks, i));
		jout_end_object(j);
	}
	jout_end_array(j);
}

static void
officers_print(struct jout *j, const struct node_card *c,
    const struct node_keys *k)
{
	char vkey[NOTE_VKEY];

	if (!k->has_officer)
		return;
	note_vkey_print(vkey, &k->officer);
	jout_array(j, "officers");
	jout_object(j, NULL);
	jout_str(j, "badge", k->badge.s);
	jout_str(j, "vkey", vkey);
	jout_time(j, "from", c->now - CLOCKS_DIFFER);
	jout_end_object(j);
	jout_end_array(j);
}

/* The kinds compiled into this program are those its daemon speaks. */
static bool
kinds_print(struct jout *j, struct err *err)
{
	struct kind_set *set = kind_set_new(err);
	const struct kind *k;

	if (set == NULL)
		return false;
	for (size_t i = 0; (k = kind_at(set, i)) != NULL; i++) {
		if (i == 0)
			jout_array(j, "kinds");
		jout_object(j, NULL);
		jout_str(j, "kind", k->name);
		jout_hash(j, "hash", &k->hash);
		jout_end_object(j);
	}
	if (kind_at(set, 0) != NULL)
		jout_end_array(j);
	kind_set_free(set);
	return true;
}

static bool
desks_known(const json_t *desks, struct err *err)
{
	for (size_t i = 0; i < json_array_size(desks); i++)
		if (!json_shape_only(in_desk, json_array_get(desks, i), err))
			return false;
	return true;
}

static bool
judge(struct buf *text, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct card card;
	bool ok = card_parse(&card, &a, buf_all(text), err);

	if (ok)
		card_release(&card);
	arena_free(&a);
	return ok;
}

bool
node_card_text(struct buf *text, const struct node_card *c,
    const struct node_keys *k, struct err *err)
{
	json_t *speaks;
	struct jout j;

	if (!desks_known(c->desks, err))
		return false;
	j = text_begin(text, "card");
	jout_hash(&j, "net", &c->net);
	jout_str(&j, "member", c->member.s);
	jout_int(&j, "seq", 1);
	jout_time(&j, "issued", c->now);
	jout_object(&j, "name");
	json_shape_write(&j, json_shape_labels, c->name);
	jout_end_object(&j);
	jout_str_opt(&j, "country", c->country);
	jout_str(&j, "time_zone", c->time_zone);
	jout_value(&j, "languages", c->languages);
	keys_print(&j, c, k);
	desks_print(&j, c->desks);
	officers_print(&j, c, k);
	if (!kinds_print(&j, err))
		return false;
	speaks = card_speaks_ours();
	jout_value(&j, "speaks", speaks);
	json_decref(speaks);
	text_end(&j);
	return judge(text, err);
}
