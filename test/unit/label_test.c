#include "model/label.h"

#include "base/secret.h"
#include "tap.h"

static struct err err;

/* What marks mean, as label_print() writes it; the rule when they mean none. */
static const char *
means(const char *marks)
{
	struct handling h = { .tlp = TLP_CLEAR };
	static struct buf b = BUF_INIT;

	buf_clear(&b);
	if (!label_read(&h, marks, &err))
		return err.rule;
	label_print(&b, &h);
	return buf_cstr(&b);
}

static void
marks(void)
{
	static const struct {
		const char *mark, *means;
	} table[] = {
		{ "", "TLP:CLEAR" },
		{ "TLP:CLEAR", "TLP:CLEAR" }, { "TLP:WHITE", "TLP:CLEAR" },
		{ "tlp:green", "TLP:GREEN" }, { "TLP:AMBER", "TLP:AMBER" },
		{ "TLP:AMBER+STRICT", "TLP:AMBER+STRICT" },
		{ "TLP:RED", "TLP:RED" },
		{ "PAP:RED", "TLP:CLEAR PAP:RED" },
		{ "PAP:AMBER", "TLP:CLEAR PAP:AMBER" },
		{ "PAP:GREEN", "TLP:CLEAR PAP:GREEN" },
		{ "PAP:CLEAR", "TLP:CLEAR PAP:CLEAR" },
		{ "PAP:WHITE", "TLP:CLEAR PAP:CLEAR" },
		{ "H0", "TLP:CLEAR H0" }, { "H3", "TLP:CLEAR H3" },
		{ "H2 H1", "TLP:CLEAR H1 H2" },
		{ "B2", "TLP:CLEAR B2" }, { "x4", "TLP:CLEAR X4" },
		{ "AX", "TLP:CLEAR AX" }, { "D1", "TLP:CLEAR D1" },
		{ "ONWARD", "TLP:CLEAR ONWARD" },
		{ "OFFICIAL", "TLP:CLEAR OFFICIAL" },
		{ "RESTRICTED", "TLP:CLEAR RESTRICTED" },
		{ "CONFIDENTIAL", "TLP:CLEAR CONFIDENTIAL" },
		{ "FOR OFFICIAL USE ONLY", "TLP:CLEAR OFFICIAL" },
		{ "INTERPOL RESTRICTED", "TLP:CLEAR RESTRICTED" },
		{ "EU-R", "TLP:CLEAR RESTRICTED" },
		{ "RESTREINT UE/EU RESTRICTED", "TLP:CLEAR RESTRICTED" },
		{ "EU CONFIDENTIAL", "TLP:CLEAR CONFIDENTIAL" },
		{ "EU-C", "TLP:CLEAR CONFIDENTIAL" },
		{ "NATO RESTRICTED", "TLP:CLEAR RESTRICTED" },
		{ "NR", "TLP:CLEAR RESTRICTED" },
		{ "NATO UNCLASSIFIED", "TLP:CLEAR OFFICIAL" },
		{ "NATO CONFIDENTIAL", "TLP:CLEAR CONFIDENTIAL" },
		{ "UN CONFIDENTIAL", "TLP:CLEAR CONFIDENTIAL" },
		{ "VS-NfD", "TLP:CLEAR RESTRICTED" },
		{ "DE VS-NfD", "TLP:CLEAR RESTRICTED" },
		{ "DIFFUSION RESTREINTE", "TLP:CLEAR RESTRICTED" },
		{ "DIFUSIÓN LIMITADA", "TLP:CLEAR RESTRICTED" },
		{ "ЗА СЛУЖЕБНО ПОЛЗВАНЕ", "TLP:CLEAR RESTRICTED" },
		{ "OFFICIAL-SENSITIVE", "TLP:CLEAR RESTRICTED" },
		{ "PT RESERVADO", "TLP:CLEAR RESTRICTED" },
		{ "TLP:RED RESTRICTED PAP:RED", "TLP:RED RESTRICTED PAP:RED" },
		{ "EU-R, TLP:AMBER,H1 B2", "TLP:AMBER RESTRICTED H1 B2" },
	};
	static const struct {
		const char *mark, *rule;
	} refused[] = {
		{ "RESERVADO", "E-HANDLING-LABEL" },
		{ "ES RESERVADO", "E-HANDLING-ABOVE" },
		{ "SECRET", "E-HANDLING-LABEL" },
		{ "FR SECRET", "E-HANDLING-ABOVE" },
		{ "EU SECRET", "E-HANDLING-ABOVE" },
		{ "EU-TS", "E-HANDLING-ABOVE" },
		{ "COSMIC TOP SECRET", "E-HANDLING-ABOVE" },
		{ "UN STRICTLY CONFIDENTIAL", "E-HANDLING-ABOVE" },
		{ "TLP:AMBER GEHEIM", "E-HANDLING-ABOVE" },
		{ "TLP:PINK", "E-HANDLING-LABEL" },
		{ "H4", "E-HANDLING-LABEL" }, { "E1", "E-HANDLING-LABEL" },
		{ "B5", "E-HANDLING-LABEL" }, { "B", "E-HANDLING-LABEL" },
		{ "RESTRICTEDLY", "E-HANDLING-LABEL" },
		{ "TLP:AMBERX", "E-HANDLING-LABEL" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		EQ_STR(means(table[i].mark), table[i].means, "\"%s\"",
		    table[i].mark);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		EQ_STR(means(refused[i].mark), refused[i].rule,
		    "\"%s\" is refused", refused[i].mark);
}

/* Reading adds: it makes stricter, and a bad mark changes nothing. */
static void
adding(void)
{
	struct handling h = { .tlp = TLP_RED, .level = LEVEL_CONFIDENTIAL,
	    .pap = PAP_AMBER };
	struct handling before = h;

	OK(label_read(&h, "TLP:GREEN EU-R PAP:CLEAR H1", &err) &&
	    h.tlp == TLP_RED && h.level == LEVEL_CONFIDENTIAL &&
	    h.pap == PAP_AMBER && h.codes == HCODE_H1,
	    "no mark makes a label laxer");
	h = before;
	OK(!label_read(&h, "H1 H9", &err) && h.codes == 0,
	    "of marks that are refused none counts");
	OK(label_names_tlp("H1 tlp:red") && label_names_tlp("TLP:CLEAR") &&
	    !label_names_tlp("H1 RESTRICTED PAP:RED") && !label_names_tlp("TL"),
	    "whether a TLP is among them is known");
}

/* Every label that can be is printed so that it reads back. */
static void
round_trips(void)
{
	unsigned bad = 0, n = 0;

	for (unsigned i = 0; i < TLPS * LEVELS * 16 * PAPS * 3 * 2; i++, n++) {
		unsigned r = i;
		struct handling h = { .tlp = (enum tlp)(r % TLPS) }, back =
		    { .tlp = TLP_CLEAR };
		struct buf b = BUF_INIT;

		h.level = (enum level)((r /= TLPS) % LEVELS);
		h.codes = (r /= LEVELS) % 16;
		h.pap = (enum pap)((r /= 16) % PAPS);
		r /= PAPS;
		if (r % 3 != 0)
			h.grade = (struct grade){ (uint8_t)(r % 3),
			    (uint8_t)(r % 3 + 3) };
		h.onward = (r /= 3) % 2 != 0;
		label_print(&b, &h);
		bad += !label_read(&back, buf_cstr(&b), &err) ||
		    back.tlp != h.tlp || back.level != h.level ||
		    back.codes != h.codes || back.pap != h.pap ||
		    back.grade.source != h.grade.source ||
		    back.grade.information != h.grade.information ||
		    back.onward != h.onward;
		buf_free(&b);
	}
	OK(bad == 0, "%u labels print and read back, but %u", n, bad);
}

/* Where a scheme has a word for our level, that word means our level. */
static void
there_and_back(void)
{
	unsigned tried = 0, bad = 0;
	const char *scheme;
	char marks[120];

	for (size_t i = 0; (scheme = label_scheme(i)) != NULL; i++)
		for (unsigned l = 1; l < LEVELS; l++) {
			const char *mark = label_of_level(scheme, (enum level)l);
			struct handling h = { .tlp = TLP_CLEAR };

			if (mark == NULL)
				continue;
			(void)snprintf(marks, sizeof(marks), "%s %s", scheme,
			    mark);
			tried++;
			bad += !label_read(&h, marks, &err) || h.level != l;
		}
	OK(bad == 0 && tried > 60, "%u words of schemes lead there and back, "
	    "but %u", tried, bad);
	EQ_STR(label_of_level("EU", LEVEL_RESTRICTED),
	    "RESTREINT UE/EU RESTRICTED", "the word of the EU");
	EQ_STR(label_of_level("DE", LEVEL_RESTRICTED),
	    "VS-NUR FÜR DEN DIENSTGEBRAUCH", "and of Germany");
	OK(label_of_level("UN", LEVEL_RESTRICTED) == NULL,
	    "the UN has none for RESTRICTED");
}

int
main(void)
{
	secret_process_init();
	marks();
	adding();
	round_trips();
	there_and_back();
	return tap_done();
}
