#include <string.h>
#include "vector16.h"

int strncmp(const char *l, const char *r, size_t n)
{
	v16 zero = repeat(0);
	while (n) {
		if (n < 16 || crosses_page(l) || crosses_page(r)) {
			for (int i = 0; i < 16 && n; i++, l++, r++, n--)
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
		n -= 16;
	}
	return 0;
}
