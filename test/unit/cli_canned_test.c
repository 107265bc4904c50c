#include <limits.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "canned_node.h"

#define PROBLEM(status, rule)						\
	"{\"type\":\"about:blank\",\"title\":\"Title of it\",\"status\":" status	\
	",\"code\":\"" rule "\",\"field\":\"body.ip[1].at\",\"clause\":\"charter/1 3.1\"," \
	"\"detail\":\"the detail\",\"unchanged\":\"Nothing sent.\",\"todo\":\"Do this.\"}"
#define SHA_OF_HELLO							\
	"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define LEG(ref, subject)						\
	"{\"ref\":\"" ref "\",\"state\":\"sent\",\"urgency\":\"urgent\",\"member\":\"rs\"," \
	"\"role\":\"asked\",\"acknowledge_by\":\"2020-01-01T00:00:00.000Z\"," \
	"\"subject\":\"" subject "\"}"
#define KIND								\
	"{\"kind\":\"request.test/1\",\"sections\":[{\"id\":\"a\",\"title\":"	\
	"{\"en\":\"First part\",\"fr\":\"Première partie\"},\"fields\":["	\
	"{\"id\":\"case\",\"type\":\"case-number\",\"required\":true,"	\
	"\"label\":{\"en\":\"Case\",\"fr\":\"Dossier\"},\"help\":{\"en\":\"Your own number.\"}}," \
	"{\"id\":\"ip\",\"type\":\"ip\",\"label\":{\"en\":\"Address\",\"fr\":\"Adresse\"}}]}]}"

#define DRAFT_HASH							\
	"69116a32932ad96e24968f0c1ca45750ee3957511a4e54f7a9565f01753fe1de"
#define DRAFT_TEXT							\
	"\"entente/message/v1\\n{\\\"from\\\":\\\"rs/a\\\",\\\"to\\\":[{\\\"desk\\\":\\\"fr/cyber\\\"}],\\\"kind\\\":\\\"request.test/1\\\",\\\"act\\\":\\\"submit\\\",\\\"content\\\":\\\"ec56e8c5d47c3a564fd120b43f8fe5758c829edd62c2f7d67779030d07e8c2fc\\\"}\\n\""
#define DRAFT_CONTENT							\
	"\"{\\\"subject\\\":\\\"S\\\",\\\"body\\\":{\\\"case\\\":\\\"KT/1\\\"}}\""

static const struct canned table[] = {
	{ "GET", "/threads/r400", NULL, 400, PROBLEM("400", "E-FIELD-VALUE") },
	{ "GET", "/threads/r401", NULL, 401, PROBLEM("401", "E-SESSION-NONE") },
	{ "GET", "/threads/r403", NULL, 403, PROBLEM("403", "E-ROLE") },
	{ "GET", "/threads/r404", NULL, 404, PROBLEM("404", "E-NOT-FOUND") },
	{ "GET", "/threads/r409", NULL, 409, PROBLEM("409", "E-FLOW-ACT") },
	{ "GET", "/threads/r422", NULL, 422, PROBLEM("422", "E-POLICY-AGREEMENT") },
	{ "GET", "/threads/rsig", NULL, 422, PROBLEM("422", "E-NOTE-SIGNATURE") },
	{ "GET", "/threads/r503", NULL, 503, PROBLEM("503", "E-NODE-LOCKED") },
	{ "GET", "/threads/r507", NULL, 507, PROBLEM("507", "E-STORE-FULL") },
	{ "GET", "/threads/rhtml", NULL, 502, "<html>no</html>" },
	{ "GET", "/threads/rjunk", NULL, 200, "{\"a\":" },
	{ "GET", "/legs", "queue=inbox", 200, "{\"items\":["
	    LEG("R-1", "safe \\u202egpj.exe \\u001b[2J") "," LEG("R-2", "two") "]}" },
	{ "GET", "/legs", "queue=waiting", 200, "{\"items\":[]}" },
	{ "GET", "/audit", "before=c2", 200, "{\"items\":[{\"id\":3}]}" },
	{ "GET", "/audit", NULL, 200, "{\"items\":[{\"id\":1},{\"id\":2}],\"next\":\"c2\"}" },
	{ "POST", "/sessions", NULL, 201, "{\"token\":\"tok-123\",\"expires\":"
	    "\"2026-11-21T18:20:00.000Z\",\"account\":{\"badge\":\"4711\"}}" },
	{ "POST", "/unlock", NULL, 204, "" },
	{ "GET", "/status", NULL, 200, "{\"member\":\"rs\",\"state\":\"ready\",\"version\":\"0.1\"}" },
	{ "GET", "/kinds/request.test/1", NULL, 200, KIND },
	{ "GET", "/codelists/urgencies", NULL, 200, "{\"items\":[{\"code\":\"normal\",\"label\":{\"en\":\"Normal\"}}]}" },
	{ "GET", "/codelists/purposes", NULL, 200, "{\"items\":[{\"code\":\"investigation\",\"label\":{\"en\":\"Investigation\"}}]}" },
	{ "POST", "/messages", NULL, 202, "{\"draft\":\"D-1\",\"hash\":\"ab\",\"needs\":\"approval\"}" },
	{ "GET", "/drafts/D-1", NULL, 200, "{\"draft\":\"D-1\",\"hash\":\"" DRAFT_HASH "\",\"text\":" DRAFT_TEXT ",\"content\":" DRAFT_CONTENT "}" },
	{ "GET", "/drafts/D-2", NULL, 200, "{\"draft\":\"D-2\",\"hash\":\"" DRAFT_HASH "\",\"text\":" DRAFT_TEXT ",\"content\":\"{\\\"body\\\":{}}\"}" },
	{ "POST", "/drafts/D-1/approve", NULL, 201, "{\"name\":\"n1\",\"ref\":\"R-9\"}" },
	{ "GET", "/messages/n1", NULL, 200, "{\"delivery\":[{\"member\":\"fr\",\"status\":\"queued\"}]}" },
	{ "GET", "/threads/files", NULL, 200, "{\"thread\":\"t\",\"messages\":[{\"name\":\"m1\",\"files\":["
	    "{\"n\":0,\"name\":\"../../.profile\",\"size\":5,\"sha256\":\"" SHA_OF_HELLO "\"},"
	    "{\"n\":1,\"name\":\"other.txt\",\"size\":5,\"sha256\":\"" SHA_OF_HELLO "\"}]}]}" },
	{ "GET", "/messages/m1/files/0", NULL, 200, "hello" },
	{ "GET", "/messages/m1/files/1", NULL, 200, "jello" },
	{ "GET", "/threads/bad", NULL, 200, "{\"thread\":\"t\",\"messages\":[{\"name\":\"m2\",\"from\":\"rs/a\"}]}" },
	{ "GET", "/messages/m2/note", NULL, 200, "no note" },
	{ "GET", "/messages/m2/receipts", NULL, 200, "{\"items\":[]}" },
	{ "GET", "/members/rs", NULL, 200, "{\"card\":{\"keys\":[{\"vkey\":"
	    "\"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\"}]}}" },
	{ .method = NULL },
};

/* Other answers to POST /messages: taken at once. */
static const struct canned sending[] = {
	{ "GET", "/kinds/message.text/1", NULL, 200, "{\"kind\":\"message.text/1\",\"sections\":[]}" },
	{ "POST", "/messages", NULL, 201, "{\"name\":\"n1\",\"thread\":\"n1\",\"ref\":\"R-9\",\"to\":[]}" },
	{ "GET", "/messages/n1", NULL, 200, "{\"delivery\":[{\"member\":\"fr\",\"status\":\"queued\"}]}" },
	{ "POST", "/files", NULL, 201, "{\"id\":\"up1\",\"name\":\"x\"}" },
	{ .method = NULL },
};

static void
test_exit_codes(void)
{
	static const struct {
		const char	*ref;
		int		 code;
	} cases[] = {
		{ "r400", 1 }, { "r401", 4 }, { "r403", 4 }, { "r404", 3 },
		{ "r409", 9 }, { "r422", 5 }, { "rsig", 8 }, { "r503", 1 },
		{ "r507", 1 }, { "rhtml", 1 }, { "rjunk", 1 },
	};
	char line[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(line, sizeof(line), "$e show %s", cases[i].ref);
		OK(run(line) == cases[i].code, "%s exits with %d", cases[i].ref,
		    cases[i].code);
		OK(out.n == 0, "and prints no data");
	}
	(void)run("$e show r422");
	OK(said(&err, "Title of it") && said(&err, "the detail"),
	    "a refusal says what happened and why");
	OK(said(&err, "charter/1 3.1") && said(&err, "body.ip[1].at"),
	    "by which clause, and where");
	OK(said(&err, "Nothing sent.") && said(&err, "Do this."),
	    "what is unchanged, and what to do");
	OK(said(&err, "entente explain E-POLICY-AGREEMENT"), "and its code");
	(void)run("$e show r422 --json");
	OK(said(&err, "\"code\":\"E-POLICY-AGREEMENT\"") &&
	    said(&err, "\"clause\":\"charter/1 3.1\""), "as JSON, on stderr");
	(void)run("$e show rhtml --lang fr");
	OK(said(&err, "E-NODE-ANSWER") && said(&err, "réponse du nœud"),
	    "an answer of something else is told in the reader's language");
}

static void
test_data(void)
{
	OK(run("$e inbox") == 0, "the inbox");
	OK(said(&out, "R-1\tUrgent\tSent\t"), "is columns with tabs in a pipe");
	OK(!said(&out, "REFERENCE") && !said(&out, "\033"),
	    "without heading or colour");
	OK(said(&out, "safe \\u{202E}gpj.exe \\u{1B}[2J"),
	    "what turns the direction or moves the cursor is made visible");
	OK(said(&err, "Next: entente show R-1"), "the next command is suggested");
	OK(run("$e inbox --color always --plain") == 0 && !said(&out, "\033"),
	    "plain has no colour");
	OK(run("$e inbox --json | jq -e '.schema == \"inbox/1\" and (.items | length) == 2'") == 0,
	    "--json is one object of a named schema");
	OK(!said(&err, "Next:"), "and no talk");
	OK(run("$e inbox --jsonl | jq -es 'length == 2 and .[1].ref == \"R-2\"'") == 0,
	    "--jsonl is an object a line");
	OK(run("$e inbox waiting") == 0 && out.n == 0 && said(&err, "Nothing"),
	    "an empty queue says so");
	OK(run("$e audit list --json | jq -e '[.items[].id] == [1,2,3]'") == 0,
	    "pages are followed");
	OK(run("$e audit list --limit 2 --json | jq -e '.next == \"c2\"'") == 0,
	    "as far as asked");
	OK(run("$e show r404 --lang ar") == 3 && said(&err, "entente explain E-NOT-FOUND"),
	    "codes are not translated");
	OK(run("$e inbox --lang es") == 0 && said(&out, "Urgente"), "labels are");
	OK(run("TERM=xterm $e status >/dev/full") == 1 && said(&err, "E-IO"),
	    "data that cannot be written is an error");
}

static void
test_sessions(void)
{
	struct stat st;

	OK(run("echo 's3cret' | $e login 4711 --password-file -") == 0,
	    "a session is opened with a password from stdin");
	OK(run("echo 's3cret' >$HOME/pw; $e login 4711 --password-file $HOME/pw") == 0,
	    "or from a file");
	OK(said(&requests, "{\"account\":\"4711\",\"password\":\"s3cret\"}"),
	    "the password goes into the body");
	OK(!said(&out, "tok-123") && !said(&err, "tok-123"),
	    "the token is not printed");
	OK(run("stat -c %a $XDG_STATE_HOME/entente/token-*") == 0 &&
	    said(&out, "600"), "but kept in a file of mode 600");
	OK(run("$e status") == 0 && said(&requests, "token=Bearer tok-123"),
	    "and sent from then on");
	OK(run("$e login 4711 --password-file $HOME/pw") == 0 &&
	    said(&requests, "token=- "), "but not when logging in");
	OK(run("$e login 4711 --password-fd 3 3<$HOME/pw") == 0 &&
	    said(&requests, "s3cret"), "a password may come by a descriptor");
	OK(run(": >$HOME/empty; $e login 4711 --password-file $HOME/empty") == 1 &&
	    said(&err, "E-CLI-SECRET"), "an empty one is none");
	OK(run("$e unlock --passphrase-file $HOME/pw") == 0 &&
	    said(&requests, "POST /api/v1/unlock") &&
	    said(&requests, "{\"password\":\"s3cret\"}"), "unlock sends the passphrase");
	OK(stat(in_dir("state/entente"), &st) == 0 && (st.st_mode & 077) == 0,
	    "the state directory is the user's alone");
}

static void
test_files(void)
{
	OK(run("cd $HOME && $e file get files 1") == 0, "a file is fetched");
	OK(run("cat $HOME/_profile") == 0 && said(&out, "hello"),
	    "under a name without path or dot");
	OK(access(in_dir(".profile"), F_OK) == -1, "not over a dot file");
	OK(run("$e file get files 1 -o $HOME/got && cat $HOME/got") == 0 &&
	    said(&out, "hello"), "with the name that was asked for");
	OK(run("$e file get files 1 -o $HOME/got") == 9 &&
	    said(&err, "E-FILE-EXISTS"), "never over one that exists");
	OK(run("$e file get files 2 -o $HOME/bad") == 8 &&
	    said(&err, "E-CLI-HASH"), "a file that is not what was signed");
	OK(access(in_dir("bad"), F_OK) == -1 &&
	    access(in_dir("bad.part"), F_OK) == -1, "is not kept");
	OK(run("$e file get files 1 -o -") == 0 && said(&out, "hello") && out.n == 5,
	    "to stdout");
	OK(run("$e file get files 3") == 3, "a file that there is not");
	OK(run("$e file list files --json | jq -e '.items[1].number == 2'") == 0,
	    "files are numbered");
	OK(run("$e receipt bad --verify") == 8 && said(&err, "E-NOTE-FORM"),
	    "a note that is none does not verify");
}

static void
test_pin(void)
{
	char line[400], hex[65];

	hex_encode(hex, slice_of(pin, 32));
	(void)snprintf(line, sizeof(line), "echo tok-9 >$HOME/t; $B/entente status "
	    "--url https://127.0.0.1:%d --pin %s --token-file $HOME/t", tls_port, hex);
	OK(run(line) == 0 && said(&out, "ready"), "a node elsewhere, by its pin");
	OK(said(&requests, "token=Bearer tok-9"), "with the token");
	hex[0] = hex[0] == '0' ? '1' : '0';
	(void)snprintf(line, sizeof(line), "$B/entente status "
	    "--url https://127.0.0.1:%d --pin %s --token-file $HOME/t", tls_port, hex);
	OK(run(line) == 8 && said(&err, "E-NODE-PIN"), "another key is refused");
	OK(requests.n == 0, "before anything is asked");
}

static void
test_drafts(void)
{
	OK(run("$e request new request.test/1 --to fr/cyber --purpose investigation "
	    "--set case=KT/1 --yes") == 7, "what needs a second person exits with 7");
	OK(said(&out, "D-1\n"), "and prints the draft");
	OK(said(&err, "entente draft approve D-1"), "and what comes next");
	OK(said(&requests, "\"body\":{\"case\":\"KT/1\"}"), "--set fills a field");
	OK(run("$e request new request.test/1 --to fr/cyber --set ip=300.1.1.1 --yes") == 1 &&
	    said(&err, "E-FIELD-VALUE"), "by the field's type");
	OK(run("$e request new request.test/1 --to fr/cyber --set case=1") == 2 ||
	    code == 5, "without --yes and a terminal nothing is sent");
	OK(!said(&requests, "key=") || said(&requests, "key=-"),
	    "but the preview, which has no idempotency key");
	OK(run("$e draft approve D-1 --hash ac --yes --password-file $HOME/pw") == 9,
	    "a draft that changed is not approved");
	OK(run("$e draft approve D-1 --yes --password-file $HOME/pw") == 0 &&
	    said(&requests, "{\"hash\":\"" DRAFT_HASH "\",\"password\":\"s3cret\"}"),
	    "an approval carries the hash of what was shown");
	OK(said(&err, "entente/message/v1") && said(&err, "KT/1"),
	    "which was shown, with what it carries");
	OK(run("$e draft approve D-2 --yes --password-file $HOME/pw") == 8 &&
	    said(&err, "E-CLI-HASH") && !said(&requests, "approve"),
	    "a content that is not what the text names is not approved");
}

static void
test_sending(void)
{
	OK(run("$e send fr/cyber --text Hi") == 0, "a text is sent");
	OK(out.n == 4 && said(&out, "R-9\n"), "the reference is the data");
	OK(said(&requests, "\"to\":[\"fr/cyber\"]") &&
	    said(&requests, "{\"text\":\"Hi\"}"), "as it was typed");
	OK(run("$e send fr/cyber --text Hi --wait 1") == 6 && said(&out, "R-9"),
	    "6: the peer has not taken it yet");
	OK(run("echo log >$HOME/f; $e send fr/cyber --text Hi --file $HOME/f") == 0 &&
	    said(&requests, "POST /api/v1/files") &&
	    said(&requests, "\"files\":[\"up1\"]"), "files go ahead");
	OK(run("$e send fr/cyber --text Hi --file $HOME/none") == 3 &&
	    !said(&requests, "POST /api/v1/messages"),
	    "a file that is not there stops it");
	OK(run("echo '[]' >$HOME/m; $e send fr/cyber --from $HOME/m") == 1 &&
	    said(&err, "E-FIELD-TYPE"), "a message file is an object");
}

/* -- on a terminal --------------------------------------------------------------- */

struct typed {
	const char	*wait;		/* for this, */
	const char	*line;		/* then this is typed */
};

/* Plays a dialogue with the CLI on a terminal; what it printed is in `out`. */
static int
play(char *const argv[], const struct typed *t)
{
	char piece[4096];
	size_t seen = 0;
	int fd, status;
	ssize_t n;
	pid_t pid = forkpty(&fd, NULL, NULL, NULL);

	if (pid == 0) {
		(void)alarm(10);
		(void)execv(argv[0], argv);
		_exit(99);
	}
	buf_clear(&out);
	while ((n = read(fd, piece, sizeof(piece))) > 0) {
		buf_put(&out, piece, (size_t)n);
		while (t->wait != NULL && memmem(out.p + seen, out.n - seen,
		    t->wait, strlen(t->wait)) != NULL) {
			seen = out.n;
			if (write(fd, t->line, strlen(t->line)) == -1)
				break;
			t++;
		}
	}
	(void)close(fd);
	(void)waitpid(pid, &status, 0);
	(void)buf_cstr(&out);
	slurp("log", &requests);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_terminal(void)
{
	static char program[256], dir_word[] = "--dir", login[] = "login",
	    badge[] = "4711", request[] = "request", new[] = "new",
	    kind[] = "request.test/1", from[] = "--from", draft[256];
	char *const log_in[] = { program, login, badge, dir_word, dir, NULL };
	char *const ask[] = { program, request, new, kind, dir_word, dir, NULL };
	char *const resume[] = { program, request, new, from, draft, dir_word,
	    dir, NULL };
	static const struct typed password[] = {
		{ "Password of 4711: ", "tYped-s3cret\n" }, { NULL, NULL } };
	static const struct typed begin[] = {
		{ "which desks", "fr/cyber\n" }, { "Urgency", "\n" },
		{ "Purpose", "1\n" }, { "Subject", "Test\n" },
		{ "Case *: ", "?\n" }, { "Case *: ", "\n" },
		{ "Case *: ", "KT/7\n" }, { "Address: ", "999\n" },
		{ "Address: ", "\003" }, { NULL, NULL } };
	static const struct typed end[] = {
		{ "Case * [KT/7]: ", "\n" }, { "Address: ", "192.0.2.7\n" },
		{ "Enter to go on", "\n" }, { "Send it?", "y\n" },
		{ NULL, NULL } };
	const char *kept;

	(void)snprintf(program, sizeof(program), "%s/entente", getenv("B"));
	OK(play(log_in, password) == 0, "a password is asked for on the terminal");
	OK(!said(&out, "tYped"), "and not shown");
	OK(said(&requests, "tYped-s3cret"), "but used");
	(void)unlink(in_dir("log"));
	OK(play(ask, begin) == 130, "Ctrl-C in a form exits with 130");
	OK(said(&out, "Your own number."), "\"?\" shows the help");
	OK(said(&out, "must be filled"), "what is required is asked for again");
	OK(said(&out, "Not taken"), "what cannot be is refused at once");
	OK(!said(&requests, "POST"), "nothing was sent");
	kept = strstr((const char *)out.p, "--from ");
	OK(kept != NULL, "the draft is named");
	if (kept == NULL)
		return;
	(void)snprintf(draft, sizeof(draft), "%.*s",
	    (int)strcspn(kept + 7, "\r\n"), kept + 7);
	OK(access(draft, R_OK) == 0, "and is there");
	OK(play(resume, end) == 7, "a draft goes on where it stopped");
	OK(access(draft, F_OK) == -1, "and is gone once its message is on its way");
	OK(said(&requests, "\"dry_run\":true"), "previews");
	OK(said(&requests, "\"case\":\"KT/7\"") &&
	    said(&requests, "\"ip\":\"192.0.2.7\""), "with all that was typed");
}

int
main(void)
{
	char programs[PATH_MAX];
	pid_t pid;

	secret_process_init();
	(void)snprintf(dir, sizeof(dir), "/tmp/entente-cli.XXXXXX");
	if (getenv("B") == NULL || realpath(getenv("B"), programs) == NULL ||
	    mkdtemp(dir) == NULL)
		return 99;
	(void)setenv("B", programs, 1);
	(void)setenv("HOME", dir, 1);
	(void)setenv("XDG_STATE_HOME", in_dir("state"), 1);
	(void)setenv("XDG_CONFIG_HOME", in_dir("config"), 1);
	(void)setenv("LC_ALL", "C", 1);
	(void)setenv("TZ", "UTC", 1);
	(void)umask(077);
	answers = table;
	pid = canned_start();
	test_exit_codes();
	test_data();
	test_sessions();
	test_files();
	test_pin();
	test_drafts();
	test_terminal();
	canned_stop(pid);
	answers = sending;
	pid = canned_start();
	test_sending();
	canned_stop(pid);
	(void)run("rm -rf \"$HOME\"");
	buf_free(&out);
	buf_free(&err);
	buf_free(&requests);
	return tap_done();
}
