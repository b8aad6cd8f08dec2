#include "file.h"

#include <errno.h>
#include "limits.h"

static struct {
	struct zrt_file *file;
	int cloexec;
} table[ZRT_FDS];

struct zrt_file *zrt_fd(int fd)
{
	return fd >= 0 && fd < ZRT_FDS ? table[fd].file : 0;
}

int zrt_fd_install(struct zrt_file *f, int from, int cloexec)
{
	uint64_t most = zrt_limit(ZRT_LIMIT_NOFILE);
	for (int fd = from; fd < ZRT_FDS && (uint64_t)fd < most; fd++) {
		if (table[fd].file)
			continue;
		table[fd].file = f;
		table[fd].cloexec = cloexec;
		return fd;
	}
	zrt_file_release(f);
	return -EMFILE;
}

int zrt_fd_replace(struct zrt_file *f, int fd, int cloexec)
{
	if (fd < 0 || fd >= ZRT_FDS || (uint64_t)fd >= zrt_limit(ZRT_LIMIT_NOFILE)) {
		zrt_file_release(f);
		return -EBADF;
	}
	if (table[fd].file)
		zrt_file_release(table[fd].file);
	table[fd].file = f;
	table[fd].cloexec = cloexec;
	return fd;
}

int zrt_fd_close(int fd)
{
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	table[fd].file = 0;
	zrt_file_release(f);
	return 0;
}

int zrt_fd_cloexec(int fd)
{
	return table[fd].cloexec;
}

void zrt_fd_set_cloexec(int fd, int cloexec)
{
	table[fd].cloexec = cloexec;
}
