#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What the analyzer is told about them is no name for their definitions. */
#undef err_set
#undef err_field
#undef err_errno

static void __attribute__((format(printf, 5, 0)))
fill(struct err *e, enum err_class class, const char *rule, const char *field,
    const char *fmt, va_list ap)
{
	if (e == NULL)
		return;
	e->class = class;
	(void)snprintf(e->rule, sizeof(e->rule), "%s", rule);
	(void)snprintf(e->field, sizeof(e->field), "%s", field);
	(void)vsnprintf(e->text, sizeof(e->text), fmt, ap);
}

bool
err_set(struct err *e, enum err_class class, const char *rule,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e, class, rule, "", fmt, ap);
	va_end(ap);
	return false;
}

bool
err_field(struct err *e, enum err_class class, const char *rule,
    const char *field, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e, class, rule, field, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_errno(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	fill(e, ERR_IO, "E-IO", "", fmt, ap);
	va_end(ap);
	if (e != NULL) {
		n = strlen(e->text);
		(void)snprintf(e->text + n, sizeof(e->text) - n, ": %s",
		    strerror(saved));
	}
	return false;
}

const char *
err_class_name(enum err_class class)
{
	static const char *const names[ERR_CLASSES] = {
		[ERR_NONE] = "none",
		[ERR_INVALID] = "invalid",
		[ERR_NOT_FOUND] = "not-found",
		[ERR_CONFLICT] = "conflict",
		[ERR_DENIED] = "denied",
		[ERR_POLICY] = "policy",
		[ERR_VERIFY] = "verify",
		[ERR_UNAVAILABLE] = "unavailable",
		[ERR_IO] = "io",
	};

	return class < ERR_CLASSES ? names[class] : "unknown";
}
