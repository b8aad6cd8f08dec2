/* The same table against the machine's own kernel, in a new directory of a tmpfs: what the table
 * expects is what Linux does. */
#include "fs_cases.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static long long kernel(long long n, long long a, long long b, long long c, long long d, long long e,
	long long f)
{
	long result = syscall((long)n, a, b, c, d, e, f);
	return result < 0 ? -errno : result;
}

int main(int argc, char **argv)
{
	char text[1 << 17];
	FILE *f = argc == 3 ? fopen(argv[1], "r") : 0;
	if (!f || chdir(argv[2]))
		return 2;
	text[fread(text, 1, sizeof text - 1, f)] = 0;
	fclose(f);
	struct fs_result r = fs_cases(argv[1], text, kernel, 0);
	printf("%d passed, %d failed\n", r.passed, r.failed);
	return r.failed != 0;
}
