#ifndef ENTENTD_OPENED_H
#define ENTENTD_OPENED_H

#include "ententd/thread.h"
#include "store/account_store.h"

/*
 * An officer of this node looked at a thread that another member began: the
 * first time, the node says so, signed, to the asker ("opened", by the desk,
 * no officer named).
 */
void	opened_by(struct vault *, const struct thread *, const struct account *);

#endif
