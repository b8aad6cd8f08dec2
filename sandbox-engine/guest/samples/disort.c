/*
 * disort src|dst|man: a sort over many nodes. Records have 100 bytes, the first 10 are the key.
 *
 *   src  reads records from standard input; sends samples of its keys to the manager, gets the
 *        borders back, and deals its records to the destinations in rounds
 *   man  chooses the borders from the samples, so that destinations get about equally many
 *   dst  collects its range of keys, sorts it in memory and writes it to standard output
 *
 * The outputs of dst-1, dst-2, ... in their order are the sorted whole. Records of equal keys are in
 * the order in which the rounds brought them, so the same input always gives the same bytes.
 *
 * In each round a source sends one block to each destination, and a destination reads one from each
 * source, both in the order of names: whoever waits, waits for somebody who is further behind.
 */
#include "peers.h"
#include <stdint.h>

#define RECORD 100
#define KEY 10
#define SAMPLES 1000
#define ROUND (8 * 1024) /* records read by a source in a round */

static void *need(size_t size)
{
	void *p = malloc(size);
	if (!p) {
		fprintf(stderr, "out of memory\n");
		exit(1);
	}
	return p;
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, KEY);
}

/* Fills a buffer with whole records; how many. */
static size_t records(char *buffer, size_t most)
{
	size_t have = 0;
	ssize_t n = 1;
	while (have < most * RECORD && (n = read(0, buffer + have, most * RECORD - have)) > 0)
		have += (size_t)n;
	if (n < 0 || have % RECORD != 0) {
		fprintf(stderr, "standard input: %s\n", n < 0 ? strerror(errno) : "half a record");
		exit(1);
	}
	return have / RECORD;
}

static int source(void)
{
	struct peer *manager, *answer, *to;
	int destinations = peers_open("/dev/out", "dst", O_WRONLY, &to);
	if (peers_open("/dev/out", "man", O_WRONLY, &manager) != 1
	    || peers_open("/dev/in", "man", O_RDONLY, &answer) != 1 || destinations == 0) {
		fprintf(stderr, "src wants one man and at least one dst\n");
		return 1;
	}
	char *block = need(ROUND * RECORD), *out = need(ROUND * RECORD);
	size_t count = records(block, ROUND);
	/* The sample comes from the first round: sources are taken to be shuffled. */
	char *sample = need(SAMPLES * KEY);
	uint32_t samples = count < SAMPLES ? (uint32_t)count : SAMPLES;
	for (uint32_t i = 0; i < samples; i++)
		memcpy(sample + i * KEY, block + (size_t)i * count / samples * RECORD, KEY);
	peer_write(manager, &samples, sizeof samples);
	peer_write(manager, sample, samples * KEY);
	char *borders = need((size_t)destinations * KEY);
	if (destinations > 1 && !peer_read(answer, borders, (size_t)(destinations - 1) * KEY))
		return 1;
	uint32_t *size = need((size_t)(destinations + 1) * sizeof *size);
	uint16_t *target = need(ROUND * sizeof *target);
	for (; count > 0; count = records(block, ROUND)) {
		memset(size, 0, (size_t)(destinations + 1) * sizeof *size);
		for (size_t i = 0; i < count; i++) {
			int low = 0, high = destinations - 1;
			while (low < high) {
				int middle = (low + high) / 2;
				if (memcmp(block + i * RECORD, borders + middle * KEY, KEY) < 0)
					high = middle;
				else
					low = middle + 1;
			}
			target[i] = (uint16_t)low;
			size[low]++;
		}
		for (int d = 0; d < destinations; d++) {
			char *end = out;
			for (size_t i = 0; i < count; i++)
				if (target[i] == d) {
					memcpy(end, block + i * RECORD, RECORD);
					end += RECORD;
				}
			/* The count is sent even if it is 0: destinations wait for each round. */
			peer_write(&to[d], &size[d], sizeof size[d]);
			peer_write(&to[d], out, (size_t)(end - out));
		}
	}
	return 0;
}

static int manager(void)
{
	struct peer *from, *to;
	int sources = peers_open("/dev/in", "src", O_RDONLY, &from);
	if (peers_open("/dev/out", "src", O_WRONLY, &to) != sources || sources == 0) {
		fprintf(stderr, "man wants channels from and to each src\n");
		return 1;
	}
	int destinations = atoi(getenv("DESTINATIONS") ? getenv("DESTINATIONS") : "0");
	if (destinations < 1 || destinations > 65535) {
		fprintf(stderr, "DESTINATIONS says how many dst there are\n");
		return 1;
	}
	char *keys = need((size_t)sources * SAMPLES * KEY);
	size_t count = 0;
	for (int s = 0; s < sources; s++) {
		uint32_t samples;
		if (!peer_read(&from[s], &samples, sizeof samples) || samples > SAMPLES) {
			fprintf(stderr, "%s sent no sample\n", from[s].name);
			return 1;
		}
		if (samples > 0 && !peer_read(&from[s], keys + count * KEY, samples * KEY))
			return 1;
		count += samples;
	}
	qsort(keys, count, KEY, by_key);
	char *borders = need((size_t)destinations * KEY);
	for (int d = 1; d < destinations; d++) {
		if (count == 0)
			memset(borders + (d - 1) * KEY, 0xff, KEY);
		else
			memcpy(borders + (d - 1) * KEY,
			       keys + (size_t)d * count / (size_t)destinations * KEY, KEY);
	}
	for (int s = 0; s < sources; s++)
		peer_write(&to[s], borders, (size_t)(destinations - 1) * KEY);
	printf("%d sources, %d destinations, %zu samples\n", sources, destinations, count);
	return 0;
}

/* Records in chunks: they never move, so memory is needed once. */
#define CHUNK (64 * 1024)
#define CHUNKS 1024

static char *chunks[CHUNKS];

static char *record(size_t i)
{
	return chunks[i / CHUNK] + i % CHUNK * RECORD;
}

/* A record's key as two numbers, and where it is. */
struct entry {
	uint64_t head;
	uint16_t tail;
	uint32_t at;
};

static unsigned digit(const struct entry *e, int pass)
{
	return pass == 0 ? e->tail : (unsigned)(e->head >> 16 * (pass - 1)) & 0xffff;
}

/* By key, records of equal keys in the order they came in. Five passes of 16 bits. */
static struct entry *sorted(struct entry *entries, size_t count)
{
	struct entry *other = need((count + 1) * sizeof *other);
	static uint32_t at[65536];
	for (int pass = 0; pass < 5; pass++) {
		uint32_t sum = 0;
		memset(at, 0, sizeof at);
		for (size_t i = 0; i < count; i++)
			at[digit(&entries[i], pass)]++;
		for (int i = 0; i < 65536; i++) {
			uint32_t n = at[i];
			at[i] = sum;
			sum += n;
		}
		for (size_t i = 0; i < count; i++)
			other[at[digit(&entries[i], pass)]++] = entries[i];
		struct entry *swap = entries;
		entries = other;
		other = swap;
	}
	return entries;
}

static int destination(void)
{
	struct peer *from;
	int sources = peers_open("/dev/in", "src", O_RDONLY, &from), open = sources;
	size_t count = 0;
	char *ended = calloc((size_t)sources + 1, 1);
	if (!ended)
		return 1;
	while (open > 0) {
		for (int s = 0; s < sources; s++) {
			uint32_t size;
			if (ended[s])
				continue;
			if (!peer_read(&from[s], &size, sizeof size)) {
				ended[s] = 1;
				open--;
				continue;
			}
			if (size > ROUND || count + size > (size_t)CHUNK * CHUNKS) {
				fprintf(stderr, "%s sent a block of %u records\n", from[s].name, size);
				return 1;
			}
			while (size > 0) {
				uint32_t fits = CHUNK - (uint32_t)(count % CHUNK);
				uint32_t piece = size < fits ? size : fits;
				if (count % CHUNK == 0)
					chunks[count / CHUNK] = need(CHUNK * RECORD);
				if (!peer_read(&from[s], record(count), (size_t)piece * RECORD)) {
					fprintf(stderr, "%s ended within a block\n", from[s].name);
					return 1;
				}
				count += piece;
				size -= piece;
			}
		}
	}
	struct entry *entries = need((count + 1) * sizeof *entries);
	for (size_t i = 0; i < count; i++) {
		const unsigned char *key = (const unsigned char *)record(i);
		uint64_t head = 0;
		for (int k = 0; k < 8; k++)
			head = head << 8 | key[k];
		entries[i] = (struct entry){ head, (uint16_t)(key[8] << 8 | key[9]), (uint32_t)i };
	}
	entries = sorted(entries, count);
	struct peer out = { "standard output", 1 };
	static char block[1000 * RECORD];
	size_t held = 0;
	for (size_t i = 0; i < count; i++) {
		memcpy(block + held, record(entries[i].at), RECORD);
		held += RECORD;
		if (held == sizeof block) {
			peer_write(&out, block, held);
			held = 0;
		}
	}
	peer_write(&out, block, held);
	return 0;
}

int main(int argc, char **argv)
{
	const char *role = argc > 1 ? argv[1] : "";
	if (strcmp(role, "src") == 0)
		return source();
	if (strcmp(role, "dst") == 0)
		return destination();
	if (strcmp(role, "man") == 0)
		return manager();
	fprintf(stderr, "usage: disort src|dst|man\n");
	return 1;
}
