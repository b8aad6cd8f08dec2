/*
 * exchange [BLOCKS]: every node sends so many blocks to every other one and receives as many, then
 * prints a checksum of what it received from each. A block is a function of sender, receiver and
 * number, so the receiver knows what has to come.
 *
 * A block fits into a pipe: who writes one to each and then reads one from each never waits for
 * somebody who waits for him.
 */
#include "peers.h"
#include <stdint.h>

#define BLOCK (32 * 1024)

static void fill(unsigned char *block, const char *from, const char *to, uint32_t number)
{
	uint32_t x = 2166136261u;
	for (const char *c = from; *c; c++)
		x = (x ^ (unsigned char)*c) * 16777619u;
	x = (x ^ '>') * 16777619u;
	for (const char *c = to; *c; c++)
		x = (x ^ (unsigned char)*c) * 16777619u;
	x = (x ^ number) * 16777619u | 1;
	for (int i = 0; i < BLOCK; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		block[i] = (unsigned char)x;
	}
}

static uint32_t adler(uint32_t sum, const unsigned char *block)
{
	uint32_t a = sum & 0xffff, b = sum >> 16;
	for (int i = 0; i < BLOCK; i++) {
		a = (a + block[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

int main(int argc, char **argv)
{
	static unsigned char block[BLOCK], wanted[BLOCK];
	struct peer *to, *from;
	/* The node's name: SCRIPT_NAME is that unless the job says otherwise. */
	const char *self = getenv("SCRIPT_NAME") ? getenv("SCRIPT_NAME") : argv[0];
	uint32_t blocks = argc > 1 ? (uint32_t)atoi(argv[1]) : 4;
	int out = peers_open("/dev/out", "", O_WRONLY, &to);
	int in = peers_open("/dev/in", "", O_RDONLY, &from);
	uint32_t *sums = calloc((size_t)in + 1, sizeof *sums);
	if (!sums)
		return 1;
	for (int i = 0; i < in; i++)
		sums[i] = 1;
	for (uint32_t n = 0; n < blocks; n++) {
		for (int i = 0; i < out; i++) {
			fill(block, self, to[i].name, n);
			peer_write(&to[i], block, BLOCK);
		}
		for (int i = 0; i < in; i++) {
			if (!peer_read(&from[i], block, BLOCK)) {
				fprintf(stderr, "%s ended too early\n", from[i].name);
				return 1;
			}
			fill(wanted, from[i].name, self, n);
			if (memcmp(block, wanted, BLOCK) != 0) {
				fprintf(stderr, "block %u from %s is wrong\n", n, from[i].name);
				return 1;
			}
			sums[i] = adler(sums[i], block);
		}
	}
	for (int i = 0; i < in; i++)
		printf("%s %s %08x\n", self, from[i].name, sums[i]);
	return 0;
}
