#include <string.h>
#include "vector16.h"

int memcmp(const void *left, const void *right, size_t n)
{
	const unsigned char *l = left, *r = right;
	for (; n >= 16; n -= 16, l += 16, r += 16) {
		unsigned differ = equal_bytes(LOAD(l), LOAD(r)) ^ 0xffff;
		if (differ) {
			int i = __builtin_ctz(differ);
			return l[i] - r[i];
		}
	}
	if (n >= 8) {
		uint64_t a = *(const u64u *)l, b = *(const u64u *)r;
		if (a != b) {
			a = __builtin_bswap64(a);
			b = __builtin_bswap64(b);
			return a < b ? -1 : 1;
		}
		l += 8;
		r += 8;
		n -= 8;
	}
	for (; n; n--, l++, r++)
		if (*l != *r)
			return *l - *r;
	return 0;
}
