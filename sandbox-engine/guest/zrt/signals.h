/*
 * Signals that the program sends to itself and its timers to it. They are handled at the end of the
 * system call in which they become deliverable.
 */
#ifndef ZRT_SIGNALS_H
#define ZRT_SIGNALS_H

#include <stdint.h>

static inline uint64_t zrt_signal_bit(int signal)
{
	return 1ULL << (signal - 1);
}

/* What a handler shall see of why its signal came. */
struct zrt_cause {
	int code;
	void *value;
};

/* pending.c: makes a signal pending. 1 when it was already. */
int zrt_signal_raise(int signal, int code, void *value);
/* The same, but further ones of a real-time signal wait behind it; 0, or -EAGAIN when too many do. */
int zrt_signal_queue(int signal, int code, void *value);
uint64_t zrt_pending(void);
/* Takes one that is pending. */
struct zrt_cause zrt_pending_take(int signal);

/* Handles what is pending and not blocked; returns the number of handlers that ran. */
int zrt_signals_handle(void);
/* The signals whose arrival would run a handler or end the program. */
uint64_t zrt_signals_effective(void);
/* Lets the clock run until `nsec` have passed (negative: for ever), a handler has run, or a signal
 * of `taken` is pending. 0, -EINTR, the signal's number, or -EDEADLK when nothing will ever happen. */
int zrt_wait(int64_t nsec, uint64_t taken);
/* Ends a program that would wait for ever. */
_Noreturn void zrt_deadlock(const char *for_what);

#endif
