#include "tar_read.h"

#include <string.h>
#include "kmem.h"
#include "report.h"
#include "tar_format.h"

enum { MOST_EXTENDED = 1024 * 1024 };

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

static int read_at(struct tar_reader *r, void *buffer, size_t size, int64_t offset)
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
			: read_at(r, r->window, (size_t)r->window_size, r->offset);
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

/* Decimal with an optional fraction, as in pax records. */
static int decimal(const char *s, int64_t *whole, int32_t *nano)
{
	int negative = *s == '-';
	int64_t v = 0;
	s += negative;
	if (*s < '0' || *s > '9')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (v > (INT64_MAX - 9) / 10)
			return -1;
		v = v * 10 + (*s - '0');
	}
	int32_t n = 0;
	if (*s == '.') {
		int32_t unit = 100000000;
		for (s++; *s >= '0' && *s <= '9'; s++, unit /= 10)
			n += (*s - '0') * unit;
	}
	if (*s)
		return -1;
	if (negative) {
		v = -v;
		if (n) {
			v--;
			n = (int32_t)NSEC_PER_SEC - n;
		}
	}
	*whole = v;
	*nano = n;
	return 0;
}

static int keep_text(struct tar_reader *r, char *to, const char *value, size_t length)
{
	if (length >= ZRT_PATH_MAX)
		return zrt_tar_fail(r, "a member's name is longer than 4095 bytes", 0);
	if (memchr(value, 0, length))
		return zrt_tar_fail(r, "a member's name contains a zero byte", 0);
	memcpy(to, value, length);
	to[length] = 0;
	return 0;
}

static int pax_record(struct tar_reader *r, const char *key, char *value, size_t length)
{
	struct tar_pending *p = &r->pending;
	int32_t fraction;
	if (!strcmp(key, "path")) {
		p->has_path = 1;
		return keep_text(r, p->path, value, length);
	}
	if (!strcmp(key, "linkpath")) {
		p->has_link = 1;
		return keep_text(r, p->link, value, length);
	}
	if (!strncmp(key, "GNU.sparse.", 11))
		return zrt_tar_fail(r, "sparse members are not supported (make the image without --sparse)", 0);
	struct { const char *key; int64_t *to; int *has; } numbers[] = {
		{ "size", &p->size, &p->has_size },
		{ "mtime", &p->mtime, &p->has_mtime },
		{ "uid", &p->uid, &p->has_uid },
		{ "gid", &p->gid, &p->has_gid },
	};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		if (strcmp(key, numbers[i].key))
			continue;
		if (decimal(value, numbers[i].to, &fraction))
			return zrt_tar_fail(r, "bad pax number: ", value);
		if (numbers[i].to == &p->mtime)
			p->mtime_nsec = fraction;
		*numbers[i].has = 1;
	}
	return 0;
}

/* Records "LENGTH KEY=VALUE\n", LENGTH counting itself (POSIX pax interchange format). */
static int pax_records(struct tar_reader *r, char *text, size_t size)
{
	char *p = text, *end = text + size;
	while (p < end && *p) {
		char *record = p;
		size_t length = 0;
		while (p < end && *p >= '0' && *p <= '9' && length <= MOST_EXTENDED)
			length = length * 10 + (size_t)(*p++ - '0');
		if (p == end || *p != ' ' || length > (size_t)(end - record)
		    || length <= (size_t)(p - record) + 2 || record[length - 1] != '\n')
			return zrt_tar_fail(r, "malformed pax record", 0);
		char *key = p + 1, *stop = record + length - 1;
		char *equals = memchr(key, '=', (size_t)(stop - key));
		if (!equals)
			return zrt_tar_fail(r, "pax record without '='", 0);
		*equals = *stop = 0;
		if (pax_record(r, key, equals + 1, (size_t)(stop - equals - 1)))
			return -1;
		p = record + length;
	}
	return 0;
}

/* Reads the body of an extension member. */
static int extension(struct tar_reader *r, const struct tar_member *m)
{
	if (m->size > MOST_EXTENDED)
		return zrt_tar_fail(r, "an extended header is larger than 1 MiB", 0);
	size_t size = (size_t)m->size;
	char *text = zrt_kalloc(size + 1);
	if (!text)
		return zrt_tar_fail(r, "the heap is full", 0);
	int result = read_at(r, text, size, r->offset);
	if (!result && m->type == 'x') {
		result = pax_records(r, text, size);
	} else if (!result && m->type != 'g') {
		char *to = m->type == 'L' ? r->pending.path : r->pending.link;
		*(m->type == 'L' ? &r->pending.has_path : &r->pending.has_link) = 1;
		result = keep_text(r, to, text, strnlen(text, size));
	}
	zrt_kfree(text, size + 1);
	return result;
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
			if (extension(r, m))
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
