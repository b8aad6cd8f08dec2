#ifndef ZRT_SYSCALL_H
#define ZRT_SYSCALL_H

/* The C library's only door: a Linux system call number and its arguments; the result, or a
 * negated errno value. */
long long zrt_syscall(long long n, long long a, long long b, long long c, long long d, long long e,
	long long f);

#endif
