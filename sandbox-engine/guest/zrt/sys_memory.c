#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include "clock.h"
#include "kmem.h"
#include "pages.h"

/* A shared mapping is the file's own memory; the file must live until it is unmapped. */
struct mapping {
	struct mapping *next;
	struct zrt_node *node;
	unsigned char *at;
	size_t size;
	int writable;
};

static struct mapping *mappings;
static int all_locked;

int64_t zrt_sys_brk(uintptr_t to)
{
	return (int64_t)zrt_pages_brk(to);
}

static int64_t map_shared(struct zrt_file *f, size_t size, int64_t offset, int writable)
{
	int error;
	struct mapping *m = zrt_kalloc(sizeof *m);
	if (!m)
		return -ENOMEM;
	m->at = zrt_content_map(&f->node->content, offset, size, &error);
	if (!m->at) {
		zrt_kfree(m, sizeof *m);
		return error;
	}
	m->size = size;
	m->writable = writable;
	m->node = f->node;
	m->node->atime = zrt_clock_now();
	zrt_node_hold(m->node);
	m->next = mappings;
	mappings = m;
	return (int64_t)(uintptr_t)m->at;
}

static int64_t copy_file(struct zrt_file *f, unsigned char *at, size_t size, int64_t offset)
{
	for (size_t done = 0; done < size;) {
		int64_t n = zrt_file_read(f, at + done, size - done, offset + (int64_t)done);
		if (n < 0)
			return n == -ESPIPE ? -ENODEV : n;
		if (!n)
			break;
		done += (size_t)n;
	}
	return 0;
}

int64_t zrt_sys_mmap(void *hint, size_t size, int protection, int flags, int fd, int64_t offset)
{
	struct zrt_file *f = 0;
	int type = flags & MAP_TYPE, writable = 0;
	if (!size || offset < 0 || offset % PAGE_SIZE)
		return -EINVAL;
	if (type != MAP_PRIVATE && type != MAP_SHARED && type != MAP_SHARED_VALIDATE)
		return -EINVAL;
	if (flags & MAP_FIXED && (uintptr_t)hint % PAGE_SIZE)
		return -EINVAL;
	if (size > zrt_pages_total() * (uint64_t)PAGE_SIZE)
		return -ENOMEM;
	if (protection & PROT_EXEC)
		return -EACCES;         /* only the jail trap makes code */
	if (!(flags & MAP_ANONYMOUS)) {
		f = zrt_fd(fd);
		if (!f)
			return -EBADF;
		if (f->pipe || (f->node->kind != ZRT_FILE && f->node->kind != ZRT_CHANNEL))
			return -ENODEV;
		if ((f->flags & O_ACCMODE) == O_WRONLY)
			return -EACCES;
		if (offset > CONTENT_MOST - (int64_t)size)
			return -EOVERFLOW;
		writable = type != MAP_PRIVATE && protection & PROT_WRITE;
		if (writable && (f->flags & O_ACCMODE) != O_RDWR)
			return -EACCES;
		/* The file's own memory is where it is, and a copy would lose what is written. */
		if (writable && (f->node->kind == ZRT_CHANNEL || flags & MAP_FIXED))
			return -ENODEV;
		if (type != MAP_PRIVATE && f->node->kind == ZRT_FILE && !(flags & MAP_FIXED))
			return map_shared(f, size, offset, writable);
	}
	unsigned char *at;
	if (flags & MAP_FIXED) {
		at = hint;
		if (!zrt_pages_owned(at, size))
			return -ENOMEM;
		memset(at, 0, size);
	} else {
		at = zrt_pages_alloc(size);
		if (!at)
			return -ENOMEM;
	}
	if (f) {
		int64_t error = copy_file(f, at, size, offset);
		if (error) {
			zrt_pages_free(at, size);
			return error;
		}
	}
	return (int64_t)(uintptr_t)at;
}

static struct mapping **find(void *at)
{
	for (struct mapping **m = &mappings; *m; m = &(*m)->next)
		if ((unsigned char *)at >= (*m)->at && (unsigned char *)at < (*m)->at + (*m)->size)
			return m;
	return 0;
}

/* Whether a program wrote through a mapping cannot be seen, so one that it could write to counts
 * as written when it is synchronised and when it goes. */
static void written(struct mapping *m)
{
	if (m->writable)
		m->node->mtime = m->node->ctime = zrt_clock_now();
}

/* Nothing is ever paged out: what is asked for is the case, where there is memory at all. */
int64_t zrt_sys_mlock(const void *at, size_t size)
{
	return zrt_pages_vacant(at, size) ? -ENOMEM : 0;
}

int64_t zrt_sys_mlockall(int flags)
{
	enum { CURRENT = 1, FUTURE = 2, ON_FAULT = 4 };
	if (!(flags & (CURRENT | FUTURE)) || flags & ~(CURRENT | FUTURE | ON_FAULT))
		return -EINVAL;
	all_locked = 1;
	return 0;
}

int64_t zrt_sys_munlockall(void)
{
	all_locked = 0;
	return 0;
}

int64_t zrt_sys_msync(void *at, size_t size, int flags)
{
	uintptr_t from = (uintptr_t)at, end = from + size;
	if (from % PAGE_SIZE || flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)
	    || (flags & MS_ASYNC && flags & MS_SYNC))
		return -EINVAL;
	if (flags & MS_INVALIDATE && all_locked)
		return -EBUSY;
	struct mapping **link = find(at);
	if (!link)
		return end >= from && zrt_pages_owned(at, size) ? 0 : -ENOMEM;
	written(*link);
	return 0;
}

int64_t zrt_sys_munmap(void *at, size_t size)
{
	if ((uintptr_t)at % PAGE_SIZE || !size)
		return -EINVAL;
	struct mapping **link = find(at);
	if (link) {
		struct mapping *m = *link;
		if (at != m->at || size < m->size)
			return 0;       /* a part: it stays until all of it goes */
		*link = m->next;
		written(m);
		zrt_content_unmap(&m->node->content);
		zrt_node_release(m->node);
		zrt_kfree(m, sizeof *m);
		return 0;
	}
	return zrt_pages_free(at, size) ? -EINVAL : 0;
}

int64_t zrt_sys_mremap(void *at, size_t old_size, size_t new_size, int flags)
{
	if ((uintptr_t)at % PAGE_SIZE || !old_size || !new_size || flags & ~MREMAP_MAYMOVE || find(at))
		return -EINVAL;
	if (!zrt_pages_owned(at, old_size))
		return -EFAULT;
	size_t old_end = (old_size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1);
	size_t new_end = (new_size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1);
	if (new_end < new_size)
		return -ENOMEM;
	if (new_end < old_end)
		zrt_pages_free((char *)at + new_end, old_end - new_end);
	if (new_end <= old_end || !zrt_pages_extend(at, old_end, new_end))
		return (int64_t)(uintptr_t)at;
	if (!(flags & MREMAP_MAYMOVE))
		return -ENOMEM;
	void *to = zrt_pages_alloc(new_end);
	if (!to)
		return -ENOMEM;
	memcpy(to, at, old_end);
	zrt_pages_free(at, old_end);
	return (int64_t)(uintptr_t)to;
}

/* The heap is readable and writable throughout, and stays so: weaker protection is accepted as a
 * wish, executing is refused. */
int64_t zrt_sys_mprotect(void *at, size_t size, int protection)
{
	if ((uintptr_t)at % PAGE_SIZE)
		return -EINVAL;
	(void)size;
	return protection & PROT_EXEC ? -EACCES : 0;
}
