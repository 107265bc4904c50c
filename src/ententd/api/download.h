#ifndef ENTENTD_API_DOWNLOAD_H
#define ENTENTD_API_DOWNLOAD_H

#include "ententd/call.h"
#include "model/message.h"

/* Answers with the plaintext of a file that is held here, opened while it is
 * sent.  The audit entry was written by the caller. */
void	download_answer(struct call *, const struct file_ref *);

#endif
