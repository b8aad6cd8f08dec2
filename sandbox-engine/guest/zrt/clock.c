#include "clock.h"

static int64_t start_seconds;
static int64_t elapsed_nsec;

#define TICK 1000
/* 292 years: the counter stops there instead of overflowing. */
#define LAST (INT64_MAX - TICK)

void zrt_clock_start(int64_t start)
{
	start_seconds = start;
	elapsed_nsec = 0;
}

int64_t zrt_clock_start_seconds(void)
{
	return start_seconds;
}

struct zrt_time zrt_clock_peek(void)
{
	return (struct zrt_time){ start_seconds + elapsed_nsec / NSEC_PER_SEC,
		(int32_t)(elapsed_nsec % NSEC_PER_SEC) };
}

int64_t zrt_clock_elapsed_so_far(void)
{
	return elapsed_nsec;
}

int64_t zrt_clock_elapsed(void)
{
	zrt_clock_reach(zrt_clock_after(TICK));
	return elapsed_nsec;
}

struct zrt_time zrt_clock_now(void)
{
	zrt_clock_elapsed();
	return zrt_clock_peek();
}

int64_t zrt_clock_after(int64_t nsec)
{
	if (nsec < TICK)
		nsec = TICK;
	return nsec > LAST - elapsed_nsec ? LAST : elapsed_nsec + nsec;
}

void zrt_clock_reach(int64_t elapsed)
{
	if (elapsed > elapsed_nsec)
		elapsed_nsec = elapsed;
}
