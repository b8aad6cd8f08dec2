/* wordcount [FILE...]: lines, words and bytes, as wc prints them. */
#include <ctype.h>
#include <stdio.h>

struct count {
	long long lines, words, bytes;
};

static int add(FILE *f, const char *name, struct count *total)
{
	static unsigned char buffer[64 * 1024];
	struct count c = { 0, 0, 0 };
	int inside = 0;
	size_t n;
	while ((n = fread(buffer, 1, sizeof buffer, f)) > 0) {
		c.bytes += (long long)n;
		for (size_t i = 0; i < n; i++) {
			int space = isspace(buffer[i]);
			c.lines += buffer[i] == '\n';
			c.words += inside == 0 && !space;
			inside = !space;
		}
	}
	if (ferror(f)) {
		perror(name);
		return 1;
	}
	printf("%7lld %7lld %7lld%s%s\n", c.lines, c.words, c.bytes, *name ? " " : "", name);
	total->lines += c.lines;
	total->words += c.words;
	total->bytes += c.bytes;
	return 0;
}

int main(int argc, char **argv)
{
	struct count total = { 0, 0, 0 };
	int failed = 0;
	if (argc == 1)
		return add(stdin, "", &total);
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "r");
		if (!f) {
			perror(argv[i]);
			failed = 1;
			continue;
		}
		failed |= add(f, argv[i], &total);
		fclose(f);
	}
	if (argc > 2)
		printf("%7lld %7lld %7lld total\n", total.lines, total.words, total.bytes);
	return failed;
}
