#include <errno.h>
#include "pthread_impl.h"

/* One thread, one process. */
hidden int __clone(int (*func)(void *), void *stack, int flags, void *arg, ...)
{
	return -ENOSYS;
}
