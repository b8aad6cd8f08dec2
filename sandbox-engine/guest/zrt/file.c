#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "kmem.h"
#include "limits.h"
#include "pipe.h"
#include "random.h"
#include "signals.h"

static struct {
	struct zrt_file *file;
	int cloexec;
} table[ZRT_FDS];

struct zrt_file *zrt_fd(int fd)
{
	return fd >= 0 && fd < ZRT_FDS ? table[fd].file : 0;
}

static struct zrt_file *open_end(struct zrt_node *n, int flags)
{
	struct zrt_file *f = zrt_kalloc(sizeof *f);
	if (!f)
		return 0;
	f->holds = 1;
	f->flags = flags;
	f->pipe = n->pipe;
	f->node = n;
	zrt_node_hold(n);
	if ((flags & O_ACCMODE) == O_RDONLY)
		n->pipe->readers++;
	else
		n->pipe->writers++;
	return f;
}

int zrt_file_open(struct zrt_node *n, int flags, struct zrt_file **file)
{
	int access = flags & O_ACCMODE, path_only = flags & O_PATH;
	if (!path_only) {
		switch (n->kind) {
		case ZRT_DIR:
			if (access != O_RDONLY || flags & O_TRUNC)
				return -EISDIR;
			break;
		case ZRT_SYMLINK:
			return flags & O_DIRECTORY ? -ENOTDIR : -ELOOP;
		case ZRT_FIFO:
			/* Nobody else could ever be at the other end, unless it is one that pipe() made. */
			if (!n->pipe || access > O_WRONLY)
				return -ENXIO;
			*file = flags & O_DIRECTORY ? 0 : open_end(n, access | (flags & O_NONBLOCK));
			return *file ? 0 : flags & O_DIRECTORY ? -ENOTDIR : -ENOMEM;
		case ZRT_CHANNEL: {
			int error = zrt_channel_may_open(n->channel, flags);
			if (error)
				return error;
			break;
		}
		default:
			if (access == O_ACCMODE)
				return -EINVAL;
		}
	}
	if (flags & O_DIRECTORY && n->kind != ZRT_DIR)
		return -ENOTDIR;
	struct zrt_file *f = zrt_kalloc(sizeof *f);
	if (!f)
		return -ENOMEM;
	if (flags & O_TRUNC && n->kind == ZRT_FILE && !path_only) {
		int error = zrt_file_truncate(n, 0);
		if (error) {
			zrt_kfree(f, sizeof *f);
			return error;
		}
	}
	f->holds = 1;
	f->flags = flags & ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
	f->node = n;
	zrt_node_hold(n);
	*file = f;
	return 0;
}

int zrt_pipe_open(int flags, struct zrt_file **reader, struct zrt_file **writer)
{
	struct zrt_node *n = zrt_node_new(S_IFIFO | 0600);
	if (!n)
		return -ENOMEM;
	zrt_node_hold(n);
	n->pipe = zrt_kalloc(sizeof *n->pipe);
	*reader = n->pipe ? open_end(n, O_RDONLY | (flags & O_NONBLOCK)) : 0;
	*writer = *reader ? open_end(n, O_WRONLY | (flags & O_NONBLOCK)) : 0;
	if (!*reader)
		zrt_kfree(n->pipe, sizeof *n->pipe);
	else if (!*writer)
		zrt_file_release(*reader);
	zrt_node_release(n);
	return *writer ? 0 : -ENOMEM;
}

void zrt_file_hold(struct zrt_file *f)
{
	f->holds++;
}

void zrt_file_release(struct zrt_file *f)
{
	if (--f->holds)
		return;
	if (f->pipe) {
		if ((f->flags & O_ACCMODE) == O_RDONLY)
			f->pipe->readers--;
		else
			f->pipe->writers--;
		if (!f->pipe->readers && !f->pipe->writers) {
			zrt_kfree(f->pipe, sizeof *f->pipe);
			f->node->pipe = 0;
		}
	}
	zrt_node_release(f->node);
	zrt_kfree(f, sizeof *f);
}

int zrt_fd_install(struct zrt_file *f, int from, int cloexec)
{
	uint64_t most = zrt_limit(ZRT_LIMIT_NOFILE);
	for (int fd = from; fd < ZRT_FDS && (uint64_t)fd < most; fd++) {
		if (table[fd].file)
			continue;
		table[fd].file = f;
		table[fd].cloexec = cloexec;
		return fd;
	}
	zrt_file_release(f);
	return -EMFILE;
}

int zrt_fd_replace(struct zrt_file *f, int fd, int cloexec)
{
	if (fd < 0 || fd >= ZRT_FDS || (uint64_t)fd >= zrt_limit(ZRT_LIMIT_NOFILE)) {
		zrt_file_release(f);
		return -EBADF;
	}
	if (table[fd].file)
		zrt_file_release(table[fd].file);
	table[fd].file = f;
	table[fd].cloexec = cloexec;
	return fd;
}

int zrt_fd_close(int fd)
{
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	table[fd].file = 0;
	zrt_file_release(f);
	return 0;
}

int zrt_fd_cloexec(int fd)
{
	return table[fd].cloexec;
}

void zrt_fd_set_cloexec(int fd, int cloexec)
{
	table[fd].cloexec = cloexec;
}

int zrt_file_seekable(const struct zrt_file *f)
{
	if (f->pipe)
		return 0;
	if (f->node->kind != ZRT_CHANNEL)
		return 1;
	const struct zrt_channel *c = f->node->channel;
	int access = f->flags & O_ACCMODE;
	return (access != O_WRONLY && zrt_channel_random_get(c))
		|| (access != O_RDONLY && zrt_channel_random_put(c));
}

int zrt_file_ready(const struct zrt_file *f)
{
	int access = f->flags & O_ACCMODE;
	int ready = (access != O_WRONLY ? POLLIN : 0) | (access != O_RDONLY ? POLLOUT : 0);
	if (f->pipe && access == O_RDONLY)
		return f->pipe->used ? POLLIN : f->pipe->writers ? 0 : POLLHUP;
	if (f->pipe)
		return !f->pipe->readers ? POLLERR : f->pipe->used < sizeof f->pipe->data ? POLLOUT : 0;
	return ready;
}

static int64_t device_read(enum zrt_device d, void *buffer, size_t size)
{
	if (d == ZRT_NULL)
		return 0;
	if (d == ZRT_ZERO || d == ZRT_FULL)
		memset(buffer, 0, size);
	else
		zrt_random_bytes(buffer, size);
	return (int64_t)size;
}

int64_t zrt_file_read(struct zrt_file *f, void *buffer, size_t size, int64_t offset)
{
	if ((f->flags & O_ACCMODE) == O_WRONLY || f->flags & O_PATH)
		return -EBADF;
	if (size > INT32_MAX)
		size = INT32_MAX;
	if (f->pipe)
		return offset >= 0 ? -ESPIPE : zrt_pipe_read(f->pipe, buffer, size);
	struct zrt_node *n = f->node;
	int64_t at = offset >= 0 ? offset : f->position, got;
	switch (n->kind) {
	case ZRT_DIR:
		return -EISDIR;
	case ZRT_FILE:
		got = zrt_content_read(&n->content, buffer, size, at);
		if (!(f->flags & O_NOATIME))
			n->atime = zrt_clock_peek();
		break;
	case ZRT_CHANNEL:
		if (offset >= 0 && !zrt_channel_random_get(n->channel))
			return -ESPIPE;
		got = zrt_channel_read(n->channel, buffer, size, at);
		break;
	case ZRT_DEVICE:
		got = device_read(n->device, buffer, size);
		break;
	default:
		return -EBADF;
	}
	if (got > 0 && offset < 0)
		f->position += got;
	return got;
}

static int too_large(void)
{
	zrt_signal_raise(SIGXFSZ, SI_USER, 0);
	zrt_signals_handle();
	return -EFBIG;
}

int64_t zrt_file_write(struct zrt_file *f, const void *buffer, size_t size, int64_t offset)
{
	if ((f->flags & O_ACCMODE) == O_RDONLY || f->flags & O_PATH)
		return -EBADF;
	if (size > INT32_MAX)
		size = INT32_MAX;
	if (f->pipe)
		return offset >= 0 ? -ESPIPE : zrt_pipe_write(f->pipe, buffer, size);
	struct zrt_node *n = f->node;
	int64_t at = offset >= 0 ? offset : f->position, done;
	switch (n->kind) {
	case ZRT_FILE: {
		if (!size)
			return 0;
		if (f->flags & O_APPEND)
			at = n->content.size;
		uint64_t most = zrt_limit(ZRT_LIMIT_FSIZE);
		if ((uint64_t)at >= most)
			return too_large();
		if (size > most - (uint64_t)at)
			size = (size_t)(most - (uint64_t)at);
		done = zrt_content_write(&n->content, buffer, size, at);
		if (done > 0)
			n->mtime = n->ctime = zrt_clock_peek();
		break;
	}
	case ZRT_CHANNEL: {
		struct zrt_channel *c = n->channel;
		if (c->type == ZVM_SEQUENTIAL && offset >= 0)
			return -ESPIPE;
		if (!zrt_channel_random_put(c))
			at = c->put_position;
		else if (f->flags & O_APPEND)
			at = c->size;
		done = zrt_channel_write(c, buffer, size, at);
		break;
	}
	case ZRT_DEVICE:
		if (n->device == ZRT_FULL)
			return size ? -ENOSPC : 0;
		return (int64_t)size;
	default:
		return -EBADF;
	}
	if (done > 0 && offset < 0)
		f->position = at + done;
	return done;
}

int64_t zrt_file_seek(struct zrt_file *f, int64_t offset, int whence)
{
	if (f->flags & O_PATH)
		return -EBADF;
	if (f->pipe)
		return -ESPIPE;
	struct zrt_node *n = f->node;
	int64_t base;
	int64_t size = n->kind == ZRT_FILE ? n->content.size
		: n->kind == ZRT_CHANNEL ? n->channel->size : 0;
	if (n->kind == ZRT_CHANNEL && !zrt_file_seekable(f)) {
		/* A stream only tells how far it has come. */
		if (whence != SEEK_CUR || offset)
			return -ESPIPE;
		return (f->flags & O_ACCMODE) == O_WRONLY
			? n->channel->put_position : n->channel->get_position;
	}
	switch (whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = f->position;
		break;
	case SEEK_END:
		base = size;
		break;
	case SEEK_DATA:
	case SEEK_HOLE:
		if (n->kind != ZRT_FILE)
			return -EINVAL;
		if (offset < 0 || offset >= size)
			return -ENXIO;
		return f->position = whence == SEEK_DATA ? offset : size;
	default:
		return -EINVAL;
	}
	if (offset > 0 && base > INT64_MAX - offset)
		return -EOVERFLOW;
	if (base + offset < 0)
		return -EINVAL;
	return f->position = base + offset;
}

int zrt_file_truncate(struct zrt_node *n, int64_t size)
{
	if (n->kind == ZRT_DIR)
		return -EISDIR;
	if (n->kind != ZRT_FILE || size < 0)
		return -EINVAL;
	if (size > n->content.size && (uint64_t)size > zrt_limit(ZRT_LIMIT_FSIZE))
		return too_large();
	int error = zrt_content_resize(&n->content, size);
	if (!error)
		n->mtime = n->ctime = zrt_clock_peek();
	return error;
}
