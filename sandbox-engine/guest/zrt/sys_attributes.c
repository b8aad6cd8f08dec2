#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include "path.h"

enum { UTIME_AS_NOW = 0x3fffffff, UTIME_AS_IS = 0x3ffffffe };

/* Channels, devices, the directories above them and the links to descriptors belong to the sandbox. */
static int is_ours(const struct zrt_node *n)
{
	return n->kind == ZRT_CHANNEL || n->kind == ZRT_DEVICE || (n->kind == ZRT_DIR && n->dir.fixed)
		|| (n->kind == ZRT_SYMLINK && !n->link.target);
}

static int64_t change_mode(struct zrt_node *n, uint32_t mode)
{
	if (is_ours(n))
		return -EPERM;
	n->mode = (n->mode & S_IFMT) | (mode & 07777);
	n->ctime = zrt_clock_peek();
	return 0;
}

static int64_t change_owner(struct zrt_node *n, uint32_t uid, uint32_t gid)
{
	if (is_ours(n))
		return -EPERM;
	if (uid != ~0u)
		n->uid = uid;
	if (gid != ~0u)
		n->gid = gid;
	n->ctime = zrt_clock_peek();
	return 0;
}

int64_t zrt_sys_fchmodat(int dirfd, const char *path, uint32_t mode)
{
	struct zrt_walk w;
	int error = zrt_walk_at(dirfd, path, ZRT_FOLLOW, &w);
	return error ? error : change_mode(w.node, mode);
}

int64_t zrt_sys_fchmod(int fd, uint32_t mode)
{
	struct zrt_file *f = zrt_fd(fd);
	return !f ? -EBADF : f->pipe ? -EPERM : change_mode(f->node, mode);
}

int64_t zrt_sys_fchownat(int dirfd, const char *path, uint32_t uid, uint32_t gid, int flags)
{
	struct zrt_walk w;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (!zrt_bad_address(path) && !*path && flags & AT_EMPTY_PATH)
		return zrt_sys_fchown(dirfd, uid, gid);
	int error = zrt_walk_at(dirfd, path, flags & AT_SYMLINK_NOFOLLOW ? 0 : ZRT_FOLLOW, &w);
	return error ? error : change_owner(w.node, uid, gid);
}

int64_t zrt_sys_fchown(int fd, uint32_t uid, uint32_t gid)
{
	struct zrt_file *f = zrt_fd(fd);
	return !f ? -EBADF : f->pipe ? -EPERM : change_owner(f->node, uid, gid);
}

static int set_time(struct zrt_time *to, const struct zrt_timespec *t)
{
	if (t->nsec == UTIME_AS_IS)
		return 0;
	if (t->nsec == UTIME_AS_NOW) {
		*to = zrt_clock_now();
		return 0;
	}
	if (t->nsec < 0 || t->nsec >= NSEC_PER_SEC)
		return -EINVAL;
	*to = (struct zrt_time){ t->sec, t->nsec };
	return 0;
}

int64_t zrt_sys_utimensat(int dirfd, const char *path, const struct zrt_timespec *t, int flags)
{
	struct zrt_node *n;
	struct zrt_walk w;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (!path || (!zrt_bad_address(path) && !*path && flags & AT_EMPTY_PATH)) {
		struct zrt_file *f = zrt_fd(dirfd);
		if (!f || f->pipe)
			return -EBADF;
		n = f->node;
	} else {
		int error = zrt_walk_at(dirfd, path, flags & AT_SYMLINK_NOFOLLOW ? 0 : ZRT_FOLLOW, &w);
		if (error)
			return error;
		n = w.node;
	}
	if (is_ours(n))
		return -EPERM;
	struct zrt_time atime = n->atime, mtime = n->mtime;
	if (!t) {
		atime = mtime = zrt_clock_now();
	} else if (set_time(&atime, &t[0]) || set_time(&mtime, &t[1])) {
		return -EINVAL;
	}
	n->atime = atime;
	n->mtime = mtime;
	n->ctime = zrt_clock_peek();
	return 0;
}
