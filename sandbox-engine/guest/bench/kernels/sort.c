/* Quicksort of pseudo-random integers: data-dependent branches over an array. */
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 3000000, ROUNDS = 2 };

static void sort(int *a, int left, int right)
{
	while (left < right) {
		int i = left, j = right, pivot = a[left + (right - left) / 2];
		while (i <= j) {
			while (a[i] < pivot) i++;
			while (a[j] > pivot) j--;
			if (i <= j) {
				int t = a[i];
				a[i++] = a[j];
				a[j--] = t;
			}
		}
		if (j - left < right - i) {
			sort(a, left, j);
			left = i;
		} else {
			sort(a, i, right);
			right = j;
		}
	}
}

int main(void)
{
	int *a = malloc(COUNT * sizeof *a);
	unsigned seed = 1, check = 0;
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < COUNT; i++) {
			seed = seed * 1103515245 + 12345;
			a[i] = seed >> 1;
		}
		sort(a, 0, COUNT - 1);
		for (int i = 0; i < COUNT; i += 1000) check = check * 31 + a[i];
	}
	printf("%u\n", check);
	return 0;
}
