#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "pages.h"
#include "path.h"

enum { MEMORY_DEVICE = 2050, CHANNEL_DEVICE = 2049, FIRST_CHANNEL_INO = 11 };

static int64_t size_of(const struct zrt_node *n)
{
	switch (n->kind) {
	case ZRT_FILE: return n->content.size;
	case ZRT_SYMLINK: return (int64_t)n->link.length;
	case ZRT_CHANNEL: return n->channel->size;
	case ZRT_DIR: return 4096;
	default: return 0;
	}
}

static void describe(const struct zrt_node *n, struct zrt_stat *st)
{
	memset(st, 0, sizeof *st);
	struct zrt_time now = zrt_clock_now();
	struct zrt_time atime = n->atime, mtime = n->mtime, ctime = n->ctime;
	st->dev = MEMORY_DEVICE;
	st->ino = n->ino;
	st->nlink = n->links;
	st->mode = n->mode;
	st->uid = n->uid;
	st->gid = n->gid;
	st->size = size_of(n);
	st->blksize = 4096;
	st->blocks = (st->size + 511) / 512;
	if (n->kind == ZRT_FILE && !n->content.image)
		st->blocks = zrt_content_heap(&n->content) / 512;
	if (n->kind == ZRT_FIFO && n->unnamed)
		st->nlink = 1;
	if (n->kind == ZRT_CHANNEL) {
		const struct zrt_channel *c = n->channel;
		st->dev = CHANNEL_DEVICE;
		st->ino = (uint64_t)(FIRST_CHANNEL_INO + c->index);
		st->mode = c->format | (c->readable ? 0400 : 0) | (c->writable ? 0200 : 0);
		atime = mtime = ctime = now;
	} else if (n->kind == ZRT_DEVICE) {
		/* Linux's numbers: memory devices are major 1. */
		static const unsigned char minor[] = { 0, 3, 5, 7, 8, 9 };
		st->rdev = 1 << 8 | minor[n->device];
		st->dev = CHANNEL_DEVICE;
		atime = mtime = ctime = now;
	} else if (n->kind == ZRT_DIR && n->dir.fixed) {
		st->dev = CHANNEL_DEVICE;
		atime = mtime = ctime = now;
	}
	st->atime_sec = atime.sec;
	st->atime_nsec = atime.nsec;
	st->mtime_sec = mtime.sec;
	st->mtime_nsec = mtime.nsec;
	st->ctime_sec = ctime.sec;
	st->ctime_nsec = ctime.nsec;
}

int64_t zrt_sys_fstat(int fd, struct zrt_stat *st)
{
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	if (zrt_bad_address(st))
		return -EFAULT;
	describe(f->node, st);
	return 0;
}

int64_t zrt_sys_fstatat(int dirfd, const char *path, struct zrt_stat *st, int flags)
{
	struct zrt_walk w;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT))
		return -EINVAL;
	if (zrt_bad_address(path) || zrt_bad_address(st))
		return -EFAULT;
	if (!*path && flags & AT_EMPTY_PATH && dirfd != AT_FDCWD)
		return zrt_sys_fstat(dirfd, st);
	int error = !*path && flags & AT_EMPTY_PATH
		? zrt_walk_at(dirfd, ".", 0, &w)
		: zrt_walk_at(dirfd, path, flags & AT_SYMLINK_NOFOLLOW ? 0 : ZRT_FOLLOW, &w);
	if (error) {
		zrt_clock_now();
		return error;
	}
	describe(w.node, st);
	return 0;
}

struct statfs {
	int64_t type, bsize;
	uint64_t blocks, bfree, bavail, files, ffree;
	int32_t fsid[2];
	int64_t namelen, frsize, flags, spare[4];
};

static void describe_file_system(struct statfs *s)
{
	enum { TMPFS = 0x01021994 };
	memset(s, 0, sizeof *s);
	s->type = TMPFS;
	s->bsize = s->frsize = PAGE_SIZE;
	s->blocks = zrt_pages_total();
	s->bfree = s->bavail = zrt_pages_unused();
	s->files = s->blocks;
	s->ffree = s->bfree;
	s->namelen = ZRT_NAME_MAX;
}

int64_t zrt_sys_statfs(const char *path, void *buffer)
{
	struct zrt_walk w;
	if (zrt_bad_address(buffer))
		return -EFAULT;
	int error = zrt_walk_at(AT_FDCWD, path, ZRT_FOLLOW, &w);
	if (!error)
		describe_file_system(buffer);
	return error;
}

int64_t zrt_sys_fstatfs(int fd, void *buffer)
{
	if (!zrt_fd(fd))
		return -EBADF;
	if (zrt_bad_address(buffer))
		return -EFAULT;
	describe_file_system(buffer);
	return 0;
}

/* Modes are kept but not enforced: the program owns everything. What a channel cannot do, and
 * executing what nobody may execute, are told apart all the same. */
int64_t zrt_sys_faccessat(int dirfd, const char *path, int mode, int flags)
{
	struct zrt_walk w;
	if (mode & ~(R_OK | W_OK | X_OK))
		return -EINVAL;
	int error = zrt_walk_at(dirfd, path, flags & AT_SYMLINK_NOFOLLOW ? 0 : ZRT_FOLLOW, &w);
	if (error)
		return error;
	const struct zrt_node *n = w.node;
	if (n->kind == ZRT_CHANNEL) {
		const struct zrt_channel *c = n->channel;
		if ((mode & R_OK && !c->readable) || (mode & W_OK && !c->writable) || mode & X_OK)
			return -EACCES;
	} else if (n->kind == ZRT_DIR) {
		if (mode & W_OK && n->dir.fixed)
			return -EACCES;
	} else if (mode & X_OK && !(n->mode & 0111)) {
		return -EACCES;
	}
	return 0;
}
