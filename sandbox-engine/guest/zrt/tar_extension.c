#include "tar_read.h"

#include <string.h>
#include "kmem.h"

enum { MOST_EXTENDED = 1024 * 1024 };

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

int zrt_tar_extension(struct tar_reader *r)
{
	const struct tar_member *m = &r->member;
	if (m->size > MOST_EXTENDED)
		return zrt_tar_fail(r, "an extended header is larger than 1 MiB", 0);
	size_t size = (size_t)m->size;
	char *text = zrt_kalloc(size + 1);
	if (!text)
		return zrt_tar_fail(r, "the heap is full", 0);
	int result = zrt_tar_read_at(r, text, size, r->offset);
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
