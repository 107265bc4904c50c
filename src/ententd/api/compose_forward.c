#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/secret.h"
#include "ententd/api/compose.h"
#include "ententd/api/sight.h"
#include "ententd/forwarding.h"
#include "store/blob_store.h"

/*
 * "forwards": [{"message": NAME, "consent": REF}]: what is passed on goes along
 * with its files, and where its owner consented, with that.
 */
static bool
enclose(struct compose *m, const struct message_row *row,
    struct signed_content *s, struct err *err)
{
	struct buf *line = &m->enclosed[m->nenclosed];

	if (!message_content(&m->call->vault->store, &row->name, line, err))
		return false;
	m->nenclosed++;
	s->note = row->note;
	s->content = buf_all(line);
	return true;
}

/* The question as it was sent, and the last answer to it. */
static bool
enclose_consent(struct compose *m, const char *ref, struct forward *f,
    struct err *err)
{
	struct vault *v = m->call->vault;
	const struct message_row *answer = NULL;
	struct thread t;
	struct hash name;

	if (!thread_find(&v->store, ref, &name, err) ||
	    !thread_load(v, &m->s->arena, &name, &t, err) ||
	    !sight_found(m->call, &t, err))
		return false;
	for (size_t i = 0; i < t.n; i++)
		if (t.rows[i].act == ACT_ANSWER)
			answer = &t.rows[i];
	if (answer == NULL)
		return err_field(err, ERR_POLICY, "E-FORWARD-CONSENT",
		    "forwards", "%s is not answered yet", ref);
	return enclose(m, t.root, &f->asked, err) &&
	    enclose(m, answer, &f->answered, err);
}

/* The files of what is passed on: the same sealed bytes, the same keys. */
static bool
add_files(struct compose *m, const struct content *from,
    const struct header *h, struct err *err)
{
	struct content *c = &m->content;
	struct header *mine = &m->s->header;
	size_t n = c->nfiles + from->nfiles;
	struct file_ref *files = arena_alloc(&m->s->arena, n * sizeof(*files));
	struct blob_ref *blobs = arena_alloc(&m->s->arena, n * sizeof(*blobs));

	if (n > MESSAGE_BLOBS)
		return err_field(err, ERR_INVALID, "E-FIELD-SIZE", "files",
		    "%zu files with those passed on, at most %d", n,
		    MESSAGE_BLOBS);
	if (from->nfiles == 0)
		return true;
	if (c->nfiles != 0) {
		memcpy(files, c->files, c->nfiles * sizeof(*files));
		memcpy(blobs, mine->blobs, c->nfiles * sizeof(*blobs));
	}
	for (size_t i = 0; i < from->nfiles; i++) {
		files[c->nfiles + i] = from->files[i];
		blobs[c->nfiles + i] = h->blobs[i];
	}
	c->files = files;
	c->nfiles = mine->nblobs = n;
	mine->blobs = blobs;
	return true;
}

static bool
add(struct compose *m, const char *name, const char *consent, struct err *err)
{
	struct forward *f = &m->content.forwards[m->content.nforwards];
	struct vault *v = m->call->vault;
	struct message_row row;
	struct evidence e;
	struct hash hash;
	bool ok;

	if (!hex_decode(hash.b, HASH_LEN, slice_str(name)) ||
	    !message_get(&v->store, &m->s->arena, &hash, &row, err) ||
	    row.place != PLACE_THREAD ||
	    sight_message(m->call, &row) == SIGHT_NONE)
		return err_field(err, ERR_NOT_FOUND, "E-NOT-FOUND", "forwards",
		    "there is no message of that name here");
	memset(f, 0, sizeof(*f));
	if (!enclose(m, &row, &f->original, err) || (consent[0] != '\0' &&
	    !enclose_consent(m, consent, f, err)))
		return false;
	ok = forwarding_open(v, &m->s->arena, &f->original, &e, err) &&
	    add_files(m, &e.content, &e.header, err);
	if (ok) {
		m->content.nforwards++;
		m->passed_on = m->content.nforwards == 1 ? e.header.handling :
		    handling_join(m->passed_on, e.header.handling);
	}
	evidence_release(&e);
	return ok;
}

void
compose_forwards(struct compose *m, struct jobj *j)
{
	const json_t *list = jobj_array_opt(j, "forwards", FORWARD_MOST);
	const char *name, *consent;
	struct jobj item;

	if (list == NULL || j->bad)
		return;
	m->content.forwards = arena_alloc(&m->s->arena,
	    FORWARD_MOST * sizeof(*m->content.forwards));
	for (size_t i = 0; i < json_array_size(list) && !j->bad; i++) {
		jobj_item(&item, j, "forwards", list, i);
		name = jobj_str(&item, "message", 2 * HASH_LEN);
		consent = jobj_str_opt(&item, "consent", MESSAGE_REF);
		if (!jobj_end(&item) || !add(m, name, consent, j->err))
			j->bad = true;
	}
}

bool
compose_may_forward(struct compose *m, struct err *err)
{
	struct header *h = &m->s->header;

	if (m->content.nforwards == 0)
		return true;
	/* Where the officer says nothing the strictest label wins. */
	if (!m->has_handling)
		h->handling = handling_join(h->handling, m->passed_on);
	else if (m->usual_tlp && m->passed_on.tlp > h->handling.tlp)
		h->handling.tlp = m->passed_on.tlp;
	return forwarding_holds(m->call->vault, &m->s->arena, h, &m->content,
	    err);
}
