/* Finds the nodes that this one reads from (/dev/in) or writes to (/dev/out). */
#ifndef PEERS_H
#define PEERS_H

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct peer {
	char name[256];
	int fd;
};

/* By name, numbers by value: reduce-2 before reduce-10. */
static int peer_order(const void *x, const void *y)
{
	const char *a = ((const struct peer *)x)->name, *b = ((const struct peer *)y)->name;
	while (*a && *b) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			char *ea, *eb;
			unsigned long na = strtoul(a, &ea, 10), nb = strtoul(b, &eb, 10);
			if (na != nb)
				return na < nb ? -1 : 1;
			a = ea;
			b = eb;
		} else if (*a != *b) {
			return (unsigned char)*a - (unsigned char)*b;
		} else {
			a++;
			b++;
		}
	}
	return (unsigned char)*a - (unsigned char)*b;
}

/*
 * Opens every channel of a directory whose name begins with a prefix. Returns how many; the array
 * is the caller's. A node without such channels has no such directory: that is 0.
 */
static int peers_open(const char *directory, const char *prefix, int flags, struct peer **peers)
{
	int count = 0, room = 0;
	DIR *dir = opendir(directory);
	*peers = NULL;
	if (!dir)
		return 0;
	for (struct dirent *e; (e = readdir(dir));) {
		char path[600];
		if (e->d_name[0] == '.' || strncmp(e->d_name, prefix, strlen(prefix)) != 0)
			continue;
		if (count == room) {
			room = room ? 2 * room : 16;
			*peers = realloc(*peers, (size_t)room * sizeof **peers);
			if (!*peers)
				abort();
		}
		snprintf((*peers)[count].name, sizeof (*peers)[count].name, "%s", e->d_name);
		snprintf(path, sizeof path, "%s/%s", directory, e->d_name);
		(*peers)[count].fd = open(path, flags);
		if ((*peers)[count].fd < 0) {
			fprintf(stderr, "%s: %s\n", path, strerror(errno));
			exit(1);
		}
		count++;
	}
	closedir(dir);
	qsort(*peers, (size_t)count, sizeof **peers, peer_order);
	return count;
}

/* Writes all of it, or ends the program. */
static inline void peer_write(const struct peer *to, const void *data, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = write(to->fd, (const char *)data + done, size - done);
		if (n <= 0) {
			fprintf(stderr, "writing to %s: %s\n", to->name, strerror(errno));
			exit(1);
		}
		done += (size_t)n;
	}
}

/* Reads exactly so many bytes. Returns 0 at the end of file, 1 otherwise; half of it is an error. */
static inline int peer_read(const struct peer *from, void *data, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = read(from->fd, (char *)data + done, size - done);
		if (n == 0 && done == 0)
			return 0;
		if (n <= 0) {
			fprintf(stderr, "reading from %s: %s\n", from->name,
				n == 0 ? "ended too early" : strerror(errno));
			exit(1);
		}
		done += (size_t)n;
	}
	return 1;
}

#endif
