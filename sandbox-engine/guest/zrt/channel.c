#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include "kmem.h"

static struct zrt_channel **channels;
static int count, capacity;

/* The sandbox counts in 32-bit integers. */
#define MOST (1 << 30)

int zrt_channel_count(void)
{
	return count;
}

struct zrt_channel *zrt_channel_at(int i)
{
	return channels[i];
}

struct zrt_channel *zrt_channel_find(const char *name)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(channels[i]->name, name))
			return channels[i];
	return 0;
}

int zrt_channel_random_get(const struct zrt_channel *c)
{
	return c->type == ZVM_APPEND || c->type == ZVM_RANDOM;
}

int zrt_channel_random_put(const struct zrt_channel *c)
{
	return c->type == ZVM_RANDOM_PUT || c->type == ZVM_RANDOM;
}

/* One-way streams look like pipes, all else like a block device, until [mapping] says otherwise. */
static uint32_t default_format(const struct zrt_channel *c)
{
	int one_way = c->readable != c->writable;
	if ((c->type == ZVM_SEQUENTIAL && one_way)
	    || (c->type == ZVM_APPEND && one_way && c->writable)
	    || (c->type == ZVM_RANDOM_PUT && one_way && c->readable))
		return S_IFIFO;
	return S_IFBLK;
}

static struct zrt_channel *add(const char *name)
{
	if (count == capacity) {
		int larger = capacity ? capacity * 2 : 16;
		void *p = zrt_krealloc(channels, (size_t)capacity * sizeof *channels,
			(size_t)larger * sizeof *channels);
		if (!p)
			return 0;
		channels = p;
		capacity = larger;
	}
	size_t length = strlen(name) + 1;
	struct zrt_channel *c = zrt_kalloc(sizeof *c + length);
	if (!c)
		return 0;
	c->name = memcpy(c + 1, name, length);
	channels[count++] = c;
	return c;
}

int zrt_channels_load(void)
{
	int n;
	const struct zvm_channel *record = zrt_trap_channels(&n);
	for (int i = 0; i < count; i++)
		channels[i]->index = -1;
	for (int i = 0; i < n; i++, record++) {
		const char *name = zrt_trap_channel_name(record);
		struct zrt_channel *c = zrt_channel_find(name);
		if (!c && !(c = add(name)))
			return -ENOMEM;
		c->index = i;
		/* In a request made from a template the manifest may differ from the one before. Where
		 * it does not, what has been read and written so far still counts. */
		if (c->loaded && !memcmp(&c->record, record, sizeof *record))
			continue;
		c->loaded = 1;
		c->record = *record;
		c->type = record->type;
		c->readable = record->limits[ZVM_GETS] && record->limits[ZVM_GET_SIZE];
		c->writable = record->limits[ZVM_PUTS] && record->limits[ZVM_PUT_SIZE];
		c->size = record->size;
		c->get_position = 0;
		c->put_position = c->type == ZVM_APPEND ? record->size : 0;
		c->format = default_format(c);
	}
	return 0;
}

int zrt_channel_may_open(const struct zrt_channel *c, int flags)
{
	int access = flags & O_ACCMODE;
	int streams = c->format == S_IFIFO || c->format == S_IFCHR;
	if (c->index < 0)
		return -ENXIO;
	if (access == O_ACCMODE)
		return -EINVAL;
	if ((access != O_WRONLY && !c->readable) || (access != O_RDONLY && !c->writable))
		return -EACCES;
	/* Truncating is meaningless where the sandbox only ever appends, harmless on an output that
	 * is still empty, and impossible otherwise. */
	if (flags & O_TRUNC && !streams && c->type != ZVM_SEQUENTIAL && c->size)
		return -EPERM;
	if (access == O_RDWR && c->type == ZVM_APPEND && !streams && !(flags & O_APPEND))
		return -EPERM;
	return 0;
}

static int64_t read_some(struct zrt_channel *c, void *buffer, size_t size, int64_t offset)
{
	int32_t n = zvm_pread(c->index, buffer, size > MOST ? MOST : (int32_t)size, offset);
	if (n > 0)
		c->get_position += n;
	return n;
}

/* A terminal's user sees each line answered, so a read ends with the line. The sandbox blocks until
 * the asked size is there: bytes must be asked for one by one. */
static int64_t read_line(struct zrt_channel *c, char *buffer, size_t size)
{
	size_t done = 0;
	while (done < size) {
		int64_t n = read_some(c, buffer + done, 1, 0);
		if (n < 0)
			return done ? (int64_t)done : n;
		if (n == 0 || buffer[done++] == '\n')
			break;
	}
	return (int64_t)done;
}

int64_t zrt_channel_read(struct zrt_channel *c, void *buffer, size_t size, int64_t offset)
{
	if (c->index < 0)
		return -ENXIO;
	if (!c->readable)
		return -EBADF;
	if (!size)
		return 0;
	if (!zrt_channel_random_get(c)) {
		if (c->format == S_IFCHR)
			return read_line(c, buffer, size);
		return read_some(c, buffer, size, 0);
	}
	if (offset >= c->size)
		return 0;
	int64_t left = c->size - offset;
	return read_some(c, buffer, (uint64_t)left < size ? (size_t)left : size, offset);
}

int64_t zrt_channel_write(struct zrt_channel *c, const void *buffer, size_t size, int64_t offset)
{
	if (c->index < 0)
		return -ENXIO;
	if (!c->writable)
		return -EBADF;
	if (!size)
		return 0;
	int random = zrt_channel_random_put(c);
	int32_t n = zvm_pwrite(c->index, buffer, size > MOST ? MOST : (int32_t)size, random ? offset : 0);
	if (n < 0)
		return n;
	c->put_position += n;
	int64_t end = random ? offset + n : c->put_position;
	if (end > c->size)
		c->size = end;
	return n;
}
