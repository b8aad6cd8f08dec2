#include "kmem.h"

#include <stdint.h>
#include <string.h>
#include "pages.h"

/*
 * Size classes 32, 48, 64, 96, ... 32 KiB: two a power of two, so at most a third is lost. The
 * runtime cannot use malloc: a program may bring its own, and malloc itself needs the runtime.
 */
enum { SMALLEST = 32, CLASSES = 21, SLAB = 64 * 1024, LARGEST = 32 * 1024 };

struct spare {
	struct spare *next;
};

static struct spare *spares[CLASSES];
static unsigned char *slab;
static size_t slab_left;

static int class_of(size_t size, size_t *rounded)
{
	size_t r = SMALLEST;
	int c = 0;
	while (r < size) {
		r = c % 2 ? r / 3 * 4 : r / 2 * 3;
		c++;
	}
	*rounded = r;
	return c;
}

void *zrt_kalloc(size_t size)
{
	if (size > LARGEST)
		return zrt_pages_alloc(size);
	size_t rounded;
	int c = class_of(size, &rounded);
	if (spares[c]) {
		struct spare *s = spares[c];
		spares[c] = s->next;
		return memset(s, 0, rounded);
	}
	if (slab_left < rounded) {
		/* What is left of the old slab serves smaller classes. */
		while (slab_left >= SMALLEST) {
			size_t piece = SMALLEST;
			int k = 0;
			for (;;) {
				size_t next = k % 2 ? piece / 3 * 4 : piece / 2 * 3;
				if (next > slab_left || k + 1 >= CLASSES)
					break;
				piece = next;
				k++;
			}
			struct spare *s = (struct spare *)(void *)slab;
			s->next = spares[k];
			spares[k] = s;
			slab += piece;
			slab_left -= piece;
		}
		slab = zrt_pages_alloc(SLAB);
		slab_left = slab ? SLAB : 0;
		if (!slab)
			return 0;
	}
	void *p = slab;
	slab += rounded;
	slab_left -= rounded;
	return p;
}

void zrt_kfree(void *p, size_t size)
{
	if (!p)
		return;
	if (size > LARGEST) {
		zrt_pages_free(p, size);
		return;
	}
	size_t rounded;
	int c = class_of(size, &rounded);
	struct spare *s = p;
	s->next = spares[c];
	spares[c] = s;
}

void *zrt_krealloc(void *p, size_t old_size, size_t new_size)
{
	if (p && old_size <= LARGEST && new_size <= LARGEST) {
		size_t old_rounded, new_rounded;
		if (class_of(old_size, &old_rounded) == class_of(new_size, &new_rounded)) {
			if (new_size < old_size)
				memset((char *)p + new_size, 0, old_size - new_size);
			return p;
		}
	}
	void *q = zrt_kalloc(new_size);
	if (!q)
		return 0;
	if (p) {
		memcpy(q, p, old_size < new_size ? old_size : new_size);
		zrt_kfree(p, old_size);
	}
	return q;
}
