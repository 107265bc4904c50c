#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int
main(int argc, char **argv)
{
	secret_process_init();
	if (argc == 3 && strcmp(argv[1], "--child") == 0)
		return child_main(argv[2]);
	if (argc == 2 && argv[1][0] != '-')
		return parent_main(argv[1]);
	(void)fprintf(stderr, "usage: ententd DIRECTORY\n"
	    "A directory is made by `entente init`; see ententd(8).\n");
	return 2;
}
