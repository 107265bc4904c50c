#ifndef MODEL_KIND_SET_H
#define MODEL_KIND_SET_H

#include "model/kind.h"

/*
 * Between the files of the loader (kind_*.c).  All that a kind borrows lives
 * in the set: JSON values in its sources, structs and texts in its arena.
 */
enum source_type { SOURCE_CODELIST, SOURCE_FRAGMENT, SOURCE_KIND };

struct source {
	enum source_type	 type;
	const char		*file;
	struct slice		 bytes;		/* NULL once loaded */
	bool			 own;		/* a member's: left out when bad */
	bool			 bad;
	json_t			*json;
	const char		*name;		/* "countries", "request-acts/1" */
};

struct kind_set {
	struct arena	 arena;
	struct source	*sources;
	size_t		 nsources;
	struct kind	*kinds;			/* sorted by name */
	size_t		 nkinds;
	json_t		*merged;		/* array: the acts of each kind */
};

const struct source *kind_set_source(const struct kind_set *, enum source_type,
	    const char *name);

/* -- kind_load.c ---------------------------------------------------------- */

/* One source: a codelist, a fragment, or a kind, which joins the set. */
void	kind_load(struct kind_set *, struct source *, struct jobj *);

/* -- kind_read.c: what the readers share; kind_rules.c, kind_act.c and
 *    kind_cond.c: one each of their parts ---------------------------------- */

/* Reading that names what it does not know: the first key that is none of
 * `known` (which ends with NULL) fails. */
void	kind_only(struct jobj *, const char *const *known);
/* The inner object's failure is the outer's. */
void	kind_out(struct jobj *outer, const struct jobj *inner);
/* The object at key as text in four languages, each at most max bytes. */
const json_t *kind_labels(struct jobj *, const char *key, size_t max);
struct duration	kind_duration(struct jobj *, const char *key);
/* A word of [a-z0-9_-], beginning with a letter, at most 32. */
bool	kind_id_valid(const char *);
/* The array of texts at key, each once, each good; NULL: absent or failed. */
const json_t *kind_words(struct jobj *, const char *key, size_t max,
	    bool (*good)(const char *, const void *), const void *,
	    const char *reason);

/* Rights, clocks, keeping, handling: all of a kind but its fields. */
void	kind_rules_read(struct kind *, struct kind_set *, struct jobj *,
	    unsigned *roles);
unsigned kind_roles_read(struct jobj *, const char *key); /* 0: absent */
/* The acts that `json` describes; whole acts, with titles. */
void	kind_acts_read(struct kind *, struct kind_set *, struct jobj *kind,
	    const json_t *acts, unsigned roles);
/* One act's sections, under "sections" of o; `place` begins the paths of its
 * fields. */
void	kind_sections_read(struct kind_act *, struct kind_set *, struct jobj *o,
	    const char *place);
/* A condition under key of a field whose path o bears. */
void	kind_cond_read(const struct kind_act *, const struct field *,
	    struct jobj *o, const char *key);
/* kind_follow.c: `follows` of a kind, its own side; and, when all kinds are
 * read, the other side. */
void	kind_follows_read(struct kind *, struct kind_set *, struct jobj *kind);
void	kind_follows_check(const struct kind *, const struct kind_set *,
	    struct jobj *kind);
/* kind_check.c: a body against these fields alone; `place` begins the paths
 * of errors: "body", "body.national.fr". */
bool	kind_check_fields(const struct kind_act *, const json_t *body,
	    const char *place, struct err *);
/* All of its lines hold for this body. */
bool	kind_cond_holds(const json_t *cond, const json_t *body);

#endif
