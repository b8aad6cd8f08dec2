/* Sixteen bytes at a time, for the string functions. SSE2 is part of every x86-64. */
#ifndef VECTOR16_H
#define VECTOR16_H

#include <stddef.h>
#include <stdint.h>

typedef char v16 __attribute__((vector_size(16), may_alias));
typedef char v16u __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t u64u __attribute__((aligned(1), may_alias));
typedef uint32_t u32u __attribute__((aligned(1), may_alias));
typedef uint16_t u16u __attribute__((aligned(1), may_alias));

#define LOAD(p) ((v16)*(const v16u *)(p))
#define LOAD_ALIGNED(p) (*(const v16 *)(p))
#define STORE(p, v) (*(v16u *)(p) = (v16u)(v))

/* One bit for each byte that is equal. */
static inline unsigned equal_bytes(v16 a, v16 b)
{
	return (unsigned)__builtin_ia32_pmovmskb128((v16)(a == b));
}

static inline v16 repeat(int c)
{
	char b = (char)c;
	return (v16){ b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b };
}

/* Reading sixteen bytes from here would touch the next page, which may not exist. */
static inline int crosses_page(const void *p)
{
	return ((uintptr_t)p & 4095) > 4096 - 16;
}

/* The sixteen aligned bytes around p, and how many of them lie before it. */
#define ALIGN_DOWN(p) ((const char *)((uintptr_t)(p) & ~(uintptr_t)15))
#define BEFORE(p) ((unsigned)((uintptr_t)(p) & 15))

#endif
