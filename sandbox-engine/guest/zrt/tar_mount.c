#include "tar.h"

#include <errno.h>
#include <string.h>
#include "kmem.h"
#include "path.h"
#include "report.h"
#include "tar_format.h"

enum { WINDOW = 16 * 1024, MOST_EXTENDED = 1024 * 1024 };

struct member {
	char path[ZRT_PATH_MAX];
	char link[ZRT_PATH_MAX];
	int64_t size;
	int64_t mtime;
	int32_t mtime_nsec;
	uint32_t mode, uid, gid;
	char type;
};

/* What pax and GNU extension members said about the member that follows. */
struct pending {
	char path[ZRT_PATH_MAX];
	char link[ZRT_PATH_MAX];
	int64_t size, mtime, uid, gid;
	int32_t mtime_nsec;
	int has_path, has_link, has_size, has_mtime, has_uid, has_gid;
};

struct reader {
	struct zrt_channel *image;
	struct zrt_node *root;
	struct zrt_tar_error *error;
	int64_t offset;         /* of the next block to look at */
	int64_t window_offset;
	int64_t window_size;
	unsigned char *window;
	struct member member;
	struct pending pending;
};

static int fail(struct reader *r, const char *text, const char *detail)
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

static int read_at(struct reader *r, void *buffer, size_t size, int64_t offset)
{
	for (size_t done = 0; done < size;) {
		int64_t n = zrt_channel_read(r->image, (char *)buffer + done, size - done,
			offset + (int64_t)done);
		if (n < 0)
			return fail(r, "cannot read the image: ", zrt_error_text((int)-n));
		if (!n)
			return fail(r, "the image ends in the middle of a member", 0);
		done += (size_t)n;
	}
	return 0;
}

/* The block at r->offset; null at the end of the channel or on an error (*failed). */
static const unsigned char *block(struct reader *r, int *failed)
{
	*failed = 0;
	if (r->offset >= r->image->size)
		return 0;
	int64_t inside = r->offset - r->window_offset;
	if (inside < 0 || inside + TAR_BLOCK > r->window_size) {
		int64_t left = r->image->size - r->offset;
		r->window_offset = r->offset;
		r->window_size = left < WINDOW ? left : WINDOW;
		inside = 0;
		*failed = r->window_size < TAR_BLOCK
			? fail(r, "the image ends in the middle of a header", 0)
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

static int keep_text(struct reader *r, char *to, const char *value, size_t length)
{
	if (length >= ZRT_PATH_MAX)
		return fail(r, "a member's name is longer than 4095 bytes", 0);
	if (memchr(value, 0, length))
		return fail(r, "a member's name contains a zero byte", 0);
	memcpy(to, value, length);
	to[length] = 0;
	return 0;
}

static int pax_record(struct reader *r, const char *key, char *value, size_t length)
{
	struct pending *p = &r->pending;
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
		return fail(r, "sparse members are not supported (make the image without --sparse)", 0);
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
			return fail(r, "bad pax number: ", value);
		if (numbers[i].to == &p->mtime)
			p->mtime_nsec = fraction;
		*numbers[i].has = 1;
	}
	return 0;
}

/* Records "LENGTH KEY=VALUE\n", LENGTH counting itself (POSIX pax interchange format). */
static int pax_records(struct reader *r, char *text, size_t size)
{
	char *p = text, *end = text + size;
	while (p < end && *p) {
		char *record = p;
		size_t length = 0;
		while (p < end && *p >= '0' && *p <= '9' && length <= MOST_EXTENDED)
			length = length * 10 + (size_t)(*p++ - '0');
		if (p == end || *p != ' ' || length > (size_t)(end - record)
		    || length <= (size_t)(p - record) + 2 || record[length - 1] != '\n')
			return fail(r, "malformed pax record", 0);
		char *key = p + 1, *stop = record + length - 1;
		char *equals = memchr(key, '=', (size_t)(stop - key));
		if (!equals)
			return fail(r, "pax record without '='", 0);
		*equals = *stop = 0;
		if (pax_record(r, key, equals + 1, (size_t)(stop - equals - 1)))
			return -1;
		p = record + length;
	}
	return 0;
}

/* Reads the body of an extension member. */
static int extension(struct reader *r, const struct member *m)
{
	if (m->size > MOST_EXTENDED)
		return fail(r, "an extended header is larger than 1 MiB", 0);
	size_t size = (size_t)m->size;
	char *text = zrt_kalloc(size + 1);
	if (!text)
		return fail(r, "the heap is full", 0);
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

static int parse(struct reader *r, const struct tar_header *h)
{
	struct member *m = &r->member;
	if (!sum_matches(h))
		return fail(r, "the header's checksum is wrong (is it a tar file, and not compressed?)", 0);
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

	struct pending *p = &r->pending;
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
		return fail(r, "the header has a malformed number", m->path);
	return 0;
}

/* Drops leading slashes and "./"; ".." would let an image reach outside its mount point. */
static int relative(struct reader *r, const char *name, const char **result)
{
	const char *p = name;
	while (*p == '/' || (p[0] == '.' && (p[1] == '/' || !p[1])))
		p++;
	for (const char *s = p; *s; s += strspn(s, "/")) {
		size_t n = strcspn(s, "/");
		if (n == 2 && s[0] == '.' && s[1] == '.')
			return fail(r, "'..' in a member's name", name);
		s += n;
	}
	*result = p;
	return 0;
}

/* Finds where a member goes, making missing parents. */
static int place(struct reader *r, const char *name, struct zrt_walk *w)
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
			return fail(r, zrt_error_text(-error), name);
		if (final)
			return 0;
		if (!w->node) {
			struct zrt_node *n = zrt_node_new(S_IFDIR | 0755);
			if (!n || zrt_dir_add(w->dir, w->name, w->length, n))
				return fail(r, "the heap is full", 0);
			w->node = n;
		}
		if (w->node->kind != ZRT_DIR)
			return fail(r, "a parent of the member is no directory", name);
		at = w->node;
		p = rest;
	}
}

static void stamp(struct zrt_node *n, const struct member *m)
{
	n->mode = (n->mode & S_IFMT) | m->mode;
	n->uid = m->uid;
	n->gid = m->gid;
	n->mtime = n->atime = n->ctime = (struct zrt_time){ m->mtime, m->mtime_nsec };
}

static struct zrt_node *make(struct reader *r, const struct member *m, const char *name)
{
	struct zrt_walk w;
	switch (m->type) {
	case '1': {
		const char *target;
		if (relative(r, m->link, &target))
			return 0;
		int error = zrt_walk(r->root, *target ? target : ".", 0, &w);
		if (error || w.node->kind == ZRT_DIR) {
			fail(r, "a hard link's target is missing or a directory:", m->link);
			return 0;
		}
		return w.node;
	}
	case '2': {
		struct zrt_node *n = zrt_node_new(S_IFLNK | 0777);
		size_t length = strlen(m->link);
		char *target = n ? zrt_kalloc(length + 1) : 0;
		if (!target) {
			fail(r, "the heap is full", 0);
			return 0;
		}
		if (!length) {
			fail(r, "a symbolic link without a target", name);
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
			fail(r, "the heap is full", 0);
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

static int add(struct reader *r)
{
	struct member *m = &r->member;
	const char *name;
	struct zrt_walk w;
	if (relative(r, m->path, &name))
		return -1;
	size_t length = strlen(name);
	if (m->type == '0' && length && name[length - 1] == '/')
		m->type = '5';          /* how the oldest tars marked directories */
	if (!length) {
		if (m->type != '5')
			return fail(r, "a member without a name", 0);
		if (r->root != zrt_root)
			stamp(r->root, m);
		return 0;
	}
	if (place(r, name, &w))
		return -1;
	if (w.dir->dir.fixed || (w.dir == zrt_root && !strcmp(w.name, "dev")))
		return 0;               /* an image's /dev never becomes channels */
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
			return fail(r, "the member would replace a directory that is not empty", name);
		if (!w.entry)
			return fail(r, "the member would replace a directory", name);
		zrt_dir_remove(w.entry);
	}
	if (zrt_dir_add(w.dir, w.name, w.length, n))
		return fail(r, "the heap is full", 0);
	if (m->type != '1')
		stamp(n, m);
	return 0;
}

static int members(struct reader *r)
{
	for (;;) {
		int failed;
		r->error->offset = r->offset;
		const unsigned char *b = block(r, &failed);
		if (!b || is_zero(b))
			return failed;
		struct tar_header h;
		memcpy(&h, b, sizeof h);
		if (parse(r, &h))
			return -1;
		struct member *m = &r->member;
		r->offset += TAR_BLOCK;
		int has_body = strchr("07xgLK", m->type) != 0;
		if (has_body && m->size > r->image->size - r->offset)
			return fail(r, "the image ends in the middle of a member:", m->path);
		int error;
		if (strchr("xgLK", m->type))
			error = extension(r, m);
		else if (strchr("012567", m->type))
			error = add(r);
		else if (m->type == '3' || m->type == '4')
			error = 0;              /* a device of another system has no meaning here */
		else if (m->type == 'S')
			error = fail(r, "sparse members are not supported:", m->path);
		else
			error = fail(r, "a member of an unknown type:", m->path);
		if (error)
			return -1;
		if (has_body)
			r->offset += padded(m->size);
	}
}

int zrt_tar_mount(struct zrt_channel *image, struct zrt_node *at, struct zrt_tar_error *error)
{
	/* Too large for the stack of a program that mounts nothing else. */
	struct reader *r = zrt_kalloc(sizeof *r);
	unsigned char *window = zrt_kalloc(WINDOW);
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
			fail(r, "the channel is not readable at random (type 1 or 3)", 0);
		else
			result = members(r);
	}
	zrt_kfree(window, WINDOW);
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
