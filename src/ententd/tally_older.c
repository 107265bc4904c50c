#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ententd/admit.h"
#include "ententd/tally_state.h"
#include "ententd/watch.h"
#include "store/outbox_store.h"
#include "store/slip_store.h"

bool
tally_proof(struct vault *v, const struct member_id *peer, int64_t *number,
    struct buf *note, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct message_row m;
	struct hash name;
	bool ok;

	ok = slip_newest(&v->store, peer, number, &name, err);
	if (ok && *number != 0) {
		ok = message_get(&v->store, &arena, &name, &m, err);
		if (ok)
			buf_slice(note, m.note);
	}
	arena_free(&arena);
	return ok;
}

/* Signed by this member, to that one, and not known here any more. */
static bool
is_forgotten(struct vault *v, struct arena *arena,
    const struct member_id *peer, struct slice proof, struct header *h,
    struct err *err)
{
	struct note_vkey signer;
	struct member_id from;
	struct note note;
	struct hash name;

	if (!note_parse(&note, proof, err) ||
	    !admit_signer(v, &note, &from, &signer, err) ||
	    !header_parse(h, arena, note.text, err))
		return false;
	name = note_text_name(&note);
	if (member_id_eq(&from, &v->member) && header_to(h, peer) != NULL &&
	    !message_have(&v->store, &name))
		return true;
	header_release(h);
	return err_set(err, ERR_VERIFY, "E-TALLY-PROOF",
	    "no message of ours that is not known here");
}

/* "ruritania-2026-000184": the series that sending_make_ref() counts. */
static int64_t
number_of_ref(const struct vault *v, const char *ref)
{
	size_t n = strlen(v->member.s);
	char *end;
	long long number;

	if (strncmp(ref, v->member.s, n) != 0 || ref[n] != '-' ||
	    strspn(ref + n + 1, "0123456789") != 4 || ref[n + 5] != '-' ||
	    strlen(ref + n + 6) > 15)
		return 0;
	number = strtoll(ref + n + 6, &end, 10);
	return *end == '\0' && number > 0 ? number : 0;
}

static bool
skip_refs(struct vault *v, const char *ref, struct err *err)
{
	int64_t n = number_of_ref(v, ref), last;

	return store_last(&v->store, "ref", &last, err) &&
	    (n > last + SLIP_REACH || store_skip(&v->store, "ref", n, err));
}

/* No further than SLIP_REACH at once: one message whose number or ref is far
 * ahead must not use up all there are. */
static bool
go_behind(struct vault *v, const struct member_id *peer, int64_t last,
    int64_t high, const char *ref, struct err *err)
{
	struct page page = { .reason = PAGE_NUMBERS, .peer = *peer };
	char detail[64];

	if (high > last + SLIP_REACH)
		high = last + SLIP_REACH;
	(void)snprintf(detail, sizeof(detail), "%lld-%lld",
	    (long long)last + 1, (long long)high);
	log_warn("%s has messages of ours that are not known here: numbers %s",
	    peer->s, detail);
	return outbox_skip_slips(&v->store, peer, high, err) &&
	    skip_refs(v, ref, err) &&
	    vault_audit(v, peer->s, "delivery.numbers", NULL, peer->s, detail,
	    err) && watch_page(v, &page, err);
}

bool
tally_older(struct vault *v, const struct member_id *peer, int64_t high,
    struct slice proof, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct header h = { .ext = NULL };
	struct err why;
	int64_t last;
	bool ok;

	ok = outbox_last_slip(&v->store, peer, &last, err);
	if (!ok || high <= last)
		return ok;
	if (is_forgotten(v, &arena, peer, proof, &h, &why)) {
		ok = go_behind(v, peer, last, high, h.ref, err);
		header_release(&h);
	} else {
		log_warn("%s claims number %lld of ours: %s", peer->s,
		    (long long)high, why.rule);
		/* Our own newest card may be on its way to us. */
		if (strcmp(why.rule, "E-NOTE-UNSIGNED") == 0)
			tally_soon(v, peer);
	}
	arena_free(&arena);
	return ok;
}
