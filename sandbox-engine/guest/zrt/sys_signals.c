#include "syscalls.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

enum { LAST_SIGNAL = 64 };

/* The kernel's record as the C library passes it. */
struct action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	unsigned mask[2];
};

static struct action actions[LAST_SIGNAL + 1];
static uint64_t blocked, pending;

static uint64_t bit(int signal)
{
	return 1ULL << (signal - 1);
}

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

static void deliver(int signal)
{
	struct action a = actions[signal];
	pending &= ~bit(signal);
	if (a.handler == SIG_IGN)
		return;
	if (a.handler == SIG_DFL) {
		if (ends_by_default(signal))
			zrt_die(128 + signal);
		return;
	}
	uint64_t before = blocked;
	blocked |= a.mask[0] | (uint64_t)a.mask[1] << 32;
	if (!(a.flags & SA_NODEFER))
		blocked |= bit(signal);
	if (a.flags & SA_RESETHAND)
		actions[signal].handler = SIG_DFL;
	if (a.flags & SA_SIGINFO) {
		siginfo_t info;
		static uint64_t context[128];   /* a ucontext_t that tells nothing */
		memset(&info, 0, sizeof info);
		info.si_signo = signal;
		info.si_code = SI_TKILL;
		info.si_pid = 1;
		info.si_uid = ZRT_UID;
		((void (*)(int, siginfo_t *, void *))(uintptr_t)a.handler)(signal, &info, context);
	} else {
		a.handler(signal);
	}
	blocked = before;
}

static void deliver_pending(void)
{
	uint64_t ready;
	while ((ready = pending & ~blocked))
		deliver(__builtin_ctzll(ready) + 1);
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
	blocked &= ~(bit(SIGKILL) | bit(SIGSTOP));
	deliver_pending();
	return 0;
}

int64_t zrt_sys_sigpending(uint64_t *set, size_t size)
{
	if (size != 8)
		return -EINVAL;
	*set = pending & blocked;
	return 0;
}

/* The alternate stack is remembered and told, but handlers run on the caller's: every signal is one
 * that the program sent itself, so that stack is in order. */
int64_t zrt_sys_sigaltstack(const void *stack, void *old)
{
	static stack_t current = { .ss_flags = SS_DISABLE };
	enum { SMALLEST = 2048 };
	const stack_t *new = stack;
	stack_t before = current;
	if (new && new->ss_flags & ~(SS_DISABLE | SS_ONSTACK))
		return -EINVAL;
	if (new && !(new->ss_flags & SS_DISABLE) && new->ss_size < SMALLEST)
		return -ENOMEM;
	if (new && new->ss_flags & SS_DISABLE)
		current = (stack_t){ .ss_flags = SS_DISABLE };
	else if (new)
		current = (stack_t){ .ss_sp = new->ss_sp, .ss_size = new->ss_size };
	if (old)
		memcpy(old, &before, sizeof before);
	return 0;
}

int64_t zrt_sys_kill(int pid, int signal)
{
	if (signal < 0 || signal > LAST_SIGNAL)
		return -EINVAL;
	if (pid != 1 && pid != 0 && pid != -1)
		return -ESRCH;
	if (signal) {
		pending |= bit(signal);
		deliver_pending();
	}
	return 0;
}

int64_t zrt_sys_tkill(int thread, int signal)
{
	return thread == 1 ? zrt_sys_kill(1, signal) : -ESRCH;
}
