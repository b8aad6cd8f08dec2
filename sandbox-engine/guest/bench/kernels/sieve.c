/* Sieve of Eratosthenes: strided byte stores. */
#include <stdio.h>
#include <string.h>

enum { LIMIT = 8000000, ROUNDS = 20 };

static unsigned char prime[LIMIT];

int main(void)
{
	int found = 0;
	for (int round = 0; round < ROUNDS; round++) {
		found = 0;
		memset(prime, 1, sizeof prime);
		for (int i = 2; i < LIMIT; i++)
			if (prime[i]) {
				found++;
				for (long long j = (long long)i * i; j < LIMIT; j += i) prime[j] = 0;
			}
	}
	printf("%d\n", found);
	return 0;
}
