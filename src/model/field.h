#ifndef MODEL_FIELD_H
#define MODEL_FIELD_H

#include "base/json.h"
#include "base/utf8.h"
#include "model/ident.h"

/*
 * Fields that several signed texts share.  Sticky and bounded as those of
 * base/json.h: E-FIELD-VALUE unless said otherwise.
 */
enum { CODE_MAX = 64 };

/* jobj_end() of the inner object; the outer one is bad when it failed. */
void		 jobj_close(struct jobj *inner, struct jobj *outer);

/* `ext`: any object that is not empty, kept and shown raw; NULL: absent.  It
 * stands last. */
const json_t	*jobj_ext(struct jobj *);
void		 jout_ext(struct jout *, const json_t *);

/* Text in English and up to three more of the four languages, in the order
 * of enum lang. */
const json_t	*jobj_labels(struct jobj *, const char *key, size_t max,
		    enum utf8_lines);

void		 jout_labels(struct jout *, const char *key, const json_t *);

/* A list of 1 to max texts of one form, none twice, in the order given. */
typedef bool	(code_form)(struct slice);
const json_t	*jobj_codes(struct jobj *, const char *key, size_t max,
		    code_form *);
const json_t	*jobj_codes_opt(struct jobj *, const char *key, size_t max,
		    code_form *);
void		 jout_value_opt(struct jout *, const char *key, const json_t *);

/* [a-z0-9][a-z0-9._:/-]{0,63}: kinds, purposes, powers, channels. */
bool		 code_valid(struct slice);
/* A code, or the beginning of one and a final star, or the star alone. */
bool		 code_pattern_valid(struct slice);
/* BCP 47 as far as its characters: "en", "zh-Hant". */
bool		 code_language_valid(struct slice);

/* An optional `until`, later than from; 0: absent. */
msec		 jobj_until(struct jobj *, msec from);
/* from <= t, and before until unless that is open (0). */
bool		 period_has(msec from, msec until, msec t);

#endif
