#include "ententd/call.h"

#include <string.h>

#include "ententd/authority.h"
#include "ententd/routes.h"
#include "ententd/trust.h"
#include "store/session_store.h"

/* -- who asks --------------------------------------------------------------- */

static bool
claimed_account(struct call *c, struct err *err)
{
	struct store *store = &c->vault->store;
	struct session session;
	struct hash secret;

	if (c->q.bearer[0] != '\0') {
		secret = hash_of(slice_str(c->q.bearer));
		if (!session_get(store, &secret, clock_now(), &session, err))
			return false;
		c->by_token = session.type == SESSION_TOKEN;
		return account_get(store, session.badge.s, &c->account, err);
	}
	/* Only people: the node's own user is not an officer by itself. */
	if (c->q.has_uid &&
	    account_by_uid(store, (int64_t)c->q.uid, &c->account, err))
		return true;
	return err_set(err, ERR_DENIED, "E-SESSION-NONE",
	    "log in first: no session, or it has ended");
}

/* Each time anew: it is less at once when a giver's is. */
static bool
find_scope(struct call *c, struct err *err)
{
	if (!authority_of(c->vault, &c->account, &c->scope, err))
		return false;
	return !scope_is_over(&c->scope, clock_now()) || err_set(err,
	    ERR_DENIED, "E-SCOPE-OVER",
	    "your account's time is over, or that of who gave it its rights");
}

static bool
find_account(struct call *c, struct err *err)
{
	if (!claimed_account(c, err))
		return false;
	/* Also of a session: a login may have been under way when the account
	 * was disabled and its sessions ended. */
	if (!c->account.disabled)
		return find_scope(c, err);
	memset(&c->account, 0, sizeof(c->account));
	return err_set(err, ERR_DENIED, "E-SESSION-NONE",
	    "log in first: no session, or it has ended");
}

static bool
admit_officer(struct call *c, const struct route *r, struct err *err)
{
	if (r->who == ROUTE_ANYONE) {
		/* Known or not, who asks may see more when known. */
		if (c->vault->open && !find_account(c, err)) {
			memset(&c->account, 0, sizeof(c->account));
			c->scope = scope_none();
		}
		return true;
	}
	if (!find_account(c, err))
		return false;
	if (r->roles != 0 && !call_has_role(c, r->roles))
		return err_set(err, ERR_DENIED, "E-ROLE",
		    "your roles do not allow this");
	return true;
}

static bool
admit(struct call *c, const struct route *r, struct err *err)
{
	if (r->lock == ROUTE_OPEN && !(c->vault->open && c->vault->ready))
		return err_set(err, ERR_UNAVAILABLE, c->vault->open ?
		    "E-NODE-BUSY" : "E-NODE-LOCKED", c->vault->open ?
		    "this node is starting" :
		    "this node is locked: a passphrase is needed");
	if (r->who != ROUTE_PEER)
		return admit_officer(c, r, err);
	if (!trust_peer_by_key(c->vault->trust, c->q.key, &c->peer)) {
		trust_unknown_peer(c->vault);
		return err_set(err, ERR_DENIED, "E-PEER-UNKNOWN",
		    "no card known here carries your TLS key");
	}
	/* Who is suspended may learn of it, no more. */
	if (r->handle != link_sync && !trust_is_active(c->vault->trust, &c->peer))
		return err_set(err, ERR_DENIED, "E-PEER-SUSPENDED",
		    "%s is not an active member", c->peer.s);
	return true;
}

/* -- which route ------------------------------------------------------------ */

static bool
matches(const struct route *r, const struct call *c, const char *path)
{
	size_t n = strlen(r->path);

	if (strcmp(r->method, c->q.method) != 0)
		return false;
	if (r->path[n - 1] == '/')
		return strncmp(path, r->path, n) == 0 && path[n] != '\0';
	return strcmp(r->path, path) == 0;
}

void
call_route(struct call *c)
{
	bool link = c->from == CHILD_LINK;
	const struct route *routes = link ? link_routes : desk_routes;
	size_t n = link ? link_routes_count : desk_routes_count;
	const char *path = c->q.path + strlen(link ? "/link/v1/" : "/api/v1/");
	struct err err;

	for (size_t i = 0; i < n; i++) {
		if (!matches(&routes[i], c, path))
			continue;
		c->rest = routes[i].path[strlen(routes[i].path) - 1] == '/' ?
		    path + strlen(routes[i].path) : "";
		if (admit(c, &routes[i], &err))
			routes[i].handle(c);
		else
			call_refuse(c, &err);
		return;
	}
	call_refuse_with(c, ERR_NOT_FOUND, "E-NOT-FOUND", "",
	    "there is no such thing here");
}
