/* Open files and the descriptor table. Every function returns a result or a negated errno value. */
#ifndef ZRT_FILE_H
#define ZRT_FILE_H

#include "node.h"

#define ZRT_FDS 1024

struct zrt_file {
	uint32_t holds;         /* descriptors and mappings */
	int flags;              /* O_ access mode and status flags */
	struct zrt_node *node;
	int64_t position;       /* bytes; for directories the next cookie, after "." and ".." */
	struct zrt_pipe *pipe;  /* for the two ends of a pipe; the node only describes it */
};

/* Null when fd is not open. */
struct zrt_file *zrt_fd(int fd);

/* Opens a node with checks of its kind; *file has one hold. */
int zrt_file_open(struct zrt_node *n, int flags, struct zrt_file **file);
void zrt_file_hold(struct zrt_file *f);
void zrt_file_release(struct zrt_file *f);

/* The lowest free descriptor from `from` on takes over the caller's hold. */
int zrt_fd_install(struct zrt_file *f, int from, int cloexec);
/* Exactly this descriptor; what it was is closed. */
int zrt_fd_replace(struct zrt_file *f, int fd, int cloexec);
int zrt_fd_close(int fd);
int zrt_fd_cloexec(int fd);
void zrt_fd_set_cloexec(int fd, int cloexec);

/* offset -1: at the file's position, which moves. */
int64_t zrt_file_read(struct zrt_file *f, void *buffer, size_t size, int64_t offset);
int64_t zrt_file_write(struct zrt_file *f, const void *buffer, size_t size, int64_t offset);
int64_t zrt_file_seek(struct zrt_file *f, int64_t offset, int whence);
int zrt_file_truncate(struct zrt_node *n, int64_t size);

/* Whether the file has a position that can be set. */
int zrt_file_seekable(const struct zrt_file *f);
/* Bits POLLIN and POLLOUT as they are now. */
int zrt_file_ready(const struct zrt_file *f);

int zrt_pipe_open(int flags, struct zrt_file **reader, struct zrt_file **writer);

#endif
