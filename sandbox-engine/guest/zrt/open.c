#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include "kmem.h"
#include "pipe.h"

/* One end of the pipe that belongs to the node; with O_RDWR both. */
static int open_end(struct zrt_node *n, int flags, struct zrt_file **file)
{
	struct zrt_file *f = zrt_kalloc(sizeof *f);
	if (f && !n->pipe)
		n->pipe = zrt_kalloc(sizeof *n->pipe);
	if (!f || !n->pipe) {
		zrt_kfree(f, sizeof *f);
		return -ENOMEM;
	}
	f->holds = 1;
	f->flags = flags & (O_ACCMODE | O_NONBLOCK);
	f->pipe = n->pipe;
	f->node = n;
	zrt_node_hold(n);
	n->pipe->readers += (flags & O_ACCMODE) != O_WRONLY;
	n->pipe->writers += (flags & O_ACCMODE) != O_RDONLY;
	*file = f;
	return 0;
}

static void close_end(struct zrt_file *f)
{
	struct zrt_pipe *p = f->pipe;
	p->readers -= (f->flags & O_ACCMODE) != O_WRONLY;
	p->writers -= (f->flags & O_ACCMODE) != O_RDONLY;
	if (!p->readers && !p->writers) {
		zrt_kfree(p, sizeof *p);
		f->node->pipe = 0;
	}
}

/* Where Linux would wait for somebody at the other end, nobody will ever come. */
static int open_fifo(struct zrt_node *n, int flags, struct zrt_file **file)
{
	int access = flags & O_ACCMODE;
	if (flags & O_DIRECTORY)
		return -ENOTDIR;
	if (access == O_ACCMODE)
		return -EINVAL;
	if (!n->unnamed && access == O_WRONLY && !(n->pipe && n->pipe->readers))
		return -ENXIO;
	if (!n->unnamed && access == O_RDONLY && !(flags & O_NONBLOCK) && !(n->pipe && n->pipe->writers))
		return -ENXIO;
	return open_end(n, flags, file);
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
			return open_fifo(n, flags, file);
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
	n->unnamed = 1;
	zrt_node_hold(n);
	flags &= O_NONBLOCK;
	int error = open_end(n, O_RDONLY | flags, reader);
	if (!error) {
		error = open_end(n, O_WRONLY | flags, writer);
		if (error)
			zrt_file_release(*reader);
	}
	zrt_node_release(n);
	return error;
}

void zrt_file_hold(struct zrt_file *f)
{
	f->holds++;
}

void zrt_file_release(struct zrt_file *f)
{
	if (--f->holds)
		return;
	if (f->pipe)
		close_end(f);
	zrt_node_release(f->node);
	zrt_kfree(f, sizeof *f);
}
