#include "entente/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/io.h"
#include "base/utf8.h"
#include "entente/out.h"
#include "model/language.h"

enum { SETTINGS_FILE_MAX = 64 * 1024 };

const char *const setting_names[SETTINGS] = {
	"dir", "socket", "url", "pin", "token_file", "lang", "lang_dir"
};
const char *const setting_sources[SOURCES] = {
	"flag", "environment", "user", "system", "default"
};

static const struct {
	const char	*flag;
	const char	*environment;
} outside[SETTINGS] = {
	[SETTING_DIR] = { "dir", "ENTENTE_DIR" },
	[SETTING_SOCKET] = { "socket", "ENTENTE_SOCKET" },
	[SETTING_URL] = { "url", "ENTENTE_URL" },
	[SETTING_PIN] = { "pin", "ENTENTE_PIN" },
	[SETTING_TOKEN_FILE] = { "token-file", "ENTENTE_TOKEN_FILE" },
	[SETTING_LANG] = { "lang", "ENTENTE_LANG" },
	[SETTING_LANG_DIR] = { "lang-dir", "ENTENTE_LANG_DIR" },
};

bool
setting_parse(enum setting *out, const char *name)
{
	for (unsigned i = 0; i < SETTINGS; i++)
		if (strcmp(setting_names[i], name) == 0) {
			*out = (enum setting)i;
			return true;
		}
	return false;
}

static const char *
home_path(struct cli *cli, const char *variable, const char *usual,
    const char *name)
{
	const char *base = getenv(variable), *home = getenv("HOME");

	if (base != NULL && *base == '/')
		return arena_printf(&cli->arena, "%s/entente/%s", base, name);
	return arena_printf(&cli->arena, "%s/%s/entente/%s",
	    home == NULL ? "/nonexistent" : home, usual, name);
}

const char *
settings_config_path(struct cli *cli, const char *name)
{
	return home_path(cli, "XDG_CONFIG_HOME", ".config", name);
}

const char *
settings_state_path(struct cli *cli, const char *name)
{
	return home_path(cli, "XDG_STATE_HOME", ".local/state", name);
}

bool
settings_make_parents(const char *path, struct err *err)
{
	char *copy = xstrdup(path);
	bool ok = true;

	for (char *s = strchr(copy + 1, '/'); ok && s != NULL; s = strchr(s + 1, '/')) {
		*s = '\0';
		ok = mkdir(copy, 0700) == 0 || errno == EEXIST ||
		    err_errno(err, "make %s", copy);
		*s = '/';
	}
	free(copy);
	return ok;
}

/* A value must be what it is for; errors name the file or variable. */
static bool
value_valid(enum setting s, const char *value)
{
	uint8_t pin[32];

	if (!utf8_printable(slice_str(value), UTF8_ONE_LINE) || strlen(value) > 500)
		return false;
	switch (s) {
	case SETTING_URL:
		return strncmp(value, "https://", 8) == 0 && value[8] != '\0';
	case SETTING_PIN:
		return hex_decode(pin, sizeof(pin), slice_str(value));
	case SETTING_LANG:
		return language_code_valid(value);
	default:
		return *value != '\0';
	}
}

struct reading {
	struct cli		*cli;
	enum setting_source	 source;
	const char		*path;
	struct err		*err;
	bool			 ok;
};

static bool
put(struct reading *r, enum setting s, const char *value)
{
	if (!value_valid(s, value))
		return err_field(r->err, ERR_INVALID, "E-CONFIG",
		    setting_names[s], "%s", say(r->cli, "config.bad-value",
		    "key", setting_names[s], "where", r->path, NULL));
	r->cli->settings->value[s][r->source] =
	    arena_strdup(&r->cli->arena, value);
	return true;
}

static int
put_line(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	enum setting s;

	if (!r->ok)
		return 1;
	if (*section != '\0' || !setting_parse(&s, name))
		r->ok = err_field(r->err, ERR_INVALID, "E-CONFIG", name, "%s",
		    say(r->cli, "config.unknown-key", "key", name,
		    "where", r->path, NULL));
	else
		r->ok = put(r, s, value);
	return 1;
}

static bool
read_file(struct cli *cli, const char *path, enum setting_source source,
    struct err *err)
{
	struct reading r = { cli, source, path, err, true };
	struct buf b = BUF_INIT;
	struct stat st;
	int line;

	if (stat(path, &st) == -1)
		return true;
	if (!io_read_file(AT_FDCWD, path, &b, SETTINGS_FILE_MAX, err))
		return false;
	line = ini_parse_string(buf_cstr(&b), put_line, &r);
	buf_free(&b);
	if (r.ok && line != 0)
		r.ok = err_set(err, ERR_INVALID, "E-CONFIG", "%s:%d", path, line);
	return r.ok;
}

bool
settings_read(struct cli *cli, struct err *err)
{
	struct settings *s = arena_alloc(&cli->arena, sizeof(*s));
	struct reading r = { cli, SOURCE_FLAG, "", err, true };

	cli->settings = s;
	s->user_file = settings_config_path(cli, "config");
	s->system_file = "/etc/entente/entente-cli.conf";
	s->value[SETTING_DIR][SOURCE_DEFAULT] = "/var/lib/entente";
	for (unsigned i = 0; i < SETTINGS; i++) {
		const char *flag = cli_text(cli, outside[i].flag);
		const char *set = getenv(outside[i].environment);

		r.source = SOURCE_FLAG;
		r.path = arena_printf(&cli->arena, "--%s", outside[i].flag);
		if (flag != NULL && !put(&r, (enum setting)i, flag))
			return false;
		r.source = SOURCE_ENVIRONMENT;
		r.path = outside[i].environment;
		if (set != NULL && *set != '\0' && !put(&r, (enum setting)i, set))
			return false;
	}
	return read_file(cli, s->user_file, SOURCE_USER, err) &&
	    read_file(cli, s->system_file, SOURCE_SYSTEM, err);
}

const char *
settings_get(const struct settings *s, enum setting key,
    enum setting_source *from)
{
	for (unsigned i = 0; i < SOURCES; i++)
		if (s->value[key][i] != NULL) {
			if (from != NULL)
				*from = (enum setting_source)i;
			return s->value[key][i];
		}
	return NULL;
}

enum setting
settings_node(const struct settings *s, const char **value)
{
	static const enum setting order[] = {
		SETTING_URL, SETTING_SOCKET, SETTING_DIR
	};

	for (unsigned i = 0; i < SOURCES; i++)
		for (unsigned k = 0; k < 3; k++)
			if ((*value = s->value[order[k]][i]) != NULL)
				return order[k];
	*value = NULL;
	return SETTING_DIR;
}

/* The line sets this key. */
static bool
line_sets(struct slice line, const char *key)
{
	while (line.n != 0 && (line.p[0] == ' ' || line.p[0] == '\t'))
		line = slice_skip(line, 1);
	if (!slice_starts(line, key))
		return false;
	line = slice_skip(line, strlen(key));
	while (line.n != 0 && (line.p[0] == ' ' || line.p[0] == '\t'))
		line = slice_skip(line, 1);
	return line.n != 0 && (line.p[0] == '=' || line.p[0] == ':');
}

bool
settings_set(struct cli *cli, enum setting key, const char *value,
    struct err *err)
{
	struct reading r = { cli, SOURCE_USER, cli->settings->user_file, err, true };
	struct buf old = BUF_INIT, b = BUF_INIT;
	struct slice rest, line;
	struct stat st;
	bool more = true, ok = false;

	if (*value != '\0' && !put(&r, key, value))
		return false;
	if (stat(r.path, &st) == 0 &&
	    !io_read_file(AT_FDCWD, r.path, &old, SETTINGS_FILE_MAX, err))
		goto out;
	rest = buf_all(&old);
	/* The user's own comments and order are kept. */
	while (more && rest.n != 0) {
		more = slice_cut(&line, &rest, '\n');
		line = more ? line : rest;
		if (line_sets(line, setting_names[key]))
			continue;
		buf_slice(&b, line);
		buf_str(&b, "\n");
	}
	if (*value != '\0')
		buf_printf(&b, "%s = %s\n", setting_names[key], value);
	ok = settings_make_parents(r.path, err) &&
	    io_replace_file(AT_FDCWD, r.path, buf_all(&b), 0600, err);
out:
	buf_free(&old);
	buf_free(&b);
	return ok;
}
