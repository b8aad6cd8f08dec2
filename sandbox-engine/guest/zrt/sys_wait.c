#include "syscalls.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include "signals.h"

int64_t zrt_sys_poll(void *fds, uint32_t n, int64_t timeout_nsec)
{
	struct pollfd *p = fds;
	int ready = 0;
	if (n > ZRT_FDS)
		return -EINVAL;
	if (n && zrt_bad_address(fds))
		return -EFAULT;
	for (uint32_t i = 0; i < n; i++) {
		p[i].revents = 0;
		if (p[i].fd < 0)
			continue;
		struct zrt_file *f = zrt_fd(p[i].fd);
		p[i].revents = f ? (short)(zrt_file_ready(f) & (p[i].events | POLLHUP | POLLERR)) : POLLNVAL;
		ready += p[i].revents != 0;
	}
	/* If nothing will ever happen, do not wait for it. */
	return ready || !timeout_nsec || !zrt_wait(timeout_nsec, 0) ? ready : -EINTR;
}

int64_t zrt_sys_select(int n, void *in, void *out, void *except, int64_t timeout_nsec)
{
	unsigned char *sets[3] = { in, out, except };
	unsigned char result[3][ZRT_FDS / 8] = { 0 };
	static const int want[3] = { POLLIN | POLLHUP, POLLOUT | POLLERR, 0 };
	int ready = 0;
	if (n < 0 || n > ZRT_FDS)
		return -EINVAL;
	for (int fd = 0; fd < n; fd++) {
		for (int k = 0; k < 3; k++) {
			if (!sets[k] || !(sets[k][fd / 8] >> (fd % 8) & 1))
				continue;
			struct zrt_file *f = zrt_fd(fd);
			if (!f)
				return -EBADF;
			if (zrt_file_ready(f) & want[k]) {
				result[k][fd / 8] |= (unsigned char)(1 << (fd % 8));
				ready++;
			}
		}
	}
	if (!ready && zrt_wait(timeout_nsec, 0))
		return -EINTR;
	for (int k = 0; k < 3; k++) {
		if (sets[k]) {
			/* The C library's sets are arrays of 8-byte words. */
			memcpy(sets[k], result[k], (size_t)(n + 63) / 64 * 8);
		}
	}
	return ready;
}
