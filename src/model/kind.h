#ifndef MODEL_KIND_H
#define MODEL_KIND_H

#include <jansson.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "crypto/hash.h"
#include "model/field_type.h"
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

/* All kinds and codelists compiled into the program.  NULL: err->field is the
 * place in the file ("what.ip.label.ar", "refuse.why.ground.list"), err->text
 * begins with the file's name.  Rules: E-KIND-FILE, E-KIND-FIELD,
 * E-KIND-LABEL. */
struct kind_set *kind_set_new(struct err *);
/* From given files, for tests and members' own kinds: names and bytes, both
 * only read during the call. */
struct kind_file {
	const char	*name;		/* "kinds/ping-1.json", "kinds/codelists/purpose.json" */
	struct slice	 bytes;
};
struct kind_set *kind_set_load(const struct kind_file *, size_t n, struct err *);
/* Those compiled in, and a member's own files after them: kinds called
 * "<member>:<name>/<version>", and codelists and fragments for them.  An own
 * file that is refused is left out and told of; the others stand. */
struct kind_set *kind_set_with(const struct kind_file *own, size_t n,
		    void (*told)(void *arg, const struct err *), void *arg,
		    struct err *);
void		 kind_set_free(struct kind_set *);

enum { KIND_FILE_MAX = 512 * 1024 };

enum approval { APPROVAL_NONE, APPROVAL_BEFORE, APPROVAL_AFTER };
/* Whether the header's `until` stands with an act. */
enum until { UNTIL_NONE, UNTIL_OPTIONAL, UNTIL_REQUIRED };

/* An act as the kind offers it, its fragment and the kind's own words put
 * together. */
struct kind_act {
	const json_t		*title;		/* four languages */
	const json_t		*sections;	/* NULL: takes no fields */
	const struct field	*fields;	/* of all sections, in their order */
	size_t			 nfields;
	unsigned		 roles;		/* bits, see kind_role_may() */
	enum until		 until;
};

struct kind {
	char			name[MESSAGE_KIND + 1];	/* "request.preservation/1" */
	struct hash		hash;
	enum flow		flow;
	enum urgency		urgency_default;	/* where the author says none */
	const json_t		*title;		/* four languages */
	const char		*submit_power;	/* "art29" or "" */
	const char		*receive_power;
	enum approval		approval[URGENCIES];
	struct duration		countersign[URGENCIES];	/* with APPROVAL_AFTER */
	bool			copied;		/* what units write, to their bureau */
	struct duration		acknowledge[URGENCIES];
	struct duration		answer[URGENCIES];
	struct duration		deliver_by[URGENCIES];	/* default and bound */
	struct duration		keep_default;
	struct duration		keep_max;
	struct duration		keep_review;
	struct handling		handling_default;
	struct handling		handling_ceiling;
	bool			 own;		/* of a member, not of the network */
	const json_t		*json;		/* the file, for forms and views */
	const json_t		*follows;	/* what it may follow, or NULL */
	const json_t		*acts;		/* {"acknowledge":{"sections":[...]},...} */
	const struct kind_act	*act[ACTS];	/* NULL: not offered */
};

const struct kind *kind_find(const struct kind_set *, const char *name);
const struct kind *kind_at(const struct kind_set *, size_t i);	/* NULL: past the end */
/* The sections (array of {id,title,fields}) of an act: of the kind for
 * submit, of its acts otherwise; NULL when the act takes no fields. */
const json_t	*kind_sections(const struct kind *, enum act);
/* The act is offered by this kind: lawful in its flow, and submit, opened or
 * one of its acts. */
bool		 kind_has_act(const struct kind *, enum act);
/* Whether a second officer signs: as the kind has it, and before where the node
 * asks for that, by patterns with spaces between ("request.*").  What one may
 * send alone because a life may hang on it stays so. */
enum approval	 kind_approval(const struct kind *, enum urgency,
		    const char *patterns);
/* Roles: duty, analyst, supervisor, frontline, auditor, admin.  The act's
 * roles, else those of `may`, else duty, analyst and supervisor. */
bool		 kind_role_may(const struct kind *, enum act, const char *role);
/* The field of an act by id, or NULL. */
const struct field *kind_field(const struct kind *, enum act, const char *id);

/* -- kind_follow.c: what it may follow ------------------------------------ */

/* The field of submit that names the earlier thread, in every kind that
 * follows others. */
#define KIND_REFERENCE	"reference"

/* The kind's file says that it may follow that one. */
bool		 kind_may_follow(const struct kind *, const char *earlier);
/*
 * A body of submit, as far as the earlier thread fills it: `bodies` are those
 * of its acts, the newest of each, NULL where there was none; `reference` is
 * what this thread is called.  Only what is good in its own field is taken
 * over, cut to what the field takes; the caller owns it.  NULL: it may not
 * follow that kind.
 */
json_t		*kind_prefill(const struct kind *, const struct kind *earlier,
		    const json_t *const bodies[ACTS], const char *reference);

/*
 * A body against the fields of an act: unknown, missing, wrongly typed,
 * outside its codelist, out of place under its show_if.  err->field is
 * "body.custodian" or "body.ip[1].at".  An act without fields takes {}.
 * Indexes of files are bounded here, not counted: the caller knows how many
 * files there are (kind_check_files).
 * Rules: E-FIELD-*, E-CODE-UNKNOWN, E-KIND-ACT.
 */
bool		 kind_check(const struct kind_set *, const struct kind *, enum act,
		    const json_t *body, struct err *);
/* What recipients ask for beside a kind's fields stands in the body under
 * "national", by member, and so does a refuser's ground of its own
 * (model/national.h); kind_check() knows its shape. */
#define KIND_NATIONAL	"national"

/* A checked body names none but the message's nfiles files. */
bool		 kind_check_files(const struct kind *, enum act,
		    const json_t *body, size_t nfiles, struct err *);

/* {"code":...,"label":{...}} or NULL. */
const json_t	*codelist_item(const struct kind_set *, const char *list,
		    const char *code);
const json_t	*codelist(const struct kind_set *, const char *list);
#endif
