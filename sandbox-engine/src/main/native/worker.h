/* One worker: the state behind a guest, and the steps of its life in the order of the files. */
#pragma once
#include "wire.h"

#define GUEST_BASE 0x440A00000000ul
#define GUEST_SIZE (1ul << 32)
#define GUARD_SIZE (40ul << 30)
#define GUEST_UNIT 0x10000u
#define TRAMPOLINE 0x10000u
#define TEXT_START 0x20000u
#define STACK_START 0xFF000000u
#define STACK_SIZE (16u << 20)
#define MANIFEST_POINTER 0xFEFFFFFCu
#define CONTROL_FD 0
#define MAX_WORKERS 8192u

/* Found through the GS base by the gate in gate.S, which knows these offsets. */
struct gate {
    u64 host_rsp; /* 0 */
    u64 entry; /* 8: the trampoline jumps through this */
    u64 canary; /* 16: -mstack-protector-guard-offset */
    struct registers {
        u64 rsp, rbp, rbx, r12, r13, r14; /* 24, 32, 40, 48, 56, 64 */
    } guest; /* at its last trap */
};

struct digest {
    u64 bytes;
    u32 h[5];
    u32 kind;
    u8 block[64];
};

struct channel {
    i64 limits[4], counters[4];
    i64 size, base, get_position, put_position;
    i32 fd;
    u8 type, backing, eof, pad;
    struct digest digest;
};

struct options {
    u32 uid, gid; /* of the first of MAX_WORKERS guests, and of all of them, if the supervisor is root */
    u8 dumpable, others; /* for a debugger: not sealed against ptrace; agents are of another user */
};

struct worker {
    u64 serial;
    u32 uid; /* of this worker, if the supervisor is root */
    i32 parent; /* pid */
    u32 flags;
    u32 text_end, ro_start, ro_end, rw_start, heap_start, heap_end, manifest_start;
    u32 channels, memory_digest;
    i32 image_fd, template_fd, snapshot_fd, jail_fd;
    u8 reported, jailed_any;
    u64 entered_ns;
    i32 state[P_COUNT];
    struct channel channel[MAX_CHANNELS];
    u8 jailed[GUEST_SIZE / PAGE]; /* jail.c */
};

extern struct gate gate;
extern struct worker worker;
extern struct options options;

/* pool.c, space.c */
u64 now_ns(void);
void reserve_guest(void);
int readable(u32 address, u64 size);
int writable(u32 address, u64 size);
static inline void *guest(u32 address) { return (void *)(GUEST_BASE + address); }
/* seal.c */
_Noreturn void serve(int control, int proc);
void install_final_filter(void);
/* load.c */
void receive_session(void);
_Noreturn void enter_session(void);
/* snapshot.c, trap.c (called by the gate), jail.c */
_Noreturn void take_snapshot(void);
void load_template(void);
_Noreturn void trap(u32 args);
i32 jail(u32 address, i32 size);
i32 unjail(u32 address, i32 size);
/* digest.c */
void digest_start(struct digest *digest, u32 kind);
void digest_add(struct digest *digest, const void *bytes, u64 size);
void digest_end(struct digest *digest, u8 out[DIGEST_BYTES]);
/* finish.c, gate.S */
void catch_signals(void);
_Noreturn void finish(enum cause cause, i32 code);
_Noreturn void fail(enum step step, long error);
static inline void check(enum step step, long result)
{
    if (result < 0)
        fail(step, result);
}
extern char trap_gate[];
_Noreturn void enter_guest(u64 rip);
_Noreturn void resume_guest(i64 result);
