#include "ententd/problem.h"

#include <string.h>

#include "base/json.h"

unsigned
problem_status(const struct err *err)
{
	static const unsigned status[ERR_CLASSES] = {
		[ERR_NONE] = 500, [ERR_INVALID] = 400, [ERR_NOT_FOUND] = 404,
		[ERR_CONFLICT] = 409, [ERR_DENIED] = 403, [ERR_POLICY] = 422,
		[ERR_VERIFY] = 422, [ERR_UNAVAILABLE] = 503, [ERR_IO] = 500,
	};

	if (strcmp(err->rule, "E-SESSION-NONE") == 0)
		return 401;
	if (strcmp(err->rule, "E-STORE-FULL") == 0)
		return 507;
	return status[err->class];
}

/* Parsed at the first refusal: most nodes refuse seldom. */
struct catalog *
problem_catalog(void)
{
	static struct catalog *catalog;

	if (catalog == NULL)
		catalog = catalog_errors();
	return catalog;
}

static const char *
told(const char *rule, const char *part, const char *lang)
{
	return catalog_text(problem_catalog(), rule, part, lang);
}

void
problem_print(struct buf *out, const struct err *err, const char *clause,
    const char *lang)
{
	struct jout j = jout_to(out);

	jout_object(&j, NULL);
	jout_str(&j, "type", "about:blank");
	jout_str_opt(&j, "title", told(err->rule, "title", lang));
	jout_int(&j, "status", problem_status(err));
	jout_str(&j, "code", err->rule);
	jout_str_opt(&j, "field", err->field);
	jout_str_opt(&j, "clause", clause);
	jout_str(&j, "detail", err->text);
	jout_str_opt(&j, "unchanged", told(err->rule, "unchanged", lang));
	jout_str_opt(&j, "todo", told(err->rule, "todo", lang));
	jout_end_object(&j);
}
