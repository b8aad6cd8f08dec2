#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "kmem.h"
#include "path.h"
#include "proc.h"

/* Finds the place for a new name. */
static int vacant(int dirfd, const char *path, struct zrt_walk *w)
{
	int error = zrt_walk_at(dirfd, path, ZRT_CREATE, w);
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
	return attach(&w, zrt_node_new(S_IFDIR | (mode & 07777 & ~zrt_umask())));
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
	return attach(&w, zrt_node_new(format | (mode & 07777 & ~zrt_umask())));
}

int64_t zrt_sys_unlinkat(int dirfd, const char *path, int flags)
{
	struct zrt_walk w;
	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	int error = zrt_walk_at(dirfd, path, 0, &w);
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
		int error = zrt_walk_at(olddir, old, flags & AT_SYMLINK_FOLLOW ? ZRT_FOLLOW : 0, &from);
		if (error)
			return error;
		n = from.node;
	}
	int error = vacant(newdir, new, &to);
	if (error)
		return error;
	if (n->kind == ZRT_DIR)
		return -EPERM;
	if (n->kind == ZRT_CHANNEL || n->kind == ZRT_DEVICE || (n->kind == ZRT_FIFO && n->unnamed)
	    || (n->kind == ZRT_SYMLINK && !n->link.target))
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
	int error = zrt_walk_at(dirfd, path, 0, &w);
	if (error)
		return error;
	if (w.node->kind != ZRT_SYMLINK || !size)
		return -EINVAL;
	if (zrt_bad_address(buffer))
		return -EFAULT;
	if (!w.node->link.target)
		return zrt_proc_read_link(buffer, size);
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
	/* As on Linux both folders are found before either name is looked at. */
	int error = zrt_walk_at(olddir, old, ZRT_CREATE, &from);
	if (!error)
		error = zrt_walk_at(newdir, new, ZRT_CREATE, &to);
	if (error)
		return error;
	if (from.last == ZRT_DOT || from.last == ZRT_DOT_DOT || to.last == ZRT_DOT || to.last == ZRT_DOT_DOT)
		return -EBUSY;
	if (!from.node)
		return -ENOENT;
	if (from.directory && from.node->kind != ZRT_DIR)
		return -ENOTDIR;
	if (!from.entry || (to.node && !to.entry))
		return -EBUSY;          /* the root, or an open file's link in /proc */
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
	int error = zrt_walk_at(AT_FDCWD, path, ZRT_FOLLOW, &w);
	return error ? error : zrt_file_truncate(w.node, size);
}
