#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/slice.h"

/*
 * Strict JSON from outside: UTF-8, no duplicate keys, no floats, no NUL in
 * a string, integers within +-(2^53 - 1), nesting at most JSON_DEPTH (checked
 * before parsing).  The value is the caller's: json_decref().
 * Rules set: E-JSON-SYNTAX, E-JSON-DUPLICATE, E-JSON-DEPTH, E-JSON-NUMBER,
 * E-JSON-UTF8, E-JSON-SIZE.
 */
enum { JSON_DEPTH = 32 };
#define JSON_INT_MAX	((int64_t)9007199254740991)

json_t	*json_read(struct slice text, size_t max, struct err *);

/*
 * Sticky reading of an object by name.  The first field that is missing or
 * of the wrong shape fills err with its full path ("to[0].desk"), later reads
 * yield empty values, and jobj_end() says whether all was well and refuses
 * the fields nobody asked for.
 *
 *	struct jobj o;
 *	jobj_begin(&o, value, "", err);
 *	ref = jobj_str(&o, "ref", 64);
 *	...
 *	return jobj_end(&o);
 *
 * Rules set: E-FIELD-MISSING, E-FIELD-TYPE, E-FIELD-SIZE, E-FIELD-VALUE,
 * E-FIELD-UNKNOWN.
 */
enum { JOBJ_FIELDS = 48 };
struct jobj {
	const json_t	*o;
	struct err	*err;
	char		 path[72];
	const char	*asked[JOBJ_FIELDS];	/* keys of o, as they were used */
	size_t		 used;
	bool		 bad;
};

void		 jobj_begin(struct jobj *, const json_t *, const char *path,
		    struct err *);
/* Unknown fields are refused, the first one by its name. */
bool		 jobj_end(struct jobj *);
bool		 jobj_end_lax(struct jobj *);		/* unknown fields ignored */
bool		 jobj_has(const struct jobj *, const char *key);
/* Borrowed from the JSON value; never NULL.  max in bytes; text of one line. */
const char	*jobj_str(struct jobj *, const char *key, size_t max);
const char	*jobj_str_opt(struct jobj *, const char *key, size_t max);
/* As jobj_str, newlines and tabs allowed. */
const char	*jobj_text(struct jobj *, const char *key, size_t max);
int64_t		 jobj_int(struct jobj *, const char *key, int64_t min, int64_t max);
int64_t		 jobj_int_opt(struct jobj *, const char *key, int64_t min,
		    int64_t max, int64_t missing);
bool		 jobj_bool(struct jobj *, const char *key);
bool		 jobj_bool_opt(struct jobj *, const char *key);
msec		 jobj_time(struct jobj *, const char *key);
msec		 jobj_time_opt(struct jobj *, const char *key);	/* 0: absent */
msec		 jobj_date(struct jobj *, const char *key);
/* n bytes from lower-case hex. */
void		 jobj_hex(struct jobj *, const char *key, uint8_t *out, size_t n);
bool		 jobj_hex_opt(struct jobj *, const char *key, uint8_t *out, size_t n);
/* One of names[0..count); the index, or 0 when bad. */
unsigned	 jobj_enum(struct jobj *, const char *key,
		    const char *const *names, unsigned count);
/* A nested value; NULL when absent (opt) or bad.  jobj_array checks max. */
const json_t	*jobj_object(struct jobj *, const char *key);
const json_t	*jobj_object_opt(struct jobj *, const char *key);
const json_t	*jobj_array(struct jobj *, const char *key, size_t max);
const json_t	*jobj_array_opt(struct jobj *, const char *key, size_t max);
/* Begin the nested object at key, or item i of array key, with its path. */
void		 jobj_in(struct jobj *inner, struct jobj *outer, const char *key);
void		 jobj_item(struct jobj *inner, struct jobj *outer,
		    const char *key, const json_t *array, size_t i);
/* String item i of the array at key. */
const char	*jobj_item_str(struct jobj *, const char *key,
		    const json_t *array, size_t i, size_t max);
/* Fail from outside, as the reads do: rule and text for `key`. */
void		 jobj_fail(struct jobj *, const char *rule, const char *key,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * Deterministic writing: fields in the order written, no white space,
 * strings escaped as RFC 8785 section 3.2.2.2 asks.  The caller opens and
 * closes what it likes; commas are kept for it.
 */
struct jout {
	struct buf	*out;
	bool		 comma;
};

static inline struct jout
jout_to(struct buf *b)
{
	return (struct jout){ .out = b };
}

/* key NULL inside arrays and at the top. */
void	jout_object(struct jout *, const char *key);
void	jout_array(struct jout *, const char *key);
void	jout_end_object(struct jout *);
void	jout_end_array(struct jout *);
void	jout_str(struct jout *, const char *key, const char *);
void	jout_slice(struct jout *, const char *key, struct slice text);
/* Nothing written when the text is empty. */
void	jout_str_opt(struct jout *, const char *key, const char *);
void	jout_int(struct jout *, const char *key, int64_t);
void	jout_bool(struct jout *, const char *key, bool);
void	jout_time(struct jout *, const char *key, msec);
void	jout_time_opt(struct jout *, const char *key, msec);	/* 0: absent */
void	jout_date(struct jout *, const char *key, msec);
void	jout_hex(struct jout *, const char *key, struct slice);
void	jout_null(struct jout *, const char *key);
/* Any value, objects in the order they were read. */
void	jout_value(struct jout *, const char *key, const json_t *);

#endif
