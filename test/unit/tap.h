#ifndef TEST_TAP_H
#define TEST_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* TAP for prove(1).  OK(condition, "a fact, with %s", details); at the end
 * return tap_done().  A failed fact prints its place; the program goes on. */
static int tap_count, tap_failed;

#define OK(cond, ...) tap_ok((cond), #cond, __FILE__, __LINE__, __VA_ARGS__)
#define EQ_STR(got, want, ...) \
	tap_eq_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)

static inline bool __attribute__((format(printf, 5, 6)))
tap_ok(bool ok, const char *expr, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	printf("%s %d - ", ok ? "ok" : "not ok", ++tap_count);
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	if (!ok) {
		tap_failed++;
		printf("# %s:%d: %s\n", file, line, expr);
	}
	(void)fflush(stdout);
	return ok;
}

static inline bool __attribute__((format(printf, 5, 6)))
tap_eq_str(const char *got, const char *want, const char *file, int line,
    const char *fmt, ...)
{
	bool ok = got != NULL && want != NULL && strcmp(got, want) == 0;
	va_list ap;

	printf("%s %d - ", ok ? "ok" : "not ok", ++tap_count);
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	if (!ok) {
		tap_failed++;
		printf("# %s:%d:\n#  got: %s\n# want: %s\n", file, line,
		    got == NULL ? "(null)" : got, want == NULL ? "(null)" : want);
	}
	return ok;
}

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
