#include "syscalls.h"

#include <errno.h>
#include <string.h>

static int64_t each(int fd, const struct zrt_iovec *v, int n, int64_t offset,
	int64_t (*move)(int, void *, size_t, int64_t))
{
	int64_t total = 0;
	if (n < 0 || n > 1024)
		return -EINVAL;
	if (!zrt_fd(fd))
		return -EBADF;
	if (n && zrt_bad_address(v))
		return -EFAULT;
	for (int i = 0; i < n; i++) {
		if (!v[i].size)
			continue;
		if (v[i].size > (size_t)(INT32_MAX - total))
			return total ? total : -EINVAL;
		int64_t done = move(fd, v[i].base, v[i].size, offset < 0 ? -1 : offset + total);
		if (done < 0)
			return total ? total : done;
		total += done;
		if ((size_t)done < v[i].size)
			break;
	}
	return total;
}

static int64_t write_part(int fd, void *buffer, size_t size, int64_t offset)
{
	return zrt_sys_write(fd, buffer, size, offset);
}

int64_t zrt_sys_readv(int fd, const struct zrt_iovec *v, int n, int64_t offset)
{
	return each(fd, v, n, offset, zrt_sys_read);
}

int64_t zrt_sys_writev(int fd, const struct zrt_iovec *v, int n, int64_t offset)
{
	/* One write where it counts: each is a trap and part of the channel's limits. */
	struct zrt_file *f = zrt_fd(fd);
	enum { JOINED = 8192 };
	if (f && f->node && f->node->kind == ZRT_CHANNEL && n > 1 && n <= 8 && !zrt_bad_address(v)) {
		char joined[JOINED];
		size_t total = 0;
		int i;
		for (i = 0; i < n && v[i].size <= JOINED - total; i++) {
			if (v[i].size)
				memcpy(joined + total, v[i].base, v[i].size);
			total += v[i].size;
		}
		if (i == n)
			return zrt_sys_write(fd, joined, total, offset);
	}
	return each(fd, v, n, offset, write_part);
}

int64_t zrt_sys_copy(int out, int in, int64_t *out_offset, int64_t *in_offset, size_t size)
{
	char buffer[16 * 1024];
	int64_t total = 0;
	if (size > INT32_MAX)
		size = INT32_MAX;
	while ((size_t)total < size) {
		size_t n = size - (size_t)total < sizeof buffer ? size - (size_t)total : sizeof buffer;
		int64_t got = zrt_sys_read(in, buffer, n, in_offset ? *in_offset : -1);
		if (got <= 0)
			return total ? total : got;
		int64_t put = zrt_sys_write(out, buffer, (size_t)got, out_offset ? *out_offset : -1);
		if (put < 0)
			return total ? total : put;
		if (in_offset)
			*in_offset += put;
		if (out_offset)
			*out_offset += put;
		total += put;
		if (put < got)
			break;
	}
	return total;
}
