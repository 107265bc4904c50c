#include "entente/language_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "entente/messages.h"
#include "entente/out.h"
#include "entente/settings.h"

enum { FILES_MAX = 64 };

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Where the packs of a language lie; NULL: nowhere. */
static const char *
folder_of(struct cli *cli, const char *code, const char *dir)
{
	const char *const places[] = {
		settings_config_path(cli, "lang"), "/usr/local/share/entente/lang",
		"/usr/share/entente/lang"
	};
	const char *path;

	if (dir != NULL && *dir != '\0') {
		path = arena_printf(&cli->arena, "%s/%s", dir, code);
		return is_folder(path) ? path : NULL;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		path = arena_printf(&cli->arena, "%s/%s", places[i], code);
		if (is_folder(path))
			return path;
	}
	return NULL;
}

bool
language_files_read(struct pack *p, const char *path, struct err *err)
{
	struct buf bytes = BUF_INIT;
	bool ok;

	ok = io_read_file(AT_FDCWD, path, &bytes, PACK_FILE_MAX, err) &&
	    pack_read(p, buf_all(&bytes), err);
	buf_free(&bytes);
	return ok;
}

static bool
read_one(struct cli *cli, const char *path, const char *code,
    struct texts *texts, struct err *err)
{
	struct pack p;
	bool ok;

	if (!language_files_read(&p, path, err))
		return false;
	ok = strcmp(p.language.code, code) == 0 || err_field(err,
	    ERR_INVALID, "E-LANG-PACK", "language",
	    "is not that of its folder");
	ok = ok && pack_put(&p, texts, err);
	ok = ok && languages_add(&cli->languages, &p.language);
	pack_free(&p);
	return ok;
}

static int
json_files(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && e->d_name[0] != '.' &&
	    strcmp(e->d_name + n - 5, ".json") == 0;
}

static void
read_folder(struct cli *cli, const char *folder, const char *code)
{
	struct texts *texts = texts_new();
	struct dirent **list = NULL;
	int n = scandir(folder, &list, json_files, alphasort);
	const char *path;
	struct err err;

	messages_texts(cli->messages, texts);
	for (int i = 0; i < n; i++) {
		path = arena_printf(&cli->arena, "%s/%s", folder,
		    list[i]->d_name);
		if (i < FILES_MAX &&
		    !read_one(cli, path, code, texts, &err))
			out_note(cli, "lang.left-out", "file", path, "field",
			    err.field, "why", err.text, NULL);
		free(list[i]);
	}
	free(list);
	texts_free(texts);
}

/* Known from now on; NULL: there is none. */
static const char *
language_of(struct cli *cli, const char *code, const char *dir)
{
	const char *known = languages_find(&cli->languages, slice_str(code));
	struct language language = { .rtl = false };
	const char *folder;

	if (known != NULL || !language_code_valid(code))
		return known;
	folder = folder_of(cli, code, dir);
	if (folder == NULL)
		return NULL;
	memcpy(language.code, code, strlen(code));
	if (!languages_add(&cli->languages, &language))
		return NULL;
	read_folder(cli, folder, code);
	return languages_find(&cli->languages, slice_str(code));
}

static const char *
language_of_environment(struct cli *cli, const char *dir)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	char full[LANGUAGE_CODE], first[LANGUAGE_CODE];
	const char *value = NULL, *code;

	/* The first that is set decides, as setlocale(3) has it. */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) &&
	    (value == NULL || *value == '\0'); i++)
		value = getenv(names[i]);
	if (value == NULL)
		return NULL;
	language_of_locale(full, first, value);
	code = language_of(cli, full, dir);
	return code != NULL ? code : language_of(cli, first, dir);
}

bool
language_files_choose(struct cli *cli, const char *wanted, const char *dir,
    struct err *err)
{
	bool told = wanted != NULL && *wanted != '\0';
	const char *code = told ? language_of(cli, wanted, dir) :
	    language_of_environment(cli, dir);

	if (told && code == NULL)
		return err_field(err, ERR_NOT_FOUND, "E-LANG-NONE", "lang",
		    "%s", say(cli, "lang.none", "lang", wanted, NULL));
	cli->lang = code == NULL ? "en" : code;
	return true;
}
