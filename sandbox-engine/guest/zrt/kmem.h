/* Memory for the runtime's own records: zeroed, sized on release, taken from whole pages. */
#ifndef ZRT_KMEM_H
#define ZRT_KMEM_H

#include <stddef.h>

/* Null when the heap is full. */
void *zrt_kalloc(size_t size);
/* `size` as given to zrt_kalloc. */
void zrt_kfree(void *p, size_t size);
/* Copies min(old_size, new_size) bytes; on failure returns null and keeps p. */
void *zrt_krealloc(void *p, size_t old_size, size_t new_size);

#endif
