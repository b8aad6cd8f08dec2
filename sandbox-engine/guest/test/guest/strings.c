/* The vector string functions against the obvious loops: every small length and alignment, with
 * the strings ending at the end of mapped memory. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SIZE = 1024, LONGEST = 300 };

static long passed, failed;

static void check(int condition, const char *what, int i, int n)
{
	if (condition) {
		passed++;
		return;
	}
	if (failed++ < 20)
		printf("%s fails at offset %d, length %d\n", what, i, n);
}

static int same(const unsigned char *a, const unsigned char *b, int n)
{
	for (int i = 0; i < n; i++)
		if (a[i] != b[i])
			return 0;
	return 1;
}

static unsigned char a[SIZE], b[SIZE], expected[SIZE];

static void moves(int i, int j, int n)
{
	memset(b, 0xee, SIZE);
	memcpy(expected, b, SIZE);
	check(memcpy(b + j, a + i, (size_t)n) == b + j, "memcpy's result", i, n);
	for (int k = 0; k < n; k++)
		expected[j + k] = a[i + k];
	check(same(b, expected, SIZE), "memcpy", i, n);
	memset(b + j, i, (size_t)n);
	for (int k = 0; k < n; k++)
		expected[j + k] = (unsigned char)i;
	check(same(b, expected, SIZE), "memset", j, n);
	for (int d = -40; d <= 40; d += 5) {
		unsigned char copy[LONGEST];
		memcpy(b, a, SIZE);
		memcpy(expected, a, SIZE);
		memmove(b + 100 + d, b + 100, (size_t)n);
		for (int k = 0; k < n; k++)
			copy[k] = expected[100 + k];
		for (int k = 0; k < n; k++)
			expected[100 + d + k] = copy[k];
		check(same(b, expected, SIZE), "memmove", d, n);
	}
}

static void searches(char *s, int i, int n)
{
	int first = 0, last = n - 1;
	char wanted = n ? s[n / 2] : 'x';
	while (first < n && s[first] != wanted)
		first++;
	while (last >= 0 && s[last] != wanted)
		last--;
	check(strlen(s) == (size_t)n, "strlen", i, n);
	check(strnlen(s, (size_t)n / 2) == (size_t)n / 2, "strnlen", i, n);
	check(strchr(s, 0) == s + n, "strchr of zero", i, n);
	check(memchr(s, 0, (size_t)n) == 0, "memchr of what is behind", i, n);
	if (n) {
		check(strchr(s, wanted) == s + first, "strchr", i, n);
		check(strchrnul(s, wanted) == s + first, "strchrnul", i, n);
		check(memchr(s, wanted, (size_t)n) == s + first, "memchr", i, n);
		check(memrchr(s, wanted, (size_t)n) == s + last, "memrchr", i, n);
		check(strrchr(s, wanted) == s + last, "strrchr", i, n);
	}
}

static void comparisons(char *s, int i, int n)
{
	char other[LONGEST + 1];
	check(stpcpy(other, s) == other + n, "stpcpy", i, n);
	check(!strcmp(s, other) && !strncmp(s, other, (size_t)n + 9) && !memcmp(s, other, (size_t)n + 1), "equality", i, n);
	for (int at = 0; at < n; at += n / 3 + 1) {
		unsigned char old = (unsigned char)other[at];
		other[at] = (char)(old == 255 ? 1 : old + 1);
		int sign = (unsigned char)other[at] > old ? 1 : -1;
		check(strcmp(other, s) * sign > 0, "strcmp", i, n);
		check(memcmp(other, s, (size_t)n) * sign > 0, "memcmp", i, n);
		check(strncmp(other, s, (size_t)at + 1) * sign > 0, "strncmp", i, n);
		check(strncmp(other, s, (size_t)at) == 0, "strncmp before the difference", i, n);
		other[at] = (char)old;
	}
}

int main(void)
{
	unsigned seed = 1;
	char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int k = 0; k < SIZE; k++)
		a[k] = (unsigned char)((seed = seed * 1103515245 + 12345) >> 16);
	for (int n = 0; n < LONGEST; n += n < 80 ? 1 : 17) {
		for (int i = 0; i < 18; i++) {
			moves(i, (i * 7) % 17, n);
			char *s = page + 8191 - n - i;
			for (int k = 0; k < n; k++)
				s[k] = (char)(1 + (a[k] & 127) % 120);
			s[n] = 0;
			searches(s, i, n);
			comparisons(s, i, n);
		}
	}
	printf("%ld passed, %ld failed\n", passed, failed);
	return failed != 0;
}
