#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/io.h"
#include "entente/agreement_send.h"
#include "entente/charter.h"
#include "entente/commands_trust.h"
#include "entente/out.h"
#include "entente/pick.h"
#include "entente/thread.h"
#include "model/ending.h"
#include "model/text.h"

/* -- between nodes ------------------------------------------------------------ */

/* What a person wrote, as a text of the node's network: new, or the version
 * after the one the node knows. */
static bool
draft_online(struct cli *cli, bool amends, struct signed_file *f,
    struct problem *p)
{
	struct buf json = BUF_INIT, text = BUF_INIT;
	json_t *said = NULL, *before = NULL;
	struct member_id me;
	struct hash net, prev;
	bool ok;

	ok = agreement_self(cli, &me, &net, p) && io_read_file(AT_FDCWD,
	    cli_arg(cli, 0), &json, TEXT_MAX, &p->err) &&
	    (said = json_read(buf_all(&json), TEXT_MAX, &p->err)) != NULL &&
	    (!amends || agreement_get(cli, pick_str(said, "id"), &before, p));
	if (ok && amends)
		ok = hex_decode(prev.b, HASH_LEN,
		    slice_str(pick_str(before, "name"))) &&
		    charter_amended(&text, buf_all(&json), &net, cli->now,
		    pick_int(before, "version") + 1, &prev, &p->err);
	else if (ok)
		ok = charter_agreement(&text, buf_all(&json), &net, cli->now,
		    &p->err);
	ok = ok && signed_file_take(f, &text, &p->err);
	json_decref(before);
	json_decref(said);
	buf_free(&text);
	buf_free(&json);
	return ok;
}

static enum exit_code
propose_online(struct cli *cli, bool amends)
{
	struct problem p = { .status = 0 };
	struct signed_file f;
	enum exit_code code;

	if (!draft_online(cli, amends, &f, &p))
		return out_problem(cli, &p);
	code = agreement_send(cli, &f);
	signed_file_free(&f);
	return code;
}

enum exit_code
agreement_propose(struct cli *cli)
{
	return cli_text(cli, "network-dir") != NULL ?
	    agreement_propose_file(cli) : propose_online(cli, false);
}

enum exit_code
agreement_amend(struct cli *cli)
{
	return propose_online(cli, true);
}

/* -- the other party's ------------------------------------------------------------ */

/* The newest note that a thread brings. */
static bool
note_of(struct cli *cli, const char *ref, struct buf *note, struct problem *p)
{
	const char *text = "";
	const json_t *m;
	json_t *thread;
	size_t i;

	if (!thread_get(cli, ref, THREAD_OPEN, &thread, p))
		return false;
	json_array_foreach(json_object_get(thread, "messages"), i, m) {
		const char *s = pick_str(json_object_get(m, "body"), "note");

		text = *s != '\0' ? s : text;
	}
	buf_str(note, text);
	json_decref(thread);
	return note->n != 0 || err_set(&p->err, ERR_NOT_FOUND, "E-NOT-FOUND",
	    "%s", say(cli, "agreement.no-note", "ref", ref, NULL));
}

/* Signatures that others added to the same text on another way. */
static bool
merge(struct signed_file *f, struct slice other, struct err *err)
{
	struct buf all = BUF_INIT;
	struct slice lines, rest;
	struct note n;

	if (!note_parse(&n, other, err))
		return false;
	if (!slice_eq(n.text, f->note.text))
		return err_set(err, ERR_CONFLICT, "E-AGREEMENT-CHAIN",
		    "the references bring two different texts");
	buf_slice(&all, buf_all(&f->bytes));
	rest = slice_skip(other, n.text.n + 1);
	while (slice_cut(&lines, &rest, '\n')) {
		struct slice have = slice_skip(buf_all(&f->bytes),
		    f->note.text.n), line;
		bool there = false;

		while (slice_cut(&line, &have, '\n'))
			there = there || slice_eq(line, lines);
		if (there)
			continue;
		buf_slice(&all, lines);
		buf_u8(&all, '\n');
	}
	signed_file_free(f);
	return signed_file_take(f, &all, err);
}

static bool
notes_of_all(struct cli *cli, struct signed_file *f, struct problem *p)
{
	struct buf note = BUF_INIT;
	bool ok;

	ok = note_of(cli, cli_arg(cli, 0), &note, p) &&
	    signed_file_take(f, &note, &p->err);
	for (size_t i = 1; ok && cli_arg(cli, i) != NULL; i++) {
		buf_clear(&note);
		ok = note_of(cli, cli_arg(cli, i), &note, p) &&
		    merge(f, buf_all(&note), &p->err);
	}
	buf_free(&note);
	return ok;
}

enum exit_code
agreement_countersign(struct cli *cli)
{
	struct signed_file f = { .note.nsigs = 0 };
	struct problem p = { .status = 0 };
	enum exit_code code;

	code = notes_of_all(cli, &f, &p) ? agreement_send(cli, &f) :
	    out_problem(cli, &p);
	signed_file_free(&f);
	return code;
}

/* -- the end ---------------------------------------------------------------------- */

static bool
draft_ending(struct cli *cli, struct signed_file *f, struct problem *p)
{
	struct ending e = { .issued = cli->now, .at = cli_time(cli, "at") };
	const char *reason = cli_text(cli, "reason");
	json_t *agreement, *labels = NULL;
	struct buf text = BUF_INIT;
	bool ok;

	if (!agreement_self(cli, &e.party, &e.net, p) ||
	    !agreement_get(cli, cli_arg(cli, 0), &agreement, p))
		return false;
	(void)snprintf(e.id, sizeof(e.id), "%s", pick_str(agreement, "id"));
	if (strcmp(e.id, "charter") == 0)
		e.party.s[0] = '\0';
	if (e.at < e.issued)
		e.at = e.issued;
	if (reason != NULL)
		e.reason = labels = json_pack("{s:s}", "en", reason);
	ok = hex_decode(e.agreement.b, HASH_LEN,
	    slice_str(pick_str(agreement, "name")));
	ending_print(&text, &e);
	ok = ok && signed_file_take(f, &text, &p->err);
	json_decref(labels);
	json_decref(agreement);
	buf_free(&text);
	return ok;
}

enum exit_code
agreement_end(struct cli *cli)
{
	struct signed_file f = { .note.nsigs = 0 };
	struct problem p = { .status = 0 };
	enum exit_code code;

	code = draft_ending(cli, &f, &p) ? agreement_send(cli, &f) :
	    out_problem(cli, &p);
	signed_file_free(&f);
	return code;
}

/* -- rows ------------------------------------------------------------------------- */

const struct option agreement_propose_options[] = {
	{ "network-dir", OPTION_PATH, "DIR", false, 0 },
	AGREEMENT_SEND_OPTIONS,
	{ .name = NULL },
};
const struct option agreement_send_options[] = {
	AGREEMENT_SEND_OPTIONS,
	{ .name = NULL },
};
const struct option agreement_end_options[] = {
	{ "at", OPTION_TIME, "TIME", false, 0 },
	{ "reason", OPTION_TEXT, "TEXT", false, 0 },
	AGREEMENT_SEND_OPTIONS,
	{ .name = NULL },
};
