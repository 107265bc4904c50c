#ifndef ENTENTE_FORM_KIND_H
#define ENTENTE_FORM_KIND_H

#include <jansson.h>

#include "entente/client.h"
#include "model/field_type.h"

/*
 * Kinds as the node has them, kept for the run of the program.  The acts of
 * a fragment that its answer leaves out are taken from the kinds compiled
 * into this program.
 */

/* The kind's JSON, borrowed. */
bool	form_kind(struct cli *, const char *name, const json_t **kind,
	    struct problem *);
/* "/kinds/request.preservation/1", its parts escaped. */
const char *form_kind_path(struct cli *, const char *name);
/* The same with what that member requires beside it, under "national". */
bool	form_kind_to(struct cli *, const char *name, const char *member,
	    const json_t **kind, struct problem *);
/* The sections of an act; *sections NULL when it takes no fields, or none that
 * we know. */
bool	form_sections(struct cli *, const char *kind, const char *act,
	    const json_t **sections, struct problem *);
/* A field of a section as the model knows it, with its codelist.  False for a
 * type that this program does not know. */
bool	form_field(struct cli *, const json_t *json, struct field *,
	    struct problem *);
/* The field by id in sections, or NULL. */
const json_t *form_find(const json_t *sections, const char *id);

/* The label of a code in the reader's language; the code itself when the node
 * does not know the list or the code. */
const char *form_code_label(struct cli *, const char *list, const char *code);

/* The body of a message as labelled lines, section by section.  The kind's
 * name, for grounds of a member's own; NULL: it can hold none. */
void	form_show(struct cli *, const char *kind, const json_t *sections,
	    const json_t *body);

#endif
