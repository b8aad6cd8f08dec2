#include <unistd.h>
#include "syscall.h"

/* The one call whose result needs more than a long. */
off_t __lseek(int fd, off_t offset, int whence)
{
	off_t result = zrt_syscall(SYS_lseek, fd, offset, whence, 0, 0, 0);
	return result < 0 ? __syscall_ret(result) : result;
}

weak_alias(__lseek, lseek);
weak_alias(__lseek, lseek64);
