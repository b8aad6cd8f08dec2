#include <string.h>
#include "vector16.h"

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	char *d = to;
	const char *s = from;
	if (n < 16) {
		/* Two moves that may overlap cover every length. */
		if (n >= 8) {
			uint64_t a = *(const u64u *)s, b = *(const u64u *)(s + n - 8);
			*(u64u *)d = a;
			*(u64u *)(d + n - 8) = b;
		} else if (n >= 4) {
			uint32_t a = *(const u32u *)s, b = *(const u32u *)(s + n - 4);
			*(u32u *)d = a;
			*(u32u *)(d + n - 4) = b;
		} else if (n >= 2) {
			uint16_t a = *(const u16u *)s, b = *(const u16u *)(s + n - 2);
			*(u16u *)d = a;
			*(u16u *)(d + n - 2) = b;
		} else if (n) {
			*d = *s;
		}
		return to;
	}
	v16 last = LOAD(s + n - 16);
	char *end = d + n - 16;
	if (n > 64) {
		/* The stores are aligned; the first block covers what that skips. */
		STORE(d, LOAD(s));
		size_t skip = 16 - BEFORE(d);
		d += skip;
		s += skip;
		for (n -= skip; n > 64; n -= 64, d += 64, s += 64) {
			v16 a = LOAD(s), b = LOAD(s + 16), c = LOAD(s + 32), e = LOAD(s + 48);
			*(v16 *)d = a;
			*(v16 *)(d + 16) = b;
			*(v16 *)(d + 32) = c;
			*(v16 *)(d + 48) = e;
		}
	}
	for (; n > 16; n -= 16, d += 16, s += 16)
		STORE(d, LOAD(s));
	STORE(end, last);
	return to;
}
