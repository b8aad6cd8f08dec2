/*
 * malloc for one thread and a heap of fixed size.
 *
 * Small blocks (up to 8 KiB) come from slabs: 64 KiB, aligned to that, each of one size class with a
 * header in front, so free() finds the header by masking the address. A slab hands out what was
 * freed last, else the next block that it has never handed out; pages that no block has reached are
 * not touched. A slab without blocks in use goes back to the page pool, so no size class keeps
 * memory from another. Larger blocks are runs of pages.
 *
 * In the sandbox a wild pointer of the program can harm only the program, but a freed block that
 * was none is told, since that is a bug its author wants to know.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <malloc.h>
#include "libc.h"
#include "zrt/pages.h"
#include "zrt/report.h"

enum {
	SLAB = 64 * 1024,
	LARGEST = 8192,         /* that slabs serve */
	FINE = 128,             /* classes are 16 bytes apart up to here, then four a power of two */
	CLASSES = FINE / 16 + 6 * 4,
	UNIT = 16,              /* alignment of every block */
	MOST_ALIGNED = 64       /* alignment that slabs can serve: that of their first block */
};

struct block {
	struct block *next;
};

struct slab {
	struct slab *next, *prev;       /* among those of the class that have room */
	struct block *freed;
	unsigned char *fresh;           /* never handed out from here on: these bytes are zero */
	unsigned char *end;
	uint32_t size;                  /* of a block */
	uint32_t used;                  /* blocks in use */
	uint32_t class;
	uint32_t listed;
	char pad[MOST_ALIGNED - 5 * sizeof(void *) - 16];
};

_Static_assert(sizeof(struct slab) == MOST_ALIGNED, "blocks begin aligned");

/* In front of a block that has pages of its own. */
struct large {
	unsigned char *pages;
	size_t bytes;                   /* from `pages` on */
	uint32_t magic;
	uint32_t pad;
};

_Static_assert(sizeof(struct large) == UNIT, "large blocks stay aligned");

#define MAGIC 0x6c617267u

static struct slab *room[CLASSES];
/* For each 64 KiB of the address space whether it is a slab. */
static unsigned char is_slab[65536];

static unsigned class_of(size_t size)
{
	if (size <= FINE)
		return size ? (unsigned)(size - 1) / 16 : 0;
	unsigned last = (unsigned)size - 1, top = 31 - (unsigned)__builtin_clz(last);
	return FINE / 16 + (top - 7) * 4 + (last >> (top - 2) & 3);
}

static uint32_t size_of(unsigned class)
{
	if (class < FINE / 16)
		return (class + 1) * 16;
	class -= FINE / 16;
	return (5 + class % 4) << (5 + class / 4);
}

static void list(struct slab *s)
{
	s->listed = 1;
	s->prev = 0;
	s->next = room[s->class];
	if (s->next)
		s->next->prev = s;
	room[s->class] = s;
}

static void unlist(struct slab *s)
{
	s->listed = 0;
	if (s->next)
		s->next->prev = s->prev;
	if (s->prev)
		s->prev->next = s->next;
	else
		room[s->class] = s->next;
}

static struct slab *new_slab(unsigned class)
{
	struct slab *s = zrt_pages_alloc_aligned(SLAB, SLAB);
	if (!s)
		return 0;
	s->size = size_of(class);
	s->class = class;
	s->fresh = (unsigned char *)(s + 1);
	s->end = s->fresh + (SLAB - sizeof *s) / s->size * s->size;
	is_slab[(uintptr_t)s / SLAB] = 1;
	list(s);
	return s;
}

/* *zero tells whether the block is known to be zero. */
static void *small(unsigned class, int *zero)
{
	struct slab *s = room[class];
	if (!s && !(s = new_slab(class)))
		return 0;
	void *p = s->freed;
	*zero = !p;
	if (p) {
		s->freed = s->freed->next;
	} else {
		p = s->fresh;
		s->fresh += s->size;
	}
	s->used++;
	if (!s->freed && s->fresh == s->end)
		unlist(s);
	return p;
}

static void *large(size_t size, size_t align)
{
	size_t head = align > sizeof(struct large) ? align : sizeof(struct large);
	if (size > PTRDIFF_MAX - head - PAGE_SIZE)
		return 0;
	/* Of an empty block too the address must lie within its own pages. */
	size_t bytes = (size + !size + head + PAGE_SIZE - 1) & -(size_t)PAGE_SIZE;
	unsigned char *pages = zrt_pages_alloc_aligned(bytes, align > PAGE_SIZE ? align : PAGE_SIZE);
	if (!pages)
		return 0;
	struct large *l = (struct large *)(pages + head) - 1;
	*l = (struct large){ pages, bytes, MAGIC, 0 };
	return pages + head;
}

static void *allocate(size_t size, int *zero)
{
	void *p;
	if (size <= LARGEST) {
		p = small(class_of(size), zero);
	} else {
		p = large(size, UNIT);
		*zero = 1;
	}
	if (!p)
		errno = ENOMEM;
	return p;
}

static struct slab *slab_of(void *p)
{
	return is_slab[(uintptr_t)p / SLAB] ? (struct slab *)((uintptr_t)p & -(uintptr_t)SLAB) : 0;
}

static struct large *large_of(void *p)
{
	struct large *l = (struct large *)p - 1;
	if ((uintptr_t)p % UNIT || l->magic != MAGIC) {
		zrt_complain("free or realloc of an address that malloc did not give, or gave and got back", (char *)0);
		abort();
	}
	return l;
}

void *__libc_malloc(size_t size)
{
	int zero;
	return allocate(size, &zero);
}

void __libc_free(void *p)
{
	if (!p)
		return;
	struct slab *s = slab_of(p);
	if (!s) {
		struct large *l = large_of(p);
		l->magic = 0;
		zrt_pages_free(l->pages, l->bytes);
		return;
	}
	struct block *b = p;
	b->next = s->freed;
	s->freed = b;
	s->used--;
	if (!s->listed) {
		list(s);
	} else if (!s->used && (s->next || s->prev)) {
		/* The last slab of a class stays, or a program that takes and frees one block would make
		 * and drop a slab each time. */
		unlist(s);
		is_slab[(uintptr_t)s / SLAB] = 0;
		zrt_pages_free(s, SLAB);
	}
}

void *__libc_calloc(size_t n, size_t each)
{
	size_t size;
	int zero;
	if (__builtin_mul_overflow(n, each, &size)) {
		errno = ENOMEM;
		return 0;
	}
	void *p = allocate(size, &zero);
	return p && !zero ? memset(p, 0, size) : p;
}

size_t malloc_usable_size(void *p)
{
	if (!p)
		return 0;
	struct slab *s = slab_of(p);
	if (s)
		return s->size;
	struct large *l = large_of(p);
	return (size_t)(l->pages + l->bytes - (unsigned char *)p);
}

/* Grows or shrinks a large block without copying, if the pages behind it are free. */
static int resize_large(struct large *l, size_t head, size_t size)
{
	if (size > PTRDIFF_MAX - head - PAGE_SIZE)
		return 0;
	size_t bytes = (size + head + PAGE_SIZE - 1) & -(size_t)PAGE_SIZE;
	if (bytes > l->bytes && zrt_pages_extend(l->pages, l->bytes, bytes))
		return 0;
	if (bytes < l->bytes)
		zrt_pages_free(l->pages + bytes, l->bytes - bytes);
	l->bytes = bytes;
	return 1;
}

void *__libc_realloc(void *p, size_t size)
{
	if (!p)
		return __libc_malloc(size);
	struct slab *s = slab_of(p);
	size_t old;
	if (s) {
		old = s->size;
		if (size <= LARGEST && class_of(size) == s->class)
			return p;
	} else {
		struct large *l = large_of(p);
		size_t head = (size_t)((unsigned char *)p - l->pages);
		old = l->bytes - head;
		if (size > LARGEST && resize_large(l, head, size))
			return p;
	}
	void *q = __libc_malloc(size);
	if (!q)
		return 0;
	memcpy(q, p, old < size ? old : size);
	__libc_free(p);
	return q;
}

static void *aligned(size_t align, size_t size)
{
	int zero;
	void *p = 0;
	if (align & (align - 1) || !align) {
		errno = EINVAL;
		return 0;
	}
	if (align <= UNIT)
		return allocate(size, &zero);
	if (align <= MOST_ALIGNED && size <= LARGEST) {
		/* A class whose every block is aligned: its size is a multiple. */
		unsigned class = class_of(size);
		while (class < CLASSES && size_of(class) % align)
			class++;
		if (class < CLASSES)
			p = small(class, &zero);
	} else {
		p = large(size, align);
	}
	if (!p)
		errno = ENOMEM;
	return p;
}

void *aligned_alloc(size_t align, size_t size)
{
	return aligned(align, size);
}

weak_alias(__libc_malloc, malloc);
weak_alias(__libc_free, free);
weak_alias(__libc_calloc, calloc);
weak_alias(__libc_realloc, realloc);
