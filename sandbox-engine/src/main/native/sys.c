/* What the compiler expects of a C library. */
#include "sys.h"

void *memcpy(void *to, const void *from, size_t size)
{
    void *start = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
    return start;
}

void *memset(void *to, int value, size_t size)
{
    void *start = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
    return start;
}

/* All of it, or -errno. */
long write_at(int fd, const void *bytes, u64 size, u64 offset)
{
    for (u64 done = 0; done < size;) {
        long n = sys(__NR_pwrite64, fd, (const u8 *)bytes + done, size - done, offset + done);
        if (n <= 0 && n != -E_INTR)
            return n ? n : -E_NOMEM;
        done += n > 0 ? (u64)n : 0;
    }
    return 0;
}

/* Decimal digits, without an end; how many. */
u64 digits(char *text, u64 value)
{
    char reversed[20];
    u64 n = 0, count = 0;
    do
        reversed[n++] = (char)('0' + value % 10);
    while (value /= 10);
    while (n)
        text[count++] = reversed[--n];
    return count;
}

/* Ends the process with `zerocloud-supervisor: message: error` on standard error. */
_Noreturn void die(const char *message, long error)
{
    char text[160] = "zerocloud-supervisor: ";
    size_t n = 22;
    while (*message && n < 130)
        text[n++] = *message++;
    if (error < 0) {
        memcpy(text + n, ": errno ", 8);
        n += 8 + digits(text + n + 8, (u64)-error);
    }
    text[n++] = '\n';
    sys(__NR_write, 2, text, n);
    sys(__NR_exit_group, 70);
    __builtin_unreachable();
}

/* -fstack-protector's alarm: the session is over, there is nothing to say that could be trusted. */
_Noreturn void __stack_chk_fail(void);
_Noreturn void __stack_chk_fail(void)
{
    sys(__NR_exit_group, 71);
    __builtin_unreachable();
}
