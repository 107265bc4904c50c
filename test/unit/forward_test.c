#include "message_fixture.h"
#include "tap.h"

#include "base/encode.h"
#include "model/forward.h"

static struct err err;

/*
 * rs sent something to fr; fr passes it on to it, or asks rs before.
 */
struct world {
	struct arena	arena;
	struct header	original, asked, answered, passing;
	const char	*asked_body, *answered_body;
};

static char hex[65], asked_text[300], answered_text[300];

static void
header_of(struct header *h, struct arena *a, const char *from, const char *to,
    const char *kind, enum act act)
{
	fixture_request(h, a);
	h->nblobs = 0;
	(void)address_parse(&h->from, slice_str(from));
	h->nto = 1;
	fixture_to(&h->to[0], to, seed_of("card"));
	(void)snprintf(h->kind, sizeof(h->kind), "%s", kind);
	h->act = act;
	h->area[0] = '\0';
	h->handling = (struct handling){ .tlp = TLP_AMBER };
	if (act != ACT_SUBMIT) {
		h->nafter = 1;
		h->after[0] = seed_of("before");
	}
}

/* The line, its hash in the header, and the note, as they would travel. */
static struct signed_content
seal(struct world *w, struct header *h, const char *body)
{
	static const char *const labels[] = { "demo.example/rs", NULL };
	struct content c = { .subject = "", .lang = "en",
	    .body = json_loads(body, 0, NULL) };
	struct buf line = BUF_INIT, text = BUF_INIT, note = BUF_INIT;
	struct signed_content s;

	content_print(&line, &c);
	json_decref(c.body);
	h->content = hash_of(buf_all(&line));
	header_print(&text, h);
	signed_by(&note, buf_all(&text), labels);
	s.content = slice_str(arena_str(&w->arena, buf_all(&line)));
	s.note = slice_str(arena_str(&w->arena, buf_all(&note)));
	buf_free(&line);
	buf_free(&text);
	buf_free(&note);
	return s;
}

static void
world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	header_of(&w->original, &w->arena, "rs/cyber", "fr/cyber",
	    "message.text/1", ACT_SUBMIT);
	header_of(&w->asked, &w->arena, "fr/cyber", "rs/cyber", FORWARD_KIND,
	    ACT_SUBMIT);
	header_of(&w->answered, &w->arena, "rs/cyber", "fr/cyber", FORWARD_KIND,
	    ACT_ANSWER);
	header_of(&w->passing, &w->arena, "fr/cyber", "it/cyber",
	    "message.text/1", ACT_SUBMIT);
}

/* What forward_may() says of it: a rule, or "". */
static const char *
judged(struct world *w, bool consent)
{
	struct evidence original, asked, answered;
	struct forward_case c = { .original = &original, .header = &w->passing,
	    .now = w->passing.sent };
	struct signed_content s = seal(w, &w->original, "{\"text\":\"x\"}");

	err.rule[0] = '\0';
	if (!evidence_open(&original, &w->arena, &s, &err))
		return err.rule;
	hex_encode(hex, slice_of(original.name.b, HASH_LEN));
	(void)snprintf(asked_text, sizeof(asked_text),
	    "{\"message\":\"%s\",\"members\":[\"it\"],\"reason\":\"x\"}", hex);
	(void)snprintf(answered_text, sizeof(answered_text),
	    "{\"message\":\"%s\",\"members\":[\"it\",\"ee\"]}", hex);
	s = seal(w, &w->asked, w->asked_body != NULL ? w->asked_body :
	    asked_text);
	(void)evidence_open(&asked, &w->arena, &s, &err);
	if (hash_is_zero(&w->answered.thread))
		w->answered.thread = asked.name;
	s = seal(w, &w->answered, w->answered_body != NULL ? w->answered_body :
	    answered_text);
	(void)evidence_open(&answered, &w->arena, &s, &err);
	if (consent) {
		c.asked = &asked;
		c.answered = &answered;
	}
	if (forward_may(&c, &err))
		err.rule[0] = '\0';
	evidence_release(&original);
	evidence_release(&asked);
	evidence_release(&answered);
	return err.rule;
}

#define CASE(want, consent, what, ...) do {				\
	struct world w;							\
									\
	world(&w);							\
	__VA_ARGS__;							\
	EQ_STR(judged(&w, consent), want, what);			\
	arena_free(&w.arena);						\
} while (0)

static void
labels(void)
{
	CASE("E-FORWARD-CONSENT", false, "without onward the owner is asked", );
	CASE("", false, "with onward nobody is",
	    w.original.handling.onward = true);
	CASE("E-FORWARD-CONSENT", false, "H2 asks for consent all the same",
	    w.original.handling.onward = true;
	    w.original.handling.codes = HCODE_H2;
	    w.passing.handling.codes = HCODE_H2);
	CASE("E-FORWARD-NEVER", true, "RED is for its recipients alone",
	    w.original.handling.tlp = TLP_RED;
	    w.passing.handling.tlp = TLP_RED);
	CASE("E-FORWARD-HANDLING", true, "it is labelled no lower",
	    w.passing.handling.tlp = TLP_GREEN);
	CASE("E-FORWARD-HANDLING", true, "nor without its codes",
	    w.original.handling.codes = HCODE_H1);
	CASE("E-FORWARD-HANDLING", true, "nor without its PAP",
	    w.original.handling.pap = PAP_RED);
	CASE("E-FORWARD-HANDLING", true, "nor opened again",
	    w.passing.handling.onward = true);
	CASE("", true, "it may be labelled higher",
	    w.passing.handling.level = LEVEL_RESTRICTED);
	CASE("E-FORWARD-FORM", true, "who was not sent it has it from nobody",
	    (void)address_parse(&w.original.to[0].desk, slice_str("ee/cyber")));
	CASE("", false, "its owner passes it on as it likes",
	    w.original.from = w.passing.from;
	    (void)address_parse(&w.original.to[0].desk, slice_str("ee/cyber")));
}

static void
consents(void)
{
	CASE("", true, "with the owner's consent it goes", );
	CASE("E-FORWARD-CONSENT", true, "to those in the consent alone",
	    (void)address_parse(&w.passing.to[0].desk, slice_str("lt/cyber")));
	CASE("", true, "back to the owner always",
	    (void)address_parse(&w.passing.to[0].desk, slice_str("rs/cyber")));
	CASE("E-FORWARD-CONSENT", true, "a consent ends",
	    w.answered.until = w.passing.sent);
	CASE("", true, "and holds until then",
	    w.answered.until = w.passing.sent + 1);
	CASE("E-FORWARD-CONSENT", true, "that another asked for is no consent",
	    (void)address_parse(&w.asked.from, slice_str("ee/cyber")));
	CASE("E-FORWARD-CONSENT", true, "that another gave neither",
	    (void)address_parse(&w.answered.from, slice_str("ee/cyber")));
	CASE("E-FORWARD-CONSENT", true, "nor a refusal",
	    w.answered.act = ACT_REFUSE);
	CASE("E-FORWARD-CONSENT", true, "nor an answer to something else",
	    (void)snprintf(w.asked.kind, sizeof(w.asked.kind), "%s",
	    "request.preservation/1"));
	CASE("E-FORWARD-CONSENT", true, "nor one from another thread",
	    w.answered.thread = seed_of("other"));
	CASE("E-FORWARD-CONSENT", true, "nor one about another message",
	    w.answered_body = "{\"message\":\"00\",\"members\":[\"it\"]}");
	CASE("E-FORWARD-CONSENT", true, "asked about another message",
	    w.asked_body = "{\"message\":\"00\",\"members\":[\"it\"]}");
	CASE("E-FORWARD-CONSENT", true, "nor one without members",
	    w.answered_body = "{\"members\":7}");
}

/* In a content line, there and back. */
static void
enclosed(void)
{
	struct world w;
	struct forward f = { .asked = { .note = { .n = 0 } } };
	struct content c = { .subject = "", .lang = "en", .body = json_object(),
	    .forwards = &f, .nforwards = 1 }, back;
	struct buf line = BUF_INIT, again = BUF_INIT;

	world(&w);
	f.original = seal(&w, &w.original, "{\"text\":\"a\\nb\"}");
	content_print(&line, &c);
	if (OK(content_parse(&back, &w.arena, buf_all(&line), &err) &&
	    back.nforwards == 1, "a message encloses what it passes on")) {
		OK(slice_eq(back.forwards[0].original.note, f.original.note) &&
		    slice_eq(back.forwards[0].original.content,
		    f.original.content) && back.forwards[0].asked.note.n == 0,
		    "byte for byte");
		content_print(&again, &back);
		OK(slice_eq(buf_all(&again), buf_all(&line)), "in one form");
		content_release(&back);
	}
	json_decref(c.body);
	buf_free(&line);
	buf_free(&again);
	arena_free(&w.arena);
}

int
main(void)
{
	secret_process_init();
	labels();
	consents();
	enclosed();
	return tap_done();
}
