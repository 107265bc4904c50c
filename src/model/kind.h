#ifndef MODEL_KIND_H
#define MODEL_KIND_H

#include <jansson.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "crypto/hash.h"
#include "model/flow.h"
#include "model/handling.h"
#include "model/ident.h"
#include "model/message.h"

/*
 * Message types as data.  A kind file (kinds/<name>-<version>.json) is loaded
 * once, refused when incomplete (by file and field), and validates bodies on
 * both sides with the field and its rule named.  Its hash covers the kind
 * file, and the fragment of acts it names: SHA-256(kind file || fragment).
 */
struct kind_set;

/* All kinds and codelists compiled into the program.  NULL: err names the
 * file and the field.  Rules: E-KIND-FILE, E-KIND-FIELD, E-KIND-LABEL. */
struct kind_set *kind_set_new(struct err *);
/* From given files, for tests and members' own kinds: names and bytes. */
struct kind_file {
	const char	*name;		/* "kinds/ping-1.json", "kinds/codelists/purpose.json" */
	struct slice	 bytes;
};
struct kind_set *kind_set_load(const struct kind_file *, size_t n, struct err *);
void		 kind_set_free(struct kind_set *);

enum approval { APPROVAL_NONE, APPROVAL_BEFORE, APPROVAL_AFTER };

struct kind {
	char			name[MESSAGE_KIND + 1];	/* "request.preservation/1" */
	struct hash		hash;
	enum flow		flow;
	const json_t		*title;		/* four languages */
	const char		*submit_power;	/* "art29" or "" */
	const char		*receive_power;
	enum approval		approval[URGENCIES];
	struct duration		countersign[URGENCIES];	/* with APPROVAL_AFTER */
	struct duration		acknowledge[URGENCIES];
	struct duration		answer[URGENCIES];
	struct duration		deliver_by[URGENCIES];	/* default and bound */
	struct duration		keep_default;
	struct duration		keep_max;
	struct handling		handling_default;
	struct handling		handling_ceiling;
	const json_t		*json;		/* the file, for forms and views */
	const json_t		*acts;		/* {"acknowledge":{"sections":[...]},...} */
};

const struct kind *kind_find(const struct kind_set *, const char *name);
const struct kind *kind_at(const struct kind_set *, size_t i);	/* NULL: past the end */
/* The sections (array of {id,title,fields}) of an act: of the kind for
 * submit, of its acts otherwise; NULL when the act takes no fields. */
const json_t	*kind_sections(const struct kind *, enum act);
/* The act is offered by this kind (its flow's table and its acts). */
bool		 kind_has_act(const struct kind *, enum act);
bool		 kind_role_may(const struct kind *, enum act, const char *role);

/*
 * A body against the fields of an act: unknown, missing, wrongly typed,
 * outside its codelist.  err->field is "body.custodian" or "body.ip[1].at".
 * Rules: E-FIELD-*, E-CODE-UNKNOWN.
 */
bool		 kind_check(const struct kind_set *, const struct kind *, enum act,
		    const json_t *body, struct err *);

/* {"code":...,"label":{...}} or NULL. */
const json_t	*codelist_item(const struct kind_set *, const char *list,
		    const char *code);
const json_t	*codelist(const struct kind_set *, const char *list);
/* The label in a language, English when missing, "" when there is none. */
const char	*label_in(const json_t *labels, enum lang);

#endif
