/* The kernel as seen without a C library: raw system calls and the few helpers the compiler needs. */
#pragma once
#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

static inline long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

#define SYS_PICK(_1, _2, _3, _4, _5, _6, _7, name, ...) name
#define SYS1(n) sys6(n, 0, 0, 0, 0, 0, 0)
#define SYS2(n, a) sys6(n, (long)(a), 0, 0, 0, 0, 0)
#define SYS3(n, a, b) sys6(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define SYS4(n, a, b, c) sys6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYS5(n, a, b, c, d) sys6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define SYS6(n, a, b, c, d, e) sys6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define SYS7(n, a, b, c, d, e, f) sys6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
/* sys(__NR_read, fd, buffer, size): the result or -errno. */
#define sys(...) SYS_PICK(__VA_ARGS__, SYS7, SYS6, SYS5, SYS4, SYS3, SYS2, SYS1)(__VA_ARGS__)

#define PAGE 0x1000ul
#define ROUND_UP(value, unit) (((value) + (unit) - 1) & ~((unit) - 1))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* From the kernel's headers; those that clash with each other when included are spelled out here. */
enum {
    E_PERM = 1, E_INTR = 4, E_AGAIN = 11, E_NOMEM = 12, E_ACCES = 13, E_FAULT = 14, E_BUSY = 16, E_INVAL = 22,
    E_PROTO = 71, E_ADDRINUSE = 98, E_CONNREFUSED = 111, E_DQUOT = 122,
};
enum { PROT_NONE = 0, PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4 };
enum { MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20, MAP_NORESERVE = 0x4000,
       MAP_FIXED_NOREPLACE = 0x100000 };

void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
long write_at(int fd, const void *bytes, u64 size, u64 offset);
u64 digits(char *text, u64 value);
_Noreturn void die(const char *message, long error);
