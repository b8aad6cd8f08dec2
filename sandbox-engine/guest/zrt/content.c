#include "content.h"

#include <errno.h>
#include <string.h>
#include "kmem.h"
#include "pages.h"

enum { SMALLEST_FIRST = 256 };

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static size_t capacity_of(const struct zrt_content *c, uint32_t i)
{
	return i == 0 ? c->first : CONTENT_CHUNK;
}

static void drop(struct zrt_content *c, uint32_t i)
{
	if (c->chunk[i])
		zrt_kfree(c->chunk[i], capacity_of(c, i));
	c->chunk[i] = 0;
}

/* Fills a buffer with the image's part of [offset, offset + size); the rest must be zero. */
static int fill(const struct zrt_content *c, unsigned char *to, size_t size, int64_t offset)
{
	if (offset >= c->image_size)
		return 0;
	size_t want = (size_t)least((int64_t)size, c->image_size - offset);
	for (size_t done = 0; done < want;) {
		int64_t n = zrt_channel_read(c->image, to + done, want - done,
			c->image_offset + offset + (int64_t)done);
		if (n <= 0)
			return n < 0 ? (int)n : -EIO;
		done += (size_t)n;
	}
	return 0;
}

int64_t zrt_content_read(struct zrt_content *c, void *buffer, size_t size, int64_t offset)
{
	if (offset >= c->size)
		return 0;
	size_t total = (size_t)least((int64_t)size, c->size - offset);
	unsigned char *to = buffer;
	for (size_t done = 0; done < total;) {
		int64_t at = offset + (int64_t)done;
		int64_t i = at / CONTENT_CHUNK;
		size_t inside = (size_t)(at % CONTENT_CHUNK);
		size_t n = total - done;
		if (i < c->chunks && c->chunk[i]) {
			size_t capacity = capacity_of(c, (uint32_t)i);
			if (inside >= capacity) {
				n = n < CONTENT_CHUNK - inside ? n : CONTENT_CHUNK - inside;
				memset(to + done, 0, n);
			} else {
				n = n < capacity - inside ? n : capacity - inside;
				memcpy(to + done, c->chunk[i] + inside, n);
			}
		} else {
			/* As far as no chunk intervenes, in one piece. */
			int64_t stop = i;
			while (stop < c->chunks && !c->chunk[stop])
				stop++;
			if (stop < c->chunks)
				n = (size_t)least((int64_t)n, stop * CONTENT_CHUNK - at);
			if (at < c->image_size) {
				n = (size_t)least((int64_t)n, c->image_size - at);
				int error = fill(c, to + done, n, at);
				if (error)
					return done ? (int64_t)done : error;
			} else {
				memset(to + done, 0, n);
			}
		}
		done += n;
	}
	return (int64_t)total;
}

static int reserve_table(struct zrt_content *c, uint32_t chunks)
{
	if (chunks <= c->chunks)
		return 0;
	uint32_t larger = c->chunks ? c->chunks * 2 : 1;
	if (larger < chunks)
		larger = chunks;
	unsigned char **table = zrt_krealloc(c->chunk, c->chunks * sizeof *table, larger * sizeof *table);
	if (!table)
		return -ENOSPC;
	c->chunk = table;
	c->chunks = larger;
	return 0;
}

/* Makes chunk i writable up to `end` bytes of it. */
static int reserve_chunk(struct zrt_content *c, uint32_t i, size_t end)
{
	int error = reserve_table(c, i + 1);
	if (error)
		return error;
	if (c->chunk[i] && capacity_of(c, i) >= end)
		return 0;
	size_t capacity = CONTENT_CHUNK;
	if (i == 0 && c->size <= CONTENT_CHUNK) {
		size_t need = end;
		if ((int64_t)need < least(c->image_size, CONTENT_CHUNK) && !c->chunk[0])
			need = (size_t)least(c->image_size, CONTENT_CHUNK);
		for (capacity = SMALLEST_FIRST; capacity < need; capacity *= 2)
			;
	}
	unsigned char *p;
	if (c->chunk[i]) {
		p = zrt_krealloc(c->chunk[i], c->first, capacity);
		if (!p)
			return -ENOSPC;
	} else {
		p = zrt_kalloc(capacity);
		if (!p)
			return -ENOSPC;
		error = fill(c, p, capacity, (int64_t)i * CONTENT_CHUNK);
		if (error) {
			zrt_kfree(p, capacity);
			return error;
		}
	}
	c->chunk[i] = p;
	if (i == 0)
		c->first = (uint32_t)capacity;
	return 0;
}

int64_t zrt_content_write(struct zrt_content *c, const void *buffer, size_t size, int64_t offset)
{
	if (offset > CONTENT_MOST || (int64_t)size > CONTENT_MOST - offset)
		return -EFBIG;
	const unsigned char *from = buffer;
	size_t done = 0;
	while (done < size) {
		int64_t at = offset + (int64_t)done;
		uint32_t i = (uint32_t)(at / CONTENT_CHUNK);
		size_t inside = (size_t)(at % CONTENT_CHUNK);
		size_t n = size - done < CONTENT_CHUNK - inside ? size - done : CONTENT_CHUNK - inside;
		int error = reserve_chunk(c, i, inside + n);
		if (error)
			return done ? (int64_t)done : error;
		memcpy(c->chunk[i] + inside, from + done, n);
		done += n;
		if (at + (int64_t)n > c->size)
			c->size = at + (int64_t)n;
	}
	return (int64_t)done;
}

int zrt_content_resize(struct zrt_content *c, int64_t size)
{
	if (size < 0)
		return -EINVAL;
	if (size > CONTENT_MOST)
		return -EFBIG;
	if (size < c->size) {
		/* Bytes past the end must read as zero if the file grows again. */
		uint32_t keep = (uint32_t)((size + CONTENT_CHUNK - 1) / CONTENT_CHUNK);
		for (uint32_t i = keep; i < c->chunks; i++) {
			if (!c->chunk[i])
				continue;
			if (c->shared)
				memset(c->chunk[i], 0, capacity_of(c, i));
			else
				drop(c, i);
		}
		if (size % CONTENT_CHUNK && keep <= c->chunks && c->chunk[keep - 1]) {
			size_t inside = (size_t)(size % CONTENT_CHUNK);
			size_t capacity = capacity_of(c, keep - 1);
			if (inside < capacity)
				memset(c->chunk[keep - 1] + inside, 0, capacity - inside);
		}
		c->image_size = least(c->image_size, size);
	}
	c->size = size;
	return 0;
}

void zrt_content_free(struct zrt_content *c)
{
	for (uint32_t i = 0; i < c->chunks; i++)
		drop(c, i);
	zrt_kfree(c->chunk, c->chunks * sizeof *c->chunk);
	memset(c, 0, sizeof *c);
}

int64_t zrt_content_heap(const struct zrt_content *c)
{
	int64_t sum = 0;
	for (uint32_t i = 0; i < c->chunks; i++)
		if (c->chunk[i])
			sum += (int64_t)capacity_of(c, i);
	return sum;
}

int zrt_content_detach(struct zrt_content *c)
{
	for (int64_t at = 0; at < c->image_size; at += CONTENT_CHUNK) {
		int error = reserve_chunk(c, (uint32_t)(at / CONTENT_CHUNK),
			(size_t)least(CONTENT_CHUNK, c->image_size - at));
		if (error)
			return error;
	}
	c->image_size = 0;
	c->image = 0;
	return 0;
}

void *zrt_content_map(struct zrt_content *c, int64_t offset, size_t size, int *error)
{
	uint32_t from = (uint32_t)(offset / CONTENT_CHUNK);
	uint32_t to = (uint32_t)((offset + (int64_t)size + CONTENT_CHUNK - 1) / CONTENT_CHUNK);
	*error = -ENOMEM;
	if (offset + (int64_t)size > CONTENT_MOST || reserve_table(c, to))
		return 0;
	int ready = 1;
	for (uint32_t i = from; i < to; i++) {
		if (!c->chunk[i] || capacity_of(c, i) != CONTENT_CHUNK
		    || (i > from && c->chunk[i] != c->chunk[i - 1] + CONTENT_CHUNK))
			ready = 0;
	}
	/* Even a chunk of full size came from a size class, so it is page aligned. */
	if (!ready) {
		int single = to - from == 1;
		if (c->shared && !(single && !c->chunk[from])) {
			*error = -EAGAIN;
			return 0;
		}
		unsigned char *run = zrt_pages_alloc((size_t)(to - from) * CONTENT_CHUNK);
		if (!run)
			return 0;
		for (uint32_t i = from; i < to; i++) {
			unsigned char *p = run + (size_t)(i - from) * CONTENT_CHUNK;
			if (c->chunk[i]) {
				memcpy(p, c->chunk[i], capacity_of(c, i));
				drop(c, i);
			} else {
				int failed = fill(c, p, CONTENT_CHUNK, (int64_t)i * CONTENT_CHUNK);
				if (failed) {
					*error = failed;
					zrt_pages_free(p, (size_t)(to - i) * CONTENT_CHUNK);
					return 0;
				}
			}
			c->chunk[i] = p;
			if (i == 0)
				c->first = CONTENT_CHUNK;
		}
	}
	c->shared++;
	*error = 0;
	return c->chunk[from] + offset % CONTENT_CHUNK;
}

void zrt_content_unmap(struct zrt_content *c)
{
	c->shared--;
}
