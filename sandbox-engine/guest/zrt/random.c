#include "random.h"

#include <string.h>

/* RFC 8439, section 2.3: constants, 8 words of key, a 32-bit counter, 3 words of nonce. */
static uint32_t state[16];
static unsigned char block[64];
static size_t used = sizeof block;

static uint32_t rotate(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static void quarter(uint32_t *x, int a, int b, int c, int d)
{
	x[a] += x[b]; x[d] = rotate(x[d] ^ x[a], 16);
	x[c] += x[d]; x[b] = rotate(x[b] ^ x[c], 12);
	x[a] += x[b]; x[d] = rotate(x[d] ^ x[a], 8);
	x[c] += x[d]; x[b] = rotate(x[b] ^ x[c], 7);
}

static void refill(void)
{
	uint32_t x[16];
	memcpy(x, state, sizeof x);
	for (int i = 0; i < 10; i++) {
		quarter(x, 0, 4, 8, 12);
		quarter(x, 1, 5, 9, 13);
		quarter(x, 2, 6, 10, 14);
		quarter(x, 3, 7, 11, 15);
		quarter(x, 0, 5, 10, 15);
		quarter(x, 1, 6, 11, 12);
		quarter(x, 2, 7, 8, 13);
		quarter(x, 3, 4, 9, 14);
	}
	for (int i = 0; i < 16; i++)
		x[i] += state[i];
	memcpy(block, x, sizeof block);
	used = 0;
	if (!++state[12])
		state[13]++;
}

void zrt_random_seed(int64_t seconds, const char *extra)
{
	static const char constants[] = "expand 32-byte k";
	memcpy(state, constants, 16);
	memset(state + 4, 0, 48);
	memcpy(state + 4, &seconds, sizeof seconds);
	/* The text is folded in blockwise: the output of one key becomes part of the next. */
	size_t length = strlen(extra);
	for (size_t i = 0; i < length; i += 16) {
		refill();
		memcpy(state + 4, block, 32);
		unsigned char *key = (unsigned char *)(state + 8);
		for (size_t k = 0; k < 16 && i + k < length; k++)
			key[k] ^= (unsigned char)extra[i + k];
	}
	state[12] = state[13] = 0;
	used = sizeof block;
}

void zrt_random_bytes(void *buffer, size_t size)
{
	unsigned char *p = buffer;
	while (size) {
		if (used == sizeof block)
			refill();
		size_t n = sizeof block - used < size ? sizeof block - used : size;
		memcpy(p, block + used, n);
		used += n;
		p += n;
		size -= n;
	}
}
