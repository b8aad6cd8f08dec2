/* SHA-256 over a buffer: rotations and additions with the working set on the stack. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>

enum { SIZE = 1 << 20, ROUNDS = 80 };

static uint32_t constants[64];
static uint8_t data[SIZE];

static uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }

static uint32_t fraction(double x) { return (uint32_t)((x - floor(x)) * 4294967296.0); }

static void block(uint32_t state[8], const uint8_t *p)
{
	uint32_t w[64];
	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | p[4 * i + 1] << 16 | p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 64; i++) {
		uint32_t x = w[i - 15], y = w[i - 2];
		w[i] = w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + w[i - 7] + (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
	}
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
	for (int i = 0; i < 64; i++) {
		uint32_t t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
		uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
		h = g;
		g = f;
		f = e;
		e = d + t1;
		d = c;
		c = b;
		b = a;
		a = t1 + t2;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	state[5] += f;
	state[6] += g;
	state[7] += h;
}

int main(void)
{
	uint32_t state[8];
	int found = 0;
	for (int n = 2; found < 64; n++) {
		int prime = 1;
		for (int d = 2; d * d <= n; d++) prime &= n % d != 0;
		if (!prime) continue;
		if (found < 8) state[found] = fraction(sqrt(n));
		constants[found++] = fraction(cbrt(n));
	}
	for (int i = 0; i < SIZE; i++) data[i] = i * 13 + (i >> 7);
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < SIZE; i += 64) block(state, data + i);
	printf("%08x %08x\n", state[0], state[7]);
	return 0;
}
