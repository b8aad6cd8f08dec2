#include <string.h>
#include "vector16.h"

int strcmp(const char *l, const char *r)
{
	v16 zero = repeat(0);
	for (;;) {
		if (crosses_page(l) || crosses_page(r)) {
			/* Byte by byte over the edge. */
			for (int i = 0; i < 16; i++, l++, r++)
				if (*l != *r || !*l)
					return *(unsigned char *)l - *(unsigned char *)r;
			continue;
		}
		v16 a = LOAD(l), b = LOAD(r);
		unsigned stop = (equal_bytes(a, b) ^ 0xffff) | equal_bytes(a, zero);
		if (stop) {
			int i = __builtin_ctz(stop);
			return (unsigned char)l[i] - (unsigned char)r[i];
		}
		l += 16;
		r += 16;
	}
}
