/* grep [-cinv] PATTERN [FILE...]: lines that match an extended regular expression. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int count_only, number, invert;

static long search(FILE *f, const char *name, const regex_t *pattern)
{
	char *line = 0;
	size_t size = 0;
	ssize_t n;
	long matches = 0, at = 0;
	while ((n = getline(&line, &size, f)) >= 0) {
		at++;
		if (n && line[n - 1] == '\n')
			line[n - 1] = 0;
		if ((regexec(pattern, line, 0, 0, 0) == 0) == invert)
			continue;
		matches++;
		if (count_only)
			continue;
		if (name)
			printf("%s:", name);
		if (number)
			printf("%ld:", at);
		puts(line);
	}
	free(line);
	if (count_only && name)
		printf("%s:", name);
	if (count_only)
		printf("%ld\n", matches);
	return matches;
}

int main(int argc, char **argv)
{
	int flags = REG_EXTENDED | REG_NOSUB, option, failed = 0;
	long matches = 0;
	regex_t pattern;
	char why[200];
	while ((option = getopt(argc, argv, "cinv")) != -1) {
		switch (option) {
		case 'c': count_only = 1; break;
		case 'i': flags |= REG_ICASE; break;
		case 'n': number = 1; break;
		case 'v': invert = 1; break;
		default: return 2;
		}
	}
	if (optind == argc) {
		fprintf(stderr, "usage: grep [-cinv] PATTERN [FILE...]\n");
		return 2;
	}
	int error = regcomp(&pattern, argv[optind], flags);
	if (error) {
		regerror(error, &pattern, why, sizeof why);
		fprintf(stderr, "grep: %s\n", why);
		return 2;
	}
	if (optind + 1 == argc)
		return search(stdin, 0, &pattern) == 0;
	for (int i = optind + 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "r");
		if (!f) {
			perror(argv[i]);
			failed = 1;
			continue;
		}
		matches += search(f, argc - optind > 2 ? argv[i] : 0, &pattern);
		fclose(f);
	}
	return failed ? 2 : matches == 0;
}
