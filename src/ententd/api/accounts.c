#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ententd/accounts.h"
#include "ententd/api/password.h"
#include "ententd/api/view.h"
#include "ententd/authority.h"
#include "ententd/routes.h"
#include "store/session_store.h"

void
api_me(struct call *c)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	view_account(&j, NULL, c, &c->account);
	call_json(c, 200, &b);
}

/* Administrators, and who was given something to give on. */
static bool
is_giver(struct call *c)
{
	if (call_has_role(c, ACCOUNT_ADMIN) || c->scope.gives != 0)
		return true;
	call_refuse_with(c, ERR_DENIED, "E-ROLE", "",
	    "your roles do not allow this");
	return false;
}

/* Administrators all of them; others those they might have made, and their own. */
static bool
sees_account(struct call *c, const struct account *a)
{
	struct scope given, handed = authority_handed(&c->account, &c->scope);

	if (call_has_role(c, ACCOUNT_ADMIN) ||
	    strcmp(a->badge.s, c->account.badge.s) == 0)
		return true;
	authority_given(&given, a);
	return scope_exceeds(&given, &handed) == NULL;
}

void
api_accounts(struct call *c)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct account *list;
	struct err err;
	size_t n;

	if (!is_giver(c))
		return;
	if (!account_list(&c->vault->store, &c->arena, &list, &n, &err)) {
		call_refuse(c, &err);
		return;
	}
	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < n; i++)
		if (sees_account(c, &list[i]))
			view_account(&j, NULL, c, &list[i]);
	jout_end_array(&j);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

/* -- who may give what ------------------------------------------------------ */

static bool
within(const struct account *a, const struct scope *most, const char *rule,
    struct err *err)
{
	struct scope asked;
	const char *what;

	authority_given(&asked, a);
	what = scope_exceeds(&asked, most);
	return what == NULL || err_field(err, ERR_DENIED, rule, what,
	    "the account of %s would have more than %s", a->badge.s,
	    strcmp(rule, "E-SCOPE-SELF") == 0 ? "now" : "you may give");
}

static bool
may_give(struct call *c, const struct account *a, struct err *err)
{
	struct scope handed = authority_handed(&c->account, &c->scope);

	return within(a, &handed, "E-SCOPE-EXCEEDS", err);
}

void
api_account_new(struct call *c)
{
	struct account a, old;
	json_t *json = is_giver(c) ? call_body(c) : NULL;
	struct jobj j;
	struct err err;
	bool ok;

	if (json == NULL)
		return;
	jobj_begin(&j, json, "", &err);
	account_read(&a, &j, &c->vault->child.languages);
	ok = jobj_end(&j) && may_give(c, &a, &err);
	json_decref(json);
	if (!ok) {
		call_refuse(c, &err);
		return;
	}
	if (account_get(&c->vault->store, a.badge.s, &old, &err)) {
		call_refuse_with(c, ERR_CONFLICT, "E-ACCOUNT-EXISTS", "badge",
		    "there is an account of that badge");
		return;
	}
	a.made = clock_now();
	a.made_by = a.giver = c->account.badge;
	password_first(c, &a);
}

/* -- changes ---------------------------------------------------------------- */

/* Without an administrator nobody could ever make one again. */
static bool
admin_remains(struct call *c, const struct account *changed, struct err *err)
{
	struct vault *v = c->vault;
	struct account *list;
	struct scope s;
	size_t n;

	if (!account_list(&v->store, &c->arena, &list, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if ((list[i].roles & ACCOUNT_ADMIN) == 0)
			continue;
		if (!authority_of(v, &list[i], &s, err))
			return false;
		if ((s.roles & ACCOUNT_ADMIN) != 0 && s.until == 0)
			return true;
	}
	return err_set(err, ERR_CONFLICT, "E-ACCOUNT-LAST",
	    "without %s no administrator would be left", changed->badge.s);
}

/* Who gives more than the giver did answers for it from then on. */
static bool
take_over(struct call *c, struct account *a, struct err *err)
{
	struct vault *v = c->vault;
	struct account giver;
	struct scope given, above;

	if (a->giver.s[0] == '\0')
		return true;
	if (!account_get(&v->store, a->giver.s, &giver, err) ||
	    !authority_of(v, &giver, &above, err))
		return false;
	authority_given(&given, a);
	above = authority_handed(&giver, &above);
	if (scope_exceeds(&given, &above) == NULL)
		return true;
	if (authority_hangs_on(v, &c->account, &a->badge))
		return err_field(err, ERR_DENIED, "E-SCOPE-EXCEEDS", "giver",
		    "%s is among those who gave you your account", a->badge.s);
	a->giver = c->account.badge;
	return true;
}

/* Nobody gives himself more; others only who could have made the account both
 * as it was and as it is to be. */
static bool
may_change(struct call *c, const struct account *old, struct account *a,
    struct err *err)
{
	struct scope before;

	if (strcmp(a->badge.s, c->account.badge.s) == 0) {
		authority_given(&before, old);
		return within(a, &before, "E-SCOPE-SELF", err);
	}
	return may_give(c, old, err) && may_give(c, a, err) &&
	    take_over(c, a, err);
}

/* What hung on an account that ends hangs on its heir: as far as the heir
 * could have given it. */
static bool
inherit(struct call *c, const struct account *a, const char *badge,
    struct err *err)
{
	struct vault *v = c->vault;
	struct account heir, *list;
	struct scope most;
	size_t n;

	if (!account_get(&v->store, badge, &heir, err))
		return false;
	if (heir.disabled || strcmp(badge, a->badge.s) == 0)
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "heir",
		    "is no account that goes on");
	if (!may_give(c, &heir, err))
		return false;
	if (authority_hangs_on(v, &heir, &a->badge))
		heir.giver = a->giver;
	if (!account_put(&v->store, &heir, err) ||
	    !authority_of(v, &heir, &most, err) ||
	    !account_list(&v->store, &c->arena, &list, &n, err))
		return false;
	most = authority_handed(&heir, &most);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].giver.s, a->badge.s) != 0)
			continue;
		if (!within(&list[i], &most, "E-SCOPE-EXCEEDS", err))
			return false;
		list[i].giver = heir.badge;
		if (!account_put(&v->store, &list[i], err))
			return false;
	}
	return vault_audit(v, c->account.badge.s, "account.heir", NULL, "",
	    arena_printf(&c->arena, "%s %s", a->badge.s, badge), err);
}

static bool
keep_change(struct call *c, const struct account *a, const char *heir,
    struct err *err)
{
	struct vault *v = c->vault;

	return account_put(&v->store, a, err) &&
	    (heir[0] == '\0' || inherit(c, a, heir, err)) &&
	    admin_remains(c, a, err) &&
	    vault_audit(v, c->account.badge.s, "account.change", NULL, "",
	    a->badge.s, err) && (!a->disabled ||
	    session_end_all(&v->store, a->badge.s, err));
}

static bool
read_change(struct call *c, struct account *a, json_t *json, char *heir,
    struct err *err)
{
	struct account old = *a;
	struct jobj j;

	jobj_begin(&j, json, "", err);
	account_change(a, &j, &c->vault->child.languages);
	(void)snprintf(heir, sizeof(a->badge.s), "%s",
	    jobj_str_opt(&j, "heir", sizeof(a->badge.s) - 1));
	if (!j.bad && heir[0] != '\0' && !a->disabled)
		jobj_fail(&j, "E-FIELD-VALUE", "heir",
		    "comes where an account is disabled");
	return jobj_end(&j) && may_change(c, &old, a, err);
}

void
api_account_change(struct call *c)
{
	struct account a;
	struct buf b = BUF_INIT;
	struct jout out = jout_to(&b);
	json_t *json = is_giver(c) ? call_body(c) : NULL;
	char heir[sizeof(a.badge.s)];
	struct err err;
	bool ok;

	if (json == NULL)
		return;
	ok = account_get(&c->vault->store, c->rest, &a, &err) &&
	    read_change(c, &a, json, heir, &err);
	json_decref(json);
	ok = ok && vault_unit_begin(c->vault, &err);
	ok = ok && vault_unit_end(c->vault, keep_change(c, &a, heir, &err),
	    &err);
	if (!ok) {
		call_refuse(c, &err);
		return;
	}
	view_account(&out, NULL, c, &a);
	call_json(c, 200, &b);
}
