#include <string.h>
#include "vector16.h"

void *memchr(const void *from, int c, size_t n)
{
	const char *s = from, *p = ALIGN_DOWN(s);
	v16 v = repeat(c);
	if (!n)
		return 0;
	unsigned hits = equal_bytes(LOAD_ALIGNED(p), v) >> BEFORE(s) << BEFORE(s);
	size_t seen = 16 - BEFORE(s);
	while (!hits) {
		if (seen >= n)
			return 0;
		p += 16;
		seen += 16;
		hits = equal_bytes(LOAD_ALIGNED(p), v);
	}
	p += __builtin_ctz(hits);
	return (size_t)(p - s) < n ? (void *)p : 0;
}
