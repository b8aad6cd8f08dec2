/*
 * pingpong [ROUNDS]: two nodes connected both ways pass a byte to and fro. The one whose name comes
 * first in the alphabet begins.
 */
#include "peers.h"

int main(int argc, char **argv)
{
	struct peer *to, *from;
	const char *self = getenv("SCRIPT_NAME") ? getenv("SCRIPT_NAME") : argv[0];
	long rounds = argc > 1 ? atol(argv[1]) : 1000;
	unsigned char ball = 0;
	if (peers_open("/dev/out", "", O_WRONLY, &to) != 1
	    || peers_open("/dev/in", "", O_RDONLY, &from) != 1) {
		fprintf(stderr, "wants one other node, connected both ways\n");
		return 1;
	}
	int begins = strcmp(self, to[0].name) < 0;
	for (long i = 0; i < rounds; i++) {
		if (begins)
			peer_write(&to[0], &ball, 1);
		if (!peer_read(&from[0], &ball, 1))
			return 1;
		ball++;
		if (!begins)
			peer_write(&to[0], &ball, 1);
	}
	printf("%ld rounds, %u\n", rounds, ball);
	return 0;
}
