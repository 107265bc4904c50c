#include <malloc.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/json.h"
#include "base/secret.h"
#include "ententd/front.h"

/*
 * The officers' listener.  What a person typed as a secret leaves the request
 * here: it goes to `keys` on a channel of their own, with the purpose that the
 * path alone decides and, for an approval, the hash the officer was shown.
 * The vault gets a ticket in its place.
 */
enum { SECRET_MAX = 400 };

static bool
streams(const char *method, const char *path)
{
	return strcmp(method, "POST") == 0 &&
	    (strcmp(path, "/api/v1/files") == 0 ||
	    strcmp(path, "/api/v1/spools") == 0);
}

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static enum purpose
purpose_of(const struct request *q)
{
	if (strcmp(q->method, "POST") != 0)
		return PURPOSE_NONE;
	if (strcmp(q->path, "/api/v1/sessions") == 0)
		return PURPOSE_LOGIN;
	if (strcmp(q->path, "/api/v1/unlock") == 0)
		return PURPOSE_UNLOCK;
	if (strcmp(q->path, "/api/v1/accounts") == 0)
		return PURPOSE_PASSWORD;
	if (strncmp(q->path, "/api/v1/accounts/", 17) == 0 &&
	    ends_with(q->path, "/password"))
		return PURPOSE_PASSWORD;
	if (strcmp(q->path, "/api/v1/me/password") == 0)
		return PURPOSE_CHANGE;
	if (strncmp(q->path, "/api/v1/drafts/", 15) == 0 &&
	    ends_with(q->path, "/approve"))
		return PURPOSE_APPROVE;
	if (strncmp(q->path, "/api/v1/threads/", 16) == 0 &&
	    ends_with(q->path, "/countersign"))
		return PURPOSE_COUNTERSIGN;
	return PURPOSE_NONE;
}

static void
send_secret(struct front *f, struct request *q, enum purpose purpose,
    const uint8_t hash[static 32], struct slice secret)
{
	struct buf b = BUF_INIT;

	randombytes_buf(q->ticket, TICKET);
	q->has_ticket = 1;
	buf_put(&b, q->ticket, TICKET);
	buf_u8(&b, (uint8_t)purpose);
	buf_put(&b, hash, 32);
	buf_var(&b, secret);
	ipc_send(f->child.to[CHILD_KEYS], DESK_SECRET, 0, buf_all(&b), -1);
	buf_wipe(&b);
}

/* Take "password" out of the object and write the rest anew. */
static bool
split_secret(struct front *f, struct request *q, struct buf *body, json_t *v,
    enum purpose purpose, struct err *err)
{
	const char *secret = json_string_value(json_object_get(v, "password"));
	const char *old = json_string_value(json_object_get(v, "old"));
	const char *hash = json_string_value(json_object_get(v, "hash"));
	uint8_t shown[32] = { 0 };
	struct jout j = jout_to(body);
	struct buf both = BUF_INIT;

	if (secret == NULL)
		return err_field(err, ERR_INVALID, "E-FIELD-MISSING",
		    "password", "is required");
	if (purpose == PURPOSE_CHANGE && old == NULL)
		return err_field(err, ERR_INVALID, "E-FIELD-MISSING",
		    "old", "is required: the password until now");
	if (strlen(secret) > SECRET_MAX ||
	    (old != NULL && strlen(old) > SECRET_MAX))
		return err_field(err, ERR_INVALID, "E-FIELD-SIZE", "password",
		    "is longer than %d bytes", SECRET_MAX);
	if ((purpose == PURPOSE_APPROVE || purpose == PURPOSE_COUNTERSIGN) &&
	    (hash == NULL ||
	    !hex_decode(shown, sizeof(shown), slice_str(hash))))
		return err_field(err, ERR_INVALID, "E-FIELD-VALUE", "hash",
		    "must be the hash of the text that was shown");
	if (purpose == PURPOSE_CHANGE)
		buf_var_str(&both, old);
	buf_str(&both, secret);
	send_secret(f, q, purpose, shown, buf_all(&both));
	buf_wipe(&both);
	buf_wipe(body);
	(void)json_object_del(v, "password");
	if (purpose == PURPOSE_CHANGE)
		(void)json_object_del(v, "old");
	jout_value(&j, NULL, v);
	return true;
}

static bool
inspect(struct front *f, struct request *q, struct buf *body, struct err *err)
{
	enum purpose purpose = purpose_of(q);
	json_t *v;
	bool ok;

	if (purpose == PURPOSE_NONE)
		return true;
	if (f->child.to[CHILD_KEYS] == NULL)
		return err_set(err, ERR_UNAVAILABLE, "E-NODE-BUSY",
		    "this node is starting or restarting; ask again");
	v = json_read(buf_all(body), 64 * 1024, err);
	if (v == NULL)
		return false;
	ok = json_is_object(v) ? split_secret(f, q, body, v, purpose, err) :
	    err_set(err, ERR_INVALID, "E-FIELD-TYPE", "the body is no object");
	json_decref(v);
	return ok;
}

/* What JSON is read from may be a password: its copies are wiped. */
static void
wiping_free(void *p)
{
	if (p != NULL)
		secret_wipe(p, malloc_usable_size(p));
	free(p);
}

int
desk_main(void)
{
	static const struct front_rules rules = {
		.role = CHILD_DESK,
		.body_max = 2 * 1024 * 1024,
		.client_cert = false,
		.connections = 500,
		/* A bureau may stand behind one address; nobody else shall
		 * fill the house from one. */
		.per_address = 200,
		.listener = LISTENER_DESK,
		.streams = streams,
		.inspect = inspect,
		.prefix = "/api/v1/",
	};

	json_set_alloc_funcs(xmalloc, wiping_free);
	return front_main(&rules);
}
