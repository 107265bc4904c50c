#include "ententd/lang_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "ententd/problem.h"
#include "model/ident.h"
#include "model/kind_text.h"
#include "model/pack.h"

static const char folder[] = "lang/";

/* -- the parent ----------------------------------------------------------- */

static int
by_code(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The folders there, in the order of their names. */
static size_t
codes_in(int dir, char codes[static LANGUAGES][LANGUAGE_CODE])
{
	int in = openat(dir, "lang", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = in == -1 ? NULL : fdopendir(in);
	const struct dirent *e;
	size_t n = 0;

	if (d == NULL) {
		if (in != -1)
			(void)close(in);
		return 0;
	}
	while ((e = readdir(d)) != NULL) {
		if (!language_code_valid(e->d_name))
			continue;
		if (n == LANGUAGES - LANGS) {
			log_warn("lang: more than %d languages, the rest is "
			    "left out", LANGUAGES - LANGS);
			break;
		}
		(void)snprintf(codes[n++], LANGUAGE_CODE, "%.7s", e->d_name);
	}
	(void)closedir(d);
	qsort(codes, n, sizeof(codes[0]), by_code);
	return n;
}

void
lang_files_send(int dir, int fd)
{
	char codes[LANGUAGES][LANGUAGE_CODE];
	char name[sizeof(folder) + LANGUAGE_CODE];
	size_t n = codes_in(dir, codes), sent = 0;

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "%s%.7s", folder, codes[i]);
		own_files_folder(dir, fd, name, PACK_FILE_MAX, &sent);
	}
}

/* -- a child -------------------------------------------------------------- */

/* The folder says which language, so that a file in a wrong one is found. */
static bool
is_in_place(const struct pack *p, const char *file, struct err *err)
{
	size_t n = strlen(p->language.code);

	file += sizeof(folder) - 1;
	return (strncmp(file, p->language.code, n) == 0 && file[n] == '/') ||
	    err_field(err, ERR_INVALID, "E-LANG-PACK", "language",
	    "is not that of its folder");
}

static bool
load(const struct own_file *file, struct languages *languages,
    struct texts *texts, struct err *err)
{
	struct pack p;
	bool ok;

	if (!pack_read(&p, buf_all(&file->bytes), err))
		return false;
	ok = is_in_place(&p, file->name, err) && pack_put(&p, texts, err) &&
	    (languages_add(languages, &p.language) || err_set(err,
	    ERR_INVALID, "E-LANG-PACK", "there are too many languages"));
	pack_free(&p);
	return ok;
}

void
lang_files_load(const struct own_files *f, struct languages *languages,
    const struct kind_set *set, void (*told)(void *arg, const struct err *),
    void *arg)
{
	struct texts *texts = NULL;
	struct err why, err;

	languages_init(languages);
	for (size_t i = 0; i < f->n; i++) {
		const struct own_file *file = &f->list[i];

		if (strncmp(file->name, folder, sizeof(folder) - 1) != 0)
			continue;
		/* Most nodes have none, and need no index. */
		if (texts == NULL) {
			texts = texts_new();
			catalog_texts(problem_catalog(), texts);
			if (set != NULL)
				kind_texts(set, texts);
		}
		if (load(file, languages, texts, &why))
			continue;
		(void)err_field(&err, ERR_INVALID, why.rule, why.field,
		    "%s: %s", file->name, why.text);
		told(arg, &err);
	}
	texts_free(texts);
}
