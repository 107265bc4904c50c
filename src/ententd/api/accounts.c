#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ententd/accounts.h"
#include "ententd/api/view.h"
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

void
api_accounts(struct call *c)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct account *list;
	struct err err;
	size_t n;

	if (!account_list(&c->vault->store, &c->arena, &list, &n, &err)) {
		call_refuse(c, &err);
		return;
	}
	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < n; i++)
		view_account(&j, NULL, c, &list[i]);
	jout_end_array(&j);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

/* -- password: set by its owner or, with a new account, by the administrator ------------ */

struct setting {
	struct call	*call;
	struct account	 account;
	unsigned	 status;	/* of the answer */
	enum purpose	 purpose;
};

static bool
keep_account(struct setting *s, const char *what, struct err *err)
{
	struct vault *v = s->call->vault;

	return account_put(&v->store, &s->account, err) &&
	    vault_audit(v, s->call->account.badge.s, what, NULL, "",
	    s->account.badge.s, err);
}

/* As it is now: an administrator may have disabled or changed it, or another
 * have made it, while keys was computing. */
static bool
look_again(struct setting *s, struct err *err)
{
	struct account now;

	if (!account_get(&s->call->vault->store, s->account.badge.s, &now, err))
		return s->status == 201 && err->class == ERR_NOT_FOUND;
	if (s->status == 201)
		return err_field(err, ERR_CONFLICT, "E-ACCOUNT-EXISTS", "badge",
		    "there is an account of that badge");
	s->account = now;
	return true;
}

static void
password_set_there(void *arg, struct ipc_message *m)
{
	struct setting *s = arg;
	struct call *c = s->call;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct slice vkey;
	struct cursor r;
	struct err err;
	bool ok;

	if (!keys_said(m, &r, &err)) {
		call_refuse(c, &err);
		return;
	}
	ok = look_again(s, &err);
	vkey = cursor_var(&r, sizeof(s->account.vkey) - 1);
	(void)snprintf(s->account.vkey, sizeof(s->account.vkey), "%.*s",
	    (int)vkey.n, vkey.n == 0 ? "" : (const char *)vkey.p);
	ok = ok && vault_unit_begin(c->vault, &err);
	ok = ok && vault_unit_end(c->vault, keep_account(s, s->status == 201 ?
	    "account.new" : "account.password", &err), &err);
	if (!ok) {
		call_refuse(c, &err);
		return;
	}
	if (s->status == 204) {
		call_answer(c, 204, "", slice_of(NULL, 0));
		return;
	}
	view_account(&j, NULL, c, &s->account);
	call_json(c, s->status, &b);
}

static void
set_password(struct setting *s)
{
	struct call *c = s->call;
	struct buf b = BUF_INIT;

	buf_put(&b, c->q.ticket, TICKET);
	buf_u8(&b, (uint8_t)s->purpose);
	buf_var_str(&b, s->account.badge.s);
	buf_var_str(&b, "");
	vault_ask(c->vault, CHILD_KEYS, VAULT_SECRET, buf_all(&b), -1,
	    password_set_there, s);
	buf_free(&b);
}

void
api_password(struct call *c)
{
	struct setting *s = arena_alloc(&c->arena, sizeof(*s));

	s->call = c;
	s->account = c->account;
	s->status = 204;
	s->purpose = PURPOSE_CHANGE;
	set_password(s);
}

void
api_account_new(struct call *c)
{
	struct setting *s = arena_alloc(&c->arena, sizeof(*s));
	json_t *json = call_body(c);
	struct account old;
	struct jobj j;
	struct err err;
	bool ok;

	if (json == NULL)
		return;
	jobj_begin(&j, json, "", &err);
	account_read(&s->account, &j, &c->vault->child.languages);
	ok = jobj_end(&j);
	json_decref(json);
	if (!ok) {
		call_refuse(c, &err);
		return;
	}
	if (account_get(&c->vault->store, s->account.badge.s, &old, &err)) {
		call_refuse_with(c, ERR_CONFLICT, "E-ACCOUNT-EXISTS", "badge",
		    "there is an account of that badge");
		return;
	}
	s->call = c;
	s->account.made = clock_now();
	s->account.made_by = c->account.badge;
	s->status = 201;
	s->purpose = PURPOSE_PASSWORD;
	set_password(s);
}

/* Without an administrator nobody could ever make one again. */
static bool
admin_remains(struct call *c, const struct account *changed, struct err *err)
{
	struct account *list;
	size_t n;

	if (!account_list(&c->vault->store, &c->arena, &list, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct account *a = strcmp(list[i].badge.s,
		    changed->badge.s) == 0 ? changed : &list[i];

		if ((a->roles & ACCOUNT_ADMIN) != 0 && !a->disabled)
			return true;
	}
	return err_set(err, ERR_CONFLICT, "E-ACCOUNT-LAST",
	    "%s is the last administrator", changed->badge.s);
}

void
api_account_change(struct call *c)
{
	struct setting *s = arena_alloc(&c->arena, sizeof(*s));
	struct buf b = BUF_INIT;
	struct jout out = jout_to(&b);
	json_t *json = call_body(c);
	struct jobj j;
	struct err err;
	bool ok;

	if (json == NULL)
		return;
	s->call = c;
	ok = account_get(&c->vault->store, c->rest, &s->account, &err);
	if (ok) {
		jobj_begin(&j, json, "", &err);
		account_change(&s->account, &j,
		    &c->vault->child.languages);
		ok = jobj_end(&j) && admin_remains(c, &s->account, &err);
	}
	json_decref(json);
	ok = ok && vault_unit_begin(c->vault, &err);
	ok = ok && vault_unit_end(c->vault,
	    keep_account(s, "account.change", &err) &&
	    (!s->account.disabled || session_end_all(&c->vault->store,
	    s->account.badge.s, &err)), &err);
	if (!ok) {
		call_refuse(c, &err);
		return;
	}
	view_account(&out, NULL, c, &s->account);
	call_json(c, 200, &b);
}
