#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "ententd/child.h"
#include "ententd/parent.h"

/* The same program is the parent and, exec'ed anew, each of its children. */
static int
child_main(const char *name)
{
	static const struct {
		const char	*name;
		int		(*run)(void);
	} children[] = {
		{ "link", link_main }, { "desk", desk_main },
		{ "vault", vault_main }, { "keys", keys_main },
		{ "courier", courier_main },
	};

	for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++)
		if (strcmp(children[i].name, name) == 0)
			return children[i].run();
	return EXIT_FAILURE;
}

/* A descriptor below 3 that is not open would become a store or a channel, and
 * the next line to standard error would go there. */
static void
open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd != -1 && fd < 3);
	if (fd == -1)
		exit(EXIT_FAILURE);
	(void)close(fd);
}

int
main(int argc, char **argv)
{
	if (argc == 2)
		open_standard();
	secret_process_init();
	if (argc == 3 && strcmp(argv[1], "--child") == 0)
		return child_main(argv[2]);
	if (argc == 2 && argv[1][0] != '-')
		return parent_main(argv[1]);
	(void)fprintf(stderr, "usage: ententd DIRECTORY\n"
	    "A directory is made by `entente init`; see ententd(8).\n");
	return 2;
}
