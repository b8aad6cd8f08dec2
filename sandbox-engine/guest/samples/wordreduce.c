/*
 * The reduce half of a word count: adds up the "count word" lines of all nodes below /dev/in and
 * prints them in the order of the words. All reducers read the mappers in the same order, so a
 * mapper that waits for one reducer never waits for ever.
 */
#include "peers.h"
#include "words.h"

static int order(const void *a, const void *b)
{
	return strcmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

int main(void)
{
	static char line[8192];
	struct words words = { NULL, 0, 0 };
	struct peer *mappers;
	int count = peers_open("/dev/in", "", O_RDONLY, &mappers);
	for (int m = 0; m < count; m++) {
		FILE *in = fdopen(mappers[m].fd, "r");
		if (!in) {
			perror(mappers[m].name);
			return 1;
		}
		while (fgets(line, sizeof line, in)) {
			char *word;
			unsigned long long n = strtoull(line, &word, 10);
			size_t length = strlen(word);
			if (n == 0 || length < 3 || word[length - 1] != '\n') {
				fprintf(stderr, "%s sent a line that is none\n", mappers[m].name);
				return 1;
			}
			words_add(&words, word + 1, length - 2, n);
		}
		if (ferror(in)) {
			perror(mappers[m].name);
			return 1;
		}
	}
	struct word *all = words_alloc((words.used + 1) * sizeof *all);
	uint32_t n = 0;
	for (uint32_t i = 0; i < words.size; i++)
		if (words.slots[i].text)
			all[n++] = words.slots[i];
	qsort(all, n, sizeof *all, order);
	for (uint32_t i = 0; i < n; i++)
		printf("%llu %s\n", all[i].count, all[i].text);
	return ferror(stdout) != 0;
}
