#ifndef TEST_AGREED_FIXTURE_H
#define TEST_AGREED_FIXTURE_H

#include "trust_fixture.h"
#include "model/ending.h"

#define FIXTURE_TERMS_PARTS "{" \
	"\"mandate\":{\"en\":\"Crime on networks, in metropolitan territory.\"," \
	"\"fr\":\"Criminalit\xc3\xa9 sur les r\xc3\xa9seaux.\"}," \
	"\"areas\":[\"cyber\",\"fin*\"],\"territory\":[\"FR\",\"MC\"]," \
	"\"experts\":{\"en\":\"Experts on site, a week each.\"}," \
	"\"reason\":{\"en\":\"The ministry was reorganised.\"}}"

/*
 * The agreement of trust_fixture.h with every optional term: an annex of
 * "fr-rs", witnessed by cert-ee.  The parts are the caller's: json_decref().
 */
static inline json_t *
fixture_terms(struct agreement *g, struct arena *a)
{
	json_t *parts = json_loads(FIXTURE_TERMS_PARTS, 0, NULL);
	struct terms *t = &g->terms;

	fixture_agreement(g, a);
	(void)snprintf(t->framework_id, AGREEMENT_ID, "fr-rs");
	t->framework = seed_of("fr-rs/1");
	t->witnesses = arena_alloc(a, 2 * sizeof(*t->witnesses));
	t->witnessed = arena_alloc(a, 2 * sizeof(*t->witnessed));
	t->nwitnesses = 1;
	t->witnessed[0] = false;
	(void)member_id_parse(&t->witnesses[0], slice_str("cert-ee"));
	t->review = at("2028-11-21T00:00:00.000Z");
	t->report = at("2027-03-01T00:00:00.000Z");
	t->notice = "P3M";
	t->notice_time = (struct duration){ 3, 0 };
	t->mandates = arena_alloc(a, 2 * sizeof(*t->mandates));
	t->nmandates = 1;
	t->mandates[0] = (struct mandate){
		.text = json_object_get(parts, "mandate"),
		.areas = json_object_get(parts, "areas"),
		.territory = json_object_get(parts, "territory") };
	(void)member_id_parse(&t->mandates[0].party, slice_str("fr"));
	t->pledges = arena_alloc(a, 2 * sizeof(*t->pledges));
	t->npledges = 2;
	t->pledges[0] = (struct pledge){ .id = "experts",
		.resource = RESOURCE_EXPERTS, .amount = 4, .per = PLEDGE_YEAR,
		.text = json_object_get(parts, "experts") };
	(void)member_id_parse(&t->pledges[0].party, slice_str("fr"));
	t->pledges[1] = (struct pledge){ .id = "lab",
		.resource = RESOURCE_LAB_DAYS, .amount = 30,
		.per = PLEDGE_TOTAL };
	(void)member_id_parse(&t->pledges[1].party, slice_str("rs"));
	t->focal = arena_alloc(a, 2 * sizeof(*t->focal));
	t->nfocal = 1;
	(void)member_id_parse(&t->focal[0].party, slice_str("rs"));
	(void)address_parse(&t->focal[0].desk, slice_str("rs/cyber"));
	return parts;
}

/* fr ends it.  The parts are the caller's. */
static inline json_t *
fixture_ending(struct ending *e)
{
	json_t *parts = json_loads(FIXTURE_TERMS_PARTS, 0, NULL);

	*e = (struct ending){ .net = fixture_net(), .id = "fr-rs-cyber",
		.agreement = seed_of("fr-rs-cyber/1"),
		.issued = at("2026-11-29T12:00:00.000Z"),
		.at = at("2027-01-01T00:00:00.000Z"),
		.reason = json_object_get(parts, "reason") };
	(void)member_id_parse(&e->party, slice_str("fr"));
	return parts;
}

#endif
