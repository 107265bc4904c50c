#ifndef ENTENTE_SETTINGS_H
#define ENTENTE_SETTINGS_H

#include <stdbool.h>

#include "base/err.h"
#include "entente/command.h"

/*
 * Which node, whose token, which language: flags, then ENTENTE_* in the
 * environment, then $XDG_CONFIG_HOME/entente/config, then
 * /etc/entente/entente-cli.conf.  Files are "key = value" lines; an unknown
 * key is an error (E-CONFIG).
 */
enum setting {
	SETTING_DIR, SETTING_SOCKET, SETTING_URL, SETTING_PIN,
	SETTING_TOKEN_FILE, SETTING_LANG, SETTING_LANG_DIR, SETTINGS
};
enum setting_source {
	SOURCE_FLAG, SOURCE_ENVIRONMENT, SOURCE_USER, SOURCE_SYSTEM,
	SOURCE_DEFAULT, SOURCES
};
extern const char *const setting_names[SETTINGS];	/* "token_file" */
extern const char *const setting_sources[SOURCES];	/* "flag" */

struct settings {
	/* As each source has it, or NULL. */
	const char	*value[SETTINGS][SOURCES];
	const char	*user_file;
	const char	*system_file;
};

bool		 settings_read(struct cli *, struct err *);
/* The value that holds, NULL for none; *from may be NULL. */
const char	*settings_get(const struct settings *, enum setting,
		    enum setting_source *from);
/* One of dir, socket and url: the one that the strongest source names (url
 * before socket before dir within a source). */
enum setting	 settings_node(const struct settings *, const char **value);
bool		 setting_parse(enum setting *, const char *name);
/* Write one value to the user's file; "" takes it out.  E-CONFIG when the
 * value cannot be. */
bool		 settings_set(struct cli *, enum setting, const char *value,
		    struct err *);

/* $XDG_CONFIG_HOME/entente or $XDG_STATE_HOME/entente joined with name, in
 * the arena. */
const char	*settings_config_path(struct cli *, const char *name);
const char	*settings_state_path(struct cli *, const char *name);
/* Make the directories that hold a file, for the user alone. */
bool		 settings_make_parents(const char *path, struct err *);

#endif
