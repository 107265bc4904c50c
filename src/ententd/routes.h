#ifndef ENTENTD_ROUTES_H
#define ENTENTD_ROUTES_H

#include "ententd/call.h"

/* The two tables of what can be asked, one per front.  The channel decides
 * which table holds: what is not in link_routes cannot be reached by a peer. */
extern const struct route link_routes[], desk_routes[];
extern const size_t link_routes_count, desk_routes_count;

/* api/: officers */
void	api_status(struct call *);
void	api_unlock(struct call *);
void	api_login(struct call *);
void	api_logout(struct call *);
void	api_me(struct call *);
void	api_password(struct call *);
void	api_accounts(struct call *);
void	api_account_new(struct call *);
void	api_account_change(struct call *);
void	api_account_reset(struct call *);
void	api_tokens(struct call *);
void	api_token_new(struct call *);
void	api_token_end(struct call *);
void	api_members(struct call *);
void	api_member(struct call *);
void	api_agreements(struct call *);
void	api_agreement_year(struct call *);
void	api_agreement_preview(struct call *);
void	api_policy_explain(struct call *);
void	api_emergencies(struct call *);
void	api_emergency_report(struct call *);
void	api_kinds(struct call *);
void	api_kind(struct call *);
void	api_codelist(struct call *);
void	api_legs(struct call *);
void	api_thread(struct call *);
void	api_countersign(struct call *);
void	api_message(struct call *);
void	api_message_new(struct call *);
void	api_drafts(struct call *);
void	api_draft(struct call *);
void	api_draft_approve(struct call *);
void	api_draft_delete(struct call *);
void	api_upload(struct call *);
void	api_pages(struct call *);
void	api_page_seen(struct call *);
void	api_trust(struct call *);
void	api_trust_add(struct call *);
void	api_card_draft(struct call *);
void	api_keys(struct call *);
void	api_keys_new(struct call *);
void	api_audit(struct call *);

/* link/: peers */
void	link_messages(struct call *);
void	link_collect(struct call *);
void	link_account(struct call *);
void	link_sync(struct call *);
void	link_blob(struct call *);
void	link_blob_put(struct call *);

#endif
