/*
 * The heap, shared out in pages: the break grows from the bottom, mappings and the runtime's own
 * memory come from the top. Pages handed out are zero.
 */
#ifndef ZRT_PAGES_H
#define ZRT_PAGES_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE 4096u

void zrt_pages_init(unsigned char *start, unsigned char *end);

/* `bytes` is rounded up to pages. Null when no run of free pages is long enough. */
void *zrt_pages_alloc(size_t bytes);

/* The same at a multiple of `align`, a power of two of at least a page. */
void *zrt_pages_alloc_aligned(size_t bytes, size_t align);

/* The pages must be allocated. Returns 0, or -1 when the range lies outside the heap. */
int zrt_pages_free(void *at, size_t bytes);

/* Whether [at, at + bytes) consists of allocated pages only. */
int zrt_pages_owned(const void *at, size_t bytes);

/* Whether a page of [at, at + bytes) is one of the heap's that nobody has, or lies beyond all addresses. */
int zrt_pages_vacant(const void *at, size_t bytes);

/* Extends an allocation in place; 0, or -1 when the pages behind it are taken. */
int zrt_pages_extend(void *at, size_t old_bytes, size_t new_bytes);

/* Like brk(2) of the kernel: the new break, or the old one when `to` cannot be had. */
uintptr_t zrt_pages_brk(uintptr_t to);

size_t zrt_pages_total(void);
size_t zrt_pages_unused(void);

/* From now on no more than this many pages may be in use; what is already stays. */
void zrt_pages_limit(size_t pages);

#endif
