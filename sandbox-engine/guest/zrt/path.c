#include "path.h"

#include <errno.h>
#include <string.h>
#include "proc.h"

enum { MOST_LINKS = 40 };

/* Replaces the text before `rest` with a link's target. */
static int splice(char *buffer, const char *rest, const struct zrt_node *link)
{
	size_t left = strlen(rest);
	if (link->link.length + 1 + left >= ZRT_PATH_MAX)
		return -ENAMETOOLONG;
	memmove(buffer + link->link.length + (left != 0), rest, left + 1);
	memcpy(buffer, link->link.target, link->link.length);
	if (left)
		buffer[link->link.length] = '/';
	return 0;
}

static int is_dots(const char *name, size_t length)
{
	return length == 1 && name[0] == '.' ? ZRT_DOT
		: length == 2 && name[0] == '.' && name[1] == '.' ? ZRT_DOT_DOT : ZRT_NAMED;
}

int zrt_walk(struct zrt_node *start, const char *path, int flags, struct zrt_walk *w)
{
	char buffer[ZRT_PATH_MAX];
	size_t total = strnlen(path, ZRT_PATH_MAX);
	int links = 0;
	if (total == ZRT_PATH_MAX)
		return -ENAMETOOLONG;
	if (!total)
		return -ENOENT;
	memcpy(buffer, path, total + 1);

	struct zrt_node *at = start;
	char *p = buffer;
	w->directory = 0;
again:
	if (*p == '/')
		at = zrt_root;
	w->dir = at;
	w->node = at;
	w->entry = 0;
	w->length = 0;
	w->last = ZRT_TOP;
	for (;;) {
		while (*p == '/')
			p++;
		if (!*p)
			return 0;
		size_t length = strcspn(p, "/");
		const char *name = p;
		p += length;
		int slash = *p == '/';
		while (*p == '/')
			p++;
		int final = !*p;
		if (at->kind != ZRT_DIR)
			return -ENOTDIR;
		if (length > ZRT_NAME_MAX)
			return -ENAMETOOLONG;
		int last = is_dots(name, length);
		w->last = last;
		struct zrt_node *meant = 0;
		w->dir = at;
		w->entry = 0;
		w->length = length;
		memcpy(w->name, name, length);
		w->name[length] = 0;
		if (last == ZRT_DOT) {
			w->node = at;
		} else if (last == ZRT_DOT_DOT) {
			w->node = at->dir.parent;
		} else if (at->dir.descriptors) {
			w->node = zrt_proc_link(name, length, &meant);
		} else {
			w->entry = zrt_dir_find(at, name, length);
			w->node = w->entry ? w->entry->node : 0;
		}
		if (!w->node) {
			if (final && flags & ZRT_CREATE) {
				w->directory |= slash;
				return 0;
			}
			return -ENOENT;
		}
		if (w->node->kind == ZRT_SYMLINK && (!final || slash || flags & ZRT_FOLLOW)) {
			if (++links > MOST_LINKS)
				return -ELOOP;
			if (final && slash)
				w->directory = 1;
			if (meant) {
				/* Not by a name: the file may have another by now, or none. */
				w->node = meant;
				meant = 0;
				goto found;
			}
			int error = splice(buffer, p, w->node);
			if (error)
				return error;
			p = buffer;
			goto again;
		}
found:
		if (final) {
			w->directory |= slash || last != ZRT_NAMED;
			if (w->directory && w->node->kind != ZRT_DIR && !(flags & ZRT_CREATE))
				return -ENOTDIR;
			return 0;
		}
		at = w->node;
	}
}

static const struct zrt_entry *entry_of_directory(const struct zrt_node *n)
{
	const struct zrt_entry *e;
	for (uint64_t from = 0; (e = zrt_dir_next(n->dir.parent, from)); from = e->cookie + 1)
		if (e->node == n)
			return e;
	return 0;
}

int zrt_path_of(const struct zrt_node *node, char *buffer, size_t size)
{
	char reversed[ZRT_PATH_MAX];
	size_t used = 0;
	const struct zrt_node *n = node;
	while (n != zrt_root) {
		if (n->kind == ZRT_DIR && !n->links)
			return -ENOENT;
		const struct zrt_entry *e = n->kind == ZRT_DIR ? entry_of_directory(n) : zrt_node_entry(n);
		if (!e)
			return -ENOENT;
		n = e->parent;
		if (used + e->length + 1 >= sizeof reversed)
			return -ENAMETOOLONG;
		used += e->length + 1;
		char *to = reversed + sizeof reversed - used;
		*to = '/';
		memcpy(to + 1, e->name, e->length);
	}
	if (!used)
		reversed[sizeof reversed - ++used] = '/';
	if (used + 1 > size)
		return -ERANGE;
	memcpy(buffer, reversed + sizeof reversed - used, used);
	buffer[used] = 0;
	return (int)used;
}

int zrt_make_directories(const char *path, struct zrt_node **last)
{
	struct zrt_walk w;
	char part[ZRT_PATH_MAX];
	size_t total = strlen(path);
	if (total >= sizeof part)
		return -ENAMETOOLONG;
	*last = zrt_root;
	for (size_t end = 0; end < total;) {
		while (path[end] == '/')
			end++;
		if (!path[end])
			break;
		end += strcspn(path + end, "/");
		memcpy(part, path, end);
		part[end] = 0;
		int error = zrt_walk(zrt_root, part, ZRT_FOLLOW | ZRT_CREATE, &w);
		if (error)
			return error;
		if (!w.node) {
			struct zrt_node *n = zrt_node_new(S_IFDIR | 0755);
			if (!n)
				return -ENOSPC;
			error = zrt_dir_add(w.dir, w.name, w.length, n);
			if (error) {
				zrt_node_hold(n);
				zrt_node_release(n);
				return error;
			}
			w.node = n;
		}
		if (w.node->kind != ZRT_DIR)
			return -ENOTDIR;
		*last = w.node;
	}
	return 0;
}
