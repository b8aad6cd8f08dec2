#include <string.h>
#include "vector16.h"

void *memmove(void *to, const void *from, size_t n)
{
	char *d = to;
	const char *s = from;
	if (n < 16 || (size_t)(d - s) >= n) {
		/* memcpy reads all of a short block before it writes, and else goes upwards; but it reads
		 * its last sixteen bytes first, which a move downwards by less may not overwrite. */
		if (n < 16 || (size_t)(s - d) >= n)
			return memcpy(to, from, n);
		v16 last = LOAD(s + n - 16);
		char *end = d + n - 16;
		for (; n > 64; n -= 64, d += 64, s += 64) {
			v16 a = LOAD(s), b = LOAD(s + 16), c = LOAD(s + 32), e = LOAD(s + 48);
			STORE(d, a);
			STORE(d + 16, b);
			STORE(d + 32, c);
			STORE(d + 48, e);
		}
		for (; n > 16; n -= 16, d += 16, s += 16)
			STORE(d, LOAD(s));
		STORE(end, last);
		return to;
	}
	v16 first = LOAD(s);
	for (; n > 64; n -= 64) {
		v16 a = LOAD(s + n - 16), b = LOAD(s + n - 32), c = LOAD(s + n - 48), e = LOAD(s + n - 64);
		STORE(d + n - 16, a);
		STORE(d + n - 32, b);
		STORE(d + n - 48, c);
		STORE(d + n - 64, e);
	}
	for (; n > 16; n -= 16)
		STORE(d + n - 16, LOAD(s + n - 16));
	STORE(d, first);
	return to;
}
