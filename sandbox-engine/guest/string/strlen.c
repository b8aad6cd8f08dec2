#include <string.h>
#include "vector16.h"

size_t strlen(const char *s)
{
	const char *p = ALIGN_DOWN(s);
	v16 zero = repeat(0);
	unsigned hits = equal_bytes(LOAD_ALIGNED(p), zero) >> BEFORE(s);
	if (hits)
		return (size_t)__builtin_ctz(hits);
	do {
		p += 16;
		hits = equal_bytes(LOAD_ALIGNED(p), zero);
	} while (!hits);
	return (size_t)(p - s) + (size_t)__builtin_ctz(hits);
}
