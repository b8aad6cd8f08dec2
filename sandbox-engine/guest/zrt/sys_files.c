#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include "limits.h"
#include "path.h"

int zrt_bad_address(const void *p)
{
	return (uintptr_t)p < 0x10000;  /* the unmapped start of the address space */
}

static int create(struct zrt_walk *w, uint32_t mode)
{
	if (w->dir->dir.fixed)
		return -EACCES;
	if (!w->dir->links)
		return -ENOENT;
	struct zrt_node *n = zrt_node_new(S_IFREG | (mode & 07777 & ~zrt_umask()));
	if (!n)
		return -ENOSPC;
	int error = zrt_dir_add(w->dir, w->name, w->length, n);
	if (error) {
		zrt_node_hold(n);
		zrt_node_release(n);
		return error;
	}
	w->dir->mtime = w->dir->ctime = zrt_clock_peek();
	w->node = n;
	return 0;
}

static int open_unnamed(struct zrt_walk *w, int flags, uint32_t mode)
{
	struct zrt_file *f;
	if (w->node->kind != ZRT_DIR)
		return -ENOTDIR;
	if (!(flags & O_ACCMODE))
		return -EINVAL;
	if (w->node->dir.fixed)
		return -EACCES;
	struct zrt_node *n = zrt_node_new(S_IFREG | (mode & 07777 & ~zrt_umask()));
	if (!n)
		return -ENOSPC;
	zrt_node_hold(n);
	int error = zrt_file_open(n, flags & ~O_TMPFILE, &f);
	zrt_node_release(n);
	return error ? error : zrt_fd_install(f, 0, flags & O_CLOEXEC);
}

int64_t zrt_sys_openat(int dirfd, const char *path, int flags, uint32_t mode)
{
	struct zrt_walk w;
	struct zrt_file *f;
	int error;
	struct zrt_node *start = zrt_start_directory(dirfd, path, &error);
	if (!start)
		return error;
	int create_it = flags & O_CREAT && !(flags & O_PATH);
	int exclusive = create_it && flags & O_EXCL;
	int follow = !(flags & O_NOFOLLOW) && !exclusive;
	error = zrt_walk(start, path, (follow ? ZRT_FOLLOW : 0) | (create_it ? ZRT_CREATE : 0), &w);
	if (error)
		return error;
	if ((flags & O_TMPFILE) == O_TMPFILE)
		return open_unnamed(&w, flags, mode);
	if (w.node && exclusive)
		return -EEXIST;
	if (create_it && (w.directory || (w.node && w.node->kind == ZRT_DIR)))
		return -EISDIR;
	if (!w.node) {
		error = create(&w, mode);
		if (error)
			return error;
	}
	error = zrt_file_open(w.node, flags, &f);
	return error ? error : zrt_fd_install(f, 0, flags & O_CLOEXEC);
}

int64_t zrt_sys_read(int fd, void *buffer, size_t size, int64_t offset)
{
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	if (size && zrt_bad_address(buffer))
		return -EFAULT;
	return zrt_file_read(f, buffer, size, offset);
}

int64_t zrt_sys_write(int fd, const void *buffer, size_t size, int64_t offset)
{
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	if (size && zrt_bad_address(buffer))
		return -EFAULT;
	int64_t done = zrt_file_write(f, buffer, size, offset);
	if (done == -EPIPE)
		zrt_sys_kill(1, 13);    /* SIGPIPE */
	return done;
}

int64_t zrt_sys_lseek(int fd, int64_t offset, int whence)
{
	struct zrt_file *f = zrt_fd(fd);
	return f ? zrt_file_seek(f, offset, whence) : -EBADF;
}

int64_t zrt_sys_dup(int fd)
{
	return zrt_sys_fcntl(fd, F_DUPFD, 0);
}

int64_t zrt_sys_dup3(int from, int to, int flags, int same_is_error)
{
	struct zrt_file *f = zrt_fd(from);
	if (!f || to < 0 || to >= ZRT_FDS)
		return -EBADF;
	if (from == to)
		return same_is_error ? -EINVAL : to;
	if (flags & ~O_CLOEXEC)
		return -EINVAL;
	zrt_file_hold(f);
	return zrt_fd_replace(f, to, flags & O_CLOEXEC);
}

int64_t zrt_sys_fcntl(int fd, int command, uint64_t arg)
{
	enum { SETTABLE = O_APPEND | O_NONBLOCK | O_NOATIME };
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	switch (command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if (arg >= zrt_limit(ZRT_LIMIT_NOFILE))
			return -EINVAL;
		zrt_file_hold(f);
		return zrt_fd_install(f, (int)arg, command == F_DUPFD_CLOEXEC);
	case F_GETFD:
		return zrt_fd_cloexec(fd) ? FD_CLOEXEC : 0;
	case F_SETFD:
		zrt_fd_set_cloexec(fd, (int)arg & FD_CLOEXEC);
		return 0;
	case F_GETFL:
		return f->flags;
	case F_SETFL:
		f->flags = (f->flags & ~SETTABLE) | ((int)arg & SETTABLE);
		return 0;
	case F_SETLK:
	case F_SETLKW:
		return 0;               /* one process: no lock can conflict */
	case F_GETLK:
		if (zrt_bad_address((void *)(uintptr_t)arg))
			return -EFAULT;
		*(short *)(uintptr_t)arg = F_UNLCK;
		return 0;
	case F_GETOWN:
		return 0;
	default:
		return -EINVAL;
	}
}

int64_t zrt_sys_flock(int fd, int operation)
{
	enum { SHARED = 1, EXCLUSIVE = 2, UNLOCK = 8, NONBLOCK = 4 };
	operation &= ~NONBLOCK;
	if (!zrt_fd(fd))
		return -EBADF;
	return operation == SHARED || operation == EXCLUSIVE || operation == UNLOCK ? 0 : -EINVAL;
}

int64_t zrt_sys_ioctl(int fd, uint32_t request, void *arg)
{
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	if (request != FIOCLEX && request != FIONCLEX && zrt_bad_address(arg))
		return request == FIONREAD || request == FIONBIO ? -EFAULT : -ENOTTY;
	switch (request) {
	case FIOCLEX:
	case FIONCLEX:
		zrt_fd_set_cloexec(fd, request == FIOCLEX);
		return 0;
	case FIONBIO:
		f->flags = *(int *)arg ? f->flags | O_NONBLOCK : f->flags & ~O_NONBLOCK;
		return 0;
	case FIONREAD:
		if (f->pipe) {
			*(int *)arg = 0;
			return zrt_file_ready(f) & POLLIN ? -EINVAL : 0;
		}
		if (f->node->kind == ZRT_FILE) {
			int64_t left = f->node->content.size - f->position;
			*(int *)arg = left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
			return 0;
		}
		return -ENOTTY;
	default:
		return -ENOTTY;
	}
}

int64_t zrt_sys_pipe2(int fds[2], int flags)
{
	struct zrt_file *reader, *writer;
	if (zrt_bad_address(fds))
		return -EFAULT;
	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT))
		return -EINVAL;
	int error = zrt_pipe_open(flags, &reader, &writer);
	if (error)
		return error;
	int from = zrt_fd_install(reader, 0, flags & O_CLOEXEC);
	if (from < 0) {
		zrt_file_release(writer);
		return from;
	}
	int to = zrt_fd_install(writer, 0, flags & O_CLOEXEC);
	if (to < 0) {
		zrt_fd_close(from);
		return to;
	}
	fds[0] = from;
	fds[1] = to;
	return 0;
}

int64_t zrt_sys_ftruncate(int fd, int64_t size)
{
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	if ((f->flags & O_ACCMODE) == O_RDONLY || f->flags & O_PATH || f->pipe)
		return -EINVAL;
	return zrt_file_truncate(f->node, size);
}

int64_t zrt_sys_fallocate(int fd, int mode, int64_t offset, int64_t size)
{
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	if ((f->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (f->pipe || f->node->kind != ZRT_FILE)
		return -ENODEV;
	if (mode)
		return -EOPNOTSUPP;
	if (offset < 0 || size <= 0)
		return -EINVAL;
	if (offset > CONTENT_MOST || size > CONTENT_MOST - offset)
		return -EFBIG;
	return offset + size > f->node->content.size ? zrt_file_truncate(f->node, offset + size) : 0;
}

int64_t zrt_sys_fsync(int fd)
{
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	return f->pipe || !zrt_file_seekable(f) ? -EINVAL : 0;
}
