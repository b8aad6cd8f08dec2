/*
 * Timers on the guest's clock. As that clock moves only when the program looks at it or sleeps, a
 * timer expires within the first system call that takes the clock past it: equal runs see equal
 * signals at equal places.
 */
#ifndef ZRT_TIMERS_H
#define ZRT_TIMERS_H

#include <stdint.h>

#define ZRT_NEVER INT64_MAX

enum { ZRT_POSIX_TIMERS = 32, ZRT_INTERVAL_TIMERS = 3, ZRT_TIMERS = ZRT_POSIX_TIMERS + ZRT_INTERVAL_TIMERS };

struct zrt_timer {
	int used;
	int signal;             /* 0: it only counts */
	int code;               /* what the handler sees as si_code */
	int wall;               /* absolute times count from 1970, not from the start */
	int overrun;            /* expirations that the last signal stood for, less one */
	int64_t due;            /* nanoseconds since the start, ZRT_NEVER when disarmed */
	int64_t interval;       /* 0: once */
	void *value;
};

/* The table; the last three are setitimer's. Times change through zrt_timer_set(). */
extern struct zrt_timer zrt_timers[ZRT_TIMERS];
/* When the first of them is due. */
extern int64_t zrt_timers_first;

void zrt_timer_set(struct zrt_timer *t, int64_t due, int64_t interval);
/* Frees all: a request that continues from a template inherits none. */
void zrt_timers_reset(void);
/* When the first timer is due whose signal is in the set. */
int64_t zrt_timers_due(uint64_t signals);
/* Raises the signals of what is due by now. */
void zrt_timers_expire(void);

#endif
