#ifndef ENTENTD_API_EXPORT_H
#define ENTENTD_API_EXPORT_H

#include "ententd/call.h"

/* Answers with the thread's bundle (bundle.h), made while it is sent.  The
 * audit entry was written by the caller. */
void	export_answer(struct call *, const struct hash *thread);

#endif
