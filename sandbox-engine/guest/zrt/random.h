/* The guest's only source of random bytes: ChaCha20 keyed from the session's seed, so equal runs
 * draw equal bytes. It is as good as a cipher for statistics and no secret at all. */
#ifndef ZRT_RANDOM_H
#define ZRT_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void zrt_random_seed(int64_t seconds, const char *extra);
void zrt_random_bytes(void *buffer, size_t size);

#endif
