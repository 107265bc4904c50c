#include "ententd/api/password.h"

#include <stdio.h>
#include <string.h>

#include "ententd/api/view.h"
#include "ententd/authority.h"
#include "ententd/routes.h"
#include "store/session_store.h"

/* A reset that nobody agreed to, or that was not done, is over. */
#define RESET_LIFE	(24 * HOUR)

enum what { FIRST, OWN, RESET };

struct setting {
	struct call	*call;
	struct account	 account;
	enum what	 what;
};

static const struct {
	const char	*audit;
	unsigned	 status;
	enum purpose	 purpose;
} whats[] = {
	[FIRST] = { "account.new", 201, PURPOSE_PASSWORD },
	[OWN] = { "account.password", 204, PURPOSE_CHANGE },
	[RESET] = { "account.reset", 200, PURPOSE_PASSWORD },
};

/* -- set ---------------------------------------------------------------------- */

static bool
keep_account(struct setting *s, struct err *err)
{
	struct vault *v = s->call->vault;

	return account_put(&v->store, &s->account, err) &&
	    (s->what != RESET ||
	    session_end_all(&v->store, s->account.badge.s, err)) &&
	    vault_audit(v, s->call->account.badge.s, whats[s->what].audit, NULL,
	    "", s->account.badge.s, err);
}

/* As it is now: an administrator may have disabled or changed it, or another
 * have made it, while keys was computing. */
static bool
look_again(struct setting *s, struct err *err)
{
	struct account now;

	if (!account_get(&s->call->vault->store, s->account.badge.s, &now, err))
		return s->what == FIRST && err->class == ERR_NOT_FOUND;
	if (s->what == FIRST)
		return err_field(err, ERR_CONFLICT, "E-ACCOUNT-EXISTS", "badge",
		    "there is an account of that badge");
	s->account = now;
	return true;
}

/* The owner alone knows what he chose himself. */
static void
settle(struct setting *s, struct slice vkey)
{
	struct account *a = &s->account;

	(void)snprintf(a->vkey, sizeof(a->vkey), "%.*s", (int)vkey.n,
	    vkey.n == 0 ? "" : (const char *)vkey.p);
	a->initial = s->what != OWN;
	if (s->what == RESET) {
		a->reset_by = a->reset_ok = (struct badge){ "" };
		a->reset_at = 0;
	}
}

static void
answer_set(struct setting *s)
{
	struct call *c = s->call;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);

	if (s->what == OWN) {
		call_answer(c, 204, "", slice_of(NULL, 0));
		return;
	}
	view_account(&j, NULL, c, &s->account);
	call_json(c, whats[s->what].status, &b);
}

static void
password_set_there(void *arg, struct ipc_message *m)
{
	struct setting *s = arg;
	struct call *c = s->call;
	struct cursor r;
	struct err err;
	bool ok;

	if (!keys_said(m, &r, &err)) {
		call_refuse(c, &err);
		return;
	}
	ok = look_again(s, &err);
	settle(s, cursor_var(&r, sizeof(s->account.vkey) - 1));
	ok = ok && vault_unit_begin(c->vault, &err);
	ok = ok && vault_unit_end(c->vault, keep_account(s, &err), &err);
	if (ok)
		answer_set(s);
	else
		call_refuse(c, &err);
}

static void
set_password(struct call *c, const struct account *a, enum what what)
{
	struct setting *s = arena_alloc(&c->arena, sizeof(*s));
	struct buf b = BUF_INIT;

	s->call = c;
	s->account = *a;
	s->what = what;
	buf_put(&b, c->q.ticket, TICKET);
	buf_u8(&b, (uint8_t)whats[what].purpose);
	buf_var_str(&b, s->account.badge.s);
	buf_var_str(&b, "");
	vault_ask(c->vault, CHILD_KEYS, VAULT_SECRET, buf_all(&b), -1,
	    password_set_there, s);
	buf_free(&b);
}

void
password_first(struct call *c, const struct account *a)
{
	set_password(c, a, FIRST);
}

void
api_password(struct call *c)
{
	set_password(c, &c->account, OWN);
}

/* -- reset: one asks, another agrees, the first sets it ----------------------- */

static bool
is_pending(const struct account *a)
{
	return a->reset_by.s[0] != '\0' && clock_now() < a->reset_at + RESET_LIFE;
}

static bool
has_authority(struct call *c, const struct account *a, struct err *err)
{
	struct scope given, handed = authority_handed(&c->account, &c->scope);

	authority_given(&given, a);
	return scope_exceeds(&given, &handed) == NULL || err_set(err,
	    ERR_DENIED, "E-SCOPE-EXCEEDS",
	    "the account of %s has more than you may give", a->badge.s);
}

static bool
begin_reset(struct call *c, struct account *a, struct err *err)
{
	if (strcmp(a->badge.s, c->account.badge.s) == 0)
		return err_set(err, ERR_DENIED, "E-RESET-PERSONS",
		    "another begins it for who forgot his password");
	a->reset_by = c->account.badge;
	a->reset_ok = (struct badge){ "" };
	a->reset_at = clock_now();
	return has_authority(c, a, err);
}

/* A supervisor of a desk of his, or another administrator. */
static bool
confirm_reset(struct call *c, struct account *a, struct err *err)
{
	struct address desk;

	if (!is_pending(a))
		return err_set(err, ERR_CONFLICT, "E-RESET-NONE",
		    "nobody asked for it within the last day");
	if (strcmp(a->badge.s, c->account.badge.s) == 0 ||
	    strcmp(a->reset_by.s, c->account.badge.s) == 0 ||
	    c->account.initial)
		return err_set(err, ERR_DENIED, "E-RESET-PERSONS",
		    "a third person agrees, who chose his own password");
	(void)snprintf(desk.s, sizeof(desk.s), "%.*s",
	    (int)strcspn(a->desks, " "), a->desks);
	if (!call_has_role(c, ACCOUNT_ADMIN) && desk.s[0] != '\0' &&
	    !call_has_desk(c, &desk))
		return err_set(err, ERR_DENIED, "E-DESK",
		    "you do not work for %s", desk.s);
	a->reset_ok = c->account.badge;
	return true;
}

static void
change_reset(struct call *c, const char *badge, const char *audit,
    bool (*change)(struct call *, struct account *, struct err *))
{
	struct vault *v = c->vault;
	struct account a;
	struct buf b = BUF_INIT;
	struct jout j = jout_to(&b);
	struct err err;
	bool ok;

	ok = account_get(&v->store, badge, &a, &err) && change(c, &a, &err) &&
	    vault_unit_begin(v, &err);
	ok = ok && vault_unit_end(v, account_put(&v->store, &a, &err) &&
	    vault_audit(v, c->account.badge.s, audit, NULL, "", a.badge.s,
	    &err), &err);
	if (!ok) {
		call_refuse(c, &err);
		return;
	}
	view_account(&j, NULL, c, &a);
	call_json(c, 200, &b);
}

/* By who asked, once another agreed: the owner's sessions end, and his new
 * approval key counts when the next card lists it. */
static void
end_reset(struct call *c, const char *badge)
{
	struct account a;
	struct err err;

	if (!account_get(&c->vault->store, badge, &a, &err) ||
	    !has_authority(c, &a, &err))
		call_refuse(c, &err);
	else if (!is_pending(&a) || a.reset_ok.s[0] == '\0' ||
	    strcmp(a.reset_by.s, c->account.badge.s) != 0)
		call_refuse_with(c, ERR_CONFLICT, "E-RESET-NONE", "",
		    "you asked for no reset that another has agreed to");
	else
		set_password(c, &a, RESET);
}

/* "<badge>/reset", "<badge>/confirm", "<badge>/password". */
void
api_account_reset(struct call *c)
{
	const char *slash = strchr(c->rest, '/');
	const char *what = slash == NULL ? "" : slash + 1;
	const char *badge = arena_str(&c->arena, slice_of(c->rest,
	    slash == NULL ? strlen(c->rest) : (size_t)(slash - c->rest)));

	if (strcmp(what, "reset") == 0)
		change_reset(c, badge, "account.reset-ask", begin_reset);
	else if (strcmp(what, "confirm") == 0)
		change_reset(c, badge, "account.reset-agree", confirm_reset);
	else if (strcmp(what, "password") == 0)
		end_reset(c, badge);
	else
		call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "",
		    "there is no such thing here");
}
