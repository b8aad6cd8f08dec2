#include "syscalls.h"

#include <errno.h>
#include <string.h>
#include "pages.h"
#include "random.h"
#include "signals.h"

int64_t zrt_sys_getrandom(void *buffer, size_t size)
{
	if (size && zrt_bad_address(buffer))
		return -EFAULT;
	if (size > 1 << 25)
		size = 1 << 25;
	zrt_random_bytes(buffer, size);
	return (int64_t)size;
}

int64_t zrt_sys_uname(void *name)
{
	static const char *const field[6] = { "Linux", "localhost", "5.10.0-zrt", "#1 ZRT", "x86_64",
		"(none)" };
	if (zrt_bad_address(name))
		return -EFAULT;
	memset(name, 0, 6 * 65);
	for (int i = 0; i < 6; i++)
		strcpy((char *)name + i * 65, field[i]);
	return 0;
}

int64_t zrt_sys_getrusage(int64_t *usage)
{
	enum { WORDS = 18 };
	if (zrt_bad_address(usage))
		return -EFAULT;
	memset(usage, 0, WORDS * sizeof *usage);
	int64_t elapsed = zrt_clock_elapsed();
	usage[0] = elapsed / NSEC_PER_SEC;
	usage[1] = elapsed % NSEC_PER_SEC / 1000;
	usage[4] = (int64_t)((zrt_pages_total() - zrt_pages_unused()) * PAGE_SIZE / 1024);
	return 0;
}

int64_t zrt_sys_sysinfo(void *info)
{
	struct {
		int64_t uptime;
		uint64_t loads[3], totalram, freeram, sharedram, bufferram, totalswap, freeswap;
		uint16_t procs, pad;
		uint64_t totalhigh, freehigh;
		uint32_t unit;
	} s = { 0 };
	if (zrt_bad_address(info))
		return -EFAULT;
	s.uptime = zrt_clock_elapsed() / NSEC_PER_SEC;
	s.totalram = (uint64_t)zrt_pages_total() * PAGE_SIZE;
	s.freeram = (uint64_t)zrt_pages_unused() * PAGE_SIZE;
	s.procs = 1;
	s.unit = 1;
	memcpy(info, &s, sizeof s);
	return 0;
}

int64_t zrt_sys_getaffinity(size_t size, void *mask)
{
	if (size < 8)
		return -EINVAL;
	if (zrt_bad_address(mask))
		return -EFAULT;
	memset(mask, 0, 8);
	*(unsigned char *)mask = 1;
	return 8;
}

int64_t zrt_sys_futex(int *address, int operation, int value, const struct zrt_timespec *timeout)
{
	enum { WAIT = 0, WAKE = 1, REQUEUE = 3, WAIT_BITSET = 9, WAKE_BITSET = 10, COMMAND = 0x7f };
	switch (operation & COMMAND) {
	case WAIT:
	case WAIT_BITSET:
		if (*(volatile int *)address != value)
			return -EAGAIN;
		/* There is no second thread that could wake this one, but a handler may change the value. */
		switch (zrt_wait(timeout ? zrt_nanoseconds(timeout) : -1, 0)) {
		case 0:
			return -ETIMEDOUT;
		case -EINTR:
			return -EINTR;
		default:
			zrt_deadlock("a lock or condition");
		}
	case WAKE:
	case WAKE_BITSET:
	case REQUEUE:
		return 0;
	default:
		return -ENOSYS;
	}
}

int64_t zrt_sys_getgroups(int n, uint32_t *list)
{
	if (n < 0)
		return -EINVAL;
	if (n)
		list[0] = ZRT_GID;
	return 1;
}

int64_t zrt_sys_set_id(uint32_t id)
{
	return id == ZRT_UID || id == ~0u ? 0 : -EPERM;
}
