#include "model/keyname.h"

#include <stdio.h>

void
keyname_network(char out[static 65], const char *name)
{
	size_t n = strcspn(name, "/");

	out[0] = '\0';
	if (!network_name_valid(slice_of(name, n)))
		return;
	memcpy(out, name, n);
	out[n] = '\0';
}

/* The rest of name after "<network>/", or NULL. */
static const char *
after_network(const char *name, const char *network)
{
	size_t n = strlen(network);

	if (strncmp(name, network, n) != 0 || name[n] != '/')
		return NULL;
	return name + n + 1;
}

bool
keyname_is_root(const char *name, const char *network)
{
	const char *s = after_network(name, network);
	size_t n;

	if (s == NULL || strncmp(s, "root/", 5) != 0)
		return false;
	s += 5;
	n = strlen(s);
	return n >= 1 && n <= 4 && s[0] != '0' && strspn(s, "0123456789") == n;
}

void
keyname_member(char out[static NOTE_NAME], const char *network,
    const struct member_id *m, const char *tail)
{
	(void)snprintf(out, NOTE_NAME, "%s/%s%s%s", network, m->s,
	    tail == NULL ? "" : "/", tail == NULL ? "" : tail);
}

/* j is bad, or text is the key that *v became. */
static void
vkey_from(struct note_vkey *v, struct jobj *j, const char *key,
    const char *text, enum keyname_algorithms which)
{
	struct err ignored;

	if (j->bad) {
		*v = (struct note_vkey){ .name = "" };
		return;
	}
	if (!note_vkey_parse(v, slice_str(text), &ignored))
		jobj_fail(j, "E-FIELD-VALUE", key, "is no verifier key");
	else if (which == KEYS_ED25519 && v->alg != NOTE_ED25519)
		jobj_fail(j, "E-FIELD-VALUE", key, "is no Ed25519 key");
}

void
jobj_vkey(struct note_vkey *v, struct jobj *j, const char *key,
    enum keyname_algorithms which)
{
	vkey_from(v, j, key, jobj_str(j, key, NOTE_VKEY - 1), which);
}

void
jobj_item_vkey(struct note_vkey *v, struct jobj *j, const char *key,
    const json_t *array, size_t i, enum keyname_algorithms which)
{
	const char *text = jobj_item_str(j, key, array, i, NOTE_VKEY - 1);
	char item[64];

	(void)snprintf(item, sizeof(item), "%s[%zu]", key, i);
	vkey_from(v, j, item, text, which);
}

void
jout_vkey(struct jout *j, const char *key, const struct note_vkey *v)
{
	char text[NOTE_VKEY];

	note_vkey_print(text, v);
	jout_str(j, key, text);
}

static bool
same_root(const struct note_vkey *a, const struct note_vkey *b)
{
	return strcmp(a->name, b->name) == 0 ||
	    slice_eq(slice_of(a->key, a->key_len), slice_of(b->key, b->key_len));
}

unsigned
jobj_roots(struct jobj *j, struct note_vkey *roots, size_t max,
    char name[static 65])
{
	const json_t *list = jobj_array(j, "roots", max);
	size_t n = json_array_size(list);
	char item[64];

	if (!j->bad && n == 0)
		jobj_fail(j, "E-FIELD-VALUE", "roots", "is empty");
	for (size_t i = 0; !j->bad && i < n; i++) {
		(void)snprintf(item, sizeof(item), "roots[%zu]", i);
		jobj_item_vkey(&roots[i], j, "roots", list, i, KEYS_ED25519);
		if (name[0] == '\0')
			keyname_network(name, roots[i].name);
		if (!j->bad && !keyname_is_root(roots[i].name, name))
			jobj_fail(j, "E-FIELD-VALUE", item,
			    "is not named <network>/root/<number>");
		for (size_t k = 0; k < i; k++)
			if (same_root(&roots[k], &roots[i]))
				jobj_fail(j, "E-FIELD-VALUE", item,
				    "stands there twice");
	}
	return j->bad ? 0 : (unsigned)n;
}

void
jout_roots(struct jout *j, const struct note_vkey *roots, size_t n)
{
	jout_array(j, "roots");
	for (size_t i = 0; i < n; i++)
		jout_vkey(j, NULL, &roots[i]);
	jout_end_array(j);
}
