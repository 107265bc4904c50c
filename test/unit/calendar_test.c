#include "base/secret.h"
#include "base/slice.h"
#include "model/calendar.h"

#include "tap.h"

static struct arena arena = ARENA_INIT;

static msec
day(const char *s)
{
	msec t;

	if (!date_parse(&t, slice_str(s)))
		exit(1);
	return t;
}

static bool
is(msec t, const char *want)
{
	char s[DATE_TEXT];

	date_print(s, t);
	if (strcmp(s, want) != 0)
		printf("# got %s, want %s\n", s, want);
	return strcmp(s, want) == 0;
}

static void
refused(const char *text, const char *field, const char *fact)
{
	struct err err = { .class = ERR_NONE };
	struct calendar c;

	OK(!calendar_parse(&c, &arena, slice_str(text), &err) &&
	    strcmp(err.field, field) == 0, "%s", fact);
	if (strcmp(err.field, field) != 0)
		printf("# got %s %s\n", err.field, err.text);
}

static void
test_parse(void)
{
	refused("{}", "calendar", "a calendar has a name");
	refused("{\"calendar\":\"A b\",\"weekend\":[],\"holidays\":[]}", "calendar",
	    "of letters");
	refused("{\"calendar\":\"a\",\"weekend\":[\"Fri\"],\"holidays\":[]}",
	    "weekend", "days are mon to sun");
	refused("{\"calendar\":\"a\",\"weekend\":[\"fri\",\"fri\"],\"holidays\":[]}",
	    "weekend", "each once");
	refused("{\"calendar\":\"a\",\"weekend\":[\"mon\",\"tue\",\"wed\",\"thu\","
	    "\"fri\",\"sat\",\"sun\"],\"holidays\":[]}", "weekend",
	    "somebody works some day");
	refused("{\"calendar\":\"a\",\"weekend\":[],\"holidays\":[\"2026-02-30\"]}",
	    "holidays", "holidays are dates");
	refused("{\"calendar\":\"a\",\"weekend\":[],\"holidays\":[\"2026-05-01\","
	    "\"2026-05-01\"]}", "holidays", "that rise");
	refused("{\"calendar\":\"a\",\"weekend\":[],\"holidays\":[],\"x\":1}", "x",
	    "nothing else is known");
}

static void
test_days(void)
{
	struct calendar c;
	struct err err;

	if (!OK(calendar_parse(&c, &arena, slice_str("{\"calendar\":\"sa\","
	    "\"weekend\":[\"fri\",\"sat\"],\"holidays\":[\"2026-09-23\"]}"), &err),
	    "Friday and Saturday are a weekend"))
		return;
	OK(calendar_works(&c, day("2026-09-20")) &&
	    !calendar_works(&c, day("2026-09-25")) &&
	    !calendar_works(&c, day("2026-09-26")), "then Sunday is worked");
	OK(!calendar_works(&c, day("2026-09-23")), "a holiday is not");
	OK(!calendar_works(&c, day("1970-01-02")) &&
	    calendar_works(&c, day("1970-01-01")), "nor the first Friday of all");
	OK(!calendar_works(&c, day("2026-09-23") + 18 * HOUR) &&
	    !calendar_works(&c, day("2026-09-25") + DAY - 1),
	    "a time of the day is that day");
	OK(is(calendar_add(&c, day("2026-09-22"), 1), "2026-09-24"),
	    "one working day goes past the holiday");
	OK(is(calendar_add(&c, day("2026-09-22"), 2), "2026-09-27"),
	    "two past the weekend");
	OK(is(calendar_add(&c, day("2026-09-25"), 0), "2026-09-27") &&
	    is(calendar_add(&c, day("2026-09-24"), 0), "2026-09-24"),
	    "none is the day, or the next one that is worked");
	OK(is(calendar_add(&c, day("2026-09-25"), 1), "2026-09-27"),
	    "from a day off the next one is the first");
	OK(calendar_between(&c, day("2026-09-20"), day("2026-09-27")) == 4,
	    "a week with a holiday has four days");
	OK(calendar_between(&c, day("2026-09-27"), day("2026-09-20")) == 0,
	    "and backwards none");
	for (unsigned n = 1; n < 400; n++) {
		msec end = calendar_add(&c, day("2026-01-01"), n);

		if (calendar_between(&c, day("2026-01-01"), end) != n ||
		    !calendar_works(&c, end)) {
			OK(false, "added days count themselves: %u", n);
			return;
		}
	}
	OK(true, "added days count themselves");
}

int
main(void)
{
	secret_process_init();
	test_parse();
	test_days();
	arena_free(&arena);
	return tap_done();
}
