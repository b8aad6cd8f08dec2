/*
 * What crosses the sockets between Java and the supervisor: packets, little-endian, no padding that is not
 * named. The Java side is io.zerocloud.sandbox.session.Wire; WIRE_VERSION changes with any change here.
 */
#pragma once
#include "sys.h"

#define WIRE_VERSION 2u
#define MAX_CHANNELS 1024u
#define MAX_REQUEST (512u << 10)
#define MAX_FDS_PER_PACKET 253u
#define DIGEST_BYTES 20u

/* The protections whose state is reported; negative: not asked for, 0: on, positive: errno of the refusal. */
enum protection {
    P_USER_NS, P_PID_NS, P_MOUNT_NS, P_NET_NS, P_IPC_NS, P_UTS_NS, P_CGROUP_NS, /* once a pool */
    P_CLOSE_RANGE, P_UID, P_CAPABILITIES, P_DEATH_SIGNAL, P_DUMPABLE, P_RLIMITS, P_OOM_SCORE, P_NO_NEW_PRIVS,
    P_SECCOMP, P_TSC, /* each worker */
    P_COUNT
};

/* Agent to pool. */
enum { POOL_SPAWN = 1, POOL_KILL = 2 };
struct pool_request {
    u32 type;
    u32 count; /* POOL_SPAWN */
    u64 serial; /* POOL_KILL */
};

/* Pool to agent; a WORKER packet carries the descriptor of the worker's socket. */
enum { POOL_WORKER = 1, POOL_EXIT = 2, POOL_NO_WORKER = 3 };
struct pool_event {
    u32 type;
    i32 pid;
    u64 serial;
    i32 status; /* wait4's status, or the errno of a failed fork */
    u32 pad;
    u64 user_us, system_us, peak_kib, ended_ns;
};

/* Worker to agent, once sealed. */
struct worker_hello {
    u32 version, protections; /* P_COUNT */
    u64 serial;
    i32 state[P_COUNT];
    i32 fatal; /* 1: a mandatory protection failed, the worker is gone */
};

enum request_flag { R_JAIL = 1, R_SNAPSHOT = 2, R_TEMPLATE = 4 };
enum digest_kind { D_NONE, D_MD5, D_SHA1 };
enum backing { B_NOTHING, B_FILE, B_STREAM };

/*
 * Agent to worker: this, then `channels` times wire_channel, then the aliases, each with its NUL. Sent in
 * packets of at most 64 KiB, descriptors in order along with the first ones: the image, then the template, the
 * snapshot sink and the jail buffer as far as the flags name them, then those of the channels.
 */
struct request {
    u32 version, total_bytes, total_fds, flags;
    u64 memory, timeout_us, file_limit;
    u32 entry, text_end;
    u32 ro_address, ro_size; /* size 0: no such segment; ro_size is a multiple of 64 KiB */
    u32 rw_address, rw_file_size; /* file size is a multiple of 4 KiB */
    u32 rw_end; /* heap_ptr: end of bss, unaligned */
    u32 channels, memory_digest, alias_bytes;
};

struct wire_channel {
    i64 limits[4]; /* gets, get bytes, puts, put bytes */
    i64 size; /* bytes in the region or file at the start */
    i64 base; /* offset of the region in the file */
    i32 fd; /* index among the channels' descriptors, -1 for B_NOTHING */
    u8 type, backing, digest, pad;
};

/* Worker to agent while the guest runs, answered by jail_answer with a sealed copy if accepted. */
struct jail_question {
    u32 magic, address, size, pad;
};
struct jail_answer {
    i32 result;
    u32 pad;
};
#define JAIL_MAGIC 0x4c49414au
#define JAIL_MAX (64u << 20) /* bytes of one range: the agent judges it in its memory */

enum cause { C_EXIT, C_SNAPSHOT, C_SIGNAL, C_BAD_CALL, C_TIMEOUT, C_ENGINE, C_INPUT };

/* Worker to agent, at the end: this, then a channel_report for each channel. */
struct report {
    u32 magic, cause;
    i32 code; /* guest's exit code, signal, slot, errno, or number of the channel */
    u32 step; /* C_ENGINE: enum step */
    u64 entered_ns;
    i64 fault_rip, fault_address; /* guest addresses, or -1 */
    u8 instruction[16];
    u32 instruction_bytes, channels;
    u8 memory_digest[DIGEST_BYTES];
    u32 pad;
};
#define REPORT_MAGIC 0x5250435au

struct channel_report {
    i64 counters[4]; /* as limits */
    u8 digest[DIGEST_BYTES];
    u32 pad;
};

enum step { S_REQUEST = 1, S_SEALS, S_LIMITS, S_MEMORY, S_MAP, S_TEMPLATE, S_FILTER, S_SNAPSHOT, S_JAIL };
