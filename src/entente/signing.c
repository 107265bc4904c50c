#include "entente/signing.h"

#include <stdio.h>
#include <string.h>

#include "model/agreement.h"
#include "model/card.h"
#include "model/ending.h"
#include "model/invite.h"
#include "model/join.h"
#include "model/keyname.h"
#include "model/network.h"
#include "model/settlement.h"

static void
add_all(struct signing *s, const struct trust_keyring *t, enum keyring_use use)
{
	s->n += trust_keyring_signers(t, use, s->signers + s->n,
	    TRUST_SIGNERS - s->n);
}

static void
add_card(struct signing *s, const struct trust_keyring *t, const char *member)
{
	s->n += trust_keyring_cards(t, member, s->signers + s->n,
	    TRUST_SIGNERS - s->n);
}

static bool
for_network(struct signing *s, const struct trust_keyring *t,
    struct slice text, struct arena *a, struct err *err)
{
	struct network net;

	(void)a;
	if (!network_parse(&net, text, err))
		return false;
	s->net = hash_of(text);
	s->n = trust_keyring_among(t, net.roots, net.n, s->signers,
	    TRUST_SIGNERS);
	network_release(&net);
	return true;
}

/* Roots that leave sign the directory in which they are no more, so every
 * root held may sign. */
static bool
for_directory(struct signing *s, const struct trust_keyring *t,
    struct slice text, struct arena *a, struct err *err)
{
	struct directory d;

	if (!directory_parse(&d, a, text, err))
		return false;
	s->net = d.net;
	add_all(s, t, KEYRING_ROOT);
	directory_release(&d);
	return true;
}

static bool
for_settlement(struct signing *s, const struct trust_keyring *t,
    struct slice text, struct arena *a, struct err *err)
{
	struct settlement v;

	if (!settlement_parse(&v, a, text, err))
		return false;
	s->net = v.net;
	add_all(s, t, KEYRING_ROOT);
	settlement_release(&v);
	return true;
}

static bool
for_card(struct signing *s, const struct trust_keyring *t, struct slice text,
    struct arena *a, struct err *err)
{
	struct card c;

	if (!card_parse(&c, a, text, err))
		return false;
	s->net = c.net;
	add_card(s, t, c.member.s);
	card_release(&c);
	return true;
}

static bool
for_agreement(struct signing *s, const struct trust_keyring *t,
    struct slice text, struct arena *a, struct err *err)
{
	struct agreement g;

	if (!agreement_parse(&g, a, text, err))
		return false;
	s->net = g.net;
	if (strcmp(g.id, "charter") == 0)
		add_all(s, t, KEYRING_ROOT);
	for (size_t i = 0; i < g.nparties; i++)
		add_card(s, t, g.parties[i].s);
	for (size_t i = 0; i < g.terms.nwitnesses; i++)
		add_card(s, t, g.terms.witnesses[i].s);
	agreement_release(&g);
	return true;
}

static bool
for_ending(struct signing *s, const struct trust_keyring *t,
    struct slice text, struct arena *a, struct err *err)
{
	struct ending e;

	(void)a;
	if (!ending_parse(&e, text, err))
		return false;
	s->net = e.net;
	if (e.party.s[0] == '\0')
		add_all(s, t, KEYRING_ROOT);
	else
		add_card(s, t, e.party.s);
	ending_release(&e);
	return true;
}

static bool
for_invite(struct signing *s, const struct trust_keyring *t,
    struct slice text, struct arena *a, struct err *err)
{
	struct invite v;

	(void)a;
	if (!invite_parse(&v, text, err))
		return false;
	s->net = v.net;
	add_all(s, t, v.directory[0] == '\0' ? KEYRING_ROOT : KEYRING_CARD);
	invite_release(&v);
	return true;
}

static bool
for_join(struct signing *s, const struct trust_keyring *t, struct slice text,
    struct arena *a, struct err *err)
{
	struct join v;

	(void)a;
	if (!join_parse(&v, text, err))
		return false;
	s->net = v.net;
	s->n = trust_keyring_among(t, &v.vkey, 1, s->signers, TRUST_SIGNERS);
	join_release(&v);
	return true;
}

/* "root/1" names <network>/root/1, "card/rs" names <network>/rs/card. */
static void
keep_only(struct signing *s, const struct trust_keyring *t, const char *only)
{
	char name[2 * NOTE_NAME];
	size_t n = 0;

	if (strncmp(only, "card/", 5) == 0)
		(void)snprintf(name, sizeof(name), "%s/%.100s/card", t->network,
		    only + 5);
	else
		(void)snprintf(name, sizeof(name), "%s/%.100s", t->network,
		    only);
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->signers[i].vkey.name, name) == 0)
			s->signers[n++] = s->signers[i];
	s->n = n;
}

/* A signature that bears the name of one of these keys must be its own. */
static bool
signed_rightly(const struct signing *s, const struct signed_file *f,
    struct err *err)
{
	struct note_vkey keys[TRUST_SIGNERS];
	bool by[TRUST_SIGNERS];

	for (size_t i = 0; i < s->n; i++)
		keys[i] = s->signers[i].vkey;
	return f->note.nsigs == 0 ||
	    note_verify(&f->note, keys, s->n, by, err) ||
	    strcmp(err->rule, "E-NOTE-UNSIGNED") == 0;
}

static bool
one_is_enough(const struct signed_file *f)
{
	return signed_file_is(f, "invite");
}

bool
signing_keys(struct signing *s, const struct trust_keyring *t,
    const struct signed_file *f, const char *only, struct arena *a,
    struct err *err)
{
	static const struct {
		const char	*type;
		bool		(*find)(struct signing *,
				    const struct trust_keyring *, struct slice,
				    struct arena *, struct err *);
	} types[] = {
		{ "network", for_network },
		{ "directory", for_directory },
		{ "settlement", for_settlement },
		{ "card", for_card },
		{ "agreement", for_agreement },
		{ "ending", for_ending },
		{ "invite", for_invite },
		{ "join", for_join },
	};
	size_t i = 0, n = sizeof(types) / sizeof(types[0]);

	*s = (struct signing){ .n = 0 };
	while (i < n && !signed_file_is(f, types[i].type))
		i++;
	if (i == n)
		return err_set(err, ERR_INVALID, "E-SIGN-TYPE",
		    "only network, directory, settlement, card, agreement, ending, "
		    "invite and join are signed here");
	if (!types[i].find(s, t, f->note.text, a, err))
		return false;
	if (only != NULL)
		keep_only(s, t, only);
	if (s->n == 0)
		return err_set(err, ERR_DENIED, "E-SIGN-KEY",
		    "no key of this trust keyring may sign this text");
	if (s->n > 1 && one_is_enough(f))
		return err_set(err, ERR_INVALID, "E-SIGN-WHICH",
		    "several keys could sign this: choose one with --key");
	return signed_rightly(s, f, err);
}

bool
signing_do(const struct signing *s, struct signed_file *f, unsigned *added,
    struct err *err)
{
	*added = 0;
	for (size_t i = 0; i < s->n; i++) {
		*added += !signed_file_has(f, &s->signers[i].vkey);
		if (!signed_file_sign(f, &s->signers[i], err))
			return false;
	}
	return true;
}
