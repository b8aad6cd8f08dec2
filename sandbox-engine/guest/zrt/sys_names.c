#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "kmem.h"
#include "pages.h"
#include "path.h"

enum { MEMORY_DEVICE = 2050, CHANNEL_DEVICE = 2049, FIRST_CHANNEL_INO = 11 };
enum { UTIME_AS_NOW = 0x3fffffff, UTIME_AS_IS = 0x3ffffffe };

static struct zrt_node *current;
static uint32_t mask = 022;

uint32_t zrt_umask(void)
{
	return mask;
}

uint32_t zrt_sys_umask(uint32_t new)
{
	uint32_t old = mask;
	mask = new & 0777;
	return old;
}

static struct zrt_node *working_directory(void)
{
	if (!current) {
		current = zrt_root;
		zrt_node_hold(current);
	}
	return current;
}

struct zrt_node *zrt_start_directory(int dirfd, const char *path, int *error)
{
	*error = -EFAULT;
	if (zrt_bad_address(path))
		return 0;
	if (dirfd == AT_FDCWD || *path == '/')
		return working_directory();
	struct zrt_file *f = zrt_fd(dirfd);
	*error = -EBADF;
	if (!f)
		return 0;
	*error = -ENOTDIR;
	return !f->pipe && f->node->kind == ZRT_DIR ? f->node : 0;
}

static int walk(int dirfd, const char *path, int flags, struct zrt_walk *w)
{
	int error;
	struct zrt_node *start = zrt_start_directory(dirfd, path, &error);
	return start ? zrt_walk(start, path, flags, w) : error;
}

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
	if (n->kind == ZRT_CHANNEL) {
		const struct zrt_channel *c = n->channel;
		st->dev = CHANNEL_DEVICE;
		st->ino = (uint64_t)(FIRST_CHANNEL_INO + c->index);
		st->mode = c->format | (c->readable ? 0400 : 0) | (c->writable ? 0200 : 0);
		if (c->format == S_IFIFO || c->format == S_IFCHR)
			st->blksize = 1;
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
	if (f->pipe) {
		memset(st, 0, sizeof *st);
		st->mode = S_IFIFO | 0600;
		st->nlink = 1;
		st->uid = ZRT_UID;
		st->gid = ZRT_GID;
		st->blksize = 4096;
		zrt_clock_now();
	} else {
		describe(f->node, st);
	}
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
		? walk(dirfd, ".", 0, &w)
		: walk(dirfd, path, flags & AT_SYMLINK_NOFOLLOW ? 0 : ZRT_FOLLOW, &w);
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
	int error = walk(AT_FDCWD, path, ZRT_FOLLOW, &w);
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
	int error = walk(dirfd, path, flags & AT_SYMLINK_NOFOLLOW ? 0 : ZRT_FOLLOW, &w);
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

static int64_t change_directory(struct zrt_node *n)
{
	if (n->kind != ZRT_DIR)
		return -ENOTDIR;
	zrt_node_hold(n);
	zrt_node_release(working_directory());
	current = n;
	return 0;
}

int64_t zrt_sys_chdir(const char *path)
{
	struct zrt_walk w;
	int error = walk(AT_FDCWD, path, ZRT_FOLLOW, &w);
	return error ? error : change_directory(w.node);
}

int64_t zrt_sys_fchdir(int fd)
{
	struct zrt_file *f = zrt_fd(fd);
	return !f ? -EBADF : f->pipe ? -ENOTDIR : change_directory(f->node);
}

int64_t zrt_sys_getcwd(char *buffer, size_t size)
{
	if (zrt_bad_address(buffer))
		return -EFAULT;
	int length = zrt_path_of(working_directory(), buffer, size);
	return length < 0 ? length : length + 1;
}

/* Finds the place for a new name. */
static int vacant(int dirfd, const char *path, struct zrt_walk *w)
{
	int error = walk(dirfd, path, ZRT_CREATE, w);
	if (error)
		return error;
	if (w->node)
		return -EEXIST;
	if (w->dir->dir.fixed)
		return -EACCES;
	return w->dir->links ? 0 : -ENOENT;
}

static int64_t attach(struct zrt_walk *w, struct zrt_node *n)
{
	if (!n)
		return -ENOSPC;
	zrt_node_hold(n);
	int error = zrt_dir_add(w->dir, w->name, w->length, n);
	if (!error)
		w->dir->mtime = w->dir->ctime = n->ctime = zrt_clock_peek();
	zrt_node_release(n);
	return error;
}

static void detach(struct zrt_entry *e)
{
	struct zrt_time now = zrt_clock_peek();
	e->parent->mtime = e->parent->ctime = e->node->ctime = now;
	zrt_dir_remove(e);
}

int64_t zrt_sys_mkdirat(int dirfd, const char *path, uint32_t mode)
{
	struct zrt_walk w;
	int error = vacant(dirfd, path, &w);
	if (error)
		return error;
	if (w.dir->links >= ZRT_LINK_MAX)
		return -EMLINK;
	return attach(&w, zrt_node_new(S_IFDIR | (mode & 07777 & ~mask)));
}

int64_t zrt_sys_mknodat(int dirfd, const char *path, uint32_t mode)
{
	struct zrt_walk w;
	uint32_t format = mode & S_IFMT ? mode & S_IFMT : S_IFREG;
	if (format != S_IFREG && format != S_IFIFO)
		return format == S_IFCHR || format == S_IFBLK || format == S_IFSOCK ? -EPERM : -EINVAL;
	int error = vacant(dirfd, path, &w);
	if (error)
		return error;
	if (w.directory)
		return -ENOENT;
	return attach(&w, zrt_node_new(format | (mode & 07777 & ~mask)));
}

int64_t zrt_sys_unlinkat(int dirfd, const char *path, int flags)
{
	struct zrt_walk w;
	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	int error = walk(dirfd, path, 0, &w);
	if (error)
		return error;
	int is_directory = w.node->kind == ZRT_DIR;
	if (flags & AT_REMOVEDIR) {
		if (w.last == ZRT_DOT)
			return -EINVAL;
		if (w.last == ZRT_DOT_DOT)
			return -ENOTEMPTY;
		if (!is_directory)
			return -ENOTDIR;
		if (!w.entry)
			return -EBUSY;
		if (w.node->dir.fixed)
			return w.dir == zrt_root ? -EBUSY : -EACCES;
		if (w.dir->dir.fixed)
			return -EACCES;
		if (w.node->dir.live)
			return -ENOTEMPTY;
	} else {
		if (is_directory)
			return -EISDIR;
		if (w.dir->dir.fixed)
			return -EPERM;
	}
	detach(w.entry);
	return 0;
}

int64_t zrt_sys_linkat(int olddir, const char *old, int newdir, const char *new, int flags)
{
	struct zrt_walk from, to;
	struct zrt_node *n;
	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (!zrt_bad_address(old) && !*old && flags & AT_EMPTY_PATH) {
		struct zrt_file *f = zrt_fd(olddir);
		if (!f || f->pipe)
			return -EBADF;
		n = f->node;
	} else {
		int error = walk(olddir, old, flags & AT_SYMLINK_FOLLOW ? ZRT_FOLLOW : 0, &from);
		if (error)
			return error;
		n = from.node;
	}
	int error = vacant(newdir, new, &to);
	if (error)
		return error;
	if (n->kind == ZRT_DIR)
		return -EPERM;
	if (n->kind == ZRT_CHANNEL || n->kind == ZRT_DEVICE)
		return -EXDEV;
	if (to.directory)
		return -ENOENT;
	return n->links >= ZRT_LINK_MAX ? -EMLINK : attach(&to, n);
}

int64_t zrt_sys_symlinkat(const char *target, int dirfd, const char *path)
{
	struct zrt_walk w;
	if (zrt_bad_address(target))
		return -EFAULT;
	size_t length = strnlen(target, ZRT_PATH_MAX);
	if (!length)
		return -ENOENT;
	if (length == ZRT_PATH_MAX)
		return -ENAMETOOLONG;
	int error = vacant(dirfd, path, &w);
	if (error)
		return error;
	if (w.directory)
		return -ENOENT;
	struct zrt_node *n = zrt_node_new(S_IFLNK | 0777);
	if (!n)
		return -ENOSPC;
	n->link.length = length;
	n->link.target = zrt_kalloc(length + 1);
	if (!n->link.target) {
		zrt_kfree(n, sizeof *n);
		return -ENOSPC;
	}
	memcpy(n->link.target, target, length);
	return attach(&w, n);
}

int64_t zrt_sys_readlinkat(int dirfd, const char *path, char *buffer, size_t size)
{
	struct zrt_walk w;
	int error = walk(dirfd, path, 0, &w);
	if (error)
		return error;
	if (w.node->kind != ZRT_SYMLINK || !size)
		return -EINVAL;
	if (zrt_bad_address(buffer))
		return -EFAULT;
	size_t n = w.node->link.length < size ? w.node->link.length : size;
	memcpy(buffer, w.node->link.target, n);
	return (int64_t)n;
}

static int is_within(const struct zrt_node *n, const struct zrt_node *ancestor)
{
	for (; n != ancestor; n = n->dir.parent)
		if (n == zrt_root)
			return 0;
	return 1;
}

int64_t zrt_sys_renameat2(int olddir, const char *old, int newdir, const char *new, uint32_t flags)
{
	enum { NOREPLACE = 1 };
	struct zrt_walk from, to;
	if (flags & ~(uint32_t)NOREPLACE)
		return -EINVAL;
	int error = walk(olddir, old, 0, &from);
	if (!error)
		error = walk(newdir, new, ZRT_CREATE, &to);
	if (error)
		return error;
	if (from.last == ZRT_DOT || from.last == ZRT_DOT_DOT || to.last == ZRT_DOT || to.last == ZRT_DOT_DOT)
		return -EBUSY;
	if (!from.entry || (to.node && !to.entry))
		return -EBUSY;          /* the root */
	struct zrt_node *n = from.node;
	int is_directory = n->kind == ZRT_DIR;
	if (from.dir->dir.fixed)
		return -EPERM;
	if (to.dir->dir.fixed)
		return -EACCES;
	if ((is_directory && n->dir.fixed) || (to.node && to.node->kind == ZRT_DIR && to.node->dir.fixed))
		return -EBUSY;
	if (!to.dir->links)
		return -ENOENT;
	if (to.directory && !is_directory)
		return -ENOTDIR;
	if (to.node && flags & NOREPLACE)
		return -EEXIST;
	if (is_directory && is_within(to.dir, n))
		return -EINVAL;
	if (to.node == n)
		return 0;
	if (to.node) {
		if (is_directory && to.node->kind != ZRT_DIR)
			return -ENOTDIR;
		if (!is_directory && to.node->kind == ZRT_DIR)
			return -EISDIR;
		if (is_directory && to.node->dir.live)
			return -ENOTEMPTY;
	}
	/* The new name is made first: if that fails nothing has happened. */
	if (to.entry) {
		struct zrt_node *victim = to.node;
		zrt_node_hold(victim);
		zrt_dir_remove(to.entry);
		error = zrt_dir_add(to.dir, to.name, to.length, n);
		if (error)
			zrt_dir_add(to.dir, to.name, to.length, victim);
		victim->ctime = zrt_clock_peek();
		zrt_node_release(victim);
	} else {
		error = zrt_dir_add(to.dir, to.name, to.length, n);
	}
	if (error)
		return error;
	struct zrt_node *parent = is_directory ? n->dir.parent : 0;
	detach(from.entry);
	if (is_directory)
		n->dir.parent = parent;
	to.dir->mtime = to.dir->ctime = n->ctime = zrt_clock_peek();
	return 0;
}

int64_t zrt_sys_truncate(const char *path, int64_t size)
{
	struct zrt_walk w;
	int error = walk(AT_FDCWD, path, ZRT_FOLLOW, &w);
	return error ? error : zrt_file_truncate(w.node, size);
}

/* Channels, devices and the directories above them belong to the sandbox. */
static int is_ours(const struct zrt_node *n)
{
	return n->kind == ZRT_CHANNEL || n->kind == ZRT_DEVICE || (n->kind == ZRT_DIR && n->dir.fixed);
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
	int error = walk(dirfd, path, ZRT_FOLLOW, &w);
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
	int error = walk(dirfd, path, flags & AT_SYMLINK_NOFOLLOW ? 0 : ZRT_FOLLOW, &w);
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
		int error = walk(dirfd, path, flags & AT_SYMLINK_NOFOLLOW ? 0 : ZRT_FOLLOW, &w);
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
