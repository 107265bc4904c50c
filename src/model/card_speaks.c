#include <stdio.h>
#include <string.h>

#include "model/card.h"
#include "model/field.h"

/* What every node spoke before cards said so. */
static const char *const first[] = { "seal/x25519", "sign/ed25519" };
static const char *const ours[] = {
	"message/1", "receipt/1", "seal/x25519", "seal/p256tag",
	"sign/ed25519", "sign/p256",
};

json_t *
card_speaks_ours(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		(void)json_array_append_new(list, json_string(ours[i]));
	return list;
}

static const char *
spoken(const struct card *c, size_t i)
{
	return json_string_value(json_array_get(c->speaks, i));
}

/* Some code of the same sort: "sign/" of "sign/p256". */
static bool
says_any(const struct card *c, const char *code)
{
	size_t n = strcspn(code, "/") + 1;

	for (size_t i = 0; i < json_array_size(c->speaks); i++)
		if (strncmp(spoken(c, i), code, n) == 0)
			return true;
	return false;
}

bool
card_speaks(const struct card *c, const char *code)
{
	for (size_t i = 0; i < json_array_size(c->speaks); i++)
		if (strcmp(spoken(c, i), code) == 0)
			return true;
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (strcmp(first[i], code) == 0)
			return !says_any(c, code);
	return false;
}

bool
card_algorithms(const struct card *c, const struct directory *dir,
    struct err *err)
{
	char field[32];

	for (size_t i = 0; i < c->nkeys; i++) {
		if (c->keys[i].vkey.alg == NOTE_ED25519 || dir->p256)
			continue;
		(void)snprintf(field, sizeof(field), "keys[%zu].vkey", i);
		return err_field(err, ERR_POLICY, "E-CARD-ALGORITHM", field,
		    "directory %lld does not allow messages signed with P-256",
		    (long long)dir->number);
	}
	return true;
}

/* Nothing known is listed, or what is valid is all foreign. */
static bool
seals_foreign(const struct card *c, msec t)
{
	bool known = false, valid = false;

	if (card_seal_at(c, t) != NULL)
		return false;
	for (size_t i = 0; i < c->nseals; i++) {
		const struct card_seal *s = &c->seals[i];

		known = known || s->foreign == NULL;
		valid = valid || period_has(s->from, s->until, t);
	}
	return valid || !known;
}

bool
card_takes(const struct card *c, enum note_algorithm alg, msec t,
    struct err *err)
{
	const char *code = alg == NOTE_ED25519 ? "sign/ed25519" : "sign/p256";

	if (!card_speaks(c, code))
		return err_field(err, ERR_POLICY, "E-CARD-SIGN", "to",
		    "the card of %s does not list %s: its node could not "
		    "verify this message", c->member.s, code);
	if (seals_foreign(c, t))
		return err_field(err, ERR_POLICY, "E-CARD-SEAL", "to",
		    "of the sealing keys of %s none is of a type known here",
		    c->member.s);
	return true;
}
