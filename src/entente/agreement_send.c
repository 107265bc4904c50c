#include "entente/agreement_send.h"

#include <string.h>

#include "base/encode.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/prompt.h"
#include "entente/signing.h"
#include "entente/words.h"
#include "model/ending.h"

/* -- what the node knows --------------------------------------------------------- */

bool
agreement_self(struct cli *cli, struct member_id *m, struct hash *net,
    struct problem *p)
{
	json_t *status;
	bool ok;

	if (!client_get(cli, "/status", &status, p))
		return false;
	ok = member_id_parse(m, slice_str(pick_str(status, "member"))) &&
	    hex_decode(net->b, HASH_LEN, slice_str(pick_str(
	    json_object_get(status, "network"), "id")));
	json_decref(status);
	return ok || err_set(&p->err, ERR_DENIED, "E-SESSION-NONE", "%s",
	    say(cli, "agreement.log-in", NULL));
}

static bool
names(const json_t *parties, const char *member)
{
	const json_t *v;
	size_t i;

	json_array_foreach(parties, i, v)
		if (json_is_string(v) &&
		    strcmp(json_string_value(v), member) == 0)
			return true;
	return false;
}

/* Of two that use one id, ours. */
bool
agreement_get(struct cli *cli, const char *id, json_t **agreement,
    struct problem *p)
{
	struct member_id me;
	struct hash net;
	json_t *list, *a;
	size_t i;

	*agreement = NULL;
	if (!agreement_self(cli, &me, &net, p) ||
	    !client_list(cli, "/agreements", 10000, &list, p))
		return false;
	json_array_foreach(json_object_get(list, "items"), i, a)
		if (strcmp(pick_str(a, "id"), id) == 0 && (*agreement == NULL ||
		    names(json_object_get(a, "parties"), me.s)))
			*agreement = a;
	json_incref(*agreement);
	json_decref(list);
	return *agreement != NULL || err_set(&p->err, ERR_NOT_FOUND,
	    "E-NOT-FOUND", "%s", id);
}

static bool
preview(struct cli *cli, const struct signed_file *f, json_t **answer,
    struct problem *p)
{
	struct call call = { .method = "POST", .path = "/agreements/preview" };
	bool ok;

	call.body = json_pack("{s:s%}", "note", (const char *)f->bytes.p,
	    f->bytes.n);
	ok = client_call(cli, &call, NULL, answer, p);
	json_decref(call.body);
	return ok;
}

/* What is new is what the signature is about. */
static void
tell_preview(struct cli *cli, const json_t *answer)
{
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(answer, "clauses"), i, c) {
		const char *by = pick_str(c, "covered_by");

		if (*by != '\0')
			out_note(cli, "agreement.covered", "id",
			    pick_str(c, "id"), "clause", by, NULL);
		else
			out_note(cli, "agreement.new", "id", pick_str(c, "id"),
			    NULL);
	}
	json_array_foreach(json_object_get(answer, "gone"), i, c)
		out_note(cli, "agreement.gone", "id", json_string_value(c), NULL);
	json_array_foreach(json_object_get(answer, "parties"), i, c)
		if (pick_bool(c, "signed"))
			out_note(cli, "agreement.has-signed", "party",
			    pick_str(c, "party"), NULL);
	if (*pick_str(answer, "code") != '\0')
		out_note(cli, "agreement.does-not-follow", "detail",
		    pick_str(answer, "detail"), NULL);
}

/* -- signing ------------------------------------------------------------------------ */

static bool
sign(struct cli *cli, struct signed_file *f, enum exit_code *code)
{
	struct trust_keyring t;
	struct signing s;
	unsigned added;
	struct err err;
	bool ok;

	*code = EXIT_DONE;
	if (!trust_open(cli, &t, TRUST_EXISTING, "passphrase", &err)) {
		*code = out_error(cli, &err);
		return false;
	}
	ok = signing_keys(&s, &t, f, cli_text(cli, "key"), &cli->arena, &err) &&
	    trust_keyring_bind(&t, &s.net, cli->now, &err);
	if (ok && !prompt_confirm(cli, code, say(cli, "trust.ask.sign", NULL))) {
		trust_keyring_close(&t);
		return false;
	}
	ok = ok && signing_do(&s, f, &added, &err) &&
	    trust_keyring_save(&t, &err);
	trust_keyring_close(&t);
	if (!ok)
		*code = out_error(cli, &err);
	return ok;
}

/* -- to the nodes --------------------------------------------------------------------- */

/* The own node takes what all have signed, as it would from anybody. */
static bool
give_to_node(struct cli *cli, const struct signed_file *f, bool *taken,
    struct problem *p)
{
	struct call call = { .method = "POST", .path = "/trust" };
	const json_t *item;
	json_t *answer;
	bool ok;

	call.body = json_pack("{s:[s%]}", "notes", (const char *)f->bytes.p,
	    f->bytes.n);
	ok = client_call(cli, &call, NULL, &answer, p);
	json_decref(call.body);
	if (!ok)
		return false;
	item = json_array_get(json_object_get(answer, "items"), 0);
	*taken = strcmp(pick_str(item, "result"), "refused") != 0;
	if (!*taken)
		ok = err_field(&p->err, ERR_VERIFY, pick_str(item, "code"),
		    pick_str(item, "field"), "%s", pick_str(item, "detail"));
	json_decref(answer);
	return ok;
}

/* --to, or the parties but ourselves. */
static json_t *
recipients(struct cli *cli, const json_t *parties, const struct member_id *me)
{
	json_t *to = json_array();
	const json_t *v;
	size_t i;

	for (i = 0; i < cli_count(cli, "to"); i++)
		json_array_append_new(to, json_string(cli_nth(cli, "to", i)));
	if (json_array_size(to) != 0)
		return to;
	json_array_foreach(parties, i, v) {
		const char *s = json_is_string(v) ? json_string_value(v) :
		    pick_str(v, "party");

		if (strcmp(s, me->s) != 0 && strcmp(s, "*") != 0)
			json_array_append_new(to, json_string(s));
	}
	return to;
}

static bool
post(struct cli *cli, const struct signed_file *f, const char *subject,
    json_t *to, json_t **answer, struct problem *p)
{
	struct hash h = hash_of(buf_all(&f->bytes));
	struct call call = { .method = "POST", .path = "/messages" };
	struct buf key = BUF_INIT;
	bool ok;

	/* The same signatures are sent once, whatever is interrupted. */
	buf_hex(&key, slice_of(h.b, HASH_LEN));
	call.idempotency = buf_cstr(&key);
	call.body = json_pack("{s:s,s:s,s:O,s:s,s:s,s:{s:s%}}",
	    "kind", "agreement/1", "purpose", "administration", "to", to,
	    "subject", subject, "lang", cli->lang, "body", "note",
	    (const char *)f->bytes.p, f->bytes.n);
	ok = client_call(cli, &call, NULL, answer, p);
	json_decref(call.body);
	buf_free(&key);
	return ok;
}

static enum exit_code
deliver(struct cli *cli, const struct signed_file *f, const char *id,
    bool complete, json_t *to)
{
	struct problem p = { .status = 0 };
	json_t *answer = NULL;
	const char *ref = "";
	bool taken = false;

	if (complete && !give_to_node(cli, f, &taken, &p))
		return out_problem(cli, &p);
	if (taken)
		out_note(cli, "agreement.taken", "id", id, NULL);
	if (json_array_size(to) != 0) {
		if (!post(cli, f, id, to, &answer, &p))
			return out_problem(cli, &p);
		ref = arena_strdup(&cli->arena, pick_str(answer, "ref"));
		out_note(cli, complete ? "agreement.sent-whole" :
		    "agreement.sent", "ref", ref, NULL);
	}
	if (out_is_json(cli))
		out_json(cli, "agreement-sent/1", json_pack(
		    "{s:s,s:b,s:b,s:s,s:O}", "id", id, "complete", complete,
		    "taken", taken, "ref", ref, "to", to));
	else if (*ref != '\0')
		out_line(cli, ref);
	json_decref(answer);
	return EXIT_DONE;
}

/* Whoever signed with another's keyring has agreed to nothing. */
static bool
we_signed(struct cli *cli, const json_t *parties, const struct member_id *me,
    struct err *err)
{
	const json_t *v;
	size_t i;

	json_array_foreach(parties, i, v)
		if (json_is_object(v) && !pick_bool(v, "signed") &&
		    strcmp(pick_str(v, "party"), me->s) == 0)
			return err_set(err, ERR_DENIED, "E-SIGN-KEY", "%s",
			    say(cli, "agreement.not-ours", "member", me->s, NULL));
	return true;
}

/* -- the whole way ----------------------------------------------------------------------- */

static enum exit_code
send_agreement(struct cli *cli, struct signed_file *f)
{
	struct problem p = { .status = 0 };
	struct member_id me;
	json_t *before, *after, *to;
	enum exit_code code;
	struct hash net;
	const char *path = cli_text(cli, "output");
	struct err err;

	if (!agreement_self(cli, &me, &net, &p) ||
	    !preview(cli, f, &before, &p))
		return out_problem(cli, &p);
	tell_preview(cli, before);
	json_decref(before);
	if (!sign(cli, f, &code))
		return code;
	if (!preview(cli, f, &after, &p))
		return out_problem(cli, &p);
	if (!we_signed(cli, json_object_get(after, "parties"), &me, &err) ||
	    (path != NULL && !signed_file_write(f, path, SIGNED_FILE_CREATE,
	    &err))) {
		json_decref(after);
		return out_error(cli, &err);
	}
	to = recipients(cli, json_object_get(after, "parties"), &me);
	code = deliver(cli, f, arena_printf(&cli->arena, "%s/%lld",
	    pick_str(after, "id"), (long long)pick_int(after, "version")),
	    pick_bool(after, "complete"), to);
	json_decref(to);
	json_decref(after);
	return code;
}

/* One party's signature is all that an ending takes. */
static enum exit_code
send_ending(struct cli *cli, struct signed_file *f)
{
	struct problem p = { .status = 0 };
	struct member_id me;
	json_t *agreement, *to;
	struct ending e;
	enum exit_code code;
	struct hash net;

	if (!ending_parse(&e, f->note.text, &p.err))
		return out_error(cli, &p.err);
	if (!agreement_self(cli, &me, &net, &p) ||
	    !agreement_get(cli, e.id, &agreement, &p)) {
		code = out_problem(cli, &p);
	} else if (!sign(cli, f, &code)) {
		json_decref(agreement);
	} else {
		to = recipients(cli, json_object_get(agreement, "parties"), &me);
		code = deliver(cli, f, arena_printf(&cli->arena, "%s/%lld", e.id,
		    (long long)pick_int(agreement, "version")), true, to);
		json_decref(to);
		json_decref(agreement);
	}
	ending_release(&e);
	return code;
}

enum exit_code
agreement_send(struct cli *cli, struct signed_file *f)
{
	struct err err;

	if (!words_tell(cli, f, &err))
		return out_error(cli, &err);
	if (signed_file_is(f, "ending"))
		return send_ending(cli, f);
	if (signed_file_is(f, "agreement"))
		return send_agreement(cli, f);
	err_set(&err, ERR_INVALID, "E-SIGN-TYPE",
	    "only agreements and endings go this way");
	return out_error(cli, &err);
}
