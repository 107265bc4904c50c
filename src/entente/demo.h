#ifndef ENTENTE_DEMO_H
#define ENTENTE_DEMO_H

#include "model/network.h"

/*
 * A demo network cannot touch a real one: its nodes live on this machine
 * alone, and nobody takes part in one without saying --demo.
 * Rules set: E-DEMO-NETWORK, E-DEMO-URL.
 */
enum demo_asked { DEMO_NO, DEMO_YES };
/* A demo network wants --demo, a real one refuses it. */
bool	demo_network_allowed(const struct network *, enum demo_asked,
	    struct err *);
/* "https://127.0.0.1:7402/x" or "[::1]:7401"; in a real network any. */
bool	demo_place_allowed(const struct network *, const char *place,
	    struct err *);
/* 127.0.0.0/8 or ::1, by number: a name may come to mean another machine. */
bool	demo_is_loopback(const char *place);

#endif
