#include "syscalls.h"

#include <errno.h>
#include <signal.h>
#include "signals.h"
#include "timers.h"

enum { REALTIME = 0, REALTIME_COARSE = 5, REALTIME_ALARM = 8, TAI = 11, LAST_CLOCK = 11 };

static struct zrt_timespec timespec(int64_t nsec)
{
	return (struct zrt_timespec){ nsec / NSEC_PER_SEC, (int32_t)(nsec % NSEC_PER_SEC), 0 };
}

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
		*t = timespec(zrt_clock_elapsed());
	}
	return 0;
}

static int is_duration(const struct zrt_timespec *t)
{
	return t->sec >= 0 && t->nsec >= 0 && t->nsec < NSEC_PER_SEC;
}

/* The clock is the session's; what no process could set at all is told apart. */
int64_t zrt_sys_clock_settime(int clock, const struct zrt_timespec *t)
{
	enum { PROCESS_CPU = 2, THREAD_CPU = 3 };
	int settable = clock == REALTIME || clock == PROCESS_CPU || clock == THREAD_CPU || clock < 0;
	if (!is_clock(clock) || !settable)
		return -EINVAL;
	if (zrt_bad_address(t))
		return -EFAULT;
	return is_duration(t) ? -EPERM : -EINVAL;
}

int64_t zrt_nanoseconds(const struct zrt_timespec *t)
{
	return t->sec > INT64_MAX / NSEC_PER_SEC - 1 ? INT64_MAX : t->sec * NSEC_PER_SEC + t->nsec;
}

int64_t zrt_sys_clock_nanosleep(int clock, int flags, const struct zrt_timespec *t, struct zrt_timespec *left)
{
	enum { ABSOLUTE = 1 };
	if (zrt_bad_address(t))
		return -EFAULT;
	if (clock < 0 || clock > LAST_CLOCK || t->sec < 0 || t->nsec < 0 || t->nsec >= NSEC_PER_SEC)
		return -EINVAL;
	int64_t wait = zrt_nanoseconds(t);
	if (flags & ABSOLUTE) {
		int64_t now = zrt_clock_elapsed();
		if (is_wall_clock(clock)) {
			struct zrt_time wall = zrt_clock_peek();
			now = zrt_nanoseconds(&(struct zrt_timespec){ wall.sec, wall.nsec, 0 });
		}
		wait -= now;
		if (wait <= 0)
			return 0;
	}
	int64_t end = zrt_clock_after(wait);
	int result = zrt_wait(wait, 0);
	if (result && left && !(flags & ABSOLUTE))
		*left = timespec(end > zrt_clock_elapsed_so_far() ? end - zrt_clock_elapsed_so_far() : 0);
	return result;
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

static struct zrt_timer *posix_timer(int id)
{
	return id >= 0 && id < ZRT_POSIX_TIMERS && zrt_timers[id].used ? &zrt_timers[id] : 0;
}

/* Nanoseconds until it expires, at least one while it is armed. Looks at the clock. */
static int64_t remaining(const struct zrt_timer *t)
{
	int64_t now = zrt_clock_elapsed();
	if (!t->used || t->due == ZRT_NEVER)
		return 0;
	return t->due > now ? t->due - now : 1;
}

int64_t zrt_sys_timer_create(int clock, const void *event, int *id)
{
	const struct {
		union sigval value;
		int signal, notify, thread;
	} *e = event;
	enum { THREAD_ID = 4, LAST_SIGNAL = 64 };
	if (!is_clock(clock))
		return -EINVAL;
	if (zrt_bad_address(id))
		return -EFAULT;
	if (e && e->notify != SIGEV_NONE && e->notify != SIGEV_SIGNAL && e->notify != THREAD_ID)
		return -EINVAL;
	if (e && e->notify != SIGEV_NONE && (e->signal < 1 || e->signal > LAST_SIGNAL))
		return -EINVAL;
	for (int i = 0; i < ZRT_POSIX_TIMERS; i++) {
		struct zrt_timer *t = &zrt_timers[i];
		if (t->used)
			continue;
		*t = (struct zrt_timer){
			.used = 1,
			.signal = !e ? SIGALRM : e->notify == SIGEV_NONE ? 0 : e->signal,
			.code = SI_TIMER,
			.wall = is_wall_clock(clock),
			.due = ZRT_NEVER,
			.value = e ? e->value.sival_ptr : (void *)(uintptr_t)i,
		};
		*id = i;
		return 0;
	}
	return -EAGAIN;
}

int64_t zrt_sys_timer_settime(int id, int flags, const struct zrt_timespec new[2], struct zrt_timespec old[2])
{
	enum { ABSOLUTE = 1 };
	struct zrt_timer *t = posix_timer(id);
	if (!t || zrt_bad_address(new) || !is_duration(&new[0]) || !is_duration(&new[1]))
		return -EINVAL;
	if (old)
		zrt_sys_timer_gettime(id, old);
	int64_t time = zrt_nanoseconds(&new[1]), due;
	if (!time)
		due = ZRT_NEVER;
	else if (!(flags & ABSOLUTE))
		due = zrt_clock_after(time);
	else if (t->wall && zrt_clock_start_seconds() > time / NSEC_PER_SEC)
		due = 0;
	else
		due = time - (t->wall ? zrt_clock_start_seconds() * NSEC_PER_SEC : 0);
	t->overrun = 0;
	/* A timer without a time is disarmed, and forgets its interval. */
	zrt_timer_set(t, due, time ? zrt_nanoseconds(&new[0]) : 0);
	return 0;
}

int64_t zrt_sys_timer_gettime(int id, struct zrt_timespec now[2])
{
	const struct zrt_timer *t = posix_timer(id);
	if (!t)
		return -EINVAL;
	if (zrt_bad_address(now))
		return -EFAULT;
	now[0] = timespec(t->interval);
	now[1] = timespec(remaining(t));
	return 0;
}

int64_t zrt_sys_timer_getoverrun(int id)
{
	const struct zrt_timer *t = posix_timer(id);
	return t ? t->overrun : -EINVAL;
}

int64_t zrt_sys_timer_delete(int id)
{
	struct zrt_timer *t = posix_timer(id);
	if (!t)
		return -EINVAL;
	zrt_timer_set(t, ZRT_NEVER, 0);
	t->used = 0;
	return 0;
}

/* Seconds and microseconds: the interval, then the time until it expires. */
int64_t zrt_sys_getitimer(int which, int64_t now[4])
{
	if (which < 0 || which >= ZRT_INTERVAL_TIMERS)
		return -EINVAL;
	if (zrt_bad_address(now))
		return -EFAULT;
	const struct zrt_timer *t = &zrt_timers[ZRT_POSIX_TIMERS + which];
	int64_t interval = t->interval / 1000, left = remaining(t);
	left = left / 1000 + (left % 1000 != 0);
	now[0] = interval / 1000000;
	now[1] = interval % 1000000;
	now[2] = left / 1000000;
	now[3] = left % 1000000;
	return 0;
}

int64_t zrt_sys_setitimer(int which, const int64_t new[4], int64_t old[4])
{
	enum { REAL = 0 };
	static const int signals[ZRT_INTERVAL_TIMERS] = { SIGALRM, SIGVTALRM, SIGPROF };
	if (which < 0 || which >= ZRT_INTERVAL_TIMERS)
		return -EINVAL;
	if (zrt_bad_address(new))
		return -EFAULT;
	if (new[0] < 0 || new[2] < 0 || (uint64_t)new[1] > 999999 || (uint64_t)new[3] > 999999)
		return -EINVAL;
	const struct zrt_timespec interval = { new[0], (int32_t)new[1] * 1000, 0 };
	const struct zrt_timespec time = { new[2], (int32_t)new[3] * 1000, 0 };
	if (old)
		zrt_sys_getitimer(which, old);
	struct zrt_timer *t = &zrt_timers[ZRT_POSIX_TIMERS + which];
	int64_t length = zrt_nanoseconds(&time);
	*t = (struct zrt_timer){ .used = 1, .signal = signals[which], .code = SI_KERNEL };
	/* As on Linux the timer of real time forgets its interval when it is disarmed, and the others keep it. */
	int keeps = length || which != REAL;
	zrt_timer_set(t, length ? zrt_clock_after(length) : ZRT_NEVER, keeps ? zrt_nanoseconds(&interval) : 0);
	return 0;
}
