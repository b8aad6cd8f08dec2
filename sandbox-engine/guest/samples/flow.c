/*
 * flow write MIB | flow read: sends zeros to every node below /dev/out in turn, or reads everything
 * below /dev/in and prints how much it was. For measuring connections.
 */
#include "peers.h"

int main(int argc, char **argv)
{
	static char buffer[128 * 1024];
	struct peer *peers;
	if (argc > 2 && strcmp(argv[1], "write") == 0) {
		long blocks = atol(argv[2]) * 8;
		int count = peers_open("/dev/out", "", O_WRONLY, &peers);
		for (long i = 0; i < blocks; i++)
			for (int p = 0; p < count; p++)
				peer_write(&peers[p], buffer, sizeof buffer);
		return 0;
	}
	long long bytes = 0;
	int count = peers_open("/dev/in", "", O_RDONLY, &peers);
	for (int p = 0; p < count; p++) {
		ssize_t n;
		while ((n = read(peers[p].fd, buffer, sizeof buffer)) > 0)
			bytes += n;
		if (n < 0) {
			perror(peers[p].name);
			return 1;
		}
	}
	printf("%lld bytes\n", bytes);
	return 0;
}
