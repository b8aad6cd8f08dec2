/* Table-driven CRC: a dependent table look-up a byte. */
#include <stdint.h>
#include <stdio.h>

enum { SIZE = 1 << 20, ROUNDS = 160 };

static uint32_t table[256];
static uint8_t data[SIZE];

int main(void)
{
	for (unsigned i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int k = 0; k < 8; k++) c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
		table[i] = c;
	}
	for (int i = 0; i < SIZE; i++) data[i] = i * 7 + (i >> 8);
	uint32_t crc = ~0u;
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < SIZE; i++) crc = table[(crc ^ data[i]) & 255] ^ crc >> 8;
	printf("%x\n", ~crc);
	return 0;
}
