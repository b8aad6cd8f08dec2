#include "fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include "boot.h"
#include "clock.h"

static int handled, last_code;
static uint64_t all_but_kill = ~0ULL;

static void count(int signal, siginfo_t *info, void *context)
{
	(void)context;
	CHECK_EQUAL(info->si_signo, signal);
	handled++;
	last_code = info->si_code;
}

/* The kernel's record: handler, flags, restorer, mask. */
static void handle(int signal, void *handler)
{
	struct {
		void *handler;
		unsigned long flags;
		void *restorer;
		unsigned mask[2];
	} action = { handler, SA_SIGINFO, 0, { 0, 0 } };
	CHECK_EQUAL(CALL(SYS_rt_sigaction, signal, &action, 0, 8), 0);
}

static void start(void)
{
	boot("[time]\nseconds=1000\n");
	handle(SIGALRM, count);
}

static int64_t microseconds(void)
{
	return zrt_clock_elapsed_so_far() / 1000;
}

static void arm(int64_t seconds, int64_t interval)
{
	int64_t value[4] = { interval, 0, seconds, 0 };
	CHECK_EQUAL(CALL(SYS_setitimer, 0, value, 0), 0);
}

static void a_sleep_ends_early_when_a_timer_expires(void)
{
	struct zrt_timespec length = { 5, 0, 0 }, left = { 0 };
	start();
	arm(2, 0);
	CHECK_EQUAL(CALL(SYS_nanosleep, &length, &left), -EINTR);
	CHECK_EQUAL(handled, 1);
	CHECK_EQUAL(last_code, SI_KERNEL);
	CHECK_EQUAL(left.sec, 3);
	CHECK_EQUAL(microseconds(), 2000000);
	CHECK_EQUAL(CALL(SYS_nanosleep, &left, &left), 0);
	CHECK_EQUAL(handled, 1);
}

static void a_timer_expires_when_the_clock_is_looked_at(void)
{
	struct zrt_timespec now;
	int64_t soon[4] = { 0, 0, 0, 3 };
	start();
	CHECK_EQUAL(CALL(SYS_setitimer, 0, soon, 0), 0);
	for (int looks = 1; looks <= 5; looks++) {
		CALL(SYS_clock_gettime, 0, &now);
		CHECK_EQUAL(handled, looks >= 3);
	}
}

static void what_blocks_or_ignores_sleeps_through(void)
{
	struct zrt_timespec length = { 5, 0, 0 };
	uint64_t pending = 0;
	start();
	CHECK_EQUAL(CALL(SYS_rt_sigprocmask, SIG_BLOCK, &all_but_kill, 0, 8), 0);
	arm(1, 1);
	CHECK_EQUAL(CALL(SYS_nanosleep, &length, 0), 0);
	CHECK_EQUAL(microseconds(), 5000000);
	CHECK_EQUAL(handled, 0);
	CALL(SYS_rt_sigpending, &pending, 8);
	CHECK_EQUAL(pending, 1ULL << (SIGALRM - 1));
	CHECK_EQUAL(CALL(SYS_rt_sigprocmask, SIG_UNBLOCK, &all_but_kill, 0, 8), 0);
	CHECK_EQUAL(handled, 1);
	handle(SIGALRM, SIG_IGN);
	CHECK_EQUAL(CALL(SYS_nanosleep, &length, 0), 0);
	CHECK_EQUAL(microseconds(), 10000000);
}

static void what_is_left_is_told(void)
{
	int64_t old[4] = { 0 };
	start();
	arm(10, 4);
	CHECK_EQUAL(CALL(SYS_getitimer, 0, old), 0);
	CHECK_EQUAL(old[0], 4);
	CHECK_EQUAL(old[2], 9);
	CHECK_EQUAL(old[3], 999999);
	arm(0, 0);
	CALL(SYS_getitimer, 0, old);
	CHECK_EQUAL(old[2] | old[3], 0);
	int64_t wrong[4] = { 0, 1000000, 0, 0 };
	CHECK_EQUAL(CALL(SYS_setitimer, 0, wrong, 0), -EINVAL);
	CHECK_EQUAL(CALL(SYS_setitimer, 3, old, 0), -EINVAL);
}

static void a_pause_lasts_until_the_timer(void)
{
	start();
	arm(30, 0);
	CHECK_EQUAL(CALL(SYS_pause), -EINTR);
	CHECK_EQUAL(handled, 1);
	CHECK_EQUAL(microseconds(), 30000000);
	arm(7, 0);
	CHECK_EQUAL(CALL(SYS_poll, 0, 0, -1), -EINTR);
	CHECK_EQUAL(handled, 2);
}

static void a_waiter_takes_a_blocked_signal(void)
{
	uint64_t set = 1ULL << (SIGUSR1 - 1);
	struct zrt_timespec second = { 1, 0, 0 };
	siginfo_t info;
	start();
	CALL(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8);
	CHECK_EQUAL(CALL(SYS_rt_sigtimedwait, &set, &info, &second, 8), -EAGAIN);
	CHECK_EQUAL(microseconds(), 1000000);
	CALL(SYS_kill, 1, SIGUSR1);
	CHECK_EQUAL(CALL(SYS_rt_sigtimedwait, &set, &info, &second, 8), SIGUSR1);
	CHECK_EQUAL(info.si_code, SI_USER);
	CHECK_EQUAL(info.si_pid, 1);
	CHECK_EQUAL(CALL(SYS_rt_sigtimedwait, &set, &info, &second, 8), -EAGAIN);
}

static void real_time_signals_wait_in_order(void)
{
	enum { FIRST = 40, MANY = 129 };
	uint64_t set = 1ULL << (FIRST - 1) | 1ULL << FIRST | 1ULL << (SIGUSR1 - 1);
	struct zrt_timespec none = { 0, 0, 0 };
	siginfo_t info = { 0 };
	start();
	CALL(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8);
	for (int i = 0; i < MANY; i++) {
		info.si_value.sival_ptr = (void *)(intptr_t)i;
		CHECK_EQUAL(CALL(SYS_rt_sigqueueinfo, 1, i % 2 ? FIRST + 1 : FIRST, &info), 0);
	}
	CHECK_EQUAL(CALL(SYS_rt_sigqueueinfo, 1, SIGUSR1, &info), 0);
	CHECK_EQUAL(CALL(SYS_rt_sigqueueinfo, 1, SIGUSR1, &info), 0);
	CHECK_EQUAL(CALL(SYS_rt_sigqueueinfo, 1, FIRST, &info), 0);
	CHECK_EQUAL(CALL(SYS_rt_sigqueueinfo, 1, FIRST, &info), -EAGAIN);
	CHECK_EQUAL(CALL(SYS_rt_sigqueueinfo, 2, FIRST, &info), -ESRCH);
	CHECK_EQUAL(CALL(SYS_rt_sigtimedwait, &set, &info, &none, 8), SIGUSR1);
	CHECK_EQUAL(info.si_code, SI_QUEUE);
	for (int i = 0; i < MANY; i += 2) {
		CHECK_EQUAL(CALL(SYS_rt_sigtimedwait, &set, &info, &none, 8), FIRST);
		CHECK_EQUAL((intptr_t)info.si_value.sival_ptr, i);
	}
	CHECK_EQUAL(CALL(SYS_rt_sigtimedwait, &set, &info, &none, 8), FIRST);
	for (int i = 1; i < MANY; i += 2)
		CHECK_EQUAL(CALL(SYS_rt_sigtimedwait, &set, &info, &none, 8), FIRST + 1);
	CHECK_EQUAL(CALL(SYS_rt_sigtimedwait, &set, &info, &none, 8), -EAGAIN);
	handle(FIRST, count);
	CALL(SYS_kill, 1, FIRST);
	CALL(SYS_kill, 1, FIRST);
	CHECK_EQUAL(handled, 0);
	CALL(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, 0, 8);
	CHECK_EQUAL(handled, 2);
}

static void timers_of_ones_own_count_what_they_missed(void)
{
	struct {
		union sigval value;
		int signal, notify, thread;
	} event = { { .sival_int = 7 }, SIGUSR2, SIGEV_SIGNAL, 0 };
	struct zrt_timespec times[2] = { { 1, 0, 0 }, { 1001, 0, 0 } }, now[2], sleep = { 10, 500000000, 0 };
	uint64_t set = 1ULL << (SIGUSR2 - 1);
	siginfo_t info;
	int id = -1, other;
	start();
	CALL(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8);
	CHECK_EQUAL(CALL(SYS_timer_create, 0, &event, &id), 0);
	CHECK_EQUAL(CALL(SYS_timer_settime, id, 1, times, 0), 0);
	CHECK_EQUAL(CALL(SYS_nanosleep, &sleep, 0), 0);
	CHECK_EQUAL(CALL(SYS_rt_sigtimedwait, &set, &info, &sleep, 8), SIGUSR2);
	CHECK_EQUAL(info.si_code, SI_TIMER);
	CHECK_EQUAL(info.si_value.sival_int, 7);
	CHECK_EQUAL(CALL(SYS_timer_getoverrun, id), 9);
	CHECK_EQUAL(CALL(SYS_timer_gettime, id, now), 0);
	CHECK_EQUAL(now[0].sec, 1);
	CHECK_EQUAL(now[1].nsec / 1000, 499999);
	CHECK_EQUAL(CALL(SYS_timer_delete, id), 0);
	CHECK_EQUAL(CALL(SYS_timer_gettime, id, now), -EINVAL);
	for (int i = 0; i < 32; i++)
		CHECK_EQUAL(CALL(SYS_timer_create, 1, 0, &other), 0);
	CHECK_EQUAL(CALL(SYS_timer_create, 1, 0, &other), -EAGAIN);
	CHECK_EQUAL(CALL(SYS_timer_create, 99, 0, &other), -EINVAL);
}

static void a_request_from_a_template_has_no_timers(void)
{
	int64_t left[4];
	start();
	arm(10, 0);
	CHECK_EQUAL(zrt_fork(), 0);
	CALL(SYS_getitimer, 0, left);
	CHECK_EQUAL(left[2] | left[3], 0);
}

const struct test signal_tests[] = {
	TEST(a_sleep_ends_early_when_a_timer_expires),
	TEST(a_timer_expires_when_the_clock_is_looked_at),
	TEST(what_blocks_or_ignores_sleeps_through),
	TEST(what_is_left_is_told),
	TEST(a_pause_lasts_until_the_timer),
	TEST(a_waiter_takes_a_blocked_signal),
	TEST(real_time_signals_wait_in_order),
	TEST(timers_of_ones_own_count_what_they_missed),
	TEST(a_request_from_a_template_has_no_timers),
	{ 0 }
};
