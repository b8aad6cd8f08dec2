/* Writing a tar stream member by member. Every function gives 0, or -1 with *w->error filled. */
#ifndef ZRT_TAR_WRITE_H
#define ZRT_TAR_WRITE_H

#include "path.h"
#include "tar.h"

#define TAR_BUFFER (64 * 1024)

struct seen;

struct tar_writer {
	struct zrt_channel *to;
	struct zrt_tar_error *error;
	unsigned char *buffer;  /* TAR_BUFFER bytes */
	size_t used;
	int64_t offset;
	struct seen *seen;
	size_t length;          /* of path */
	char path[ZRT_PATH_MAX];
};

int zrt_tar_write_fail(struct tar_writer *w, const char *text);
int zrt_tar_flush(struct tar_writer *w);
/* Bytes, or zeros when data is null. */
int zrt_tar_put(struct tar_writer *w, const void *data, size_t size);
/* The header of a member named w->path, in pax's format where ustar's has no room. */
int zrt_tar_header(struct tar_writer *w, const struct zrt_node *n, char type, int64_t size, const char *link);
/* A regular file's bytes, padded to whole blocks. */
int zrt_tar_body(struct tar_writer *w, struct zrt_node *n);

#endif
