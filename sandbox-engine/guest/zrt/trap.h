/*
 * The seam below the runtime: six traps and the manifest. trap.c implements it for the sandbox,
 * test/host_trap.c with ordinary files for the native tests.
 */
#ifndef ZRT_TRAP_H
#define ZRT_TRAP_H

#include <stdint.h>
#include "zvm.h"

struct zrt_heap {
	unsigned char *start;   /* page aligned */
	unsigned char *end;     /* page aligned, exclusive */
};

struct zrt_heap zrt_trap_heap(void);
const char *zrt_trap_channel_name(const struct zvm_channel *c);
const struct zvm_channel *zrt_trap_channels(int *count);

#endif
