/* Work that is the same for every request is done once, before zfork(): here a table of primes. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <zrtapi.h>

enum { MOST = 1000000 };

static char composite[MOST];

int main(void)
{
	unsigned number, draw;
	printf("warming up\n");
	for (int i = 2; i * i < MOST; i++)
		for (int k = i * i; !composite[i] && k < MOST; k += i)
			composite[k] = 1;
	if (zfork()) {
		perror("zfork");
		return 1;
	}
	while (scanf("%u", &number) == 1)
		printf("%u is %s\n", number, number < 2 || number >= MOST || composite[number] ? "not prime" : "prime");
	if (getentropy(&draw, sizeof draw))
		return 1;
	printf("%s at %lld, drew %08x\n", getenv("WHO") ? getenv("WHO") : "nobody", (long long)time(0), draw);
	return 0;
}
