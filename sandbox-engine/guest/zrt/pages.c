#include "pages.h"

#include <string.h>

/*
 * One bit a page, set while in use. `low` is the lowest page ever handed out from the top: pages
 * below it are still untouched, hence zero, and cost nothing until used. Freed pages above `low`
 * are cleared when they are handed out again, which is the cheaper moment (many never are).
 */
static struct {
	unsigned char *base;
	size_t count;           /* pages */
	size_t limit;           /* pages that may be in use */
	size_t low;             /* page index */
	size_t freed;           /* free pages at or above low */
	size_t hint;            /* no free page lies at or above this index */
	size_t fruitless[2];    /* no run of this many pages is free: anywhere, aligned */
	uintptr_t brk;
	uintptr_t brk_start;
	uintptr_t brk_dirty;    /* highest break ever: below it a regrown break must be cleared */
	uint64_t *used;
} heap;

#define BITS 64

static size_t pages_of(size_t bytes)
{
	return bytes / PAGE_SIZE + (bytes % PAGE_SIZE != 0);
}

static int is_used(size_t page)
{
	return heap.used[page / BITS] >> (page % BITS) & 1;
}

static void mark(size_t page, size_t n, int used)
{
	for (; n; page++, n--) {
		if (page % BITS == 0 && n >= BITS) {
			heap.used[page / BITS] = used ? ~0ULL : 0;
			page += BITS - 1;
			n -= BITS - 1;
			continue;
		}
		uint64_t bit = 1ULL << (page % BITS);
		if (used)
			heap.used[page / BITS] |= bit;
		else
			heap.used[page / BITS] &= ~bit;
	}
}

void zrt_pages_init(unsigned char *start, unsigned char *end)
{
	heap.base = start;
	heap.count = heap.limit = (size_t)(end - start) / PAGE_SIZE;
	size_t map = (heap.count + BITS - 1) / BITS * sizeof(uint64_t);
	size_t map_pages = pages_of(map);
	heap.used = (uint64_t *)(void *)start;
	heap.low = heap.count;
	heap.hint = heap.count;
	heap.freed = 0;
	heap.fruitless[0] = heap.fruitless[1] = SIZE_MAX;
	heap.brk = heap.brk_start = heap.brk_dirty = (uintptr_t)start + map_pages * PAGE_SIZE;
}

static size_t brk_page(void)
{
	return pages_of(heap.brk - (uintptr_t)heap.base);
}

static int within_limit(size_t more)
{
	size_t in_use = heap.count - zrt_pages_unused();
	return heap.limit == heap.count || (in_use <= heap.limit && more <= heap.limit - in_use);
}

static void freed_up_to(size_t page)
{
	if (page > heap.hint)
		heap.hint = page;
	heap.fruitless[0] = heap.fruitless[1] = SIZE_MAX;
}

static int is_aligned(size_t page, size_t align)
{
	return !((uintptr_t)(heap.base + page * PAGE_SIZE) & (align - 1));
}

/* Highest aligned run of n free pages in [low, hint), or count when there is none. */
static size_t find_freed(size_t n, size_t align)
{
	size_t run = 0;
	size_t page = heap.hint;
	int seen = 0;
	while (page > heap.low) {
		if (page % BITS == 0 && heap.used[page / BITS - 1] == ~0ULL && page >= BITS + heap.low) {
			page -= BITS;
			run = 0;
			if (!seen)
				heap.hint = page;
			continue;
		}
		page--;
		if (is_used(page)) {
			run = 0;
			if (!seen)
				heap.hint = page;
		} else {
			seen = 1;
			if (++run >= n && is_aligned(page, align))
				return page;
		}
	}
	return heap.count;
}

void *zrt_pages_alloc(size_t bytes)
{
	return zrt_pages_alloc_aligned(bytes, PAGE_SIZE);
}

void *zrt_pages_alloc_aligned(size_t bytes, size_t align)
{
	size_t n = pages_of(bytes);
	if (!n || n > heap.count || !within_limit(n))
		return 0;
	size_t *fruitless = &heap.fruitless[align > PAGE_SIZE];
	if (heap.freed >= n && n < *fruitless) {
		size_t page = find_freed(n, align);
		if (page != heap.count) {
			mark(page, n, 1);
			heap.freed -= n;
			void *at = heap.base + page * PAGE_SIZE;
			memset(at, 0, n * PAGE_SIZE);
			return at;
		}
		*fruitless = n;
	}
	/* Downwards into the untouched area; the pages freed at its edge are part of the run. What
	 * alignment leaves over above the run stays free. */
	size_t edge = 0;
	while (heap.low + edge < heap.count && edge < n && !is_used(heap.low + edge))
		edge++;
	size_t end = heap.low + edge;
	if (end < n || align / PAGE_SIZE > heap.count)
		return 0;
	size_t start = end - n;
	while (!is_aligned(start, align)) {
		if (!start)
			return 0;
		start--;
	}
	if (start < brk_page())
		return 0;
	size_t fresh = heap.low - start;
	unsigned char *at = heap.base + start * PAGE_SIZE;
	mark(start, n, 1);
	if (n > fresh)
		memset(at + fresh * PAGE_SIZE, 0, (n - fresh) * PAGE_SIZE);
	/* Below an earlier, higher break the pages may hold old bytes. */
	if ((uintptr_t)at < heap.brk_dirty) {
		size_t stale = heap.brk_dirty - (uintptr_t)at;
		size_t untouched = (fresh < n ? fresh : n) * PAGE_SIZE;
		memset(at, 0, stale < untouched ? stale : untouched);
	}
	heap.freed += fresh;
	heap.freed -= n;
	heap.low = start;
	if (n < fresh)
		freed_up_to(end);
	return at;
}

static int range(const void *at, size_t bytes, size_t *page, size_t *n)
{
	uintptr_t a = (uintptr_t)at;
	uintptr_t base = (uintptr_t)heap.base;
	if (a % PAGE_SIZE || a < base || (a - base) / PAGE_SIZE >= heap.count)
		return -1;
	*page = (a - base) / PAGE_SIZE;
	*n = pages_of(bytes);
	return *n > heap.count - *page ? -1 : 0;
}

int zrt_pages_free(void *at, size_t bytes)
{
	size_t page, n;
	if (range(at, bytes, &page, &n) || page < heap.low)
		return -1;
	for (size_t i = 0; i < n; i++)
		heap.freed += is_used(page + i);
	mark(page, n, 0);
	freed_up_to(page + n);
	return 0;
}

int zrt_pages_owned(const void *at, size_t bytes)
{
	size_t page, n;
	if (range(at, bytes, &page, &n) || page < heap.low)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!is_used(page + i))
			return 0;
	return 1;
}

int zrt_pages_vacant(const void *at, size_t bytes)
{
	uintptr_t p = (uintptr_t)at & ~(uintptr_t)(PAGE_SIZE - 1), end = (uintptr_t)at + bytes;
	uintptr_t low = (uintptr_t)heap.base + brk_page() * PAGE_SIZE, high = (uintptr_t)heap.base + heap.count * PAGE_SIZE;
	if (end < p)
		return 1;
	/* Within the heap only: the step behind the last of all addresses would begin anew. */
	if (p < low)
		p = low;
	if (end > high)
		end = high;
	for (; p < end; p += PAGE_SIZE)
		if (!zrt_pages_owned((const void *)p, PAGE_SIZE))
			return 1;
	return 0;
}

int zrt_pages_extend(void *at, size_t old_bytes, size_t new_bytes)
{
	size_t page, n;
	if (range(at, new_bytes, &page, &n) || page < heap.low)
		return -1;
	size_t old = pages_of(old_bytes);
	if (n > old && !within_limit(n - old))
		return -1;
	for (size_t i = old; i < n; i++)
		if (is_used(page + i))
			return -1;
	if (n > old) {
		mark(page + old, n - old, 1);
		heap.freed -= n - old;
		memset((unsigned char *)at + old * PAGE_SIZE, 0, (n - old) * PAGE_SIZE);
	}
	return 0;
}

uintptr_t zrt_pages_brk(uintptr_t to)
{
	if (to < heap.brk_start || to > (uintptr_t)heap.base + heap.low * PAGE_SIZE)
		return heap.brk;
	if (to > heap.brk && !within_limit(pages_of(to - heap.brk)))
		return heap.brk;
	if (to > heap.brk && heap.brk < heap.brk_dirty) {
		uintptr_t stale = to < heap.brk_dirty ? to : heap.brk_dirty;
		memset((void *)heap.brk, 0, stale - heap.brk);
	}
	heap.brk = to;
	if (to > heap.brk_dirty)
		heap.brk_dirty = to;
	return to;
}

size_t zrt_pages_total(void)
{
	return heap.count;
}

size_t zrt_pages_unused(void)
{
	return heap.low - brk_page() + heap.freed;
}

void zrt_pages_limit(size_t pages)
{
	heap.limit = pages < heap.count ? pages : heap.count;
}
