/*
 * How sessions end: one report, one exit. Signal handlers run on a stack of their own behind guard pages and
 * never return to the guest, so whatever a fault's rsp was, nothing is ever written through it.
 */
#include "seal.h"
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/sigcontext.h>
#include <asm/ucontext.h>

#define SIGNAL_STACK (64ul << 10)

static struct report report;

static _Noreturn void send_report(enum cause cause, i32 code)
{
    static u8 packet[sizeof(struct report) + MAX_CHANNELS * sizeof(struct channel_report)];
    worker.reported = 1;
    report.magic = REPORT_MAGIC;
    report.cause = cause;
    report.code = code;
    report.entered_ns = worker.entered_ns;
    report.channels = worker.channels;
    for (u32 i = 0; i < worker.channels; i++) {
        struct channel_report *r = (void *)(packet + sizeof report + i * sizeof *r);
        memcpy(r->counters, worker.channel[i].counters, sizeof r->counters);
        digest_end(&worker.channel[i].digest, r->digest);
    }
    memcpy(packet, &report, sizeof report);
    u64 size = sizeof report + worker.channels * sizeof(struct channel_report);
    while (sys(__NR_write, CONTROL_FD, packet, size) == -E_INTR)
        ;
    sys(__NR_exit_group, 0);
    __builtin_unreachable();
}

/* The readable ranges in address order, the trampoline excepted: it is ours. */
static void digest_memory(void)
{
    struct digest digest;
    digest_start(&digest, worker.memory_digest);
    digest_add(&digest, guest(TEXT_START), worker.text_end - TEXT_START);
    digest_add(&digest, guest(worker.ro_start), worker.ro_end - worker.ro_start);
    digest_add(&digest, guest(worker.rw_start), worker.heap_end - worker.rw_start);
    digest_add(&digest, guest(worker.manifest_start), GUEST_SIZE - worker.manifest_start);
    digest_end(&digest, report.memory_digest);
}

_Noreturn void finish(enum cause cause, i32 code)
{
    report.fault_rip = report.fault_address = -1;
    if (cause == C_EXIT && worker.memory_digest)
        digest_memory();
    send_report(cause, code);
}

_Noreturn void fail(enum step step, long error)
{
    report.step = step;
    finish(C_ENGINE, (i32)-error);
}

static i64 in_guest(u64 address)
{
    return address - GUEST_BASE < GUEST_SIZE ? (i64)(address - GUEST_BASE) : -1;
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
    const struct ucontext *c = context;
    i64 rip = in_guest(c->uc_mcontext.rip);
    if (worker.reported) /* the time ran out while the report was on its way */
        sys(__NR_exit_group, 0);
    report.fault_rip = rip;
    report.fault_address = -1;
    if (signal == SIGALRM)
        send_report(C_TIMEOUT, 0);
    if (rip >= TRAMPOLINE && rip < TEXT_START && signal == SIGSEGV)
        send_report(C_BAD_CALL, (i32)(rip - TRAMPOLINE) / 32);
    /* hlt and other privileged instructions fault without an address (SI_KERNEL). */
    if ((signal == SIGSEGV && info->si_code < 0x80) || signal == SIGBUS)
        report.fault_address = in_guest((u64)info->si_addr);
    u32 *n = &report.instruction_bytes;
    while (rip >= TEXT_START && *n < sizeof report.instruction && readable((u32)rip + *n, 1))
        report.instruction[*n] = *(u8 *)guest((u32)rip + *n), ++*n;
    send_report(C_SIGNAL, signal);
}

struct kernel_action {
    void (*handler)(int, siginfo_t *, void *);
    u64 flags;
    void (*restorer)(void);
    u64 mask;
};

static u8 *signal_stack;

/* Once a pool: the guarded stack. */
void reserve_signal_stack(u64 minimum)
{
    u64 size = ROUND_UP(minimum, PAGE) + SIGNAL_STACK;
    long at = sys(__NR_mmap, 0, size + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at < 0 || sys(__NR_mprotect, at + PAGE, size, PROT_READ | PROT_WRITE) < 0)
        die("cannot reserve the stack for signals", at);
    signal_stack = (u8 *)at + PAGE;
}

void catch_signals(void)
{
    static const u8 fatal[] = {SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV,
                               SIGTERM, SIGXCPU, SIGHUP, SIGALRM};
    stack_t stack = {.ss_sp = signal_stack, .ss_size = SIGNAL_STACK};
    struct kernel_action action = {on_signal, SA_SIGINFO | SA_ONSTACK | 0x04000000 /* SA_RESTORER */, 0, ~0ul};
    struct kernel_action ignore = {(void (*)(int, siginfo_t *, void *))1, 0, 0, 0};
    u64 none = 0;
    long result = sys(__NR_sigaltstack, &stack, 0);
    for (u32 i = 0; i < COUNT(fatal); i++)
        result |= sys(__NR_rt_sigaction, fatal[i], &action, 0, 8);
    /* The guest sees the error of its write instead: -EPIPE, -EFBIG. */
    result |= sys(__NR_rt_sigaction, SIGPIPE, &ignore, 0, 8);
    result |= sys(__NR_rt_sigaction, SIGXFSZ, &ignore, 0, 8);
    result |= sys(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, &none, 0, 8);
    if (result) /* nothing may run here whose faults are not caught */
        die("cannot catch signals", 0);
}
