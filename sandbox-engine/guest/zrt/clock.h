/*
 * The guest's clock. It knows nothing of real time: it starts at [time] seconds and moves by one
 * microsecond each time it is looked at, so equal runs see equal times.
 */
#ifndef ZRT_CLOCK_H
#define ZRT_CLOCK_H

#include <stdint.h>

#define NSEC_PER_SEC 1000000000LL

struct zrt_time {
	int64_t sec;
	int32_t nsec;
};

/* Restarts the clock; `start` is in seconds since 1970. */
void zrt_clock_start(int64_t start);
int64_t zrt_clock_start_seconds(void);
/* Advances by one microsecond and gives the time. */
struct zrt_time zrt_clock_now(void);
/* The time without advancing it. */
struct zrt_time zrt_clock_peek(void);
/* Nanoseconds since the start; advances like zrt_clock_now(). */
int64_t zrt_clock_elapsed(void);
/* The same without advancing. */
int64_t zrt_clock_elapsed_so_far(void);
/* What zrt_clock_elapsed_so_far() is after a sleep of this length: at least one microsecond more. */
int64_t zrt_clock_after(int64_t nsec);
/* Jumps ahead to this many nanoseconds since the start; does not go back. */
void zrt_clock_reach(int64_t elapsed);

#endif
