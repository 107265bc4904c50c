#ifndef BENCH_STOPWATCH_H
#define BENCH_STOPWATCH_H

#include <time.h>

static inline double
seconds(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline double
now_s(void)
{
	return seconds(CLOCK_MONOTONIC);
}

static inline double
now_us(void)
{
	return now_s() * 1e6;
}

#endif
