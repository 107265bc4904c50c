#include "base/secret.h"
#include "model/text.h"

#include "tap.h"

static const char *
refusal(struct slice text)
{
	static struct err err;
	struct slice json;

	return text_open(text, "ping", &json, &err) ? "" : err.rule;
}

static void
shape(void)
{
	static const char good[] = "entente/ping/v1\n{\"a\":1}\n";
	static const char *const other_type[] = {
		"", "\n", "entente/ping/v2\n{}\n", "entente/pong/v1\n{}\n",
		"entente/ping/v1 \n{}\n", " entente/ping/v1\n{}\n",
		"entente/ping/v1\r\n{}\n", "ping\n{}\n", "entente//v1\n{}\n",
		"entente/Ping/v1\n{}\n", "entente/ping/v1{}\n",
	};
	static const char *const other_form[] = {
		"entente/ping/v1\n", "entente/ping/v1\n{}", "entente/ping/v1\n{}\n\n",
		"entente/ping/v1\n{}\n{}\n", "entente/ping/v1\n\n{}\n",
		"entente/ping/v1\n {}\n", "entente/ping/v1\n{} \n",
		"entente/ping/v1\n[]\n", "entente/ping/v1\n{\n}\n",
		"entente/ping/v1\n{\n",
	};

	EQ_STR(refusal(slice_str(good)), "", "a line, an object, a newline");
	for (size_t n = 0; n < sizeof(good) - 1; n++)
		OK(refusal(slice_of(good, n))[0] != '\0',
		    "its first %zu bytes are no text", n);
	for (size_t i = 0; i < sizeof(other_type) / sizeof(other_type[0]); i++)
		EQ_STR(refusal(slice_str(other_type[i])), "E-TEXT-TYPE",
		    "first line %zu is another's", i);
	for (size_t i = 0; i < sizeof(other_form) / sizeof(other_form[0]); i++)
		EQ_STR(refusal(slice_str(other_form[i])), "E-TEXT-FORM",
		    "shape %zu is none", i);
}

static void
type(void)
{
	struct slice t = text_type(slice_str("entente/card/v1\n{}\n"));

	OK(slice_eq(t, slice_str("card")), "the type stands in the first line");
	OK(text_type(slice_str("entente/card/v1")).n == 0,
	    "a line that does not end is none");
	OK(text_type(slice_str("entente/a/b/v1\n")).n == 0,
	    "a type has no slash");
	OK(text_type(slice_str("demo.example/log\n5\n")).n == 0,
	    "a checkpoint is no text of ours");
}

static void
size(void)
{
	struct buf b = BUF_INIT;
	struct jout j = text_begin(&b, "ping");
	size_t room;
	char *fill;

	room = (size_t)TEXT_MAX - strlen("entente/ping/v1\n{\"a\":\"\"}\n");
	fill = xmalloc(room + 2);
	memset(fill, 'x', room + 1);
	fill[room] = '\0';
	jout_str(&j, "a", fill);
	text_end(&j);
	OK(b.n == TEXT_MAX, "as large as may be");
	EQ_STR(refusal(buf_all(&b)), "", "is read");
	buf_clear(&b);
	fill[room] = 'x';
	fill[room + 1] = '\0';
	j = text_begin(&b, "ping");
	jout_str(&j, "a", fill);
	text_end(&j);
	EQ_STR(refusal(buf_all(&b)), "E-TEXT-FORM", "one byte more is not");
	free(fill);
	buf_free(&b);
}

static void
canonical(void)
{
	static const char text[] = "entente/ping/v1\n{\"a\":1,\"b\":\"x\\n\"}\n";
	struct buf b = BUF_INIT;
	struct jout j = text_begin(&b, "ping");
	struct err err;
	json_t *v;

	jout_int(&j, "a", 1);
	jout_str(&j, "b", "x\n");
	text_end(&j);
	OK(text_canonical(&b, slice_str(text), &err), "it prints to itself");
	OK(!text_canonical(&b, slice_str("entente/ping/v1\n{}\n"), &err) &&
	    strcmp(err.rule, "E-TEXT-CANONICAL") == 0, "and to nothing else");
	v = text_read(slice_str(text), "ping", &err);
	OK(json_integer_value(json_object_get(v, "a")) == 1, "it is read");
	json_decref(v);
	OK(text_read(slice_str("entente/ping/v1\n{\"a\":1.5}\n"), "ping",
	    &err) == NULL && strcmp(err.rule, "E-JSON-NUMBER") == 0,
	    "strict JSON all through");
	OK(text_read(slice_str("entente/pong/v1\n{}\n"), "ping", &err) == NULL &&
	    strcmp(err.rule, "E-TEXT-TYPE") == 0, "another type is refused");
	buf_free(&b);
}

int
main(void)
{
	secret_process_init();
	shape();
	type();
	size();
	canonical();
	return tap_done();
}
