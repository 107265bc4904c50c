#ifndef TEST_TEXT_FRAME_H
#define TEST_TEXT_FRAME_H

#include "mutate.h"
#include "trust_fixture.h"

static struct err err;

/*
 * What the tests of a signed text share, by the noun that names its struct,
 * its _parse, _print and _release.
 *	parses()	reads a text; what parses has one form
 *	refusal()	prints what a test changed and parses it: the rule that
 *			refuses it, "" for none; err.field is the place
 */
#define TEXT_FRAME(noun)						\
	static bool							\
	parses(struct slice text, struct err *e)			\
	{								\
		struct arena a = ARENA_INIT;				\
		struct buf b = BUF_INIT;				\
		struct noun t;						\
		bool ok = noun##_parse(&t, &a, text, e);		\
									\
		if (ok) {						\
			noun##_print(&b, &t);				\
			OK(slice_eq(buf_all(&b), text),			\
			    "what parses prints the same");		\
		}							\
		noun##_release(&t);					\
		buf_free(&b);						\
		arena_free(&a);						\
		return ok;						\
	}								\
									\
	static const char *						\
	refusal(const struct noun *t)					\
	{								\
		struct buf b = BUF_INIT;				\
									\
		noun##_print(&b, t);					\
		if (parses(buf_all(&b), &err))				\
			err.rule[0] = err.field[0] = '\0';		\
		buf_free(&b);						\
		return err.rule;					\
	}								\
	_Static_assert(1, "takes the semicolon")

#endif
