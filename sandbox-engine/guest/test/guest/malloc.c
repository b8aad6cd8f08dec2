/* malloc and its kin under random use: blocks keep their bytes, are aligned, and nothing leaks. */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 3000, ROUNDS = 1000000 };

static struct {
	unsigned char *at;
	size_t size;
} slot[SLOTS];
static long passed, failed;

static void check(int condition, const char *what)
{
	if (condition)
		passed++;
	else if (failed++ < 10)
		printf("%s\n", what);
}

static unsigned next(void)
{
	static unsigned seed = 1;
	return (seed = seed * 1103515245 + 12345) >> 8;
}

static size_t some_size(void)
{
	switch (next() % 20) {
	case 0: return next() % 200000;
	case 1: return next() % 10000;
	case 2: return 0;
	default: return next() % 400;
	}
}

static void fill(int i)
{
	memset(slot[i].at, i, slot[i].size);
}

static int intact(int i, size_t size)
{
	for (size_t k = 0; k < size; k += k < 64 ? 1 : 61)
		if (slot[i].at[k] != (unsigned char)i)
			return 0;
	return !size || slot[i].at[size - 1] == (unsigned char)i;
}

static size_t largest(void)
{
	size_t step = (size_t)1 << 30, size = 0;
	for (; step >= 65536; step /= 2) {
		void *p = malloc(size + step);
		if (p)
			size += step;
		free(p);
	}
	return size;
}

int main(void)
{
	size_t before = largest();
	for (int round = 0; round < ROUNDS; round++) {
		int i = (int)(next() % SLOTS);
		size_t size = some_size();
		if (slot[i].at) {
			check(intact(i, slot[i].size), "a block has changed");
			if (next() % 4 == 0) {
				unsigned char *p = realloc(slot[i].at, size + 1);
				check(p != 0, "realloc fails");
				slot[i].at = p;
				check(intact(i, slot[i].size < size ? slot[i].size : size), "realloc loses bytes");
				slot[i].size = size + 1;
				fill(i);
				continue;
			}
			free(slot[i].at);
		}
		size_t align = 16;
		switch (next() % 8) {
		case 0:
			slot[i].at = calloc(1, size);
			for (size_t k = 0; k < size; k++)
				if (slot[i].at[k]) {
					check(0, "calloc is not zero");
					break;
				}
			break;
		case 1:
			align = (size_t)1 << (3 + next() % 12);
			if (posix_memalign((void **)&slot[i].at, align, size))
				check(0, "posix_memalign fails");
			break;
		default:
			slot[i].at = malloc(size);
		}
		check(slot[i].at && (uintptr_t)slot[i].at % align == 0, "a block is missing or not aligned");
		check(malloc_usable_size(slot[i].at) >= size, "the usable size is too small");
		slot[i].size = size;
		fill(i);
	}
	for (int i = 0; i < SLOTS; i++)
		free(slot[i].at);
	check(largest() > before - (16 << 20), "memory has leaked or is in pieces");
	volatile size_t huge = SIZE_MAX - 100;
	errno = 0;
	check(!malloc(huge) && errno == ENOMEM, "a huge malloc must fail");
	check(!calloc(huge / 2, 3) && errno == ENOMEM, "an overflowing calloc must fail");
	check(!realloc(0, huge / 2 + 100), "a huge realloc must fail");
	printf("%ld passed, %ld failed\n", passed, failed);
	return failed != 0;
}
