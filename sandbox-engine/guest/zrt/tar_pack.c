#include "tar.h"

#include <errno.h>
#include <string.h>
#include "kmem.h"
#include "report.h"
#include "tar_format.h"
#include "tar_write.h"

/* A file with several names is written once; later names become links to the first. */
struct seen {
	struct seen *next;
	const struct zrt_node *node;
	size_t size;
	char path[];
};

static const char *first_name(struct tar_writer *w, const struct zrt_node *n)
{
	for (struct seen *s = w->seen; s; s = s->next)
		if (s->node == n)
			return s->path;
	struct seen *s = zrt_kalloc(sizeof *s + w->length + 1);
	if (s) {
		s->node = n;
		s->size = sizeof *s + w->length + 1;
		memcpy(s->path, w->path, w->length + 1);
		s->next = w->seen;
		w->seen = s;
	}
	return 0;
}

static int directory(struct tar_writer *w, struct zrt_node *dir);

static int member(struct tar_writer *w, struct zrt_node *n)
{
	if (n->links > 1 && n->kind != ZRT_DIR) {
		const char *first = first_name(w, n);
		if (first)
			return zrt_tar_header(w, n, '1', 0, first);
	}
	switch (n->kind) {
	case ZRT_DIR:
		w->path[w->length] = '/';
		w->path[w->length + 1] = 0;
		if (zrt_tar_header(w, n, '5', 0, 0))
			return -1;
		w->length++;
		return directory(w, n);
	case ZRT_FILE:
		return zrt_tar_header(w, n, '0', n->content.size, 0) || zrt_tar_body(w, n) ? -1 : 0;
	case ZRT_SYMLINK:
		return zrt_tar_header(w, n, '2', 0, n->link.target);
	case ZRT_FIFO:
		return zrt_tar_header(w, n, '6', 0, 0);
	default:
		return 0;
	}
}

static int directory(struct tar_writer *w, struct zrt_node *dir)
{
	struct zrt_entry *e;
	size_t base = w->length;
	for (uint64_t next = 0; (e = zrt_dir_next(dir, next)); next = e->cookie + 1) {
		if (e->node->kind == ZRT_DIR && e->node->dir.fixed)
			continue;
		if (base + e->length + 2 > sizeof w->path)
			return zrt_tar_write_fail(w, zrt_error_text(ENAMETOOLONG));
		memcpy(w->path + base, e->name, e->length);
		w->length = base + e->length;
		w->path[w->length] = 0;
		if (member(w, e->node))
			return -1;
	}
	return 0;
}

/* An image may be packed into the channel it came from: its bytes must be safe first. */
static int detach(struct zrt_node *dir, const struct zrt_channel *image)
{
	struct zrt_entry *e;
	for (uint64_t next = 0; (e = zrt_dir_next(dir, next)); next = e->cookie + 1) {
		int error = 0;
		if (e->node->kind == ZRT_DIR)
			error = detach(e->node, image);
		else if (e->node->kind == ZRT_FILE && e->node->content.image == image)
			error = zrt_content_detach(&e->node->content);
		if (error)
			return error;
	}
	return 0;
}

int zrt_tar_pack(struct zrt_node *from, struct zrt_channel *to, struct zrt_tar_error *error)
{
	struct tar_writer *w = zrt_kalloc(sizeof *w);
	unsigned char *buffer = zrt_kalloc(TAR_BUFFER);
	int result = -1;
	error->offset = 0;
	if (!w || !buffer) {
		strcpy(error->text, "the heap is full");
	} else {
		w->to = to;
		w->error = error;
		w->buffer = buffer;
		int failed = to->readable ? detach(zrt_root, to) : 0;
		if (failed)
			zrt_tar_write_fail(w, zrt_error_text(-failed));
		else if (!directory(w, from) && !zrt_tar_put(w, 0, 2 * TAR_BLOCK))
			result = zrt_tar_flush(w);
		while (w->seen) {
			struct seen *s = w->seen;
			w->seen = s->next;
			zrt_kfree(s, s->size);
		}
	}
	zrt_kfree(buffer, TAR_BUFFER);
	zrt_kfree(w, sizeof *w);
	return result;
}
