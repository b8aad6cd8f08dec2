#include "tar.h"

#include <errno.h>
#include <string.h>
#include "kmem.h"
#include "report.h"
#include "tar_read.h"

/* Drops leading slashes and "./"; ".." would let an image reach outside its mount point. */
static int relative(struct tar_reader *r, const char *name, const char **result)
{
	const char *p = name;
	while (*p == '/' || (p[0] == '.' && (p[1] == '/' || !p[1])))
		p++;
	for (const char *s = p; *s; s += strspn(s, "/")) {
		size_t n = strcspn(s, "/");
		if (n == 2 && s[0] == '.' && s[1] == '.')
			return zrt_tar_fail(r, "'..' in a member's name", name);
		s += n;
	}
	*result = p;
	return 0;
}

/* Finds where a member goes, making missing parents; below /dev and /proc it may stop at the first that
 * would have to be made. */
static int place(struct tar_reader *r, const char *name, struct zrt_walk *w)
{
	char part[ZRT_PATH_MAX];
	size_t total = strlen(name);
	struct zrt_node *at = r->root;
	memcpy(part, name, total + 1);
	for (char *p = part; ; ) {
		char *slash = strchr(p, '/');
		char *rest = slash ? slash + strspn(slash, "/") : 0;
		int final = !rest || !*rest;
		if (slash)
			*slash = 0;
		int error = zrt_walk(at, p, (final ? 0 : ZRT_FOLLOW) | ZRT_CREATE, w);
		if (error)
			return zrt_tar_fail(r, zrt_error_text(-error), name);
		if (final)
			return 0;
		if (!w->node && w->dir->dir.fixed)
			return 0;
		if (!w->node) {
			struct zrt_node *n = zrt_node_new(S_IFDIR | 0755);
			if (!n || zrt_dir_add(w->dir, w->name, w->length, n))
				return zrt_tar_fail(r, "the heap is full", 0);
			w->node = n;
		}
		if (w->node->kind != ZRT_DIR)
			return zrt_tar_fail(r, "a parent of the member is no directory", name);
		at = w->node;
		p = rest;
	}
}

static void stamp(struct zrt_node *n, const struct tar_member *m)
{
	n->mode = (n->mode & S_IFMT) | m->mode;
	n->uid = m->uid;
	n->gid = m->gid;
	n->mtime = n->atime = n->ctime = (struct zrt_time){ m->mtime, m->mtime_nsec };
}

static struct zrt_node *make(struct tar_reader *r, const struct tar_member *m, const char *name)
{
	struct zrt_walk w;
	switch (m->type) {
	case '1': {
		const char *target;
		if (relative(r, m->link, &target))
			return 0;
		int error = zrt_walk(r->root, *target ? target : ".", 0, &w);
		if (error || w.node->kind == ZRT_DIR || w.dir->dir.fixed) {
			zrt_tar_fail(r, "a hard link's target is missing, a directory or a device:", m->link);
			return 0;
		}
		return w.node;
	}
	case '2': {
		struct zrt_node *n = zrt_node_new(S_IFLNK | 0777);
		size_t length = strlen(m->link);
		char *target = n ? zrt_kalloc(length + 1) : 0;
		if (!target) {
			zrt_tar_fail(r, "the heap is full", 0);
			return 0;
		}
		if (!length) {
			zrt_tar_fail(r, "a symbolic link without a target", name);
			return 0;
		}
		n->link.target = memcpy(target, m->link, length + 1);
		n->link.length = length;
		return n;
	}
	default: {
		uint32_t format = m->type == '5' ? S_IFDIR : m->type == '6' ? S_IFIFO : S_IFREG;
		struct zrt_node *n = zrt_node_new(format | m->mode);
		if (!n) {
			zrt_tar_fail(r, "the heap is full", 0);
			return 0;
		}
		if (format == S_IFREG) {
			n->content.size = n->content.image_size = m->size;
			n->content.image = m->size ? r->image : 0;
			n->content.image_offset = r->offset;
		}
		return n;
	}
	}
}

static int add(struct tar_reader *r)
{
	struct tar_member *m = &r->member;
	const char *name;
	struct zrt_walk w;
	if (relative(r, m->path, &name))
		return -1;
	size_t length = strlen(name);
	if (m->type == '0' && length && name[length - 1] == '/')
		m->type = '5';          /* how the oldest tars marked directories */
	if (!length) {
		if (m->type != '5')
			return zrt_tar_fail(r, "a member without a name", 0);
		if (r->root != zrt_root)
			stamp(r->root, m);
		return 0;
	}
	if (place(r, name, &w))
		return -1;
	/* An image's /dev never becomes channels, and its /proc tells nothing of this process. */
	if (w.dir->dir.fixed || (w.dir == zrt_root && (!strcmp(w.name, "dev") || !strcmp(w.name, "proc"))))
		return 0;
	if (m->type == '5' && w.node) {
		struct zrt_walk target;
		if (w.node->kind == ZRT_SYMLINK && !zrt_walk(w.dir, w.name, ZRT_FOLLOW, &target))
			w.node = target.node;
		if (w.node->kind == ZRT_DIR) {
			if (!w.node->dir.fixed)
				stamp(w.node, m);
			return 0;
		}
	}
	struct zrt_node *n = make(r, m, name);
	if (!n)
		return -1;
	if (n == w.node)
		return 0;               /* a link to itself */
	if (w.node) {
		if (w.node->kind == ZRT_DIR && w.node->dir.live)
			return zrt_tar_fail(r, "the member would replace a directory that is not empty", name);
		if (!w.entry)
			return zrt_tar_fail(r, "the member would replace a directory", name);
		zrt_dir_remove(w.entry);
	}
	if (zrt_dir_add(w.dir, w.name, w.length, n))
		return zrt_tar_fail(r, "the heap is full", 0);
	if (m->type != '1')
		stamp(n, m);
	return 0;
}

int zrt_tar_mount(struct zrt_channel *image, struct zrt_node *at, struct zrt_tar_error *error)
{
	/* Too large for the stack of a program that mounts nothing else. */
	struct tar_reader *r = zrt_kalloc(sizeof *r);
	unsigned char *window = zrt_kalloc(TAR_WINDOW);
	int result = -1;
	error->offset = 0;
	if (!r || !window) {
		strcpy(error->text, "the heap is full");
	} else {
		r->image = image;
		r->root = at;
		r->error = error;
		r->window = window;
		r->window_offset = -1;
		if (!image->readable || !zrt_channel_random_get(image))
			zrt_tar_fail(r, "the channel is not readable at random (type 1 or 3)", 0);
		else
			while ((result = zrt_tar_next(r)) > 0 && !(result = add(r)))
				;
	}
	zrt_kfree(window, TAR_WINDOW);
	zrt_kfree(r, sizeof *r);
	return result;
}

void zrt_tar_forget(struct zrt_node *from, const struct zrt_channel *image)
{
	struct zrt_entry *e;
	for (uint64_t next = 0; (e = zrt_dir_next(from, next));) {
		next = e->cookie + 1;
		if (e->node->kind == ZRT_DIR)
			zrt_tar_forget(e->node, image);
		else if (e->node->kind == ZRT_FILE && e->node->content.image == image)
			zrt_dir_remove(e);
	}
}
