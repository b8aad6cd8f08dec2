#include "tar_read.h"

#include <string.h>
#include "report.h"
#include "tar_format.h"

int zrt_tar_fail(struct tar_reader *r, const char *text, const char *detail)
{
	char *to = r->error->text;
	size_t room = sizeof r->error->text - 1;
	const char *part[] = { text, detail ? " '" : "", detail ? detail : "", detail ? "'" : "" };
	for (int i = 0; i < 4; i++) {
		size_t n = strnlen(part[i], room);
		memcpy(to, part[i], n);
		to += n;
		room -= n;
	}
	*to = 0;
	return -1;
}

int zrt_tar_read_at(struct tar_reader *r, void *buffer, size_t size, int64_t offset)
{
	for (size_t done = 0; done < size;) {
		int64_t n = zrt_channel_read(r->image, (char *)buffer + done, size - done,
			offset + (int64_t)done);
		if (n < 0)
			return zrt_tar_fail(r, "cannot read the image: ", zrt_error_text((int)-n));
		if (!n)
			return zrt_tar_fail(r, "the image ends in the middle of a member", 0);
		done += (size_t)n;
	}
	return 0;
}

/* The block at r->offset; null at the end of the channel or on an error (*failed). */
static const unsigned char *block(struct tar_reader *r, int *failed)
{
	*failed = 0;
	if (r->offset >= r->image->size)
		return 0;
	int64_t inside = r->offset - r->window_offset;
	if (inside < 0 || inside + TAR_BLOCK > r->window_size) {
		int64_t left = r->image->size - r->offset;
		r->window_offset = r->offset;
		r->window_size = left < TAR_WINDOW ? left : TAR_WINDOW;
		inside = 0;
		*failed = r->window_size < TAR_BLOCK
			? zrt_tar_fail(r, "the image ends in the middle of a header", 0)
			: zrt_tar_read_at(r, r->window, (size_t)r->window_size, r->offset);
		if (*failed) {
			r->window_size = 0;
			return 0;
		}
	}
	return r->window + inside;
}

/* Octal text, or GNU's base-256 when the top bit is set. -1 if neither. */
static int64_t number(const char *field, size_t size)
{
	const unsigned char *p = (const unsigned char *)field, *end = p + size;
	int64_t value = 0;
	if (*p & 0x80) {
		value = *p == 0xff ? -1 : *p & 0x3f;
		while (++p < end) {
			if (value > INT64_MAX >> 8 || value < INT64_MIN >> 8)
				return -1;
			value = (int64_t)((uint64_t)value << 8 | *p);
		}
		return value;
	}
	while (p < end && *p == ' ')
		p++;
	for (; p < end && *p >= '0' && *p <= '7'; p++)
		value = value << 3 | (*p - '0');
	return p < end && *p && *p != ' ' ? -1 : value;
}

static int sum_matches(const struct tar_header *h)
{
	const unsigned char *p = (const unsigned char *)h;
	int64_t plain = 0, with_sign = 0;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		int in_sum = i >= offsetof(struct tar_header, sum) && i < offsetof(struct tar_header, type);
		unsigned char b = in_sum ? ' ' : p[i];
		plain += b;
		with_sign += (signed char)b;
	}
	int64_t stored = number(h->sum, sizeof h->sum);
	return stored == plain || stored == with_sign;
}

static int is_zero(const unsigned char *p)
{
	for (int i = 0; i < TAR_BLOCK; i++)
		if (p[i])
			return 0;
	return 1;
}

static int64_t padded(int64_t size)
{
	return (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}

static int parse(struct tar_reader *r, const struct tar_header *h)
{
	struct tar_member *m = &r->member;
	if (!sum_matches(h))
		return zrt_tar_fail(r, "the header's checksum is wrong (is it a tar file, and not compressed?)", 0);
	int64_t mode = number(h->mode, sizeof h->mode);
	int64_t uid = number(h->uid, sizeof h->uid), gid = number(h->gid, sizeof h->gid);
	m->size = number(h->size, sizeof h->size);
	m->mtime = number(h->mtime, sizeof h->mtime);
	m->mtime_nsec = 0;
	m->type = h->type ? h->type : '0';
	size_t length = 0;
	if (!memcmp(h->magic, "ustar", 6) && *h->prefix) {
		length = strnlen(h->prefix, sizeof h->prefix);
		memcpy(m->path, h->prefix, length);
		m->path[length++] = '/';
	}
	size_t name = strnlen(h->name, sizeof h->name);
	memcpy(m->path + length, h->name, name);
	m->path[length + name] = 0;
	name = strnlen(h->link, sizeof h->link);
	memcpy(m->link, h->link, name);
	m->link[name] = 0;

	struct tar_pending *p = &r->pending;
	if (!strchr("xgLK", m->type)) {
		if (p->has_path)
			strcpy(m->path, p->path);
		if (p->has_link)
			strcpy(m->link, p->link);
		if (p->has_size)
			m->size = p->size;
		if (p->has_mtime) {
			m->mtime = p->mtime;
			m->mtime_nsec = p->mtime_nsec;
		}
		if (p->has_uid)
			uid = p->uid;
		if (p->has_gid)
			gid = p->gid;
		p->has_path = p->has_link = p->has_size = p->has_mtime = p->has_uid = p->has_gid = 0;
	}
	m->mode = (uint32_t)mode & 07777;
	m->uid = (uint32_t)uid;
	m->gid = (uint32_t)gid;
	if (mode < 0 || m->size < 0)
		return zrt_tar_fail(r, "the header has a malformed number", m->path);
	return 0;
}

int zrt_tar_next(struct tar_reader *r)
{
	struct tar_member *m = &r->member;
	for (;;) {
		int failed;
		r->offset += r->body;
		r->body = 0;
		r->error->offset = r->offset;
		const unsigned char *b = block(r, &failed);
		if (!b || is_zero(b))
			return failed;
		struct tar_header h;
		memcpy(&h, b, sizeof h);
		if (parse(r, &h))
			return -1;
		r->offset += TAR_BLOCK;
		if (strchr("07xgLK", m->type)) {
			if (m->size > r->image->size - r->offset)
				return zrt_tar_fail(r, "the image ends in the middle of a member:", m->path);
			r->body = padded(m->size);
		}
		switch (m->type) {
		case 'x':
		case 'g':
		case 'L':
		case 'K':
			if (zrt_tar_extension(r))
				return -1;
			break;
		case '7':               /* "contiguous", a file like any other */
			m->type = '0';
			return 1;
		case '0':
		case '1':
		case '2':
		case '5':
		case '6':
			return 1;
		case '3':
		case '4':               /* a device of another system has no meaning here */
			break;
		case 'S':
			return zrt_tar_fail(r, "sparse members are not supported:", m->path);
		default:
			return zrt_tar_fail(r, "a member of an unknown type:", m->path);
		}
	}
}
