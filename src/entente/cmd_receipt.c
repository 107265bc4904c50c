#include <string.h>

#include "entente/nouns.h"
#include "entente/out.h"
#include "entente/path.h"
#include "entente/pick.h"
#include "entente/proof.h"
#include "entente/thread.h"

struct receipts {
	json_t		*items;		/* what is printed */
	bool		 verify;
	size_t		 failed;
	struct problem	 first;		/* of those that failed */
};

static void
judge(struct receipts *rs, json_t *item, bool ok, const struct problem *p)
{
	json_object_set_new(item, "verified", json_boolean(ok));
	if (ok)
		return;
	json_object_set_new(item, "code", json_string(p->err.rule));
	if (rs->failed++ == 0)
		rs->first = *p;
}

/* A failure to ask is none of a signature. */
static bool
is_judgement(const struct problem *p, bool ok)
{
	return ok || p->err.class == ERR_VERIFY || p->err.class == ERR_INVALID;
}

static json_t *
line(const json_t *m, const char *member, const char *result, const char *at)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "message",
	    pick_str(m, "name"), "ref", pick_str(m, "ref"), "act",
	    pick_str(m, "act"), "member", member, "result", result, "at", at);
}

static bool
add_message(struct cli *cli, struct receipts *rs, const json_t *m,
    struct problem *p)
{
	const char *from = pick_str(m, "from");
	json_t *item;
	bool ok;

	if (!rs->verify)
		return true;
	ok = proof_message(cli, pick_str(m, "name"), from, p);
	if (!is_judgement(p, ok))
		return false;
	item = line(m, arena_str(&cli->arena, slice_of(from,
	    strcspn(from, "/"))), "signed", pick_str(m, "sent"));
	judge(rs, item, ok, p);
	json_array_append_new(rs->items, item);
	return true;
}

static bool
add_receipts(struct cli *cli, struct receipts *rs, const json_t *m,
    struct problem *p)
{
	const json_t *r, *list;
	json_t *answer, *item;
	bool ok = true;
	size_t i;

	if (!client_get(cli, arena_printf(&cli->arena, "%s/receipts",
	    path_of(cli, "messages", pick_str(m, "name"))), &answer, p))
		return false;
	list = json_is_array(answer) ? answer : json_object_get(answer, "items");
	json_array_foreach(list, i, r) {
		item = line(m, pick_str(r, "member"), pick_str(r, "result"),
		    pick_str(r, "at"));
		json_array_append_new(rs->items, item);
		if (!rs->verify)
			continue;
		ok = proof_receipt(cli, pick_str(m, "name"), r, p);
		if (!is_judgement(p, ok))
			break;
		judge(rs, item, ok, p);
		ok = true;
	}
	json_decref(answer);
	return ok;
}

static void
show(struct cli *cli, const struct receipts *rs)
{
	struct table t = TABLE_INIT;
	const json_t *r;
	size_t i;

	table_head(&t, cli, "column.ref", "column.act", "column.member",
	    "column.result", "column.at", "column.verified", NULL);
	json_array_foreach(rs->items, i, r) {
		const json_t *v = json_object_get(r, "verified");

		table_cell(&t, cli, OUT_BOLD, pick_str(r, "ref"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    say_code(cli, "act", pick_str(r, "act")));
		table_cell(&t, cli, OUT_COLOR_NONE, pick_str(r, "member"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    say_code(cli, "receipt", pick_str(r, "result")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(r, "at")));
		table_cell(&t, cli, json_is_false(v) ? OUT_RED : OUT_GREEN,
		    v == NULL ? "" : say_code(cli, "word",
		    json_is_true(v) ? "verified" : "not-verified"));
	}
	table_end(&t, cli);
	if (json_array_size(rs->items) == 0)
		out_note(cli, "receipt.none", NULL);
}

static enum exit_code
finish(struct cli *cli, struct receipts *rs)
{
	if (out_is_json(cli))
		out_json(cli, "receipts/1", json_pack("{s:O}", "items",
		    rs->items));
	else
		show(cli, rs);
	if (rs->failed != 0) {
		rs->first.err.class = ERR_VERIFY;
		return out_problem(cli, &rs->first);
	}
	if (rs->verify)
		out_note(cli, "receipt.verified", NULL);
	else
		out_next(cli, "entente receipt %s --verify", cli_arg(cli, 0));
	return EXIT_DONE;
}

static enum exit_code
receipt(struct cli *cli)
{
	struct receipts rs = { .items = json_array(),
	    .verify = cli_flag(cli, "verify") };
	struct problem p = { .status = 0 };
	enum exit_code code;
	json_t *thread;
	const json_t *m;
	bool ok = true;
	size_t i;

	if (!thread_get(cli, cli_arg(cli, 0), THREAD_PEEK, &thread, &p)) {
		json_decref(rs.items);
		return out_problem(cli, &p);
	}
	json_array_foreach(json_object_get(thread, "messages"), i, m)
		ok = ok && add_message(cli, &rs, m, &p) &&
		    add_receipts(cli, &rs, m, &p);
	code = ok ? finish(cli, &rs) : out_problem(cli, &p);
	json_decref(thread);
	json_decref(rs.items);
	return code;
}

static const struct option options[] = {
	{ "verify", OPTION_FLAG, NULL, false, 0 },
	{ .name = NULL },
};

const struct command cmd_receipt[] = {
	{ "receipt", NULL, "REF", options, 0,
	    "entente receipt REQ-2026-000184 --verify", receipt },
	{ .noun = NULL },
};
