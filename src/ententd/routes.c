#include "ententd/routes.h"

#include "ententd/spool.h"

#define ADMIN	ACCOUNT_ADMIN
/* Who may give others something: how much is asked of his scope. */
#define GIVERS	(ACCOUNT_ADMIN | ACCOUNT_SUPERVISOR)
#define AUDIT	ACCOUNT_AUDITOR
#define DESKS	(ACCOUNT_DUTY | ACCOUNT_ANALYST | ACCOUNT_SUPERVISOR)
/* Who may look at what passes at the desks. */
#define READ	(DESKS | ACCOUNT_AUDITOR)

/* Who watches over what was done in an emergency. */
#define REPORT	(ACCOUNT_SUPERVISOR | ACCOUNT_AUDITOR)

#define OFFICER	ROUTE_OFFICER
#define ANYONE	ROUTE_ANYONE
#define OPEN	ROUTE_OPEN
#define LOCKED	ROUTE_LOCKED_TOO

const struct route desk_routes[] = {
	{ "GET", "status", 0, ANYONE, LOCKED, api_status },
	{ "POST", "unlock", 0, ANYONE, LOCKED, api_unlock },
	{ "POST", "sessions", 0, ANYONE, OPEN, api_login },
	{ "DELETE", "sessions/current", 0, OFFICER, OPEN, api_logout },
	{ "GET", "me", 0, OFFICER, OPEN, api_me },
	{ "POST", "me/password", 0, OFFICER, OPEN, api_password },
	{ "GET", "accounts", GIVERS, OFFICER, OPEN, api_accounts },
	{ "POST", "accounts", GIVERS, OFFICER, OPEN, api_account_new },
	{ "POST", "accounts/", GIVERS, OFFICER, OPEN, api_account_reset },
	{ "PATCH", "accounts/", GIVERS, OFFICER, OPEN, api_account_change },
	{ "GET", "tokens", 0, OFFICER, OPEN, api_tokens },
	{ "POST", "tokens", 0, OFFICER, OPEN, api_token_new },
	{ "DELETE", "tokens/", 0, OFFICER, OPEN, api_token_end },
	{ "GET", "members", 0, OFFICER, OPEN, api_members },
	{ "GET", "members/", 0, OFFICER, OPEN, api_member },
	{ "GET", "agreements", 0, OFFICER, OPEN, api_agreements },
	{ "GET", "agreements/", REPORT, OFFICER, OPEN, api_agreement_year },
	{ "POST", "agreements/preview", 0, OFFICER, OPEN, api_agreement_preview },
	{ "GET", "policy/explain", 0, OFFICER, OPEN, api_policy_explain },
	{ "GET", "emergencies", REPORT, OFFICER, OPEN, api_emergencies },
	{ "POST", "emergencies/", ACCOUNT_SUPERVISOR, OFFICER, OPEN,
	    api_emergency_report },
	{ "GET", "kinds", 0, OFFICER, OPEN, api_kinds },
	{ "GET", "kinds/", 0, OFFICER, OPEN, api_kind },
	{ "GET", "codelists/", 0, OFFICER, OPEN, api_codelist },
	{ "GET", "legs", READ, OFFICER, OPEN, api_legs },
	{ "GET", "threads/", READ, OFFICER, OPEN, api_thread },
	{ "POST", "threads/", DESKS, OFFICER, OPEN, api_countersign },
	{ "GET", "messages/", READ, OFFICER, OPEN, api_message },
	{ "POST", "messages", DESKS, OFFICER, OPEN, api_message_new },
	{ "GET", "drafts", DESKS, OFFICER, OPEN, api_drafts },
	{ "GET", "drafts/", DESKS, OFFICER, OPEN, api_draft },
	{ "POST", "drafts/", DESKS, OFFICER, OPEN, api_draft_approve },
	{ "DELETE", "drafts/", DESKS, OFFICER, OPEN, api_draft_delete },
	{ "POST", "files", DESKS, OFFICER, OPEN, api_upload },
	{ "GET", "spools/", DESKS | ADMIN, OFFICER, OPEN, api_spool_out },
	{ "POST", "spools", DESKS | ADMIN, OFFICER, OPEN, api_spool_in },
	{ "GET", "pages", READ, OFFICER, OPEN, api_pages },
	{ "POST", "pages/", DESKS, OFFICER, OPEN, api_page_seen },
	{ "GET", "trust", 0, OFFICER, OPEN, api_trust },
	{ "POST", "trust", ADMIN, OFFICER, OPEN, api_trust_add },
	{ "GET", "card/draft", ADMIN, OFFICER, OPEN, api_card_draft },
	{ "GET", "keys", ADMIN, OFFICER, OPEN, api_keys },
	{ "POST", "keys", ADMIN, OFFICER, OPEN, api_keys_new },
	{ "GET", "audit", AUDIT, OFFICER, OPEN, api_audit },
};
const size_t desk_routes_count = sizeof(desk_routes) / sizeof(desk_routes[0]);

const struct route link_routes[] = {
	{ "POST", "messages", 0, ROUTE_PEER, OPEN, link_messages },
	{ "POST", "collect", 0, ROUTE_PEER, OPEN, link_collect },
	{ "POST", "account", 0, ROUTE_PEER, OPEN, link_account },
	{ "POST", "sync", 0, ROUTE_PEER, OPEN, link_sync },
	{ "GET", "blobs/", 0, ROUTE_PEER, OPEN, link_blob },
	{ "PUT", "blobs/", 0, ROUTE_PEER, OPEN, link_blob_put },
};
const size_t link_routes_count = sizeof(link_routes) / sizeof(link_routes[0]);
