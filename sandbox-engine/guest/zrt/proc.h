/*
 * What /proc tells a program of itself: /proc/self/fd (also as /dev/fd) with a link for each open
 * file, the program's file if the session has it as a channel, its arguments and its name.
 */
#ifndef ZRT_PROC_H
#define ZRT_PROC_H

#include "node.h"

#define ZRT_NAME 16             /* bytes of a thread's name, with the zero */

int zrt_proc_init(void);
/* What /proc/self/cmdline holds, and after whose first word the thread is named; 0 or -ENOMEM. */
int zrt_proc_arguments(int count, char *const *argument);
/* The thread's name, which is what /proc/self/comm holds; longer ones are cut. 0 or -ENOMEM. */
int zrt_proc_set_name(const char *text);
void zrt_proc_name(char text[ZRT_NAME]);

/* In a directory of descriptors: the link of that name, null when no such file is open, and what it
 * leads to. The link is good until the next is asked for. */
struct zrt_node *zrt_proc_link(const char *name, size_t length, struct zrt_node **meant);
/* What readlink tells of the last link. */
int64_t zrt_proc_read_link(char *buffer, size_t size);
/* The first open file of at least this number, or -1; its name (at least 24 bytes) and link. */
int zrt_proc_next(int from, char *name, const struct zrt_node **link);

#endif
