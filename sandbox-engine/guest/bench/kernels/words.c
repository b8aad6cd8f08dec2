/* Word count with an open hash table: byte loads, hashing, short comparisons. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH = 4000000, SLOTS = 1 << 16, ROUNDS = 16 };

static struct { const char *word; unsigned hash, count; } table[SLOTS];

int main(void)
{
	char *text = malloc(LENGTH + 64), *end = text;
	unsigned seed = 9, total = 0;
	while (end < text + LENGTH) {
		seed = seed * 1103515245 + 12345;
		for (int k = 2 + (seed >> 16 & 3); k > 0; k--) {
			seed = seed * 1103515245 + 12345;
			*end++ = 'a' + (seed >> 16) % 8;
		}
		*end++ = ' ';
	}
	for (int round = 0; round < ROUNDS; round++)
		for (char *p = text; p < end;) {
			char *q = p;
			unsigned hash = 5381, slot;
			while (*q != ' ') hash = hash * 33 + (unsigned char)*q++;
			for (slot = (hash ^ hash >> 15) % SLOTS;; slot = (slot + 1) % SLOTS) {
				if (!table[slot].word) {
					table[slot].word = p;
					table[slot].hash = hash;
				}
				if (table[slot].hash == hash && memcmp(table[slot].word, p, q - p + 1) == 0) break;
			}
			table[slot].count++;
			p = q + 1;
		}
	for (unsigned i = 0; i < SLOTS; i++) total += table[i].count * (i + 1);
	printf("%u\n", total);
	return 0;
}
