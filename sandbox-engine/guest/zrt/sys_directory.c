#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "path.h"
#include "proc.h"

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

int zrt_walk_at(int dirfd, const char *path, int flags, struct zrt_walk *w)
{
	int error;
	struct zrt_node *start = zrt_start_directory(dirfd, path, &error);
	return start ? zrt_walk(start, path, flags, w) : error;
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
	int error = zrt_walk_at(AT_FDCWD, path, ZRT_FOLLOW, &w);
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

struct dirent64 {
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

int64_t zrt_sys_getdents(int fd, void *buffer, size_t size)
{
	struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return -EBADF;
	if (f->pipe || f->node->kind != ZRT_DIR)
		return -ENOTDIR;
	if (zrt_bad_address(buffer))
		return -EFAULT;
	struct zrt_node *dir = f->node;
	char *to = buffer;
	size_t used = 0;
	if (!dir->links)
		return -ENOENT;
	/* Positions 0 and 1 are "." and ".."; an entry's is its cookie plus 2. */
	for (;;) {
		const struct zrt_node *n;
		const char *name;
		char digits[24];
		size_t length;
		uint64_t next;
		if (f->position < 2) {
			n = f->position ? dir->dir.parent : dir;
			name = "..";
			length = (size_t)f->position + 1;
			next = (uint64_t)f->position + 1;
		} else if (dir->dir.descriptors) {
			int open = zrt_proc_next((int)f->position - 2, digits, &n);
			if (open < 0)
				break;
			name = digits;
			length = strlen(digits);
			next = (uint64_t)open + 3;
		} else {
			const struct zrt_entry *e = zrt_dir_next(dir, (uint64_t)f->position - 2);
			if (!e)
				break;
			n = e->node;
			name = e->name;
			length = e->length;
			next = e->cookie + 3;
		}
		size_t record = (offsetof(struct dirent64, name) + length + 1 + 7) & ~(size_t)7;
		if (record > size - used)
			return used ? (int64_t)used : -EINVAL;
		struct dirent64 d = { n->kind == ZRT_CHANNEL ? 11 + (uint64_t)n->channel->index : n->ino,
			(int64_t)next, (uint16_t)record, 0 };
		d.type = (uint8_t)((n->kind == ZRT_CHANNEL ? n->channel->format : n->mode & S_IFMT) >> 12);
		memset(to + used, 0, record);
		memcpy(to + used, &d, offsetof(struct dirent64, name));
		memcpy(to + used + offsetof(struct dirent64, name), name, length);
		used += record;
		f->position = (int64_t)next;
	}
	return (int64_t)used;
}
