#include "entente/text_option.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/utf8.h"
#include "entente/out.h"

enum { TEXT_BYTES = 64 * 1024 };

bool
text_option(struct cli *cli, const char **text, struct err *err)
{
	const char *path = cli_text(cli, "text-file");
	struct buf b = BUF_INIT;
	bool ok;

	*text = cli_text(cli, "text");
	if (path == NULL)
		return true;
	if (*text != NULL)
		return err_set(err, ERR_INVALID, "E-USAGE-TWICE", "%s",
		    say(cli, "usage.text-twice", NULL));
	ok = strcmp(path, "-") == 0 ?
	    io_read_all(STDIN_FILENO, &b, TEXT_BYTES, err) :
	    io_read_file(AT_FDCWD, path, &b, TEXT_BYTES, err);
	while (ok && b.n != 0 && b.p[b.n - 1] == '\n')
		b.n--;
	if (ok && !utf8_printable(buf_all(&b), UTF8_MANY_LINES))
		ok = err_set(err, ERR_INVALID, "E-CLI-TEXT", "%s", path);
	if (ok)
		*text = arena_str(&cli->arena, buf_all(&b));
	buf_wipe(&b);
	return ok;
}
