#include <assert.h>
#include <string.h>

#include "base/embedded.h"
#include "model/kind.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

extern const struct embedded kind_files[];

/* The bytes as a file beside small codelists; the first byte chooses where
 * they stand. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const names[] = {
		"kinds/ping-1.json", "kinds/codelists/ping.json",
		"kinds/fragments/ping-1.json",
	};
	struct kind_file files[4];
	struct err err = { .class = ERR_NONE };
	struct kind_set *set;
	size_t count = 0;

	if (n == 0)
		return 0;
	files[count++] = (struct kind_file){ names[p[0] % 3],
	    slice_of(p + 1, n - 1) };
	for (size_t i = 0; kind_files[i].name != NULL; i++)
		if (strstr(kind_files[i].name, "/roles.json") != NULL ||
		    strstr(kind_files[i].name, "/legal-powers.json") != NULL ||
		    strstr(kind_files[i].name, "/refusal-grounds.json") != NULL)
			files[count++] = (struct kind_file){ kind_files[i].name,
			    embedded_bytes(&kind_files[i]) };
	set = kind_set_load(files, count, &err);
	if (set == NULL)
		assert(strncmp(err.rule, "E-KIND-", 7) == 0 &&
		    strncmp(err.text, names[p[0] % 3], 5) == 0);
	for (size_t i = 0; set != NULL && kind_at(set, i) != NULL; i++)
		assert(kind_find(set, kind_at(set, i)->name) == kind_at(set, i) &&
		    kind_has_act(kind_at(set, i), ACT_SUBMIT));
	kind_set_free(set);
	return 0;
}
