#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/log.h"
#include "base/secret.h"
#include "ententd/api/view.h"
#include "ententd/routes.h"
#include "store/session_store.h"

#define LOGIN_LIFE	(12 * HOUR)
#define TOKEN_MOST	(366)		/* days */

/* -- unlocking ------------------------------------------------------------------------ */

static void
unlocked(void *arg, struct ipc_message *m)
{
	struct call *c = arg;
	struct cursor r;
	struct err err;

	if (keys_said(m, &r, &err))
		call_answer(c, 204, "", slice_of(NULL, 0));
	else
		call_refuse(c, &err);
}

static void
use_ticket(struct call *c, enum purpose purpose, const char *badge,
    void (*got)(void *, struct ipc_message *))
{
	struct buf b = BUF_INIT;

	buf_put(&b, c->q.ticket, TICKET);
	buf_u8(&b, (uint8_t)purpose);
	buf_var_str(&b, badge);
	buf_var_str(&b, "");
	vault_ask(c->vault, CHILD_KEYS, VAULT_SECRET, buf_all(&b), -1, got, c);
	buf_free(&b);
}

void
api_unlock(struct call *c)
{
	if (!c->q.has_uid) {
		call_refuse_with(c, ERR_DENIED, "E-UNLOCK-LOCAL", "",
		    "a node is unlocked on its own machine, by the desk socket");
		return;
	}
	use_ticket(c, PURPOSE_UNLOCK, "", unlocked);
}

/* -- logging in ------------------------------------------------------------------------ */

/* 32 random bytes as hex; only its hash is kept. */
static void
new_secret(char out[static 65], struct hash *kept)
{
	uint8_t bytes[32];

	randombytes_buf(bytes, sizeof(bytes));
	hex_encode(out, slice_of(bytes, sizeof(bytes)));
	*kept = hash_of(slice_str(out));
	secret_wipe(bytes, sizeof(bytes));
}

static void
say_token(struct call *c, const char *secret, const struct session *s)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	jout_object(&j, NULL);
	jout_str(&j, "token", secret);
	jout_time(&j, "expires", s->expires);
	jout_str_opt(&j, "label", s->label);
	view_account(&j, "account", c, &c->account);
	jout_end_object(&j);
	call_json(c, 201, &b);
}

static bool
begin_session(struct call *c, struct session *s, const char *what,
    struct err *err)
{
	struct vault *v = c->vault;

	return vault_unit_begin(v, err) && vault_unit_end(v,
	    session_put(&v->store, s, err) && vault_audit(v,
	    c->account.badge.s, what, NULL, "", "", err), err);
}

static void
logged_in(void *arg, struct ipc_message *m)
{
	struct call *c = arg;
	struct session s = { .type = SESSION_LOGIN };
	struct cursor r;
	struct err err;
	char secret[65];

	if (!keys_said(m, &r, &err)) {
		log_warn("a login was refused: %s", err.rule);
		call_refuse(c, &err);
		return;
	}
	new_secret(secret, &s.secret);
	s.badge = c->account.badge;
	s.made = s.used = clock_now();
	s.expires = s.made + LOGIN_LIFE;
	if (begin_session(c, &s, "session.begin", &err))
		say_token(c, secret, &s);
	else
		call_refuse(c, &err);
	secret_wipe(secret, sizeof(secret));
}

void
api_login(struct call *c)
{
	json_t *json = call_body(c);
	char badge[33];
	struct jobj j;
	struct err err;

	if (json == NULL)
		return;
	jobj_begin(&j, json, "", &err);
	(void)snprintf(badge, sizeof(badge), "%s", jobj_str(&j, "account", 32));
	if (!jobj_end(&j)) {
		json_decref(json);
		call_refuse(c, &err);
		return;
	}
	json_decref(json);
	/* An account that does not exist, or is disabled, costs the same time
	 * and says the same: keys knows no record of the name "-". */
	memset(&c->account, 0, sizeof(c->account));
	if (!account_get(&c->vault->store, badge, &c->account, &err) ||
	    c->account.disabled)
		(void)snprintf(badge, sizeof(badge), "-");
	use_ticket(c, PURPOSE_LOGIN, badge, logged_in);
}

void
api_logout(struct call *c)
{
	struct vault *v = c->vault;
	struct hash secret = hash_of(slice_str(c->q.bearer));
	struct err err;

	if (!vault_unit_begin(v, &err) || !vault_unit_end(v,
	    session_end(&v->store, &secret, &err) && vault_audit(v,
	    c->account.badge.s, "session.end", NULL, "", "", &err), &err)) {
		call_refuse(c, &err);
		return;
	}
	call_answer(c, 204, "", slice_of(NULL, 0));
}

/* -- tokens ------------------------------------------------------------------------------ */

void
api_tokens(struct call *c)
{
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct session *list;
	struct err err;
	size_t n;

	if (!session_list(&c->vault->store, &c->arena, c->account.badge.s, &list,
	    &n, &err)) {
		call_refuse(c, &err);
		return;
	}
	jout_object(&j, NULL);
	jout_array(&j, "items");
	for (size_t i = 0; i < n; i++) {
		jout_object(&j, NULL);
		jout_str(&j, "type", list[i].type == SESSION_TOKEN ? "token" :
		    "session");
		jout_str_opt(&j, "label", list[i].label);
		jout_time(&j, "made", list[i].made);
		jout_time(&j, "expires", list[i].expires);
		jout_end_object(&j);
	}
	jout_end_array(&j);
	jout_end_object(&j);
	call_json(c, 200, &b);
}

void
api_token_new(struct call *c)
{
	json_t *json = call_body(c);
	struct session s = { .type = SESSION_TOKEN };
	char secret[65];
	struct jobj j;
	struct err err;
	bool ok;

	if (json == NULL)
		return;
	if (c->by_token) {
		json_decref(json);
		call_refuse_with(c, ERR_DENIED, "E-TOKEN-LOGIN", "",
		    "a token makes no tokens: log in first");
		return;
	}
	jobj_begin(&j, json, "", &err);
	(void)snprintf(s.label, sizeof(s.label), "%s", jobj_str(&j, "label", 60));
	s.made = s.used = clock_now();
	s.expires = s.made + jobj_int(&j, "days", 1, TOKEN_MOST) * DAY;
	s.badge = c->account.badge;
	ok = jobj_end(&j);
	json_decref(json);
	new_secret(secret, &s.secret);
	if (ok && begin_session(c, &s, "token.new", &err))
		say_token(c, secret, &s);
	else
		call_refuse(c, &err);
	secret_wipe(secret, sizeof(secret));
}

static bool
is_labelled(const struct session *s, const char *label)
{
	return s->type == SESSION_TOKEN && strcmp(s->label, label) == 0;
}

static bool
has_label(const struct session *list, size_t n, const char *label,
    struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (is_labelled(&list[i], label))
			return true;
	return err_field(err, ERR_NOT_FOUND, "E-NOT-FOUND", "label",
	    "you have no token of that label");
}

static bool
end_tokens(struct call *c, const struct session *list, size_t n,
    struct err *err)
{
	struct vault *v = c->vault;

	for (size_t i = 0; i < n; i++)
		if (is_labelled(&list[i], c->rest) &&
		    !session_end(&v->store, &list[i].secret, err))
			return false;
	return vault_audit(v, c->account.badge.s, "token.end", NULL, "", "",
	    err);
}

void
api_token_end(struct call *c)
{
	struct vault *v = c->vault;
	struct session *list;
	struct err err;
	size_t n;

	if (session_list(&v->store, &c->arena, c->account.badge.s, &list, &n,
	    &err) && has_label(list, n, c->rest, &err) &&
	    vault_unit_begin(v, &err) &&
	    vault_unit_end(v, end_tokens(c, list, n, &err), &err))
		call_answer(c, 204, "", slice_of(NULL, 0));
	else
		call_refuse(c, &err);
}
