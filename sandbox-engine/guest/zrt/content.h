/*
 * A regular file's bytes. A file that came from an image starts as a reference to a range of the
 * image's channel and costs no heap: reads go to the channel, and a write first copies the 64 KiB
 * chunk that it touches.
 */
#ifndef ZRT_CONTENT_H
#define ZRT_CONTENT_H

#include <stddef.h>
#include <stdint.h>
#include "channel.h"

#define CONTENT_CHUNK (64 * 1024)
#define CONTENT_MOST (1LL << 40)        /* bytes; larger is EFBIG */

struct zrt_content {
	int64_t size;
	unsigned char **chunk;  /* null entries: a hole, or the image's bytes */
	uint32_t chunks;        /* entries in `chunk` */
	uint32_t first;         /* capacity of chunk 0: a power of two while the file is small */
	uint32_t shared;        /* live shared mappings: chunks do not move meanwhile */
	struct zrt_channel *image;
	int64_t image_offset;   /* where in the channel byte 0 lies */
	int64_t image_size;     /* bytes [0, image_size) without a chunk are the channel's */
};

/* Bytes moved (short only at the end of the file), or a negated errno value. */
int64_t zrt_content_read(struct zrt_content *c, void *buffer, size_t size, int64_t offset);
int64_t zrt_content_write(struct zrt_content *c, const void *buffer, size_t size, int64_t offset);
/* 0 or a negated errno value. */
int zrt_content_resize(struct zrt_content *c, int64_t size);
void zrt_content_free(struct zrt_content *c);
/* Bytes of heap in use. */
int64_t zrt_content_heap(const struct zrt_content *c);
/* Copies what still lies in the image into the heap. */
int zrt_content_detach(struct zrt_content *c);

/*
 * Makes [offset, offset + size) contiguous in memory and gives its address, which stays that of
 * the file's own bytes until zrt_content_unmap(). offset must be a multiple of the page size.
 * Null with *error set when memory is short or another mapping stands in the way.
 */
void *zrt_content_map(struct zrt_content *c, int64_t offset, size_t size, int *error);
void zrt_content_unmap(struct zrt_content *c);

#endif
