#include "syscalls.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include "clock.h"
#include "report.h"
#include "signals.h"
#include "timers.h"

enum { LAST_SIGNAL = 64 };
#define UNBLOCKABLE (zrt_signal_bit(SIGKILL) | zrt_signal_bit(SIGSTOP))

/* The kernel's record as the C library passes it. */
struct action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	unsigned mask[2];
};

static struct action actions[LAST_SIGNAL + 1];
static uint64_t blocked;
static stack_t alternate = { .ss_flags = SS_DISABLE };

static int ends_by_default(int signal)
{
	switch (signal) {
	case SIGCHLD:
	case SIGURG:
	case SIGWINCH:
	case SIGCONT:
	case SIGSTOP:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		return 0;
	default:
		return 1;
	}
}

static int on_alternate(void)
{
	char here;
	return (uintptr_t)&here - (uintptr_t)alternate.ss_sp < alternate.ss_size;
}

static void describe(int signal, struct zrt_cause cause, siginfo_t *info)
{
	memset(info, 0, sizeof *info);
	info->si_signo = signal;
	info->si_code = cause.code;
	if (cause.code == SI_TKILL || cause.code == SI_USER || cause.code == SI_QUEUE) {
		info->si_pid = 1;
		info->si_uid = ZRT_UID;
	}
	if (cause.code != SI_TKILL && cause.code != SI_USER)
		info->si_value.sival_ptr = cause.value;
}

static void call(const struct action *a, int signal, struct zrt_cause cause)
{
	siginfo_t info;
	static uint64_t context[128];   /* a ucontext_t that tells nothing */
	zrt_handler *handler = (zrt_handler *)(uintptr_t)a->handler;
	if (a->flags & SA_SIGINFO)
		describe(signal, cause, &info);
	if (a->flags & SA_ONSTACK && !(alternate.ss_flags & SS_DISABLE) && !on_alternate())
		zrt_call_on_stack((char *)alternate.ss_sp + alternate.ss_size, handler, signal, &info, context);
	else
		handler(signal, &info, context);
}

/* 1 when a handler ran. */
static int deliver(int signal)
{
	struct action a = actions[signal];
	struct zrt_cause cause = zrt_pending_take(signal);
	if (a.handler == SIG_IGN)
		return 0;
	if (a.handler == SIG_DFL) {
		if (ends_by_default(signal))
			zrt_die(128 + signal);
		return 0;
	}
	uint64_t before = blocked;
	blocked |= a.mask[0] | (uint64_t)a.mask[1] << 32;
	if (!(a.flags & SA_NODEFER))
		blocked |= zrt_signal_bit(signal);
	if (a.flags & SA_RESETHAND)
		actions[signal].handler = SIG_DFL;
	call(&a, signal, cause);
	blocked = before;
	return 1;
}

int zrt_signals_handle(void)
{
	uint64_t ready;
	int handled = 0;
	while ((ready = zrt_pending() & ~blocked))
		handled += deliver(__builtin_ctzll(ready) + 1);
	return handled;
}

uint64_t zrt_signals_effective(void)
{
	uint64_t effective = 0;
	for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
		void (*handler)(int) = actions[signal].handler;
		if (handler != SIG_IGN && (handler != SIG_DFL || ends_by_default(signal)))
			effective |= zrt_signal_bit(signal);
	}
	return effective & ~blocked;
}

int zrt_wait(int64_t nsec, uint64_t taken)
{
	int64_t end = nsec < 0 ? ZRT_NEVER : zrt_clock_after(nsec);
	for (;;) {
		int64_t due = zrt_timers_due(zrt_signals_effective() | taken);
		if (due == ZRT_NEVER && nsec < 0)
			return -EDEADLK;
		if (due > end) {
			zrt_clock_reach(end);
			return 0;
		}
		zrt_clock_reach(due);
		zrt_timers_expire();
		if (zrt_pending() & taken)
			return __builtin_ctzll(zrt_pending() & taken) + 1;
		if (zrt_signals_handle())
			return -EINTR;
	}
}

_Noreturn void zrt_deadlock(const char *for_what)
{
	zrt_complain("deadlock: the only thread waits for ", for_what, (char *)0);
	zrt_die(134);
}

int64_t zrt_sys_sigaction(int signal, const void *new, void *old, size_t size)
{
	if (signal < 1 || signal > LAST_SIGNAL || size != 8)
		return -EINVAL;
	if (new && (signal == SIGKILL || signal == SIGSTOP))
		return -EINVAL;
	if (old)
		memcpy(old, &actions[signal], sizeof(struct action));
	if (new)
		memcpy(&actions[signal], new, sizeof(struct action));
	return 0;
}

int64_t zrt_sys_sigprocmask(int how, const uint64_t *set, uint64_t *old, size_t size)
{
	if (size != 8)
		return -EINVAL;
	if (old)
		*old = blocked;
	if (!set)
		return 0;
	switch (how) {
	case SIG_BLOCK:
		blocked |= *set;
		break;
	case SIG_UNBLOCK:
		blocked &= ~*set;
		break;
	case SIG_SETMASK:
		blocked = *set;
		break;
	default:
		return -EINVAL;
	}
	blocked &= ~UNBLOCKABLE;
	zrt_signals_handle();
	return 0;
}

int64_t zrt_sys_sigpending(uint64_t *set, size_t size)
{
	if (size != 8)
		return -EINVAL;
	*set = zrt_pending() & blocked;
	return 0;
}

int64_t zrt_sys_sigaltstack(const void *stack, void *old)
{
	enum { SMALLEST = 2048 };
	stack_t before = alternate;
	const stack_t *new = stack;
	if (!(before.ss_flags & SS_DISABLE))
		before.ss_flags = on_alternate() ? SS_ONSTACK : 0;
	if (new) {
		if (before.ss_flags & SS_ONSTACK)
			return -EPERM;
		if (new->ss_flags & ~(SS_DISABLE | SS_ONSTACK))
			return -EINVAL;
		if (!(new->ss_flags & SS_DISABLE) && new->ss_size < SMALLEST)
			return -ENOMEM;
		alternate = new->ss_flags & SS_DISABLE ? (stack_t){ .ss_flags = SS_DISABLE }
			: (stack_t){ .ss_sp = new->ss_sp, .ss_size = new->ss_size };
	}
	if (old)
		memcpy(old, &before, sizeof before);
	return 0;
}

int64_t zrt_sys_pause(void)
{
	if (zrt_wait(-1, 0) == -EDEADLK)
		zrt_deadlock("a signal");
	return -EINTR;
}

int64_t zrt_sys_sigsuspend(const uint64_t *set, size_t size)
{
	uint64_t before = blocked;
	if (size != 8)
		return -EINVAL;
	if (zrt_bad_address(set))
		return -EFAULT;
	blocked = *set & ~UNBLOCKABLE;
	if (!zrt_signals_handle() && zrt_wait(-1, 0) == -EDEADLK)
		zrt_deadlock("a signal");
	blocked = before;
	zrt_signals_handle();
	return -EINTR;
}

int64_t zrt_sys_sigtimedwait(const uint64_t *set, void *info, int64_t timeout_nsec, size_t size)
{
	siginfo_t described;
	if (size != 8)
		return -EINVAL;
	if (zrt_bad_address(set))
		return -EFAULT;
	uint64_t taken = *set & ~UNBLOCKABLE;
	uint64_t ready = zrt_pending() & taken;
	int signal = ready ? __builtin_ctzll(ready) + 1 : zrt_wait(timeout_nsec, taken);
	if (signal == -EDEADLK)
		zrt_deadlock("a signal");
	if (signal <= 0)
		return signal ? signal : -EAGAIN;
	struct zrt_cause cause = zrt_pending_take(signal);
	if (info) {
		describe(signal, cause, &described);
		memcpy(info, &described, sizeof described);
	}
	return signal;
}

static int64_t send_self(int signal, int code, void *value)
{
	if (signal < 0 || signal > LAST_SIGNAL)
		return -EINVAL;
	int error = signal ? zrt_signal_queue(signal, code, value) : 0;
	zrt_signals_handle();
	return error;
}

int64_t zrt_sys_sigqueue(int pid, int signal, const void *info)
{
	siginfo_t told;
	if (zrt_bad_address(info))
		return -EFAULT;
	memcpy(&told, info, sizeof told);
	return pid == 1 ? send_self(signal, SI_QUEUE, told.si_value.sival_ptr) : -ESRCH;
}

int64_t zrt_sys_kill(int pid, int signal)
{
	return pid == 1 || pid == 0 || pid == -1 ? send_self(signal, SI_USER, 0) : -ESRCH;
}

int64_t zrt_sys_tkill(int thread, int signal)
{
	return thread == 1 ? send_self(signal, SI_TKILL, 0) : -ESRCH;
}
