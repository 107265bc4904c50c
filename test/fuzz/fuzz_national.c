#include <assert.h>
#include <stdlib.h>

#include "model/national.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/*
 * {"requires":...,"body":...}: what a peer's card asks for, and a body for it.
 * What is not of the form is refused for every body, what is refused is named,
 * and nothing is left of either.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct kind_set *set;
	struct card_kind kind = { .kind = "request.traffic/1" };
	struct card card = { .member = { "fr" }, .kinds = &kind, .nkinds = 1 };
	struct err err = { .class = ERR_NONE };
	json_t *v;
	bool valid, holds;

	if (set == NULL)
		set = kind_set_new(&err);
	assert(set != NULL);
	v = json_read(slice_of(p, n), CONTENT_MAX, &err);
	kind.requires = json_object_get(v, "requires");
	if (json_is_object(kind.requires)) {
		valid = national_valid(set, kind.requires, &err);
		holds = national_check(set, &card, kind.kind,
		    json_object_get(v, "body"), "fr", &err);
		assert(valid || !holds);
		assert(holds || err.rule[0] == 'E');
	}
	json_decref(v);
	return 0;
}
