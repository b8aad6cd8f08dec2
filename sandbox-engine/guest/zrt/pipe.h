/* A pipe within the guest: both ends belong to the one process, so nobody else can fill or drain
 * it while a read or write waits. Where Linux would wait for ever, EAGAIN is given. */
#ifndef ZRT_PIPE_H
#define ZRT_PIPE_H

#include <stddef.h>
#include <stdint.h>

struct zrt_pipe {
	uint32_t readers, writers;
	size_t start, used;
	unsigned char data[64 * 1024];
};

int64_t zrt_pipe_read(struct zrt_pipe *p, void *buffer, size_t size);
int64_t zrt_pipe_write(struct zrt_pipe *p, const void *buffer, size_t size);

#endif
