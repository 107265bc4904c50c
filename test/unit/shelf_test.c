#include "tap.h"
#include "store/shelf.h"

static struct err err;

static bool
is_rule(const char *rule)
{
	return strcmp(err.rule, rule) == 0;
}

static msec
date(const char *text)
{
	msec t = -1;

	(void)date_parse(&t, slice_str(text));
	return t;
}

static void
test_labels(void)
{
	EQ_STR(shelf_for(0).s, "1970-01", "the first shelf");
	EQ_STR(shelf_for(TIME_MAX).s, "9999-12", "the last shelf");
	EQ_STR(shelf_for(date("2031-12-01") - 1).s, "2031-11",
	    "a month ends with its last millisecond");
	EQ_STR(shelf_for(date("2031-12-01")).s, "2031-12",
	    "and the next begins");
	EQ_STR(shelf_brief(date("2027-01-31")).s, "2027-02",
	    "a month after the 31st is in the next month, however short");
	EQ_STR(shelf_brief(date("2026-12-05")).s, "2027-01",
	    "and passes the year");
}

static struct shelves *
two_shelves(struct shelf_label *a, struct shelf_label *b)
{
	struct shelves *s = shelves_new();
	struct secret *key = secret_random(SHELF_KEY);

	*a = shelf_for(date("2030-01-01"));
	*b = shelf_for(date("2030-02-01"));
	shelves_put(s, a, &key);
	OK(key == NULL, "a key is taken");
	key = secret_random(SHELF_KEY);
	shelves_put(s, b, &key);
	return s;
}

static void
test_shelves(void)
{
	struct shelf_label a, b, none = shelf_for(0);
	struct shelves *s = two_shelves(&a, &b);

	OK(shelves_have(s, &a) && shelves_have(s, &b) &&
	    !shelves_have(s, &none), "keys are at hand by their month");
	shelves_drop(s, &none);
	shelves_drop(s, &a);
	OK(!shelves_have(s, &a) && shelves_have(s, &b),
	    "one is dropped, the other stays");
	shelves_free(s);
	shelves_free(NULL);
}

static void
test_box(void)
{
	const struct slice what = slice_str("what"), other = slice_str("whut");
	const struct slice plain = slice_str("said by people");
	struct secret *key = secret_random(SHELF_KEY);
	struct secret *wrong = secret_random(SHELF_KEY);
	struct buf box = BUF_INIT, twice = BUF_INIT, out = BUF_INIT;
	size_t opened = 0;

	box_seal(&box, key, what, plain);
	box_seal(&twice, key, what, plain);
	OK(box.n == plain.n + SHELF_OVERHEAD, "a box is %d bytes longer",
	    SHELF_OVERHEAD);
	OK(!slice_eq(buf_all(&box), buf_all(&twice)), "no two are the same");
	OK(box_open(&out, key, what, buf_all(&box), &err) &&
	    slice_eq(buf_all(&out), plain), "it opens");
	buf_clear(&out);
	OK(!box_open(&out, key, other, buf_all(&box), &err) &&
	    is_rule("E-SHELF-OPEN") && out.n == 0, "not as another");
	OK(!box_open(&out, wrong, what, buf_all(&box), &err) && out.n == 0,
	    "not under another key");
	for (size_t n = 0; n < box.n; n++)
		opened += box_open(&out, key, what, slice_of(box.p, n), &err);
	OK(opened == 0, "no prefix opens");
	for (size_t i = 0; i < box.n; i++) {
		box.p[i] ^= 1;
		opened += box_open(&out, key, what, buf_all(&box), &err);
		box.p[i] ^= 1;
	}
	OK(opened == 0 && out.n == 0, "with any byte changed it does not");
	buf_clear(&box);
	box_seal(&box, key, what, slice_of(NULL, 0));
	OK(box_open(&out, key, what, buf_all(&box), &err) && out.n == 0,
	    "nothing can be boxed, too");
	buf_free(&box), buf_free(&twice), buf_wipe(&out);
	secret_free(key), secret_free(wrong);
}

static void
test_wrapped(void)
{
	const struct slice what = slice_str("what"), other = slice_str("whut");
	struct shelf_label a, b;
	struct shelves *s = two_shelves(&a, &b);
	struct secret *key = NULL, *again;
	struct buf wrapped = BUF_INIT;

	OK(shelf_new_key(s, &a, what, &key, &wrapped, &err) &&
	    wrapped.n == SHELF_WRAPPED && key->n == SHELF_KEY,
	    "a fresh key, wrapped");
	again = shelf_unwrap(s, &a, what, buf_all(&wrapped), &err);
	OK(again != NULL && slice_eq(secret_slice(key), secret_slice(again)),
	    "it is unwrapped");
	secret_free(again);
	OK(shelf_unwrap(s, &b, what, buf_all(&wrapped), &err) == NULL &&
	    is_rule("E-SHELF-OPEN"), "not by another shelf");
	OK(shelf_unwrap(s, &a, other, buf_all(&wrapped), &err) == NULL,
	    "not as another");
	buf_u8(&wrapped, 0);
	OK(shelf_unwrap(s, &a, what, buf_all(&wrapped), &err) == NULL &&
	    is_rule("E-SHELF-OPEN"), "not with a byte more");
	shelves_drop(s, &a);
	OK(shelf_unwrap(s, &a, what, buf_all(&wrapped), &err) == NULL &&
	    is_rule("E-SHELF-MISSING"), "not without its shelf");
	secret_free(key);
	buf_free(&wrapped);
	shelves_free(s);
}

static void
test_sealed(void)
{
	const struct slice what = slice_str("what");
	const struct slice plain = slice_str("said by people");
	struct shelf_label a, b;
	struct shelves *s = two_shelves(&a, &b);
	struct buf box = BUF_INIT, moved = BUF_INIT, out = BUF_INIT;
	struct secret *key;
	size_t opened = 0;

	OK(shelf_seal(&box, s, &a, what, plain, &err) &&
	    shelf_open(&out, s, &a, what, buf_all(&box), &err) &&
	    slice_eq(buf_all(&out), plain), "sealed on a shelf, it opens");
	OK(!shelf_open(&out, s, &b, what, buf_all(&box), &err) &&
	    is_rule("E-SHELF-OPEN") && out.n == plain.n,
	    "on another it does not, and nothing is appended");
	for (size_t n = 0; n < box.n; n++)
		opened += shelf_open(&out, s, &a, what, slice_of(box.p, n),
		    &err);
	OK(opened == 0, "no prefix opens");

	/* Renewal: the key wrapped anew, the box as it was. */
	key = shelf_unwrap(s, &a, what, slice_of(box.p, SHELF_WRAPPED), &err);
	OK(key != NULL, "its first bytes are the wrapped key");
	buf_clear(&out);
	OK(box_open(&out, key, what, slice_skip(buf_all(&box), SHELF_WRAPPED),
	    &err) && slice_eq(buf_all(&out), plain), "the rest is the box");
	shelves_drop(s, &a);
	OK(!shelf_open(&out, s, &a, what, buf_all(&box), &err) &&
	    is_rule("E-SHELF-MISSING") && err.class == ERR_UNAVAILABLE,
	    "with its shelf destroyed it is gone");
	OK(!shelf_seal(&moved, s, &a, what, plain, &err) &&
	    is_rule("E-SHELF-MISSING") && moved.n == 0,
	    "and nothing can be put there");
	secret_free(key);
	buf_free(&box), buf_free(&moved), buf_wipe(&out);
	shelves_free(s);
}

int
main(void)
{
	secret_process_init();
	test_labels();
	test_shelves();
	test_box();
	test_wrapped();
	test_sealed();
	return tap_done();
}
