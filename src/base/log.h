#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * One line per event to stderr, for the operator: time, process, level,
 * text.  Never keys, tokens, passwords or message content; names of members
 * and of messages (hashes) are fine.
 */
enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void	log_init(const char *process, enum log_level);
void	log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
