#include <errno.h>
#include <stdlib.h>
#include "stdio_impl.h"
#include "zrtapi.h"
#include "zrt/boot.h"
#include "zrt/session.h"

int zfork(void)
{
	/* Written once here, so no request writes it again; and what was read ahead of a stream is
	 * dropped, for it belongs to this session alone. */
	fflush(0);
	fflush(stdin);
	for (FILE *f = *__ofl_lock(); f; f = f->next)
		fflush(f);
	__ofl_unlock();

	int result = zrt_fork();
	if (result < 0) {
		errno = -result;
		return -1;
	}
	for (int i = 0; i < zrt_session.env_count; i++)
		putenv(zrt_session.env[i]);
	return result;
}
