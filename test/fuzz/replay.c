#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/secret.h"


int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Runs a fuzz target over a directory of inputs, and over every prefix of the
 * small ones: what the fuzzer found once stays found. */
static void
replay(int dirfd, const char *name)
{
	struct buf b = BUF_INIT;
	struct err err;

	if (!io_read_file(dirfd, name, &b, 16 * 1024 * 1024, &err)) {
		(void)fprintf(stderr, "%s: %s\n", name, err.text);
		exit(1);
	}
	/* A copy of exact size, so that reading past it shows. */
	for (size_t n = b.n < 2048 ? 0 : b.n; n <= b.n; n++) {
		uint8_t *exact = malloc(n == 0 ? 1 : n);

		if (exact == NULL)
			exit(1);
		if (n != 0)
			memcpy(exact, b.p, n);
		(void)LLVMFuzzerTestOneInput(exact, n);
		free(exact);
	}
	buf_free(&b);
}

int
main(int argc, char **argv)
{
	struct dirent *e;
	int count = 0;
	DIR *d;

	secret_process_init();
	d = argc == 2 ? opendir(argv[1]) : NULL;
	if (d == NULL) {
		(void)fprintf(stderr, "usage: fuzz_NAME corpus-directory\n");
		return 2;
	}
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		replay(dirfd(d), e->d_name);
		count++;
	}
	(void)closedir(d);
	printf("%d inputs\n", count);
	return count == 0;
}
