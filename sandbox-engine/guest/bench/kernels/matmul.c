/* Matrix product in the textbook order: strided double loads. */
#include <stdio.h>

enum { N = 400, ROUNDS = 14 };

static double a[N][N], b[N][N], c[N][N];

int main(void)
{
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			a[i][j] = i * 0.5 + j;
			b[i][j] = i - j * 0.25;
		}
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < N; i++)
			for (int j = 0; j < N; j++) {
				double sum = 0;
				for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
				c[i][j] += sum;
			}
	printf("%f\n", c[17][33] + c[N - 1][1]);
	return 0;
}
