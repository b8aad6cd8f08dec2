/* Reading a tar stream member by member. */
#ifndef ZRT_TAR_READ_H
#define ZRT_TAR_READ_H

#include "path.h"
#include "tar.h"

#define TAR_WINDOW (16 * 1024)

struct tar_member {
	char path[ZRT_PATH_MAX];
	char link[ZRT_PATH_MAX];
	int64_t size;
	int64_t mtime;
	int32_t mtime_nsec;
	uint32_t mode, uid, gid;
	char type;
};

/* What pax and GNU extension members said about the member that follows. */
struct tar_pending {
	char path[ZRT_PATH_MAX];
	char link[ZRT_PATH_MAX];
	int64_t size, mtime, uid, gid;
	int32_t mtime_nsec;
	int has_path, has_link, has_size, has_mtime, has_uid, has_gid;
};

struct tar_reader {
	struct zrt_channel *image;
	struct zrt_node *root;
	struct zrt_tar_error *error;
	int64_t offset;         /* of the next block to look at; within a member, of its body */
	int64_t body;           /* bytes to skip from there to the next header */
	int64_t window_offset;
	int64_t window_size;
	unsigned char *window;
	struct tar_member member;
	struct tar_pending pending;
};

/* Puts a text, with a detail in quotes unless that is null, into *r->error; gives -1. */
int zrt_tar_fail(struct tar_reader *r, const char *text, const char *detail);

/* Reads exactly this much of the image; 0 or -1. */
int zrt_tar_read_at(struct tar_reader *r, void *buffer, size_t size, int64_t offset);
/* Takes what the current member, one of pax's or GNU's extensions, says of the next into r->pending;
 * 0 or -1. tar_extension.c */
int zrt_tar_extension(struct tar_reader *r);

/*
 * Goes on to the next member of a type that a file system can hold ('0' file, '1' hard link, '2'
 * symbolic link, '5' directory, '6' FIFO): extensions have been applied to it, devices passed over.
 * 1, 0 at the end, or -1 with *r->error filled. The size of the body has been checked against the
 * channel's.
 */
int zrt_tar_next(struct tar_reader *r);

#endif
