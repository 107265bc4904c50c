#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

/*
 * How things fail.  A bug asserts; exhaustion dies; what is expected to
 * happen returns false and fills a struct err, once, where it is first
 * known.  No key, token or content ever enters an error line.
 */
enum err_class {
	ERR_NONE,
	ERR_INVALID,		/* bytes or values that break a rule */
	ERR_NOT_FOUND,
	ERR_CONFLICT,		/* stale, duplicate, already done */
	ERR_DENIED,		/* who asks may not */
	ERR_POLICY,		/* a clause forbids it */
	ERR_VERIFY,		/* a signature, MAC or hash does not hold */
	ERR_UNAVAILABLE,	/* later, locked, peer away */
	ERR_IO,			/* the machine: disk, descriptor, memory */
	ERR_CLASSES
};

struct err {
	enum err_class	class;
	char		rule[40];	/* "E-HEADER-FIELD": stable, see lang/errors */
	char		field[96];	/* "to[0].desk", or empty */
	char		text[240];	/* one line for people, no content */
};

/* All return false, so that `return err_set(...)` reads as the failure. */
bool	err_set(struct err *, enum err_class, const char *rule,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
bool	err_field(struct err *, enum err_class, const char *rule,
	    const char *field, const char *fmt, ...)
	    __attribute__((format(printf, 5, 6)));
/* ERR_IO, rule E-IO, with strerror(errno) after the text. */
bool	err_errno(struct err *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
#ifdef __clang_analyzer__
/* It sees one file at a time, and would go on after a failure as if it were
 * none: tell it what the first line says. */
#define err_set(...)	((void)err_set(__VA_ARGS__), false)
#define err_field(...)	((void)err_field(__VA_ARGS__), false)
#define err_errno(...)	((void)err_errno(__VA_ARGS__), false)
#endif

/* "invalid", "not-found", ...: the word used in JSON and logs. */
const char *err_class_name(enum err_class);

#endif
