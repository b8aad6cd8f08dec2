/* sort [-nru]: the lines of standard input in order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int numeric, reverse, unique;

static int compare(const void *left, const void *right)
{
	const char *l = *(char *const *)left, *r = *(char *const *)right;
	int order = 0;
	if (numeric) {
		double a = strtod(l, 0), b = strtod(r, 0);
		order = (a > b) - (a < b);
	}
	if (!order)
		order = strcmp(l, r);
	return reverse ? -order : order;
}

int main(int argc, char **argv)
{
	char **lines = 0, *line = 0;
	size_t count = 0, capacity = 0, size = 0;
	ssize_t n;
	int option;
	while ((option = getopt(argc, argv, "nru")) != -1) {
		switch (option) {
		case 'n': numeric = 1; break;
		case 'r': reverse = 1; break;
		case 'u': unique = 1; break;
		default: return 2;
		}
	}
	while ((n = getline(&line, &size, stdin)) >= 0) {
		if (n && line[n - 1] == '\n')
			line[n - 1] = 0;
		if (count == capacity) {
			capacity = capacity ? capacity * 2 : 1024;
			lines = realloc(lines, capacity * sizeof *lines);
		}
		if (!lines || !(lines[count++] = strdup(line))) {
			fprintf(stderr, "sort: out of memory\n");
			return 2;
		}
	}
	qsort(lines, count, sizeof *lines, compare);
	for (size_t i = 0; i < count; i++)
		if (!unique || !i || strcmp(lines[i], lines[i - 1]))
			puts(lines[i]);
	return 0;
}
