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

/* Ends the process with `zerocloud-supervisor: message: error` on standard error. */
_Noreturn void die(const char *message, long error)
{
    char text[160] = "zerocloud-supervisor: ";
    size_t n = 22;
    while (*message && n < 130)
        text[n++] = *message++;
    if (error < 0) {
        char digits[12];
        int d = 0;
        for (error = -error; d == 0 || error; error /= 10)
            digits[d++] = (char)('0' + error % 10);
        for (const char *word = ": errno "; *word;)
            text[n++] = *word++;
        while (d)
            text[n++] = digits[--d];
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
