#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/io.h"

#include "bundle_fixture.h"
#include "tap.h"

/*
 * test/vectors/bundle.tar: made again byte for byte, and taken apart with the
 * tools of its README alone.  `bundle_vector_test write` writes it anew.
 */
#define VECTOR	"test/vectors/bundle.tar"

static char dir[] = "/tmp/entente-bundle-XXXXXX";

/* In the unpacked folder; what it prints must be `want` when that is given. */
static bool
shell(const char *command, const char *want)
{
	char line[512], got[256] = "";
	FILE *f;
	int status;

	(void)snprintf(line, sizeof(line), "cd %s/bundle && %s", dir, command);
	f = popen(line, "r");		/* a fixed text of this test */
	if (f == NULL)
		return false;
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	status = pclose(f);
	if (want != NULL && strcmp(got, want) != 0)
		printf("# %s: got %s\n", command, got);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
	    (want == NULL || strcmp(got, want) == 0);
}

static void
test_by_hand(void)
{
	struct hash net = fixture_net();
	char id[80];

	hex_encode(id, slice_of(net.b, sizeof(net.b)));
	memcpy(id + 64, "  -\n", 5);
	OK(shell("tar --version >/dev/null && tar -xmf \"$OLDPWD\"/" VECTOR
	    " -C ..", NULL), "Debian's tar unpacks it");
	OK(shell("test $(find . -type f | wc -l) = 20", NULL), "20 files");
	OK(shell("jq -r '.files[] | \"\\(.sha256)  \\(.path)\"' manifest.json | "
	    "sha256sum -c --quiet", ""), "(1) sha256sum finds all as listed");
	OK(shell("head -n 2 network.note | sha256sum", id),
	    "(2) two lines of the founding note give the network's id");
	OK(shell("for f in messages/*.note; do n=${f#*-}; test "
	    "\"$(head -n 2 $f | sha256sum)\" = \"${n%.note}  -\" || exit 1; "
	    "done", NULL), "(3) each message is named by its two lines");
	OK(shell("for f in messages/*.content; do grep -q "
	    "\"\\\"content\\\":\\\"$(sha256sum <$f | cut -c-64)\\\"\" "
	    "${f%.content}.note || exit 1; done", NULL),
	    "(4) each content is named in its message");
	OK(shell("jq -r '.files[0].key' messages/001-*.content >../key && "
	    "age -d -i ../key files/*.age", FIXTURE_FILE),
	    "(5) Debian's age opens the file with the key in the content");
	OK(shell("test $(age -d -i ../key files/*.age | sha256sum | cut -c-64) "
	    "= $(jq -r '.files[0].sha256' messages/001-*.content)", NULL),
	    "and it is the file that the content names");
	OK(shell("grep -q 'c2sp.org/signed-note' README.txt && "
	    "test $(wc -c <README.txt) -lt 6000", NULL),
	    "the README says how, in under 6 kB");
}

int
main(int argc, char **argv)
{
	struct plan p;
	struct buf b = BUF_INIT, vector = BUF_INIT;
	char command[128];
	struct err err;
	int fd;

	secret_process_init();
	fixture_randomness();
	p = fixture_plan();
	fixture_bundle(&b, &p);
	if (argc == 2 && strcmp(argv[1], "write") == 0) {
		fd = open(VECTOR, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		return fd == -1 || !io_write_all(fd, buf_all(&b), &err);
	}
	OK(io_read_file(AT_FDCWD, VECTOR, &vector, 60000, &err),
	    "the vector is there, under 60 kB");
	OK(slice_eq(buf_all(&b), buf_all(&vector)), "it is made again, byte for "
	    "byte");
	if (mkdtemp(dir) == NULL)
		return EXIT_FAILURE;
	(void)snprintf(command, sizeof(command), "mkdir %s/bundle", dir);
	OK(system(command) == 0, "a folder for it");
	test_by_hand();
	(void)snprintf(command, sizeof(command), "rm -rf %s", dir);
	OK(system(command) == 0, "all is taken away again");
	buf_free(&b);
	buf_free(&vector);
	return tap_done();
}
