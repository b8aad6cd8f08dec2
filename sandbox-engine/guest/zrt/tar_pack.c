#include "tar.h"

#include <errno.h>
#include <string.h>
#include "kmem.h"
#include "path.h"
#include "report.h"
#include "tar_format.h"

enum { BUFFER = 64 * 1024 };

/* A file with several names is written once; later names become links to the first. */
struct seen {
	struct seen *next;
	const struct zrt_node *node;
	size_t size;
	char path[];
};

struct writer {
	struct zrt_channel *to;
	struct zrt_tar_error *error;
	unsigned char *buffer;
	size_t used;
	int64_t offset;
	struct seen *seen;
	size_t length;          /* of path */
	char path[ZRT_PATH_MAX];
};

static int fail(struct writer *w, const char *text)
{
	w->error->offset = w->offset;
	strcpy(w->error->text, text);
	return -1;
}

static int flush(struct writer *w)
{
	for (size_t done = 0; done < w->used;) {
		int64_t n = zrt_channel_write(w->to, w->buffer + done, w->used - done, w->offset);
		if (n <= 0)
			return fail(w, zrt_error_text(n ? (int)-n : EIO));
		done += (size_t)n;
		w->offset += n;
	}
	w->used = 0;
	return 0;
}

static int put(struct writer *w, const void *data, size_t size)
{
	const unsigned char *p = data;
	while (size) {
		size_t n = BUFFER - w->used < size ? BUFFER - w->used : size;
		if (p)
			memcpy(w->buffer + w->used, p, n);
		else
			memset(w->buffer + w->used, 0, n);
		w->used += n;
		size -= n;
		p = p ? p + n : 0;
		if (w->used == BUFFER && flush(w))
			return -1;
	}
	return 0;
}

static int pad(struct writer *w, int64_t size)
{
	return put(w, 0, (size_t)(-size & (TAR_BLOCK - 1)));
}

/* Octal in `width` - 1 digits; 0 if it fits. */
static int octal(char *field, size_t width, int64_t value)
{
	if (value < 0)
		return -1;
	for (size_t i = width - 1; i-- > 0; value >>= 3)
		field[i] = (char)('0' + (value & 7));
	return value ? -1 : 0;
}

static void seal(struct tar_header *h)
{
	uint32_t sum = 0;
	memset(h->sum, ' ', sizeof h->sum);
	for (size_t i = 0; i < sizeof *h; i++)
		sum += ((const unsigned char *)h)[i];
	octal(h->sum, 7, sum);
	h->sum[6] = 0;
}

static void begin(struct tar_header *h, const struct zrt_node *n, char type)
{
	memset(h, 0, sizeof *h);
	memcpy(h->magic, "ustar", 6);
	memcpy(h->version, "00", 2);
	h->type = type;
	octal(h->mode, sizeof h->mode, n->mode & 07777);
	octal(h->uid, sizeof h->uid, n->uid & 07777777);
	octal(h->gid, sizeof h->gid, n->gid & 07777777);
	octal(h->size, sizeof h->size, 0);
	octal(h->mtime, sizeof h->mtime, 0);
}

/* Adds "LENGTH KEY=VALUE\n"; the length counts its own digits. */
static size_t pax_record(char *to, const char *key, const char *value)
{
	char digits[24];
	size_t rest = strlen(key) + strlen(value) + 3, total = rest;
	while (total != rest + strlen(zrt_decimal((int64_t)total, digits)))
		total = rest + strlen(zrt_decimal((int64_t)total, digits));
	strcpy(to, zrt_decimal((int64_t)total, digits));
	strcat(to, " ");
	strcat(to, key);
	strcat(to, "=");
	strcat(to, value);
	strcat(to, "\n");
	return total;
}

/* Splits a path over prefix and name as ustar wants; -1 if it cannot be. */
static int short_name(struct tar_header *h, const char *path)
{
	size_t length = strlen(path);
	if (length <= sizeof h->name) {
		memcpy(h->name, path, length);
		return 0;
	}
	for (size_t cut = 1; cut <= sizeof h->prefix && cut < length; cut++) {
		size_t tail = length - cut - 1;
		if (path[cut] == '/' && tail && tail <= sizeof h->name) {
			memcpy(h->prefix, path, cut);
			memcpy(h->name, path + cut + 1, tail);
			return 0;
		}
	}
	return -1;
}

static int header(struct writer *w, const struct zrt_node *n, char type, int64_t size,
	const char *link)
{
	struct tar_header h;
	char digits[24];
	begin(&h, n, type);
	char *pax = zrt_kalloc(3 * ZRT_PATH_MAX);
	if (!pax)
		return fail(w, "the heap is full");
	size_t used = 0;
	if (short_name(&h, w->path)) {
		used += pax_record(pax + used, "path", w->path);
		memcpy(h.name, w->path, sizeof h.name);
	}
	if (link && strlen(link) > sizeof h.link)
		used += pax_record(pax + used, "linkpath", link);
	if (link)
		memcpy(h.link, link, strnlen(link, sizeof h.link));
	if (octal(h.size, sizeof h.size, size)) {
		used += pax_record(pax + used, "size", zrt_decimal(size, digits));
		octal(h.size, sizeof h.size, 0);
	}
	if (n->uid > 07777777)
		used += pax_record(pax + used, "uid", zrt_decimal(n->uid, digits));
	if (n->gid > 07777777)
		used += pax_record(pax + used, "gid", zrt_decimal(n->gid, digits));
	if (octal(h.mtime, sizeof h.mtime, n->mtime.sec)) {
		used += pax_record(pax + used, "mtime", zrt_decimal(n->mtime.sec, digits));
		octal(h.mtime, sizeof h.mtime, 0);
	}
	int error = 0;
	if (used) {
		struct tar_header x;
		begin(&x, n, 'x');
		strcpy(x.name, "PaxHeaders/member");
		octal(x.size, sizeof x.size, (int64_t)used);
		seal(&x);
		error = put(w, &x, sizeof x) || put(w, pax, used) || pad(w, (int64_t)used);
	}
	zrt_kfree(pax, 3 * ZRT_PATH_MAX);
	seal(&h);
	return error || put(w, &h, sizeof h) ? -1 : 0;
}

static int body(struct writer *w, struct zrt_node *n)
{
	int64_t size = n->content.size;
	for (int64_t at = 0; at < size;) {
		if (w->used == BUFFER && flush(w))
			return -1;
		size_t room = BUFFER - w->used;
		int64_t got = zrt_content_read(&n->content, w->buffer + w->used, room, at);
		if (got <= 0)
			return fail(w, zrt_error_text(got ? (int)-got : EIO));
		w->used += (size_t)got;
		at += got;
	}
	return pad(w, size);
}

static const char *first_name(struct writer *w, const struct zrt_node *n)
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

static int directory(struct writer *w, struct zrt_node *dir);

static int member(struct writer *w, struct zrt_node *n)
{
	if (n->links > 1 && n->kind != ZRT_DIR) {
		const char *first = first_name(w, n);
		if (first)
			return header(w, n, '1', 0, first);
	}
	switch (n->kind) {
	case ZRT_DIR:
		w->path[w->length] = '/';
		w->path[w->length + 1] = 0;
		if (header(w, n, '5', 0, 0))
			return -1;
		w->length++;
		return directory(w, n);
	case ZRT_FILE:
		return header(w, n, '0', n->content.size, 0) || body(w, n) ? -1 : 0;
	case ZRT_SYMLINK:
		return header(w, n, '2', 0, n->link.target);
	case ZRT_FIFO:
		return header(w, n, '6', 0, 0);
	default:
		return 0;
	}
}

static int directory(struct writer *w, struct zrt_node *dir)
{
	struct zrt_entry *e;
	size_t base = w->length;
	for (uint64_t next = 0; (e = zrt_dir_next(dir, next)); next = e->cookie + 1) {
		if (e->node->kind == ZRT_DIR && e->node->dir.fixed)
			continue;
		if (base + e->length + 2 > sizeof w->path)
			return fail(w, zrt_error_text(ENAMETOOLONG));
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
	struct writer *w = zrt_kalloc(sizeof *w);
	unsigned char *buffer = zrt_kalloc(BUFFER);
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
			fail(w, zrt_error_text(-failed));
		else if (!directory(w, from) && !put(w, 0, 2 * TAR_BLOCK))
			result = flush(w);
		while (w->seen) {
			struct seen *s = w->seen;
			w->seen = s->next;
			zrt_kfree(s, s->size);
		}
	}
	zrt_kfree(buffer, BUFFER);
	zrt_kfree(w, sizeof *w);
	return result;
}
