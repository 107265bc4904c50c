#ifndef MODEL_IDENT_H
#define MODEL_IDENT_H

#include <stdbool.h>

#include "base/json.h"
#include "base/slice.h"
#include "crypto/hash.h"

/* Identifiers are types of their own, so that two cannot be swapped. */

/* [a-z0-9-]{1,32}, not starting or ending with a dash; "root" is reserved,
 * because the roots' keys are named <network>/root/<n>. */
struct member_id {
	char	s[33];
};

/* member[/unit...]/desk, 1 to 4 segments, each formed like a member's id; the
 * member alone is its default desk. */
struct address {
	char	s[133];
};

/* An officer's badge within a member: [A-Za-z0-9.-]{1,32}, beginning with a
 * letter or digit; "card", "root" and "log" are reserved. */
struct badge {
	char	s[33];
};

bool	member_id_parse(struct member_id *, struct slice);
bool	member_id_eq(const struct member_id *, const struct member_id *);
bool	address_parse(struct address *, struct slice);
bool	address_eq(const struct address *, const struct address *);
void	address_member(struct member_id *, const struct address *);
bool	badge_parse(struct badge *, struct slice);
/* A network's name: like a host name, 1 to 64 of [a-z0-9.-], no empty label,
 * no dash at a label's end; "entente" is reserved. */
bool	network_name_valid(struct slice);
/* The same form, up to 253 bytes. */
bool	host_name_valid(struct slice);

/* Reading them from JSON: sticky, E-FIELD-VALUE.  A written hash of zeros is
 * refused, because zeros stand for absent. */
struct member_id jobj_member(struct jobj *, const char *key);
struct address	 jobj_address(struct jobj *, const char *key);
struct hash	 jobj_hash(struct jobj *, const char *key);
struct hash	 jobj_hash_opt(struct jobj *, const char *key);	/* zeros: absent */
void		 jout_hash(struct jout *, const char *key, const struct hash *);
void		 jout_hash_opt(struct jout *, const char *key, const struct hash *);
bool		 hash_is_zero(const struct hash *);

/* Four working languages; text in each.  Readers may have others: a language
 * is its code, model/language.h. */
enum lang { LANG_EN, LANG_AR, LANG_ES, LANG_FR, LANGS };
extern const char *const lang_names[LANGS];	/* "en", "ar", "es", "fr" */
bool	lang_parse(enum lang *, const char *);
/* The one of the four that stands in for any code: itself, else English. */
enum lang lang_near(const char *code);

#endif
