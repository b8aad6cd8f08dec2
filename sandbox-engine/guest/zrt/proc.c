#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "file.h"
#include "kmem.h"
#include "path.h"
#include "report.h"

/* One link stands for all descriptors: it is made anew whenever a path leads through one. */
static struct zrt_node shown;
static const struct zrt_file *linked;
static struct zrt_node *command_line, *name;

static struct zrt_node *add(struct zrt_node *dir, const char *name, uint32_t mode)
{
	struct zrt_node *n = zrt_node_new(mode);
	return n && !zrt_dir_add(dir, name, strlen(name), n) ? n : 0;
}

static struct zrt_node *add_directory(struct zrt_node *dir, const char *name)
{
	struct zrt_node *n = add(dir, name, S_IFDIR | 0555);
	if (n)
		n->dir.fixed = 1;
	return n;
}

static struct zrt_node *add_link(struct zrt_node *dir, const char *name, const char *target)
{
	struct zrt_node *n = add(dir, name, S_IFLNK | 0777);
	size_t length = strlen(target);
	if (!n || !(n->link.target = zrt_kalloc(length + 1)))
		return 0;
	memcpy(n->link.target, target, length);
	n->link.length = length;
	return n;
}

int zrt_proc_init(void)
{
	enum { SHOWN_SIZE = 64 };       /* of a descriptor's link, on Linux */
	struct zrt_node *proc = add_directory(zrt_root, "proc"), *self = proc ? add_directory(proc, "1") : 0;
	struct zrt_node *fd = self ? add_directory(self, "fd") : 0;
	struct zrt_entry *dev = zrt_dir_find(zrt_root, "dev", 3);
	if (!fd || !add_link(proc, "self", "1"))
		return -ENOMEM;
	fd->dir.descriptors = 1;
	shown.kind = ZRT_SYMLINK;
	shown.ino = fd->ino;
	shown.links = 1;
	shown.uid = ZRT_UID;
	shown.gid = ZRT_GID;
	shown.link.length = SHOWN_SIZE;
	if (zrt_channel_find("/dev/self") && !add_link(self, "exe", "/dev/self"))
		return -ENOMEM;
	/* A channel of that name goes before. */
	if (dev && !zrt_dir_find(dev->node, "fd", 2) && !add_link(dev->node, "fd", "/proc/self/fd"))
		return -ENOMEM;
	command_line = add(self, "cmdline", S_IFREG | 0444);
	name = add(self, "comm", S_IFREG | 0644);
	struct zrt_node *task = add_directory(self, "task"), *thread = task ? add_directory(task, "1") : 0;
	if (!command_line || !name || !thread || zrt_dir_add(thread, "comm", 4, name))
		return -ENOMEM;
	return zrt_proc_set_name("guest");
}

int zrt_proc_set_name(const char *text)
{
	char line[ZRT_NAME + 1];
	size_t length = strnlen(text, ZRT_NAME - 1);
	memcpy(line, text, length);
	line[length] = '\n';
	int error = zrt_content_resize(&name->content, 0);
	int64_t done = error ? error : zrt_content_write(&name->content, line, length + 1, 0);
	return done < 0 ? -ENOMEM : 0;
}

void zrt_proc_name(char text[ZRT_NAME])
{
	memset(text, 0, ZRT_NAME);
	zrt_content_read(&name->content, text, ZRT_NAME, 0);
	text[ZRT_NAME - 1] = 0;
	text[strcspn(text, "\n")] = 0;
}

int zrt_proc_arguments(int count, char *const *argument)
{
	int64_t at = 0;
	const char *slash = strrchr(argument[0], '/');
	if (zrt_proc_set_name(slash ? slash + 1 : argument[0]))
		return -ENOMEM;
	for (int i = 0; i < count; i++) {
		size_t size = strlen(argument[i]) + 1;
		if (zrt_content_write(&command_line->content, argument[i], size, at) != (int64_t)size)
			return -ENOMEM;
		at += (int64_t)size;
	}
	return 0;
}

static struct zrt_node *link_of(const struct zrt_file *f)
{
	int access = f->flags & O_ACCMODE;
	linked = f;
	shown.mode = S_IFLNK | (access != O_WRONLY ? 0500 : 0) | (access != O_RDONLY ? 0300 : 0);
	shown.atime = shown.mtime = shown.ctime = zrt_clock_peek();
	return &shown;
}

struct zrt_node *zrt_proc_link(const char *name, size_t length, struct zrt_node **meant)
{
	int fd = 0;
	if (length > 1 && *name == '0')
		return 0;
	for (size_t i = 0; i < length; i++) {
		if (name[i] < '0' || name[i] > '9' || fd >= ZRT_FDS)
			return 0;
		fd = fd * 10 + (name[i] - '0');
	}
	const struct zrt_file *f = zrt_fd(fd);
	if (!f)
		return 0;
	*meant = f->node;
	return link_of(f);
}

int64_t zrt_proc_read_link(char *buffer, size_t size)
{
	char text[ZRT_PATH_MAX], digits[24];
	const struct zrt_node *n = linked->node;
	int is_pipe = n->kind == ZRT_FIFO && n->unnamed;
	int length = is_pipe ? -ENOENT : zrt_path_of(n, text, sizeof text);
	if (length < 0) {
		strcpy(text, is_pipe ? "pipe:[" : "/#");
		strcat(text, zrt_decimal((int64_t)n->ino, digits));
		strcat(text, is_pipe ? "]" : " (deleted)");
		length = (int)strlen(text);
	}
	size_t told = (size_t)length < size ? (size_t)length : size;
	memcpy(buffer, text, told);
	return (int64_t)told;
}

int zrt_proc_next(int from, char *name, const struct zrt_node **of)
{
	for (int fd = from; fd < ZRT_FDS; fd++) {
		char digits[24];
		const struct zrt_file *f = zrt_fd(fd);
		if (!f)
			continue;
		strcpy(name, zrt_decimal(fd, digits));
		*of = link_of(f);
		return fd;
	}
	return -1;
}
