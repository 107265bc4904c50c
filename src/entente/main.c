#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/secret.h"
#include "entente/client.h"
#include "entente/command.h"
#include "entente/help.h"
#include "entente/language_files.h"
#include "entente/messages.h"
#include "entente/out.h"
#include "entente/prompt.h"
#include "entente/settings.h"
#include "entente/version.h"
#include "model/kind.h"

static bool
asks(int argc, char **argv, const char *a, const char *b)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], a) == 0 || strcmp(argv[i], b) == 0)
			return true;
	return false;
}

/* Before parsing, for what parsing has to say. */
static const char *
early(int argc, char **argv, const char *option, const char *variable)
{
	size_t n = strlen(option);

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], option, n) == 0 && argv[i][n] == '=')
			return argv[i] + n + 1;
		if (strcmp(argv[i], option) == 0 && i + 1 < argc)
			return argv[i + 1];
	}
	return getenv(variable);
}

static void
early_lang(struct cli *cli, int argc, char **argv)
{
	struct err ignored;

	(void)language_files_choose(cli, early(argc, argv, "--lang",
	    "ENTENTE_LANG"), early(argc, argv, "--lang-dir",
	    "ENTENTE_LANG_DIR"), &ignored);
}

/* What others may read in the list of processes: the program, no words. */
static void
hide_words(struct cli *cli, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		char *copy = arena_strdup(&cli->arena, argv[i]);
		char *shown = argv[i];

		argv[i] = copy;
		memset(shown, 0, strlen(shown));
	}
}

static enum exit_code
misused(struct cli *cli, int argc, char **argv, const char *suggestion,
    const struct err *err)
{
	enum exit_code code;

	/* "entente network --help": the noun's page, no scolding. */
	if (strcmp(err->rule, "E-USAGE-VERB") == 0 &&
	    asks(argc, argv, "--help", "-h"))
		for (int i = 1; i < argc; i++)
			if (command_is_noun(argv[i])) {
				help_noun(cli, argv[i]);
				return EXIT_DONE;
			}
	code = out_error(cli, err);
	if (*suggestion != '\0')
		out_note(cli, "usage.suggest", "word", suggestion, NULL);
	else if (cli->command != NULL && !out_is_json(cli))
		out_note(cli, "usage.synopsis", "synopsis",
		    help_synopsis(&cli->arena, cli->command), NULL);
	return code;
}

static bool
color_valid(const char *s)
{
	return s == NULL || strcmp(s, "auto") == 0 ||
	    strcmp(s, "always") == 0 || strcmp(s, "never") == 0;
}

static enum exit_code
run(struct cli *cli)
{
	enum exit_code code;
	struct err err;

	if (cli_flag(cli, "help") || cli->command == NULL) {
		if (cli_flag(cli, "version")) {
			version_show(cli);
			return EXIT_DONE;
		}
		if (cli->command != NULL)
			help_command(cli, cli->command);
		else if (cli_flag(cli, "help"))
			help_all(cli);
		else {
			cli->out->data = cli->out->talk;
			help_all(cli);
			return EXIT_USAGE;
		}
		return EXIT_DONE;
	}
	if (!color_valid(cli_text(cli, "color"))) {
		err_set(&err, ERR_INVALID, "E-USAGE-VALUE", "--color");
		return out_error(cli, &err);
	}
	if (!settings_read(cli, &err))
		return out_error(cli, &err);
	if (!language_files_choose(cli,
	    settings_get(cli->settings, SETTING_LANG, NULL),
	    settings_get(cli->settings, SETTING_LANG_DIR, NULL), &err))
		return out_error(cli, &err);
	code = cli->command->run(cli);
	if (fflush(stdout) == EOF && code == EXIT_DONE) {
		err_errno(&err, "stdout");
		return out_error(cli, &err);
	}
	return code;
}

int
main(int argc, char **argv)
{
	struct cli cli = { .now = clock_now(), .lang = "en" };
	const char *suggestion;
	enum exit_code code;
	struct err err;

	secret_process_init();
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(077);
	tzset();
	hide_words(&cli, argc, argv);
	cli.messages = messages_new();
	languages_init(&cli.languages);
	out_open(&cli);
	early_lang(&cli, argc, argv);
	prompt_on_interrupt(NULL);
	if (!command_parse(&cli, argc, argv, &suggestion, &err)) {
		out_open(&cli);
		code = misused(&cli, argc, argv, suggestion, &err);
	} else {
		out_open(&cli);
		cli.no_input = cli_flag(&cli, "no-input");
		if (cli.command != NULL && cli.command->flags & COMMAND_OUTWARD) {
			cli.yes = cli_flag(&cli, "yes");
			cli.dry_run = cli_flag(&cli, "dry-run");
		}
		code = run(&cli);
	}
	client_close(cli.client);
	json_decref(cli.cache);
	kind_set_free(cli.kinds);
	messages_free(cli.messages);
	arena_free(&cli.arena);
	return (int)code;
}
