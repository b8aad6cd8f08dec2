#include "limits.h"

#include <errno.h>
#include <string.h>
#include "pages.h"
#include "proc.h"
#include "syscalls.h"

enum { RESOURCES = 16, MOST_NICE = 19 };

/* Soft and hard limit of each resource, once one of them has been set. */
static uint64_t limits[RESOURCES][2];
static uint32_t set;            /* a bit a resource */
static int nice_value;

/* What the session gives. */
static uint64_t initial(int resource)
{
	switch (resource) {
	case ZRT_LIMIT_STACK:
		return 16 << 20;
	case ZRT_LIMIT_NPROC:
		return 1;
	case ZRT_LIMIT_NOFILE:
		return ZRT_FDS;
	case ZRT_LIMIT_DATA:
	case ZRT_LIMIT_AS:
		return (uint64_t)zrt_pages_total() * PAGE_SIZE;
	case ZRT_LIMIT_CORE:
	case ZRT_LIMIT_NICE:
	case ZRT_LIMIT_RTPRIO:
		return 0;
	default:
		return ~0ULL;
	}
}

uint64_t zrt_limit(int resource)
{
	return set >> resource & 1 ? limits[resource][0] : initial(resource);
}

int64_t zrt_sys_prlimit(int pid, int resource, const uint64_t *new, uint64_t *old)
{
	if (pid && pid != 1)
		return -ESRCH;
	if (resource < 0 || resource >= RESOURCES)
		return -EINVAL;
	uint64_t soft = zrt_limit(resource);
	uint64_t hard = set >> resource & 1 ? limits[resource][1] : initial(resource);
	if (new && new[0] > new[1])
		return -EINVAL;
	if (new && new[1] > hard)
		return -EPERM;
	if (new) {
		memcpy(limits[resource], new, sizeof limits[resource]);
		set |= 1u << resource;
	}
	if (old) {              /* which may be new */
		old[0] = soft;
		old[1] = hard;
	}
	if (new && (resource == ZRT_LIMIT_AS || resource == ZRT_LIMIT_DATA)) {
		uint64_t space = zrt_limit(ZRT_LIMIT_AS), data = zrt_limit(ZRT_LIMIT_DATA);
		zrt_pages_limit((size_t)((space < data ? space : data) / PAGE_SIZE));
	}
	return 0;
}

/* Whether (which, who) means this process, its group or its user. */
static int64_t is_us(int which, uint32_t who)
{
	enum { PROCESS, GROUP, USER };
	if (which < PROCESS || which > USER)
		return -EINVAL;
	return !who || who == (which == USER ? ZRT_UID : 1) ? 0 : -ESRCH;
}

/* In the kernel's form, 1 to 40, which cannot be taken for an error. */
int64_t zrt_sys_getpriority(int which, uint32_t who)
{
	int64_t error = is_us(which, who);
	return error ? error : 20 - nice_value;
}

int64_t zrt_sys_setpriority(int which, uint32_t who, int value)
{
	int64_t error = is_us(which, who);
	if (error)
		return error;
	value = value > MOST_NICE ? MOST_NICE : value < -20 ? -20 : value;
	if (value < nice_value && 20 - value > (int64_t)zrt_limit(ZRT_LIMIT_NICE))
		return -EACCES;
	nice_value = value;
	return 0;
}

int64_t zrt_sys_sched_priority(int policy, int real_time)
{
	enum { OTHER, FIFO, RR, BATCH, IDLE = 5, DEADLINE };
	switch (policy) {
	case FIFO:
	case RR:
		return real_time;
	case OTHER:
	case BATCH:
	case IDLE:
	case DEADLINE:
		return 0;
	default:
		return -EINVAL;
	}
}

int64_t zrt_sys_sched_rr_get_interval(int pid, struct zrt_timespec *slice)
{
	if (pid < 0)
		return -EINVAL;
	if (pid > 1)
		return -ESRCH;
	if (zrt_bad_address(slice))
		return -EFAULT;
	/* Without end, as Linux puts it: there is no other process to give way to. */
	*slice = (struct zrt_timespec){ 0, 0, 0 };
	return 0;
}

int64_t zrt_sys_prctl(int option, char *text)
{
	enum { SET_NAME = 15, GET_NAME = 16 };
	if (option != SET_NAME && option != GET_NAME)
		return -EINVAL;
	if (zrt_bad_address(text))
		return -EFAULT;
	if (option == SET_NAME)
		return zrt_proc_set_name(text);
	zrt_proc_name(text);
	return 0;
}
