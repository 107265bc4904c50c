#include "ententd/parent_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/custody.h"

void
parent_save_keyring(struct parent *p, struct ipc *ipc, struct ipc_message *m)
{
	struct cursor r = cursor_of(m->body);
	struct slice sealed = cursor_var(&r, KEYRING_FILE_MAX);
	struct err err = { 0 };
	uint8_t ok;

	ok = cursor_done(&r) && sealed.n <= CHANNEL_KEYRING &&
	    io_replace_file(p->dir, "keyring.age", sealed, 0600, &err);
	if (!ok)
		log_error("keyring not saved: %s", err.text);
	ipc_send(ipc, PARENT_SAVED, m->id, slice_of(&ok, 1), -1);
}

static int
custody_folder(int dir)
{
	if (mkdirat(dir, "custody", 0700) == -1 && errno != EEXIST)
		return -1;
	return openat(dir, "custody", O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
}

void
parent_save_custody(struct parent *p, struct slice body)
{
	struct cursor r = cursor_of(body);
	uint8_t first = cursor_u8(&r), second = cursor_u8(&r);
	struct slice file = cursor_var(&r, CUSTODY_FILE_MAX);
	struct err err = { 0 };
	char name[24];
	int folder;

	if (!cursor_done(&r) || first == 0 || first >= second ||
	    second > CUSTODIANS)
		return;
	folder = custody_folder(p->dir);
	if (folder == -1) {
		log_error("custody: the folder cannot be opened");
		return;
	}
	(void)snprintf(name, sizeof(name), "%d-%d.age", first, second);
	if (!io_replace_file(folder, name, file, 0600, &err))
		log_error("custody: %s", err.text);
	(void)close(folder);
}

void
parent_log_signature(struct parent *p, struct slice body)
{
	struct cursor r = cursor_of(body);
	struct slice name = cursor_bytes(&r, 32);
	char type[64], hex[65], at[TIME_TEXT];
	struct buf line = BUF_INIT;
	struct err err;

	cursor_str(&r, type, sizeof(type));
	if (!cursor_done(&r))
		return;
	hex_encode(hex, name);
	time_print(at, clock_now());
	buf_printf(&line, "%s %s %s\n", at, type, hex);
	if (!io_write_all(p->signed_log, buf_all(&line), &err))
		log_error("signed.log: %s", err.text);
	buf_free(&line);
}

static void
read_optional(int dir, const char *path, size_t max, struct buf *out)
{
	struct err err;

	if (!io_read_file(dir, path, out, max, &err))
		log_warn("%s: %s", path, err.text);
}

void
parent_send_keyring(struct parent *p, int fd)
{
	struct buf body = BUF_INIT, part = BUF_INIT;

	read_optional(p->dir, "keyring.age", CHANNEL_KEYRING, &part);
	buf_var(&body, buf_all(&part));
	buf_clear(&part);
	read_optional(p->dir, "unlock.age", CHANNEL_UNLOCK, &part);
	buf_var(&body, buf_all(&part));
	buf_clear(&part);
	if (p->config.credential[0] != '\0')
		read_optional(AT_FDCWD, p->config.credential, CHANNEL_UNLOCK,
		    &part);
	buf_var(&body, buf_all(&part));
	(void)ipc_send_now(fd, PARENT_KEYRING, 0, buf_all(&body), -1);
	buf_wipe(&part);
	buf_wipe(&body);
}
