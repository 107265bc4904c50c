#include "ententd/vault.h"

#include <stdlib.h>
#include <unistd.h>

struct asked {
	struct asked	*next;
	enum child	 whom;
	uint32_t	 id;
	void		(*got)(void *arg, struct ipc_message *);
	void		*arg;
};

void
vault_ask(struct vault *v, enum child whom, uint16_t type, struct slice body,
    int fd, void (*got)(void *arg, struct ipc_message *), void *arg)
{
	struct ipc *to = v->child.to[whom];
	struct asked *a;

	if (to == NULL) {
		if (fd != -1)
			(void)close(fd);
		got(arg, NULL);
		return;
	}
	a = xcalloc(1, sizeof(*a));
	a->whom = whom;
	a->id = ipc_next_id(to);
	a->got = got;
	a->arg = arg;
	a->next = v->asked;
	v->asked = a;
	ipc_send(to, type, a->id, body, fd);
}

void
vault_answered(struct vault *v, enum child whom, struct ipc_message *m)
{
	for (struct asked **p = &v->asked; *p != NULL; p = &(*p)->next) {
		struct asked *a = *p;

		if (a->whom != whom || a->id != m->id)
			continue;
		*p = a->next;
		a->got(a->arg, m);
		free(a);
		return;
	}
}

void
vault_forsaken(struct vault *v, enum child whom)
{
	struct asked **p = &v->asked, *list = NULL, *a;

	while ((a = *p) != NULL) {
		if (a->whom != whom) {
			p = &a->next;
			continue;
		}
		*p = a->next;
		a->next = list;
		list = a;
	}
	while ((a = list) != NULL) {
		list = a->next;
		a->got(a->arg, NULL);
		free(a);
	}
}
