/* The sandbox's traps over ordinary files, for native tests: the checks and results of the trap
 * table, without the isolation. */
#ifndef HOST_TRAP_H
#define HOST_TRAP_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

/* A fresh heap of this many bytes, no channels. */
void host_reset(size_t heap);

/* Adds a channel over an open file (position ignored for random directions). `mode` is "r", "w" or
 * "rw"; gets and puts are unlimited, byte limits are `bytes`. Returns its index. */
int host_channel(const char *name, int type, const char *mode, int fd, int64_t bytes);

/* What the fork trap does: called, then the trap returns 0. */
extern void (*host_on_fork)(void);
/* Where the exit trap goes (longjmp with 1); the code is in host_exit_code. */
extern jmp_buf host_exit;
extern int host_exit_code;

/* Replaces the file behind a channel, as a request made from a template does. */
void host_replace(const char *name, int fd);

#endif
