#include <string.h>
#include "vector16.h"

void *__memrchr(const void *from, int c, size_t n)
{
	const char *s = from;
	v16 v = repeat(c);
	while (n >= 16) {
		unsigned hits = equal_bytes(LOAD(s + n - 16), v);
		if (hits)
			return (void *)(s + n - 16 + (31 - __builtin_clz(hits)));
		n -= 16;
	}
	while (n)
		if (s[--n] == (char)c)
			return (void *)(s + n);
	return 0;
}

weak_alias(__memrchr, memrchr);
