#include "entente/signed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/io.h"
#include "base/utf8.h"
#include "model/text.h"

/* Two lines and nothing after them: nobody has signed yet. */
static bool
is_bare(struct slice bytes)
{
	struct slice line, rest = bytes;

	return slice_cut(&line, &rest, '\n') && slice_cut(&line, &rest, '\n') &&
	    rest.n == 0 && utf8_printable(bytes, UTF8_MANY_LINES);
}

static bool
look(struct signed_file *f, struct err *err)
{
	f->note = (struct note){ .nsigs = 0 };
	if (is_bare(buf_all(&f->bytes)))
		f->note.text = buf_all(&f->bytes);
	else if (!note_parse(&f->note, buf_all(&f->bytes), err))
		return false;
	f->type = text_type(f->note.text);
	return f->type.n != 0 || err_set(err, ERR_INVALID, "E-SIGN-TYPE",
	    "this is no text that begins with entente/<type>/v1");
}

bool
signed_file_take(struct signed_file *f, struct buf *bytes, struct err *err)
{
	*f = (struct signed_file){ .bytes = *bytes };
	*bytes = (struct buf)BUF_INIT;
	if (look(f, err))
		return true;
	signed_file_free(f);
	return false;
}

bool
signed_file_read(struct signed_file *f, const char *path, struct err *err)
{
	struct buf b = BUF_INIT;
	bool ok;

	*f = (struct signed_file){ .note.nsigs = 0 };
	ok = strcmp(path, "-") == 0 ?
	    io_read_all(STDIN_FILENO, &b, NOTE_MAX, err) :
	    io_read_file(AT_FDCWD, path, &b, NOTE_MAX, err);
	if (ok)
		return signed_file_take(f, &b, err);
	buf_free(&b);
	return false;
}

void
signed_file_free(struct signed_file *f)
{
	buf_free(&f->bytes);
	*f = (struct signed_file){ .note.nsigs = 0 };
}

bool
signed_file_is(const struct signed_file *f, const char *type)
{
	return slice_eq(f->type, slice_str(type));
}

bool
signed_file_has(const struct signed_file *f, const struct note_vkey *v)
{
	for (size_t i = 0; i < f->note.nsigs; i++)
		if (f->note.sigs[i].id == v->id &&
		    slice_eq(f->note.sigs[i].name, slice_str(v->name)))
			return true;
	return false;
}

bool
signed_file_sign(struct signed_file *f, const struct note_signer *signer,
    struct err *err)
{
	struct buf line = BUF_INIT;
	bool ok;

	if (signed_file_has(f, &signer->vkey))
		return true;
	ok = note_signature_line(&line, f->note.text, signer, err);
	if (ok) {
		if (f->note.nsigs == 0)
			buf_u8(&f->bytes, '\n');
		buf_slice(&f->bytes, buf_all(&line));
		ok = look(f, err);
	}
	buf_free(&line);
	return ok;
}

bool
signed_file_write(const struct signed_file *f, const char *path,
    enum signed_file_write how, struct err *err)
{
	struct slice all = buf_all(&f->bytes);

	if (strcmp(path, "-") == 0)
		return io_write_all(STDOUT_FILENO, all, err);
	return how == SIGNED_FILE_CREATE ?
	    io_create_file(AT_FDCWD, path, all, 0644, err) :
	    io_replace_file(AT_FDCWD, path, all, 0644, err);
}
