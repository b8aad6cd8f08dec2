/* A runtime over a heap and channels made for one test. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <fcntl.h>
#include <stdint.h>
#include "check.h"
#include "host_trap.h"
#include "syscall.h"
#include "syscalls.h"

#define CALL(...) call(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define call(n, a, b, c, d, e, f, ...) \
	zrt_syscall(n, (long long)(a), (long long)(b), (long long)(c), (long long)(d), (long long)(e), \
		(long long)(f))

/* A file in memory with these bytes, for a channel. */
int memory_file(const void *data, size_t size);
int text_file(const char *text);
/* Everything in a file, zero-terminated; owned by the caller. */
char *contents(int fd);

/* Standard channels (their files in standard[]) and /dev/nvram of this text; not yet booted. */
extern int standard[3];
void prepare(const char *nvram);
/* prepare() and a boot that must succeed. */
void boot(const char *nvram);

/* Runs something in a process of its own (the runtime boots once a process); what it leaves in
 * `shared` (4096 bytes, zero before) stays. */
extern char *shared;
void apart(void (*run)(const char *argument), const char *argument);

/* Creates a file in the guest with this text; reads one ("" when absent). */
void put_file(const char *path, const char *text);
const char *get_file(const char *path);
/* The guest's directory as "name name ..." without "." and "..". */
const char *list(const char *path);

#endif
