#include "pipe.h"

#include <errno.h>
#include <string.h>

int64_t zrt_pipe_read(struct zrt_pipe *p, void *buffer, size_t size)
{
	if (!size)
		return 0;
	if (!p->used)
		return p->writers ? -EAGAIN : 0;
	size_t n = size < p->used ? size : p->used;
	size_t first = n < sizeof p->data - p->start ? n : sizeof p->data - p->start;
	memcpy(buffer, p->data + p->start, first);
	memcpy((char *)buffer + first, p->data, n - first);
	p->start = (p->start + n) % sizeof p->data;
	p->used -= n;
	return (int64_t)n;
}

int64_t zrt_pipe_write(struct zrt_pipe *p, const void *buffer, size_t size)
{
	enum { ATOMIC = 4096 };         /* PIPE_BUF */
	size_t room = sizeof p->data - p->used;
	if (!p->readers)
		return -EPIPE;
	if (!size)
		return 0;
	if (!room || (size <= ATOMIC && size > room))
		return -EAGAIN;
	size_t n = size < room ? size : room;
	size_t at = (p->start + p->used) % sizeof p->data;
	size_t first = n < sizeof p->data - at ? n : sizeof p->data - at;
	memcpy(p->data + at, buffer, first);
	memcpy(p->data, (const char *)buffer + first, n - first);
	p->used += n;
	return (int64_t)n;
}
