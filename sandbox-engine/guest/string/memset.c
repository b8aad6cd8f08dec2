#include <string.h>
#include "vector16.h"

void *memset(void *to, int c, size_t n)
{
	char *d = to;
	if (n < 16) {
		uint64_t word = (unsigned char)c * 0x0101010101010101ULL;
		if (n >= 8) {
			*(u64u *)d = word;
			*(u64u *)(d + n - 8) = word;
		} else if (n >= 4) {
			*(u32u *)d = (uint32_t)word;
			*(u32u *)(d + n - 4) = (uint32_t)word;
		} else if (n >= 2) {
			*(u16u *)d = (uint16_t)word;
			*(u16u *)(d + n - 2) = (uint16_t)word;
		} else if (n) {
			*d = (char)c;
		}
		return to;
	}
	v16 v = repeat(c);
	char *end = d + n - 16;
	STORE(d, v);
	if (n > 64) {
		d += 16 - BEFORE(d);
		for (; end - d >= 64; d += 64) {
			*(v16 *)d = v;
			*(v16 *)(d + 16) = v;
			*(v16 *)(d + 32) = v;
			*(v16 *)(d + 48) = v;
		}
	}
	for (; d < end; d += 16)
		STORE(d, v);
	STORE(end, v);
	return to;
}
