#include "ententd/own_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "ententd/channel.h"
#include "model/calendar.h"
#include "model/national.h"
#include "proc/ipc.h"

static const char requires_name[] = "kinds/requires.json";
static const char calendars[] = "kinds/calendars/";

/* -- the parent ----------------------------------------------------------- */

static bool
is_json_file(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && n < 100 && name[0] != '.' &&
	    strcmp(name + n - 5, ".json") == 0;
}

/* What is larger than a frame goes in pieces. */
static void
send_one(int dir, int fd, const char *path, size_t most)
{
	struct buf bytes = BUF_INIT, body = BUF_INIT;
	struct slice rest, piece;
	struct err err;

	if (!io_read_file(dir, path, &bytes, most, &err)) {
		log_warn("%s: %s", path, err.text);
		goto out;
	}
	rest = buf_all(&bytes);
	do {
		piece = slice_of(rest.p, rest.n < OWN_FILE_MAX ? rest.n :
		    OWN_FILE_MAX);
		rest = slice_skip(rest, piece.n);
		buf_clear(&body);
		buf_var_str(&body, path);
		buf_var(&body, piece);
		(void)ipc_send_now(fd, PARENT_FILE, 0, buf_all(&body), -1);
	} while (rest.n != 0);
out:
	buf_free(&bytes);
	buf_free(&body);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

void
own_files_folder(int dir, int fd, const char *folder, size_t most,
    size_t *sent)
{
	char names[OWN_FILES][128];
	const struct dirent *e;
	size_t n = 0;
	DIR *d;
	int in = openat(dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	d = in == -1 ? NULL : fdopendir(in);
	if (d == NULL) {
		if (in != -1)
			(void)close(in);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (!is_json_file(e->d_name))
			continue;
		if (*sent + n == OWN_FILES) {
			log_warn("%s: more than %d files, the rest is left out",
			    folder, OWN_FILES);
			break;
		}
		(void)snprintf(names[n++], sizeof(names[0]), "%s/%s", folder,
		    e->d_name);
	}
	(void)closedir(d);
	/* The order of a directory is nobody's; that of messages is ours. */
	qsort(names, n, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n; i++)
		send_one(dir, fd, names[i], most);
	*sent += n;
}

void
own_files_send(int dir, int fd)
{
	size_t sent = 0;

	own_files_folder(dir, fd, "kinds/codelists", OWN_FILE_MAX, &sent);
	own_files_folder(dir, fd, "kinds/fragments", OWN_FILE_MAX, &sent);
	own_files_folder(dir, fd, "kinds", OWN_FILE_MAX, &sent);
	own_files_folder(dir, fd, "kinds/calendars", OWN_FILE_MAX, &sent);
}

/* -- a child -------------------------------------------------------------- */

bool
own_files_take(struct own_files *f, struct slice frame)
{
	struct cursor c = cursor_of(frame);
	char name[sizeof(f->list[0].name)];
	struct slice bytes;

	if (f->list == NULL)
		f->list = xcalloc(OWN_FILES_ALL, sizeof(*f->list));
	cursor_str(&c, name, sizeof(name));
	bytes = cursor_var(&c, OWN_FILE_MAX);
	if (!cursor_done(&c))
		return false;
	/* The next piece of the same file, or another file. */
	if (f->n == 0 || strcmp(f->list[f->n - 1].name, name) != 0) {
		if (f->n == OWN_FILES_ALL)
			return false;
		memcpy(f->list[f->n++].name, name, sizeof(name));
	}
	buf_slice(&f->list[f->n - 1].bytes, bytes);
	return true;
}

static bool
is_calendar(const struct own_file *f)
{
	return strncmp(f->name, calendars, sizeof(calendars) - 1) == 0;
}

static json_t *
calendar_told(const struct calendar *c)
{
	json_t *weekend = json_array();

	for (unsigned i = 0; i < 7; i++)
		if (c->weekend[i])
			(void)json_array_append_new(weekend,
			    json_string(calendar_days[i]));
	return json_pack("{s:s, s:o, s:I}", "calendar", c->name, "weekend",
	    weekend, "holidays", (json_int_t)c->nholidays);
}

json_t *
own_files_calendars(const struct own_files *f,
    void (*told)(void *arg, const struct err *), void *arg)
{
	json_t *good = json_array();
	struct arena arena = ARENA_INIT;
	struct calendar c;
	struct err why, err;
	char want[64];

	for (size_t i = 0; i < f->n; i++) {
		const struct own_file *file = &f->list[i];

		if (!is_calendar(file))
			continue;
		if (calendar_parse(&c, &arena, buf_all(&file->bytes), &why)) {
			(void)snprintf(want, sizeof(want), "%s%s.json",
			    calendars, c.name);
			if (strcmp(want, file->name) == 0) {
				(void)json_array_append_new(good,
				    calendar_told(&c));
				continue;
			}
			(void)err_field(&why, ERR_INVALID, "E-KIND-FILE",
			    "calendar", "the file bears another name");
		}
		(void)err_field(&err, ERR_INVALID, why.rule, why.field,
		    "%s: %s", file->name, why.text);
		told(arg, &err);
	}
	arena_free(&arena);
	return good;
}

struct kind_set *
own_files_kinds(const struct own_files *f,
    void (*told)(void *arg, const struct err *), void *arg, struct err *err)
{
	struct kind_file *files = xcalloc(OWN_FILES, sizeof(*files));
	struct kind_set *set;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (strncmp(f->list[i].name, "kinds/", 6) == 0 &&
		    strcmp(f->list[i].name, requires_name) != 0 &&
		    !is_calendar(&f->list[i]))
			files[n++] = (struct kind_file){ f->list[i].name,
			    buf_all(&f->list[i].bytes) };
	set = kind_set_with(files, n, told, arg, err);
	free(files);
	return set;
}

static void
tell(void (*told)(void *arg, const struct err *), void *arg,
    const char *kind, const struct err *why)
{
	struct err err;

	(void)err_field(&err, ERR_INVALID, why->rule, why->field, "%s: %s%s%s",
	    requires_name, kind, kind[0] == '\0' ? "" : ": ", why->text);
	told(arg, &err);
}

static bool
is_good(const struct kind_set *set, const char *kind, const json_t *requires,
    struct err *err)
{
	const struct kind *k = kind_find(set, kind);

	if (k == NULL)
		return err_field(err, ERR_INVALID, "E-NATIONAL-FORM", kind,
		    "there is no such kind here");
	return national_valid(set, requires, err) &&
	    national_fits(k, requires, err);
}

json_t *
own_files_requires(const struct own_files *f, const struct kind_set *set,
    void (*told)(void *arg, const struct err *), void *arg)
{
	json_t *all = NULL, *v;
	const char *kind;
	struct err err;
	void *next;

	for (size_t i = 0; i < f->n; i++) {
		if (strcmp(f->list[i].name, requires_name) != 0)
			continue;
		all = json_read(buf_all(&f->list[i].bytes), OWN_FILE_MAX, &err);
		if (all == NULL)
			tell(told, arg, "", &err);
	}
	if (all != NULL && !json_is_object(all)) {
		(void)err_set(&err, ERR_INVALID, "E-NATIONAL-FORM",
		    "must be an object of kinds");
		tell(told, arg, "", &err);
		json_decref(all);
		return NULL;
	}
	json_object_foreach_safe(all, next, kind, v)
		if (!is_good(set, kind, v, &err)) {
			tell(told, arg, kind, &err);
			json_object_del(all, kind);
		}
	return all;
}
