#include "ententd/accounts.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "crypto/note.h"
#include "model/message.h"

static unsigned
roles_of(struct jobj *j, const char *key)
{
	const json_t *list = jobj_array(j, key, 8);
	unsigned roles = 0, bit;

	for (size_t i = 0; list != NULL && i < json_array_size(list); i++) {
		const char *s = jobj_item_str(j, key, list, i, 32);

		if (!j->bad && !account_role_parse(&bit, s))
			jobj_fail(j, "E-FIELD-VALUE", key, "%s is no role", s);
		else if (!j->bad)
			roles |= bit;
	}
	return roles;
}

static void
read_roles(struct account *a, struct jobj *j)
{
	a->roles = roles_of(j, "roles");
	/* Who audits does not administer, and nobody audits himself. */
	if ((a->roles & ACCOUNT_AUDITOR) != 0 && a->roles != ACCOUNT_AUDITOR)
		jobj_fail(j, "E-ROLE-AUDITOR", "roles",
		    "an auditor has no other role");
}

/* Words with spaces between. */
static void
read_words(struct jobj *j, const char *key, char *out, size_t size,
    bool (*fits)(const char *), const char *otherwise)
{
	const json_t *list = jobj_array_opt(j, key, 8);
	size_t n = 0;

	if (list == NULL)
		return;
	out[0] = '\0';
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = jobj_item_str(j, key, list, i, 132);

		if (!j->bad && !fits(s))
			jobj_fail(j, "E-FIELD-VALUE", key, "item %zu %s", i,
			    otherwise);
		if (!j->bad && n + strlen(s) + 2 > size)
			jobj_fail(j, "E-FIELD-SIZE", key, "is too long");
		if (j->bad)
			return;
		n += (size_t)snprintf(out + n, size - n, "%s%s",
		    n == 0 ? "" : " ", s);
	}
}

static bool
is_desk(const char *s)
{
	struct address at;

	return address_parse(&at, slice_str(s));
}

static bool
is_pattern(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-:/");

	return n + (s[n] == '*') == strlen(s) && s[0] != '\0' &&
	    strlen(s) <= MESSAGE_KIND;
}

/* The rest of the scope, where it is said. */
static void
read_scope(struct account *a, struct jobj *j)
{
	read_words(j, "desks", a->desks, sizeof(a->desks), is_desk,
	    "is no address");
	read_words(j, "kinds", a->kinds, sizeof(a->kinds), is_pattern,
	    "is no kind, nor the beginning of one and *");
	if (jobj_has(j, "urgency_most"))
		a->urgency = jobj_enum(j, "urgency_most", urgency_names,
		    URGENCIES);
	if (jobj_has(j, "tlp_most"))
		a->tlp = jobj_enum(j, "tlp_most", tlp_names, TLPS);
	if (jobj_has(j, "level_most"))
		a->level = jobj_enum(j, "level_most", level_names, LEVELS);
	if (jobj_has(j, "until"))
		a->until = jobj_time(j, "until");
	if (jobj_has(j, "gives"))
		a->gives = roles_of(j, "gives");
}

static void
read_lang(struct account *a, struct jobj *j, const struct languages *known)
{
	const char *code = languages_find(known, slice_str(jobj_str(j, "lang",
	    LANGUAGE_CODE - 1)));

	if (!j->bad && code == NULL)
		jobj_fail(j, "E-FIELD-VALUE", "lang",
		    "is no language of this node");
	if (!j->bad)
		(void)snprintf(a->lang, sizeof(a->lang), "%s", code);
}

void
account_read(struct account *a, struct jobj *j, const struct languages *known)
{
	const char *s = jobj_str(j, "badge", 32);

	memset(a, 0, sizeof(*a));
	if (!j->bad && !badge_parse(&a->badge, slice_str(s)))
		jobj_fail(j, "E-FIELD-VALUE", "badge", "is no badge");
	(void)snprintf(a->name, sizeof(a->name), "%s", jobj_str(j, "name", 120));
	read_roles(a, j);
	a->urgency = URGENCY_FLASH;
	a->tlp = TLP_RED;
	a->level = LEVELS - 1;
	a->gives = -1;
	read_scope(a, j);
	if (jobj_has(j, "lang"))
		read_lang(a, j, known);
	a->uid = jobj_int_opt(j, "uid", 0, UINT32_MAX, -1);
}

void
account_change(struct account *a, struct jobj *j,
    const struct languages *known)
{
	if (jobj_has(j, "name"))
		(void)snprintf(a->name, sizeof(a->name), "%s",
		    jobj_str(j, "name", 120));
	if (jobj_has(j, "roles"))
		read_roles(a, j);
	read_scope(a, j);
	if (jobj_has(j, "lang"))
		read_lang(a, j, known);
	if (jobj_has(j, "disabled"))
		a->disabled = jobj_bool(j, "disabled");
}

/* -- the first accounts ------------------------------------------------------------------ */

static bool
import_one(struct vault *v, struct jobj *j, struct err *err)
{
	struct account a, old;
	struct err none;
	const char *vkey;

	account_read(&a, j, &v->child.languages);
	vkey = jobj_str_opt(j, "vkey", sizeof(a.vkey) - 1);
	(void)snprintf(a.vkey, sizeof(a.vkey), "%s", vkey);
	if (!jobj_end(j))
		return false;
	if (account_get(&v->store, a.badge.s, &old, &none))
		return true;
	a.made = clock_now();
	return account_put(&v->store, &a, err) &&
	    vault_audit(v, "node", "account.new", NULL, "", a.badge.s, err);
}

static bool
import_all(struct vault *v, struct slice bytes, struct err *err)
{
	json_t *json = json_read(bytes, 256 * 1024, err);
	const json_t *list;
	struct jobj j, item;
	bool ok;

	if (json == NULL)
		return false;
	jobj_begin(&j, json, "", err);
	list = jobj_array(&j, "accounts", 64);
	ok = jobj_end(&j);
	for (size_t i = 0; ok && i < json_array_size(list); i++) {
		jobj_item(&item, &j, "accounts", list, i);
		ok = import_one(v, &item, err);
	}
	json_decref(json);
	return ok;
}

void
accounts_import(struct vault *v)
{
	struct buf b = BUF_INIT;
	struct err err;

	if (!io_read_file(v->dir, "accounts.json", &b, 256 * 1024, &err))
		return;
	if (vault_unit_begin(v, &err) &&
	    vault_unit_end(v, import_all(v, buf_all(&b), &err), &err))
		log_info("accounts.json was taken in");
	else
		log_error("accounts.json: %s %s: %s", err.rule, err.field,
		    err.text);
	buf_free(&b);
}
