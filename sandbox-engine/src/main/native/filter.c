/*
 * The second wall's gate: what a worker may ask of the kernel. Two filters, the second added on top of the first
 * when the session is set up, so that nothing that prepares a session is left once guest code runs.
 *
 * Calls allowed whatever their arguments come out as constants, so the kernel answers them from its bitmap
 * without running the filter: a trap's read or write costs no more than it does without one.
 */
#include "seal.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

struct builder {
    struct sock_filter code[160];
    u32 length, rule;
};

static void emit(struct builder *b, u16 code, u32 k, u8 yes, u8 no)
{
    if (b->length >= COUNT(b->code))
        die("the filter is too long", 0);
    b->code[b->length++] = (struct sock_filter){code, yes, no, k};
}

static void load(struct builder *b, u32 offset) { emit(b, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }
static void allow(struct builder *b) { emit(b, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0); }
static void kill_process(struct builder *b) { emit(b, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0); }

#define ARGUMENT_LOW(n) ((u32)offsetof(struct seccomp_data, args) + 8 * (n))
#define ARGUMENT_HIGH(n) (ARGUMENT_LOW(n) + 4)
/* Between `rule` and `end_rule` each condition returns kill unless it holds; the end returns allow. */
static void rule(struct builder *b, u32 call)
{
    b->rule = b->length;
    emit(b, BPF_JMP | BPF_JEQ | BPF_K, call, 0, 0); /* patched: not this call, behind the rule */
}

static void end_rule(struct builder *b)
{
    allow(b);
    b->code[b->rule].jf = (u8)(b->length - b->rule - 1);
    load(b, offsetof(struct seccomp_data, nr));
}

static void require(struct builder *b, u16 comparison, u32 k)
{
    emit(b, BPF_JMP | comparison | BPF_K, k, 1, 0);
    kill_process(b);
}

static void require_value(struct builder *b, u32 argument, u64 value)
{
    load(b, ARGUMENT_LOW(argument));
    require(b, BPF_JEQ, (u32)value);
    load(b, ARGUMENT_HIGH(argument));
    require(b, BPF_JEQ, (u32)(value >> 32));
}

static void require_bits(struct builder *b, u32 argument, u32 mask, u32 value)
{
    load(b, ARGUMENT_LOW(argument));
    emit(b, BPF_ALU | BPF_AND | BPF_K, mask, 0, 0);
    require(b, BPF_JEQ, value);
}

/* [argument 0, + argument 1) inside the guest's 4 GiB, which are aligned to their size. */
static void require_guest_range(struct builder *b)
{
    load(b, ARGUMENT_HIGH(0));
    require(b, BPF_JEQ, (u32)(GUEST_BASE >> 32));
    load(b, ARGUMENT_HIGH(1));
    require(b, BPF_JEQ, 0);
    load(b, ARGUMENT_LOW(0));
    emit(b, BPF_MISC | BPF_TAX, 0, 0, 0);
    load(b, ARGUMENT_LOW(1));
    emit(b, BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0);
    /* No carry, or the range ends exactly at the end of the region (sum 0, start not 0). */
    emit(b, BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0);
    emit(b, BPF_JMP | BPF_JGE | BPF_X, 0, 1, 0);
    kill_process(b);
}

static void plain(struct builder *b, u32 call)
{
    emit(b, BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
    allow(b);
}

static void start(struct builder *b)
{
    b->length = 0;
    load(b, offsetof(struct seccomp_data, arch));
    require(b, BPF_JEQ, AUDIT_ARCH_X86_64);
    load(b, offsetof(struct seccomp_data, nr));
    plain(b, __NR_read);
    plain(b, __NR_write);
    plain(b, __NR_pread64);
    plain(b, __NR_pwrite64);
    plain(b, __NR_exit_group);
    rule(b, __NR_mprotect);
    require_guest_range(b);
    require_bits(b, 2, ~(u32)(PROT_READ | PROT_WRITE), 0);
    end_rule(b);
    rule(b, __NR_prctl); /* gives a right up, and only that */
    require_value(b, 0, 26 /* PR_SET_TSC */);
    require_value(b, 1, 2 /* PR_TSC_SIGSEGV */);
    end_rule(b);
}

/* What receives code: the control socket, mappings of descriptors into the guest, the look at their seals. */
static void receive_rules(struct builder *b)
{
    rule(b, __NR_recvmsg);
    require_value(b, 0, CONTROL_FD);
    end_rule(b);
    rule(b, __NR_mmap);
    require_guest_range(b);
    load(b, ARGUMENT_LOW(2)); /* never writable and executable at once */
    emit(b, BPF_ALU | BPF_AND | BPF_K, PROT_WRITE | PROT_EXEC, 0, 0);
    emit(b, BPF_JMP | BPF_JEQ | BPF_K, PROT_WRITE | PROT_EXEC, 0, 1);
    kill_process(b);
    require_bits(b, 3, MAP_FIXED, MAP_FIXED);
    end_rule(b);
    rule(b, __NR_fcntl);
    require_value(b, 1, F_GET_SEALS);
    end_rule(b);
    rule(b, __NR_close);
    load(b, ARGUMENT_LOW(0)); /* not the control socket: the answer to a jail must come from the agent */
    require(b, BPF_JGT, CONTROL_FD);
    end_rule(b);
}

static long install(struct builder *b)
{
    kill_process(b);
    struct sock_fprog program = {(u16)b->length, b->code};
    return sys(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

/* Until the session is set up; no guest code has run. */
long install_waiting_filter(void)
{
    struct builder b;
    start(&b);
    receive_rules(&b);
    plain(&b, __NR_setrlimit);
    plain(&b, __NR_setitimer);
    plain(&b, __NR_clock_gettime);
    plain(&b, __NR_seccomp);
    return install(&b);
}

/* While guest code runs. */
void install_final_filter(void)
{
    struct builder b;
    start(&b);
    if (worker.flags & R_JAIL)
        receive_rules(&b);
#ifndef WITHOUT_SECCOMP
    check(S_FILTER, install(&b));
#endif
}
