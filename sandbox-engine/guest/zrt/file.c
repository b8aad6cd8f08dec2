#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "limits.h"
#include "pipe.h"
#include "random.h"
#include "signals.h"

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
	const struct zrt_pipe *p = f->pipe;
	if (!p)
		return (access != O_WRONLY ? POLLIN : 0) | (access != O_RDONLY ? POLLOUT : 0);
	int ready = 0;
	if (access != O_WRONLY)
		ready |= p->used ? POLLIN : p->writers ? 0 : POLLHUP;
	if (access != O_RDONLY)
		ready |= !p->readers ? POLLERR : p->used < sizeof p->data ? POLLOUT : 0;
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
