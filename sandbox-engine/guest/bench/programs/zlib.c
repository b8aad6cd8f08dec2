/* Compresses and expands a text-like buffer with zlib's default level. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "zlib.h"

enum { SIZE = 8 << 20 };

int main(void)
{
	static const char *const words[] = {"swift", "object", "container", "account", "proxy", "ring", "device", "zone"};
	unsigned char *plain = malloc(SIZE + 16), *again = malloc(SIZE);
	uLongf packed_size = compressBound(SIZE), size = SIZE;
	unsigned char *packed = malloc(packed_size);
	unsigned seed = 5;
	for (size_t n = 0; n < SIZE;) {
		seed = seed * 1103515245 + 12345;
		n += snprintf((char *)plain + n, 16, "%s%u ", words[seed >> 29], seed >> 16 & 31);
	}
	if (compress(packed, &packed_size, plain, SIZE) != Z_OK) return 1;
	for (int round = 0; round < 4; round++)
		if (uncompress(again, &size, packed, packed_size) != Z_OK || memcmp(plain, again, SIZE) != 0) return 2;
	printf("%lu %lx\n", packed_size, crc32(0, again, SIZE));
	return 0;
}
