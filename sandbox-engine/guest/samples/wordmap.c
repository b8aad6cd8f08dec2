/*
 * The map half of a word count: counts the words of standard input, and writes "count word" lines
 * to the nodes below /dev/out, each word to the node that its hash chooses.
 */
#include "peers.h"
#include "words.h"

int main(void)
{
	static char buffer[256 * 1024], word[4096], line[4200];
	struct words words = { NULL, 0, 0 };
	struct peer *reducers;
	size_t length = 0;
	ssize_t n;
	int count = peers_open("/dev/out", "", O_WRONLY, &reducers);
	if (count == 0) {
		fprintf(stderr, "no node to write to below /dev/out\n");
		return 1;
	}
	while ((n = read(0, buffer, sizeof buffer)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			unsigned char c = (unsigned char)buffer[i];
			if (c > ' ' && length < sizeof word) {
				word[length++] = (char)c;
			} else if (length > 0) {
				words_add(&words, word, length, 1);
				length = 0;
			}
		}
	}
	if (n < 0) {
		perror("standard input");
		return 1;
	}
	if (length > 0)
		words_add(&words, word, length, 1);
	for (int r = 0; r < count; r++) {
		static char out[64 * 1024];
		size_t used = 0;
		for (uint32_t i = 0; i < words.size; i++) {
			const struct word *w = &words.slots[i];
			if (!w->text || w->hash % (uint32_t)count != (uint32_t)r)
				continue;
			int size = snprintf(line, sizeof line, "%llu %s\n", w->count, w->text);
			if (used + (size_t)size > sizeof out) {
				peer_write(&reducers[r], out, used);
				used = 0;
			}
			memcpy(out + used, line, (size_t)size);
			used += (size_t)size;
		}
		peer_write(&reducers[r], out, used);
	}
	return 0;
}
