#include "entente/view.h"

#include <string.h>

#include "entente/form_kind.h"
#include "entente/out.h"
#include "entente/pick.h"

const char *
view_joined(struct cli *cli, const json_t *array)
{
	const char *s = "";
	const json_t *v;
	size_t i;

	json_array_foreach(array, i, v)
		s = arena_printf(&cli->arena, "%s%s%s", s, i == 0 ? "" : ", ",
		    json_is_string(v) ? json_string_value(v) : "?");
	return s;
}

const char *
view_handling(struct cli *cli, const json_t *h)
{
	const char *s = "";

	if (*pick_str(h, "tlp") != '\0')
		s = arena_printf(&cli->arena, "TLP:%s", pick_str(h, "tlp"));
	if (*pick_str(h, "level") != '\0')
		s = arena_printf(&cli->arena, "%s %s", s, pick_str(h, "level"));
	if (json_array_size(json_object_get(h, "codes")) != 0)
		s = arena_printf(&cli->arena, "%s %s", s,
		    view_joined(cli, json_object_get(h, "codes")));
	if (*pick_str(h, "pap") != '\0')
		s = arena_printf(&cli->arena, "%s PAP:%s", s, pick_str(h, "pap"));
	if (*pick_str(h, "grade") != '\0')
		s = arena_printf(&cli->arena, "%s %s", s, pick_str(h, "grade"));
	if (*s != '\0' && !pick_bool(h, "onward"))
		s = arena_printf(&cli->arena, "%s, %s", s,
		    say_code(cli, "word", "not-onward"));
	return s;
}

/* Sent by one officer alone: what is due, or who signed since. */
static void
show_countersign(struct cli *cli, const json_t *leg)
{
	const json_t *c = json_object_get(leg, "countersign");
	const char *by = pick_str(c, "by");

	if (c == NULL)
		return;
	out_pair(cli, "label.countersign", say(cli, *by != '\0' ?
	    "countersign.by" : pick_bool(c, "overdue") ?
	    "countersign.overdue" : "countersign.due", "by", by, "time",
	    out_time(cli, pick_str(c, *by != '\0' ? "at" : "due")), NULL));
}

void
view_legs(struct cli *cli, const json_t *legs)
{
	struct table t = TABLE_INIT;
	const json_t *l;
	size_t i;

	table_head(&t, cli, "column.member", "column.state",
	    "column.acknowledge", "column.answer", "column.next",
	    "column.opened", NULL);
	json_array_foreach(legs, i, l) {
		bool asker = strcmp(pick_str(l, "role"), "asker") == 0;
		const char *next = pick_str(l, "promised_by");

		table_cell(&t, cli, OUT_BOLD, pick_str(l, "member"));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    say_code(cli, "state", pick_str(l, "state")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(l, "acknowledge_by")));
		table_cell(&t, cli, OUT_COLOR_NONE,
		    out_time(cli, pick_str(l, "answer_by")));
		table_cell(&t, cli, OUT_COLOR_NONE, out_time(cli,
		    *next != '\0' ? next : pick_str(l, "next_step_by")));
		table_cell(&t, cli, OUT_COLOR_NONE, out_time(cli,
		    pick_str(l, asker ? "opened_there" : "opened")));
	}
	table_end(&t, cli);
	json_array_foreach(legs, i, l)
		show_countersign(cli, l);
}

static const char *
size_text(struct cli *cli, int64_t n)
{
	if (n < 10000)
		return arena_printf(&cli->arena, "%lld B", (long long)n);
	if (n < 10000000)
		return arena_printf(&cli->arena, "%lld kB", (long long)n / 1000);
	return arena_printf(&cli->arena, "%lld MB", (long long)n / 1000000);
}

static void
show_files(struct cli *cli, const json_t *list, size_t *files)
{
	const json_t *f;
	size_t i;

	json_array_foreach(list, i, f) {
		const char *have = json_is_false(json_object_get(f, "have")) ?
		    say_code(cli, "word", "not-here-yet") : "";

		out_pair(cli, "label.file", arena_printf(&cli->arena,
		    "%zu  %s  %s  %s%s%s", ++*files, pick_str(f, "name"),
		    size_text(cli, pick_int(f, "size")), pick_str(f, "type"),
		    *have == '\0' ? "" : "  ", have));
	}
}

/* What it passes on, and whose consent goes along. */
static void
show_forwards(struct cli *cli, const json_t *list)
{
	const json_t *f, *consent, *body;
	size_t i;

	json_array_foreach(list, i, f) {
		body = json_object_get(f, "body");
		out_pair(cli, "label.forwards", arena_printf(&cli->arena,
		    "%s  %s  %s  %s", pick_str(f, "from"), pick_str(f, "ref"),
		    out_time(cli, pick_str(f, "sent")),
		    view_handling(cli, json_object_get(f, "handling"))));
		out_pair(cli, "label.subject", pick_str(f, "subject"));
		if (*pick_str(body, "text") != '\0')
			out_pair(cli, "label.text", pick_str(body, "text"));
		consent = json_object_get(f, "consent");
		if (consent != NULL)
			out_pair(cli, "label.consent", arena_printf(&cli->arena,
			    "%s  %s  %s", pick_str(consent, "from"),
			    out_time(cli, pick_str(consent, "sent")),
			    pick_str(json_object_get(consent, "body"),
			    "conditions")));
	}
}

static void
show_delivery(struct cli *cli, const json_t *m)
{
	const json_t *d;
	size_t i;

	json_array_foreach(json_object_get(m, "receipts"), i, d)
		out_pair(cli, "label.receipt", arena_printf(&cli->arena,
		    "%s  %s  %s", pick_str(d, "member"),
		    say_code(cli, "receipt", pick_str(d, "result")),
		    out_time(cli, pick_str(d, "at"))));
	json_array_foreach(json_object_get(m, "delivery"), i, d)
		if (strcmp(pick_str(d, "status"), "taken") != 0)
			out_pair(cli, "label.delivery", arena_printf(
			    &cli->arena, "%s  %s  %s", pick_str(d, "member"),
			    say_code(cli, "delivery", pick_str(d, "status")),
			    pick_str(d, "rule")));
}

/* How it may be used: said of the first message, later only where it has
 * changed. */
static void
show_terms(struct cli *cli, const json_t *m, const json_t *root)
{
	static const char *const keys[] = { "urgency", "handling", "purpose",
		"area" };
	bool same = root != NULL;

	for (size_t i = 0; i < 4 && same; i++)
		same = json_equal(json_object_get(m, keys[i]),
		    json_object_get(root, keys[i])) ||
		    json_object_get(m, keys[i]) == json_object_get(root, keys[i]);
	if (same)
		return;
	if (root != NULL || strcmp(pick_str(m, "urgency"), "normal") != 0)
		out_pair(cli, "label.urgency",
		    say_code(cli, "urgency", pick_str(m, "urgency")));
	out_pair(cli, "label.handling",
	    view_handling(cli, json_object_get(m, "handling")));
	out_pair(cli, "label.purpose",
	    form_code_label(cli, "purposes", pick_str(m, "purpose")));
	out_pair(cli, "label.area",
	    form_code_label(cli, "crime-areas", pick_str(m, "area")));
}

static void
show_head(struct cli *cli, const json_t *m, const json_t *root)
{
	const char *by = pick_str(m, "by"), *place = pick_str(m, "place");

	out_pair(cli, "label.from", *by == '\0' ? pick_str(m, "from") :
	    arena_printf(&cli->arena, "%s (%s)", pick_str(m, "from"), by));
	out_pair(cli, "label.to", view_joined(cli, json_object_get(m, "to")));
	out_pair(cli, "label.sent", out_time(cli, pick_str(m, "sent")));
	out_pair(cli, "label.until", out_time(cli, pick_str(m, "until")));
	out_pair(cli, "label.desk", pick_str(m, "desk"));
	show_terms(cli, m, root);
	out_pair(cli, "label.subject", pick_str(m, "subject"));
	if (pick_bool(m, "emergency"))
		out_pair(cli, "label.emergency",
		    say_code(cli, "word", "emergency-used"));
	out_pair(cli, "label.approved",
	    view_joined(cli, json_object_get(m, "approvals")));
	if (*pick_str(m, "key_revoked") != '\0')
		out_pair(cli, "label.key-revoked", say(cli,
		    "word.key-revoked", "since", out_time(cli,
		    pick_str(m, "key_revoked")), NULL));
	if (*place != '\0' && strcmp(place, "thread") != 0)
		out_pair(cli, "label.place", say_code(cli, "place", place));
	if (pick_bool(m, "crossed"))
		out_pair(cli, "label.crossed", say_code(cli, "word", "crossed"));
	if (strcmp(pick_str(m, "content"), "gone") == 0)
		out_pair(cli, "label.content", say_code(cli, "word", "gone"));
}

void
view_message(struct cli *cli, const char *kind, const json_t *m,
    const json_t *root, size_t *files)
{
	const json_t *sections = NULL;
	const char *act = pick_str(m, "act");
	struct problem ignored;

	out_heading(cli, arena_printf(&cli->arena, "%s  %s",
	    say_code(cli, "act", act), pick_str(m, "ref")));
	show_head(cli, m, root);
	/* Without the kind's labels the answers are shown under their names. */
	if (json_object_size(json_object_get(m, "body")) != 0)
		(void)form_sections(cli, kind, act, &sections, &ignored);
	form_show(cli, kind, sections, json_object_get(m, "body"));
	show_files(cli, json_object_get(m, "files"), files);
	show_forwards(cli, json_object_get(m, "forwards"));
	show_delivery(cli, m);
}
