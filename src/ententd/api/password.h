#ifndef ENTENTD_API_PASSWORD_H
#define ENTENTD_API_PASSWORD_H

#include "ententd/call.h"

/*
 * Passwords: one's own, the first of a new account, and another for who forgot
 * his, which two persons give.  What another chose is *initial*: its owner
 * changes it before he approves anything.
 */

/* The account with the password that came along, and a fresh approval key; it
 * answers 201. */
void	password_first(struct call *, const struct account *);

#endif
