#include "hostile_world.h"

#include "base/encode.h"
#include "base/secret.h"

/*
 * A member that offers, and does not keep to what an offer is; in the name of
 * fr, whose node is stopped, against node rs.  Called by offer.t:
 *
 *	offer_hostile T offer			offers, and delivers too early;
 *						the offer's name to T/offer
 *	offer_hostile T deliver THREAD ACCEPT	delivers under other terms
 *	offer_hostile T accept THREAD		accepts what rs did not offer
 */
static struct world w;
static const char offer[] = "{\"headline\":\"h\",\"subjects\":[\"other\"],"
    "\"relevance\":\"r\",\"allowed_purposes\":[\"investigation\"],"
    "\"court_use\":\"not-allowed\",\"onward_use\":\"not-allowed\","
    "\"providing_authority\":{\"organisation\":\"Police\"},"
    "\"urgency_grounds\":[\"other\"],\"urgency_reason\":\"r\"}";
static const char content[] = "{\"text\":\"what was to be protected\"}";

static void
begin(struct letter *l, const char *body, const struct hash *thread,
    const struct hash *after, enum act what)
{
	letter_begin(&w, l, &w.fr, "spontaneous/1", body);
	l->header.urgency = URGENCY_URGENT;
	l->header.handling.tlp = TLP_RED;
	l->header.act = what;
	if (what == ACT_SUBMIT) {
		l->header.until = l->header.sent + DAY;
		return;
	}
	l->header.thread = *thread;
	l->after = *after;
	l->header.after = &l->after;
	l->header.nafter = 1;
}

static void
end(struct letter *l, enum receipt_result result, const char *rule,
    const char *field, const char *fact)
{
	letter_end(&w, l, &w.fr);
	judged(&w, &w.fr, l, result, rule, field, fact);
}

static void
bad_offers(void)
{
	struct letter l;

	begin(&l, offer, NULL, NULL, ACT_SUBMIT);
	l.header.until = 0;
	end(&l, RECEIPT_REFUSED, "E-FIELD-MISSING", "until",
	    "an offer that does not say until when it stands");
	letter_free(&l);
	begin(&l, offer, NULL, NULL, ACT_SUBMIT);
	l.header.handling.onward = true;
	end(&l, RECEIPT_REFUSED, "E-OFFER-ONWARD", "handling",
	    "one whose handling allows what it forbids");
	letter_free(&l);
}

static void
too_early(void)
{
	struct hash nothing = hash_of(slice_str("never sent"));
	struct letter root, l;
	char path[512], hex[65];
	struct err err;

	begin(&root, offer, NULL, NULL, ACT_SUBMIT);
	end(&root, RECEIPT_TAKEN, "", "", "an offer is taken");
	begin(&l, content, &root.name, &root.name, ACT_DELIVER);
	end(&l, RECEIPT_REFUSED, "E-FLOW-ACT", "act",
	    "content before the conditions are accepted");
	letter_free(&l);
	begin(&l, content, &root.name, &nothing, ACT_DELIVER);
	end(&l, RECEIPT_REFUSED, "E-FLOW-ACT", "act",
	    "also when it claims to follow what is not there");
	letter_free(&l);
	begin(&l, "{}", &root.name, &root.name, ACT_LAPSE);
	end(&l, RECEIPT_REFUSED, "E-OFFER-EARLY", "act",
	    "a lapse while it stands");
	letter_free(&l);
	begin(&l, "{\"note\":\"x\",\"allowed_purposes\":[\"warn\"],"
	    "\"court_use\":\"allowed\",\"onward_use\":\"allowed\"}", &root.name,
	    &root.name, ACT_REOFFER);
	l.header.until = l.header.sent + DAY;
	end(&l, RECEIPT_REFUSED, "E-FLOW-ACT", "act",
	    "other conditions while it can be accepted");
	letter_free(&l);
	(void)snprintf(path, sizeof(path), "%s/offer", w.dir);
	hex_encode(hex, slice_of(root.name.b, HASH_LEN));
	need(io_create_file(AT_FDCWD, path, slice_str(hex), 0644, &err), &err,
	    path);
	letter_free(&root);
}

static void
under_other_terms(const char *thread, const char *acceptance)
{
	struct hash root, accepted;
	struct letter l;

	need(hex_decode(root.b, HASH_LEN, slice_str(thread)) &&
	    hex_decode(accepted.b, HASH_LEN, slice_str(acceptance)),
	    &(struct err){ .text = "no names" }, thread);
	begin(&l, content, &root, &accepted, ACT_DELIVER);
	l.header.handling.tlp = TLP_AMBER;
	end(&l, RECEIPT_REFUSED, "E-OFFER-HANDLING", "handling",
	    "content under a lower handling than was accepted");
	letter_free(&l);
	begin(&l, content, &root, &accepted, ACT_DELIVER);
	end(&l, RECEIPT_TAKEN, "", "", "under that handling it is taken");
	letter_free(&l);
}

/* Of kinds/examples/spontaneous.json. */
static void
acceptance(struct letter *l, const char *body, const struct hash *thread,
    const struct hash *after)
{
	struct header *h = &l->header;

	begin(l, body, thread, after, ACT_ACCEPT);
	(void)snprintf(h->purpose, sizeof(h->purpose), "prevention");
	(void)snprintf(h->area, sizeof(h->area), "cyber-intrusion");
}

/* What an acceptance follows may be on its way still; what it names may not. */
static void
other_acceptances(const char *thread)
{
	struct hash root, away = hash_of(slice_str("on its way"));
	struct letter l;
	char body[128];

	need(hex_decode(root.b, HASH_LEN, slice_str(thread)),
	    &(struct err){ .text = "no name" }, thread);
	(void)snprintf(body, sizeof(body), "{\"terms\":\"%s\"}", thread);
	acceptance(&l, "{\"terms\":\"rs-2026-000001\"}", &root, &root);
	end(&l, RECEIPT_REFUSED, "E-OFFER-TERMS", "body.terms",
	    "an acceptance by a reference");
	letter_free(&l);
	body[12] = body[12] == '0' ? '1' : '0';
	acceptance(&l, body, &root, &away);
	end(&l, RECEIPT_REFUSED, "E-OFFER-TERMS", "body.terms",
	    "one of what was never offered, whatever it follows");
	letter_free(&l);
	(void)snprintf(body, sizeof(body), "{\"terms\":\"%s\"}", thread);
	acceptance(&l, body, &root, &away);
	l.header.handling.tlp = TLP_CLEAR;
	end(&l, RECEIPT_REFUSED, "E-OFFER-HANDLING", "handling",
	    "one under a lower handling");
	letter_free(&l);
	acceptance(&l, body, &root, &away);
	end(&l, RECEIPT_TAKEN, "", "", "one that names the offer waits here");
	letter_free(&l);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[2] : "";

	if (sodium_init() == -1)
		return EXIT_FAILURE;
	world_make(&w, argv[1]);
	/* Beyond what the real node of fr has sent, and we before. */
	w.ref = w.slip = 1000 * (argc - 1);
	if (strcmp(what, "offer") == 0 && argc == 3) {
		bad_offers();
		too_early();
	} else if (strcmp(what, "deliver") == 0 && argc == 5) {
		under_other_terms(argv[3], argv[4]);
	} else if (strcmp(what, "accept") == 0 && argc == 4) {
		other_acceptances(argv[3]);
	} else {
		OK(false, "called with what it does");
	}
	world_free(&w);
	return tap_done();
}
