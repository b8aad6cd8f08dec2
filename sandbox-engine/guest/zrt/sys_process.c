#include "syscalls.h"

#include <errno.h>
#include <string.h>
#include "pages.h"
#include "random.h"
#include "report.h"

enum { REALTIME = 0, REALTIME_COARSE = 5, REALTIME_ALARM = 8, TAI = 11, LAST_CLOCK = 11 };

static int is_wall_clock(int clock)
{
	return clock == REALTIME || clock == REALTIME_COARSE || clock == REALTIME_ALARM || clock == TAI;
}

/* Negative numbers are CPU clocks: the complement of a process or thread number, shifted by three
 * bits that tell the kind. Here it is 0 (this one) or 1. */
static int is_clock(int clock)
{
	if (clock >= 0)
		return clock <= LAST_CLOCK;
	return (clock & 3) == 2 && (clock >> 3 == ~0 || clock >> 3 == ~1);
}

int64_t zrt_sys_clock_getres(int clock, struct zrt_timespec *resolution)
{
	if (!is_clock(clock))
		return -EINVAL;
	if (resolution)
		*resolution = (struct zrt_timespec){ 0, 1000, 0 };
	return 0;
}

/* All clocks run together; those of processes and since boot begin at zero. */
int64_t zrt_sys_clock_gettime(int clock, struct zrt_timespec *t)
{
	if (!is_clock(clock))
		return -EINVAL;
	if (zrt_bad_address(t))
		return -EFAULT;
	if (is_wall_clock(clock)) {
		struct zrt_time now = zrt_clock_now();
		*t = (struct zrt_timespec){ now.sec, now.nsec, 0 };
	} else {
		int64_t elapsed = zrt_clock_elapsed();
		*t = (struct zrt_timespec){ elapsed / NSEC_PER_SEC, (int32_t)(elapsed % NSEC_PER_SEC), 0 };
	}
	return 0;
}

static int64_t nanoseconds(const struct zrt_timespec *t)
{
	return t->sec > INT64_MAX / NSEC_PER_SEC - 1 ? INT64_MAX : t->sec * NSEC_PER_SEC + t->nsec;
}

int64_t zrt_sys_clock_nanosleep(int clock, int flags, const struct zrt_timespec *t)
{
	enum { ABSOLUTE = 1 };
	if (zrt_bad_address(t))
		return -EFAULT;
	if (clock < 0 || clock > LAST_CLOCK || t->sec < 0 || t->nsec < 0 || t->nsec >= NSEC_PER_SEC)
		return -EINVAL;
	int64_t wait = nanoseconds(t);
	if (flags & ABSOLUTE) {
		int64_t now = zrt_clock_elapsed();
		if (is_wall_clock(clock)) {
			struct zrt_time wall = zrt_clock_peek();
			now = nanoseconds(&(struct zrt_timespec){ wall.sec, wall.nsec, 0 });
		}
		wait -= now;
		if (wait <= 0)
			return 0;
	}
	zrt_clock_sleep(wait);
	return 0;
}

int64_t zrt_sys_gettimeofday(int64_t tv[2])
{
	if (zrt_bad_address(tv))
		return -EFAULT;
	struct zrt_time now = zrt_clock_now();
	tv[0] = now.sec;
	tv[1] = now.nsec / 1000;
	return 0;
}

int64_t zrt_sys_times(void *tms)
{
	/* struct tms: four clock_t, which is the C library's long. */
	int64_t ticks = zrt_clock_elapsed() / (NSEC_PER_SEC / 100);
	if (!zrt_bad_address(tms)) {
		long *t = tms;
		t[0] = (long)ticks;
		t[1] = t[2] = t[3] = 0;
	}
	return ticks;
}

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

int64_t zrt_sys_prlimit(int pid, int resource, const uint64_t *new, uint64_t *old)
{
	enum { DATA = 2, STACK = 3, CORE = 4, NPROC = 6, NOFILE = 7, AS = 9, RESOURCES = 16 };
	uint64_t limit = ~0ULL;
	if (pid && pid != 1)
		return -ESRCH;
	switch (resource) {
	case STACK:
		limit = 16 << 20;
		break;
	case CORE:
		limit = 0;
		break;
	case NPROC:
		limit = 1;
		break;
	case NOFILE:
		limit = ZRT_FDS;
		break;
	case DATA:
	case AS:
		limit = (uint64_t)zrt_pages_total() * PAGE_SIZE;
		break;
	}
	if (resource < 0 || resource >= RESOURCES)
		return -EINVAL;
	if (old)
		old[0] = old[1] = limit;
	/* The limits are the session's. Asking for what is the case anyway is no error. */
	return new && new[0] < limit ? -EPERM : 0;
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
		if (timeout) {
			zrt_clock_sleep(nanoseconds(timeout));
			return -ETIMEDOUT;
		}
		/* There is no second thread that could ever wake this one. */
		zrt_complain("deadlock: the only thread waits for a lock or condition", (char *)0);
		zrt_die(134);
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
