#include "entente/thread.h"

#include "entente/path.h"

bool
thread_get(struct cli *cli, const char *ref, enum thread_look look,
    json_t **thread, struct problem *p)
{
	return client_get(cli, arena_printf(&cli->arena, "%s%s",
	    path_of(cli, "threads", ref), look == THREAD_PEEK ? "?peek=1" : ""),
	    thread, p);
}

const json_t *
thread_file(const json_t *thread, size_t n, const json_t **message)
{
	const json_t *m, *f;
	size_t i, k;

	json_array_foreach(json_object_get(thread, "messages"), i, m)
		json_array_foreach(json_object_get(m, "files"), k, f)
			if (--n == 0) {
				*message = m;
				return f;
			}
	return NULL;
}
