#include "model/signers.h"

/* The member in <network>/<member>/card. */
static const struct directory_member *
member_of(struct slice name, const struct directory *dir)
{
	struct slice part, rest = name;
	struct member_id id;

	if (!slice_cut(&part, &rest, '/') || !slice_cut(&part, &rest, '/') ||
	    !slice_eq(rest, slice_str("card")) || !member_id_parse(&id, part))
		return NULL;
	return directory_find(dir, &id);
}

static const struct directory_key *
key_of(const struct directory_member *m, const struct note_signature *sig)
{
	for (size_t i = 0; i < m->nkeys; i++)
		if (m->keys[i].vkey.id == sig->id &&
		    slice_eq(sig->name, slice_str(m->keys[i].vkey.name)))
			return &m->keys[i];
	return NULL;
}

bool
signers_verify(struct signers *s, const struct note *note,
    const struct directory *dir, struct err *err)
{
	struct note_vkey keys[NOTE_SIGNATURES];
	bool by[NOTE_SIGNATURES];

	s->n = 0;
	for (size_t i = 0; i < note->nsigs; i++) {
		const struct directory_member *m =
		    member_of(note->sigs[i].name, dir);
		const struct directory_key *k =
		    m == NULL ? NULL : key_of(m, &note->sigs[i]);

		if (k == NULL)
			continue;
		keys[s->n] = k->vkey;
		s->member[s->n] = m;
		s->key[s->n++] = k;
	}
	/* Each of these has a line, and one that fails refuses the note: so
	 * every key found is a key that signed. */
	return note_verify(note, keys, s->n, by, err);
}
