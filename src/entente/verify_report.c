#include <stdio.h>

#include "base/encode.h"
#include "entente/out.h"
#include "entente/verify.h"

/* -- JSON ------------------------------------------------------------------- */

static json_t *
json_hash(const struct hash *h)
{
	char text[2 * HASH_LEN + 1];

	hex_encode(text, slice_of(h->b, sizeof(h->b)));
	return json_string(text);
}

static json_t *
json_msec(msec t)
{
	char text[TIME_TEXT];

	time_print(text, t);
	return json_string(text);
}

static json_t *
json_approvals(const struct bundle_message *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->napprovals; i++)
		(void)json_array_append_new(list,
		    json_string(m->approvals[i].s));
	return list;
}

static json_t *
json_receipts(const struct bundle_message *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->nreceipts; i++)
		(void)json_array_append_new(list, json_pack("{s:s, s:s, s:o}",
		    "member", m->receipts[i].member.s, "result",
		    receipt_result_names[m->receipts[i].result],
		    "at", json_msec(m->receipts[i].at)));
	return list;
}

static json_t *
json_messages(const struct bundle *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->nmessages; i++) {
		const struct bundle_message *m = &b->messages[i];
		const struct header *h = &m->header;

		(void)json_array_append_new(list, json_pack(
		    "{s:i, s:o, s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:o}",
		    "number", (int)m->number, "name", json_hash(&m->name),
		    "ref", h->ref, "act", act_names[h->act],
		    "from", h->from.s, "by", h->by.s,
		    "sent", json_msec(h->sent), "approvals", json_approvals(m),
		    "content", (int)m->has_content,
		    "receipts", json_receipts(m)));
	}
	return list;
}

static json_t *
json_legs(const struct bundle *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->nlegs; i++) {
		const struct bundle_leg *l = &b->legs[i];
		json_t *leg = json_pack("{s:s, s:i}", "desk", l->desk.s,
		    "acts", (int)l->acts);

		if (l->known)
			(void)json_object_set_new(leg, "state",
			    json_string(state_names[l->leg.state]));
		(void)json_array_append_new(list, leg);
	}
	return list;
}

static json_t *
json_groups(const struct bundle *b)
{
	json_t *groups = json_object();

	for (int g = 0; g < FINDING_GROUPS; g++)
		(void)json_object_set_new(groups, finding_group_names[g],
		    json_pack("{s:I, s:I, s:I}",
		    "ok", (json_int_t)b->count[g][FINDING_OK],
		    "missing", (json_int_t)b->count[g][FINDING_MISSING],
		    "bad", (json_int_t)b->count[g][FINDING_BAD]));
	return groups;
}

static json_t *
json_findings(const struct bundle *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->n; i++) {
		const struct finding *f = &b->findings[i];
		json_t *o = json_pack("{s:s, s:s, s:s, s:s}",
		    "status", finding_status_names[f->status],
		    "group", finding_group_names[f->group],
		    "what", f->what, "detail", f->detail);

		if (f->rule[0] != '\0')
			(void)json_object_set_new(o, "rule",
			    json_string(f->rule));
		(void)json_array_append_new(list, o);
	}
	return list;
}

static void
report_json(struct cli *cli, const struct verify *v, const json_t *extracted)
{
	const struct bundle *b = &v->bundle;
	json_t *o = json_pack("{s:s, s:s, s:b}", "file", v->path,
	    "verdict", verify_verdict(v), "ok", (int)bundle_ok(b));

	if (b->has_network)
		(void)json_object_set_new(o, "network", json_pack(
		    "{s:s, s:o, s:s, s:b}", "name", b->network.name,
		    "id", json_hash(&b->net), "class",
		    network_class_names[b->network.class], "asked",
		    (int)v->asked));
	if (b->root != NULL)
		(void)json_object_set_new(o, "thread", json_pack(
		    "{s:o, s:s, s:s}", "name", json_hash(&b->root->name),
		    "ref", b->root->header.ref, "kind", b->root->header.kind));
	if (b->has_manifest)
		(void)json_object_set_new(o, "claims", json_pack("{s:o, s:s}",
		    "made", json_msec(b->manifest.made), "by",
		    b->manifest.by.s));
	(void)json_object_set_new(o, "messages", json_messages(b));
	(void)json_object_set_new(o, "legs", json_legs(b));
	(void)json_object_set_new(o, "groups", json_groups(b));
	(void)json_object_set_new(o, "findings", json_findings(b));
	if (extracted != NULL)
		(void)json_object_set_new(o, "extracted",
		    json_deep_copy(extracted));
	out_json(cli, "verify/1", o);
}

/* -- text ------------------------------------------------------------------- */

static void
report_head(struct cli *cli, const struct verify *v)
{
	const struct bundle *b = &v->bundle;
	char id[2 * HASH_LEN + 1];

	if (b->root != NULL) {
		out_pair(cli, "label.thread", b->root->header.ref);
		out_pair(cli, "label.kind", b->root->header.kind);
	}
	if (b->has_network) {
		hex_encode(id, slice_of(b->net.b, sizeof(b->net.b)));
		out_pair(cli, "label.network", b->network.name);
		out_pair(cli, "label.network-id", id);
	}
	if (b->has_manifest)
		out_pair(cli, "label.made", say(cli, "verify.made",
		    "member", b->manifest.by.s,
		    "time", out_msec(cli, b->manifest.made), NULL));
	for (size_t i = 0; i < b->nlegs; i++)
		if (b->legs[i].known)
			out_pair(cli, "label.leg", say(cli, "verify.leg",
			    "desk", b->legs[i].desk.s, "state", say_code(cli,
			    "state", state_names[b->legs[i].leg.state]), NULL));
}

static const char *
number(struct cli *cli, size_t n)
{
	return n == 0 ? NULL : arena_printf(&cli->arena, "%zu", n);
}

static void
report_groups(struct cli *cli, const struct bundle *b)
{
	struct table t = TABLE_INIT;

	table_head(&t, cli, "column.part", "column.ok",
	    "column.missing", "column.bad", NULL);
	for (int g = 0; g < FINDING_GROUPS; g++) {
		const size_t *count = b->count[g];

		if (count[FINDING_OK] + count[FINDING_MISSING] +
		    count[FINDING_BAD] == 0)
			continue;
		table_cell(&t, cli, OUT_BOLD, say_code(cli, "verify.group",
		    finding_group_names[g]));
		table_cell(&t, cli, OUT_GREEN, number(cli, count[FINDING_OK]));
		table_cell(&t, cli, OUT_YELLOW,
		    number(cli, count[FINDING_MISSING]));
		table_cell(&t, cli, OUT_RED, number(cli, count[FINDING_BAD]));
	}
	table_end(&t, cli);
}

static void
report_findings(struct cli *cli, const struct bundle *b,
    enum finding_status status)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct finding *f = &b->findings[i];

		if (f->status == status)
			out_line(cli, say(cli, "verify.finding", "status",
			    say_code(cli, "verify.status",
			    finding_status_names[status]), "what", f->what,
			    "detail", f->detail, "rule", f->rule, NULL));
	}
}

static void
report_text(struct cli *cli, const struct verify *v, const json_t *extracted)
{
	const struct bundle *b = &v->bundle;
	const json_t *path;
	size_t i;

	report_head(cli, v);
	report_groups(cli, b);
	report_findings(cli, b, FINDING_MISSING);
	report_findings(cli, b, FINDING_BAD);
	json_array_foreach(extracted, i, path)
		out_line(cli, say(cli, "verify.extracted", "path",
		    json_string_value(path), NULL));
	if (b->has_network && b->network.class == NETWORK_DEMO)
		out_line(cli, say(cli, "verify.demo", NULL));
	if (b->has_network && !v->asked)
		out_line(cli, say(cli, "verify.compare", NULL));
	out_line(cli, say_code(cli, "verify.verdict", verify_verdict(v)));
}

enum exit_code
verify_report(struct cli *cli, const struct verify *v, const json_t *extracted)
{
	if (out_is_json(cli))
		report_json(cli, v, extracted);
	else
		report_text(cli, v, extracted);
	return bundle_ok(&v->bundle) ? EXIT_DONE : EXIT_VERIFY;
}
