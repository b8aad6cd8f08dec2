/* Between forking a worker and its session. */
#pragma once
#include "worker.h"

enum { F_ADD_SEALS = 1033, F_GET_SEALS = 1034, ALL_SEALS = 0xf };

/* Nobody can change the file's bytes or length; kernels that forbid executable memory files add a seal of their own. */
static inline int sealed(int fd)
{
    long seals = sys(__NR_fcntl, fd, F_GET_SEALS);
    return seals >= 0 && (seals & ALL_SEALS) == ALL_SEALS;
}

struct pollfd {
    i32 fd;
    short events, revents;
};

/* struct msghdr with one part and room for the descriptors of one packet. */
struct packet {
    void *name;
    u64 name_size;
    struct part {
        void *base;
        u64 size;
    } *part;
    u64 parts;
    void *control;
    u64 control_size;
    u64 flags;
};
struct rights {
    u64 size;
    i32 level, type;
    i32 fds[MAX_FDS_PER_PACKET];
};

/* filter.c */
long install_waiting_filter(void);
/* seal.c */
void note(enum protection protection, long result);
/* finish.c, isolate.c, load.c, pool.c */
void reserve_signal_stack(u64 minimum);
void isolate(int wanted);
long receive_packet(void *bytes, u64 size, i32 *into, u32 max_fds, u32 *fd_count);
_Noreturn void run_pool(int listener, int signals, int owner, i64 peer_uid, i32 proc);
