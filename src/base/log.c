#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

static struct {
	const char	*process;
	enum log_level	 level;
} state = { "entente", LOG_LEVEL_INFO };

void
log_init(const char *process, enum log_level level)
{
	state.process = process;
	state.level = level;
}

/* One write(2) a line, so that processes sharing stderr do not mix. */
static void __attribute__((format(printf, 2, 0)))
line(enum log_level level, const char *fmt, va_list ap)
{
	static const char *const words[] = { "error", "warn", "info", "debug" };
	struct buf b = BUF_INIT;
	char at[TIME_TEXT];

	if (level > state.level)
		return;
	time_print(at, clock_now());
	buf_printf(&b, "%s %s %s: ", at, state.process, words[level]);
	buf_vprintf(&b, fmt, ap);
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < 0x20)
			b.p[i] = ' ';
	buf_u8(&b, '\n');
	if (write(STDERR_FILENO, b.p, b.n) == -1) {
		/* Nobody left to tell. */
	}
	buf_free(&b);
}

#define LOG_AT(name, level)			\
void						\
name(const char *fmt, ...)			\
{						\
	va_list ap;				\
						\
	va_start(ap, fmt);			\
	line(level, fmt, ap);			\
	va_end(ap);				\
}

LOG_AT(log_error, LOG_LEVEL_ERROR)
LOG_AT(log_warn, LOG_LEVEL_WARN)
LOG_AT(log_info, LOG_LEVEL_INFO)
LOG_AT(log_debug, LOG_LEVEL_DEBUG)
