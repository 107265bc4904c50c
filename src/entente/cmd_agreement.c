#include "entente/commands_trust.h"
#include "entente/nouns.h"

const struct command cmd_agreement[] = {
	{ "agreement", "list", NULL, NULL, 0, "entente agreement list",
	    agreement_list },
	{ "agreement", "show", "ID", NULL, 0, "entente agreement show charter",
	    agreement_show },
	{ "agreement", "explain", NULL, agreement_explain_options, 0,
	    "entente agreement explain --to fr/cyber --kind ping/1 "
	    "--purpose administration\n"
	    "entente agreement explain --from rs/cyber --to fr/cyber "
	    "--kind request.preservation/1 --purpose investigation "
	    "--area cyber --handling 'TLP:RED EU-R'", agreement_explain },
	{ "agreement", "propose", "FILE", agreement_propose_options,
	    COMMAND_OUTWARD,
	    "entente agreement propose rs-fr.json --to fr\n"
	    "entente agreement propose rs-fr.json --network-dir police.example "
	    "-o rs-fr.note", agreement_propose },
	{ "agreement", "countersign", "REF...", agreement_send_options,
	    COMMAND_OUTWARD,
	    "entente agreement countersign rs-2026-000184",
	    agreement_countersign },
	{ "agreement", "amend", "FILE", agreement_send_options,
	    COMMAND_OUTWARD, "entente agreement amend rs-fr.json",
	    agreement_amend },
	{ "agreement", "end", "ID", agreement_end_options, COMMAND_OUTWARD,
	    "entente agreement end rs-fr --at 2027-01-01T00:00:00.000Z "
	    "--reason 'The ministry was reorganised.'", agreement_end },
	{ "agreement", "report", NULL, agreement_report_options, 0,
	    "entente agreement report\n"
	    "entente agreement report --reported "
	    "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
	    agreement_report },
	{ "agreement", "year", "ID [YEAR]", NULL, 0,
	    "entente agreement year rs-fr 2026", agreement_year },
	{ "agreement", "sign", "FILE", agreement_sign_options,
	    COMMAND_OFFLINE | COMMAND_OUTWARD,
	    "entente agreement sign rs-fr.note", agreement_sign },
	{ .noun = NULL },
};
