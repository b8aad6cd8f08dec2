#include "host_trap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../zrt/syscalls.h"
#include "../zrt/trap.h"

enum { MOST = 64 };

static struct zvm_channel records[MOST];
static struct {
	char name[64];
	int fd;
	int64_t position[2];
	int ended;
} backing[MOST];
static int count;
static unsigned char *heap;
static size_t heap_size;

void (*host_on_fork)(void);
jmp_buf host_exit;
int host_exit_code;

void host_reset(size_t size)
{
	if (heap)
		munmap(heap, heap_size);
	heap_size = size;
	heap = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (heap == MAP_FAILED)
		abort();
	memset(records, 0, sizeof records);
	memset(backing, 0, sizeof backing);
	count = 0;
	host_on_fork = 0;
}

static int64_t file_size(int fd)
{
	struct stat st;
	return fstat(fd, &st) || !S_ISREG(st.st_mode) ? 0 : st.st_size;
}

int host_channel(const char *name, int type, const char *mode, int fd, int64_t bytes)
{
	int i = count++;
	if (i == MOST)
		abort();
	strncpy(backing[i].name, name, sizeof backing[i].name - 1);
	backing[i].fd = fd;
	records[i].type = (uint32_t)type;
	records[i].size = type ? file_size(fd) : 0;
	backing[i].position[1] = type == ZVM_APPEND ? records[i].size : 0;
	if (strchr(mode, 'r')) {
		records[i].limits[ZVM_GETS] = 1 << 30;
		records[i].limits[ZVM_GET_SIZE] = bytes;
	}
	if (strchr(mode, 'w')) {
		records[i].limits[ZVM_PUTS] = 1 << 30;
		records[i].limits[ZVM_PUT_SIZE] = bytes;
	}
	return i;
}

void host_replace(const char *name, int fd)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(backing[i].name, name))
			continue;
		backing[i].fd = fd;
		memset(backing[i].position, 0, sizeof backing[i].position);
		backing[i].ended = 0;
		records[i].size = records[i].type ? file_size(fd) : 0;
	}
}

struct zrt_heap zrt_trap_heap(void)
{
	return (struct zrt_heap){ heap, heap + heap_size };
}

const char *zrt_trap_channel_name(const struct zvm_channel *c)
{
	return backing[c - records].name;
}

const struct zvm_channel *zrt_trap_channels(int *n)
{
	*n = count;
	return records;
}

int32_t zvm_pread(int32_t channel, void *buffer, int32_t size, int64_t offset)
{
	if (channel < 0 || channel >= count)
		return -EINVAL;
	struct zvm_channel *c = &records[channel];
	int random = c->type == ZVM_APPEND || c->type == ZVM_RANDOM;
	int64_t at = random ? offset : backing[channel].position[0];
	if (random && offset >= 0 && size > c->size - offset)
		size = (int32_t)(c->size - offset);
	if (!size)
		return 0;
	if (size < 0)
		return -EFAULT;
	if (offset < 0)
		return -EINVAL;
	if (!c->limits[ZVM_GETS])
		return -EDQUOT;
	if (size > c->limits[ZVM_GET_SIZE])
		size = (int32_t)c->limits[ZVM_GET_SIZE];
	if (size < 1)
		return -EDQUOT;
	if (backing[channel].ended)
		return 0;
	int32_t done = 0;
	while (done < size) {
		ssize_t n = file_size(backing[channel].fd) || random
			? pread(backing[channel].fd, (char *)buffer + done, (size_t)(size - done), at + done)
			: read(backing[channel].fd, (char *)buffer + done, (size_t)(size - done));
		if (n < 0)
			return -errno;
		if (!n) {
			backing[channel].ended = !random;
			break;
		}
		done += (int32_t)n;
	}
	c->limits[ZVM_GET_SIZE] -= done;
	backing[channel].position[0] = at + done;
	return done;
}

int32_t zvm_pwrite(int32_t channel, const void *buffer, int32_t size, int64_t offset)
{
	if (channel < 0 || channel >= count)
		return -EINVAL;
	struct zvm_channel *c = &records[channel];
	int random = c->type == ZVM_RANDOM_PUT || c->type == ZVM_RANDOM;
	int64_t at = random ? offset : backing[channel].position[1];
	if (!size)
		return 0;
	if (size < 0)
		return -EFAULT;
	if (offset < 0)
		return -EINVAL;
	if (!c->limits[ZVM_PUTS])
		return -EDQUOT;
	if (size > c->limits[ZVM_PUT_SIZE])
		size = (int32_t)c->limits[ZVM_PUT_SIZE];
	if (size < 1)
		return -EDQUOT;
	ssize_t n = pwrite(backing[channel].fd, buffer, (size_t)size, at);
	if (n < 0 && errno == ESPIPE)
		n = write(backing[channel].fd, buffer, (size_t)size);
	if (n < 0)
		return -errno;
	c->limits[ZVM_PUT_SIZE] -= n;
	backing[channel].position[1] = at + n;
	if (c->type && at + n > c->size)
		c->size = at + n;
	return (int32_t)n;
}

int32_t zvm_jail(void *address, uint32_t size)
{
	(void)address;
	(void)size;
	return -EACCES;
}

int32_t zvm_unjail(void *address, uint32_t size)
{
	return zvm_jail(address, size);
}

/* The sandbox's version changes the stack; that it does is tried there. */
void zrt_call_on_stack(void *top, zrt_handler *handler, int signal, void *info, void *context)
{
	(void)top;
	handler(signal, info, context);
}

int32_t zvm_fork(void)
{
	if (host_on_fork)
		host_on_fork();
	return 0;
}

_Noreturn void zvm_exit(int32_t code)
{
	host_exit_code = code;
	longjmp(host_exit, 1);
}
