#include <string.h>
#include "vector16.h"

char *__strchrnul(const char *s, int c)
{
	const char *p = ALIGN_DOWN(s);
	v16 zero = repeat(0), v = repeat(c), b = LOAD_ALIGNED(p);
	unsigned hits = (equal_bytes(b, zero) | equal_bytes(b, v)) >> BEFORE(s) << BEFORE(s);
	while (!hits) {
		p += 16;
		b = LOAD_ALIGNED(p);
		hits = equal_bytes(b, zero) | equal_bytes(b, v);
	}
	return (char *)p + __builtin_ctz(hits);
}

weak_alias(__strchrnul, strchrnul);
