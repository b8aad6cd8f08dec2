/* Escape times: floating point in registers, no memory. */
#include <stdio.h>

enum { SIZE = 1000, LIMIT = 300 };

int main(void)
{
	long total = 0;
	for (int y = 0; y < SIZE; y++)
		for (int x = 0; x < SIZE; x++) {
			double cr = 2.0 * x / SIZE - 1.5, ci = 2.0 * y / SIZE - 1.0, zr = 0, zi = 0;
			int i;
			for (i = 0; i < LIMIT; i++) {
				double r2 = zr * zr, i2 = zi * zi;
				if (r2 + i2 > 4) break;
				zi = 2 * zr * zi + ci;
				zr = r2 - i2 + cr;
			}
			total += i;
		}
	printf("%ld\n", total);
	return 0;
}
