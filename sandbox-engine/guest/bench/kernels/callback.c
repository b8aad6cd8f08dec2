/* Heap sort through a comparison function: indirect calls. */
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 700000 };

struct pair { int key, value; };

static int by_key(const void *a, const void *b)
{
	int x = ((const struct pair *)a)->key, y = ((const struct pair *)b)->key;
	return x < y ? -1 : x > y;
}

static void swap(unsigned char *a, unsigned char *b, int size)
{
	while (size--) {
		unsigned char t = *a;
		*a++ = *b;
		*b++ = t;
	}
}

static void sink(unsigned char *a, int from, int count, int size, int (*compare)(const void *, const void *))
{
	for (int child; (child = 2 * from + 1) < count; from = child) {
		if (child + 1 < count && compare(a + child * size, a + (child + 1) * size) < 0) child++;
		if (compare(a + from * size, a + child * size) >= 0) return;
		swap(a + from * size, a + child * size, size);
	}
}

static void sort(void *base, int count, int size, int (*compare)(const void *, const void *))
{
	unsigned char *a = base;
	for (int i = count / 2 - 1; i >= 0; i--) sink(a, i, count, size, compare);
	for (int end = count - 1; end > 0; end--) {
		swap(a, a + end * size, size);
		sink(a, 0, end, size, compare);
	}
}

int main(void)
{
	struct pair *a = malloc(COUNT * sizeof *a);
	int (*volatile compare)(const void *, const void *) = by_key;
	unsigned seed = 7, check = 0;
	for (int i = 0; i < COUNT; i++) {
		seed = seed * 1103515245 + 12345;
		a[i].key = seed >> 1;
		a[i].value = i;
	}
	sort(a, COUNT, sizeof *a, compare);
	for (int i = 0; i < COUNT; i += 100) check = check * 31 + a[i].value;
	printf("%u\n", check);
	return 0;
}
