#include "model/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/policy.h"

void
verdict_allow(struct decision *d, const char *clause)
{
	d->allowed = true;
	(void)snprintf(d->clause, sizeof(d->clause), "%s", clause);
}

/* What of the message a rule is about. */
static const char *
field_of(const char *rule)
{
	static const struct {
		const char *rule, *field;
	} fields[] = {
		{ "E-POLICY-KIND", "kind" }, { "E-POLICY-ACT", "act" },
		{ "E-POLICY-HANDLING", "handling" }, { "E-POLICY-DESK", "to" },
		{ "E-POLICY-ADDRESS", "to" }, { "E-POLICY-PURPOSE", "purpose" },
		{ "E-POLICY-AREA", "area" }, { "E-POLICY-PARTY", "thread" },
		{ "E-POLICY-MANDATE", "area" },
		{ "E-TEXT-NET", "net" },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(fields[i].rule, rule) == 0)
			return fields[i].field;
	return "";
}

void
verdict_deny(struct decision *d, const char *rule, const char *clause,
    const char *fmt, ...)
{
	char text[sizeof(d->why.text)];
	va_list ap;

	d->allowed = d->emergency = false;
	(void)snprintf(d->clause, sizeof(d->clause), "%s", clause);
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)err_field(&d->why, ERR_POLICY, rule, field_of(rule), "%s", text);
}
