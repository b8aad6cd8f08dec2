#include "tar_write.h"

#include <errno.h>
#include <string.h>
#include "kmem.h"
#include "report.h"
#include "tar_format.h"

int zrt_tar_write_fail(struct tar_writer *w, const char *text)
{
	w->error->offset = w->offset;
	strcpy(w->error->text, text);
	return -1;
}

int zrt_tar_flush(struct tar_writer *w)
{
	for (size_t done = 0; done < w->used;) {
		int64_t n = zrt_channel_write(w->to, w->buffer + done, w->used - done, w->offset);
		if (n <= 0)
			return zrt_tar_write_fail(w, zrt_error_text(n ? (int)-n : EIO));
		done += (size_t)n;
		w->offset += n;
	}
	w->used = 0;
	return 0;
}

int zrt_tar_put(struct tar_writer *w, const void *data, size_t size)
{
	const unsigned char *p = data;
	while (size) {
		size_t n = TAR_BUFFER - w->used < size ? TAR_BUFFER - w->used : size;
		if (p)
			memcpy(w->buffer + w->used, p, n);
		else
			memset(w->buffer + w->used, 0, n);
		w->used += n;
		size -= n;
		p = p ? p + n : 0;
		if (w->used == TAR_BUFFER && zrt_tar_flush(w))
			return -1;
	}
	return 0;
}

static int pad(struct tar_writer *w, int64_t size)
{
	return zrt_tar_put(w, 0, (size_t)(-size & (TAR_BLOCK - 1)));
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

int zrt_tar_header(struct tar_writer *w, const struct zrt_node *n, char type, int64_t size,
	const char *link)
{
	struct tar_header h;
	char digits[24];
	begin(&h, n, type);
	char *pax = zrt_kalloc(3 * ZRT_PATH_MAX);
	if (!pax)
		return zrt_tar_write_fail(w, "the heap is full");
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
		error = zrt_tar_put(w, &x, sizeof x) || zrt_tar_put(w, pax, used) || pad(w, (int64_t)used);
	}
	zrt_kfree(pax, 3 * ZRT_PATH_MAX);
	seal(&h);
	return error || zrt_tar_put(w, &h, sizeof h) ? -1 : 0;
}

int zrt_tar_body(struct tar_writer *w, struct zrt_node *n)
{
	int64_t size = n->content.size;
	for (int64_t at = 0; at < size;) {
		if (w->used == TAR_BUFFER && zrt_tar_flush(w))
			return -1;
		size_t room = TAR_BUFFER - w->used;
		int64_t got = zrt_content_read(&n->content, w->buffer + w->used, room, at);
		if (got <= 0)
			return zrt_tar_write_fail(w, zrt_error_text(got ? (int)-got : EIO));
		w->used += (size_t)got;
		at += got;
	}
	return pad(w, size);
}
