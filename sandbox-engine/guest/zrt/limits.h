/* What a process may set of itself: limits. Those on memory, open files and the
 * size of files are kept to; the others are only remembered. */
#ifndef ZRT_LIMITS_H
#define ZRT_LIMITS_H

#include <stdint.h>

/* Linux's numbers. */
enum zrt_resource {
	ZRT_LIMIT_FSIZE = 1, ZRT_LIMIT_DATA = 2, ZRT_LIMIT_STACK = 3, ZRT_LIMIT_CORE = 4, ZRT_LIMIT_NPROC = 6,
	ZRT_LIMIT_NOFILE = 7, ZRT_LIMIT_AS = 9, ZRT_LIMIT_NICE = 13, ZRT_LIMIT_RTPRIO = 14,
};

/* The soft limit as it is now; ~0 is none. */
uint64_t zrt_limit(int resource);

#endif
