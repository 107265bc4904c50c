#include "entente/token.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "crypto/hash.h"
#include "entente/out.h"
#include "entente/settings.h"

enum { TOKEN_MAX = 1024 };

const char *
token_path(struct cli *cli, const char *where)
{
	const char *path = settings_get(cli->settings, SETTING_TOKEN_FILE, NULL);
	struct hash h = hash_of(slice_str(where));
	char hex[17];

	if (path != NULL)
		return path;
	hex_encode(hex, slice_of(h.b, 8));
	return settings_state_path(cli, arena_printf(&cli->arena,
	    "token-%s", hex));
}

static bool
token_valid(struct slice s)
{
	if (s.n == 0)
		return false;
	/* It goes into a header line: visible ASCII and no more. */
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return true;
}

bool
token_read(struct cli *cli, const char *where, struct secret **token,
    struct err *err)
{
	const char *path = token_path(cli, where);
	struct buf b = BUF_INIT;
	struct slice line, rest;
	struct stat st;
	bool ok = false;

	*token = NULL;
	if (stat(path, &st) == -1 &&
	    settings_get(cli->settings, SETTING_TOKEN_FILE, NULL) == NULL)
		return true;
	if (!io_read_file(AT_FDCWD, path, &b, TOKEN_MAX, err))
		return false;
	rest = buf_all(&b);
	if (!slice_cut(&line, &rest, '\n'))
		line = rest;
	if ((st.st_mode & 077) != 0)
		err_set(err, ERR_DENIED, "E-CLI-TOKEN", "%s", say(cli,
		    "token.mode", "path", path, NULL));
	else if (!token_valid(line))
		err_set(err, ERR_INVALID, "E-CLI-TOKEN", "%s", say(cli,
		    "token.form", "path", path, NULL));
	else {
		*token = secret_copy(line);
		ok = true;
	}
	buf_wipe(&b);
	return ok;
}

bool
token_write(struct cli *cli, const char *where, struct slice token,
    struct err *err)
{
	const char *path = token_path(cli, where);
	struct buf b = BUF_INIT;
	bool ok;

	buf_slice(&b, token);
	buf_str(&b, "\n");
	ok = settings_make_parents(path, err) &&
	    io_replace_file(AT_FDCWD, path, buf_all(&b), 0600, err);
	buf_wipe(&b);
	return ok;
}

void
token_forget(struct cli *cli, const char *where)
{
	(void)unlink(token_path(cli, where));
}
