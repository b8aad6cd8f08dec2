/*
 * Channels: the session's files, pipes and network streams, each a name under /dev. What each
 * type allows is ZeroVM's: sequential directions have one position that the sandbox keeps, random
 * ones a position for each open file.
 */
#ifndef ZRT_CHANNEL_H
#define ZRT_CHANNEL_H

#include <stddef.h>
#include <stdint.h>
#include "trap.h"

struct zrt_channel {
	const char *name;       /* "/dev/..." */
	int32_t index;          /* in the manifest; -1 once a later request's manifest lacks it */
	uint32_t type;          /* enum zvm_channel_type */
	uint32_t format;        /* S_IFIFO, S_IFCHR, S_IFREG or S_IFBLK */
	int readable, writable;
	int64_t size;           /* bytes: the manifest's, or the end of the furthest write */
	int64_t get_position;   /* bytes read so far; meaningful for sequential reads */
	int64_t put_position;   /* bytes written so far; meaningful for sequential writes */
	struct zvm_channel record;
	int loaded;             /* whether `record` has been filled */
};

/* Reads the manifest again. Records keep their addresses; returns 0 or -ENOMEM. */
int zrt_channels_load(void);
int zrt_channel_count(void);
struct zrt_channel *zrt_channel_at(int i);
/* Null when there is none of that name. */
struct zrt_channel *zrt_channel_find(const char *name);

int zrt_channel_random_get(const struct zrt_channel *c);
int zrt_channel_random_put(const struct zrt_channel *c);

/* Reads or writes at `offset` (ignored for sequential directions) until `size`, the end, or an
 * error; bytes, or a negated errno value when nothing was moved. */
int64_t zrt_channel_read(struct zrt_channel *c, void *buffer, size_t size, int64_t offset);
int64_t zrt_channel_write(struct zrt_channel *c, const void *buffer, size_t size, int64_t offset);

/* Whether open(2) with these O_ flags is allowed: 0 or a negated errno value. */
int zrt_channel_may_open(const struct zrt_channel *c, int flags);

#endif
