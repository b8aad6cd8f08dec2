/*
 * The pool's parent: forks workers on request, hands the agent one end of each worker's socket and forgets it,
 * reaps, and kills on request. It never sees a session's data.
 */
#include "seal.h"

enum { SLOT_FREE, SLOT_ALIVE, SLOT_ENDED };
struct slot {
    struct pool_event exit;
    u8 state;
};
enum { POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16 };
static struct slot slots[MAX_WORKERS];
static u32 slots_used; /* slots behind this one are free */
static i32 agent = -1; /* one at a time: its successor waits until its workers are gone */
static u64 next_serial = 1;
static i32 proc_fd;

u64 now_ns(void)
{
    u64 time[2] = {0, 0};
    sys(__NR_clock_gettime, 1 /* CLOCK_MONOTONIC */, time);
    return time[0] * 1000000000 + time[1];
}

/* Whether the event left; a full socket keeps it for later, a dead agent is noticed by poll. */
static int send_event(const struct pool_event *event, i32 fd)
{
    struct part part = {(void *)event, sizeof *event};
    struct rights control = {20, 1 /* SOL_SOCKET */, 1 /* SCM_RIGHTS */, {fd}};
    struct packet packet = {.part = &part, .parts = 1, .control = &control, .control_size = fd < 0 ? 0 : 24};
    return sys(__NR_sendmsg, agent, &packet, 0x4040 /* MSG_DONTWAIT | MSG_NOSIGNAL */) != -E_AGAIN;
}

static struct slot *free_slot(void)
{
    for (u32 i = 0; i < slots_used; i++)
        if (slots[i].state == SLOT_FREE)
            return &slots[i];
    return slots_used < MAX_WORKERS ? &slots[slots_used++] : 0;
}

static void spawn(void)
{
    i32 ends[2];
    struct slot *slot = free_slot();
    struct pool_event event = {.type = POOL_NO_WORKER};
    long made = slot ? sys(__NR_socketpair, 1, 5 | 02000000 /* SOCK_SEQPACKET, CLOEXEC */, 0, ends) : -E_AGAIN;
    long result = made;
    if (made == 0) {
        worker.serial = next_serial++;
        worker.uid = options.uid + (u32)(slot - slots); /* shared with no worker that is alive */
        result = sys(__NR_fork);
        if (result == 0)
            serve(ends[1], proc_fd);
        sys(__NR_close, ends[1]);
        if (result > 0) {
            event = (struct pool_event){.type = POOL_WORKER, .pid = (i32)result, .serial = worker.serial};
            *slot = (struct slot){event, SLOT_ALIVE};
        }
    }
    event.status = result < 0 ? (i32)-result : 0;
    /* A packet that does not fit is lost, and with it the socket's last end: the worker sees that and ends. */
    send_event(&event, result > 0 ? ends[0] : -1);
    if (made == 0)
        sys(__NR_close, ends[0]);
}

static void kill_workers(u64 serial)
{
    for (u32 i = 0; i < slots_used; i++)
        if (slots[i].state == SLOT_ALIVE && (!serial || slots[i].exit.serial == serial))
            sys(__NR_kill, slots[i].exit.pid, 9);
}

static void reap(void)
{
    u64 usage[18]; /* struct rusage: user and system time as seconds, microseconds; peak in KiB */
    i32 status;
    long pid;
    while ((pid = sys(__NR_wait4, -1, &status, 1 /* WNOHANG */, usage)) > 0)
        for (u32 i = 0; i < slots_used; i++) {
            struct pool_event *e = &slots[i].exit;
            if (slots[i].state != SLOT_ALIVE || e->pid != pid)
                continue;
            slots[i].state = SLOT_ENDED;
            *e = (struct pool_event){POOL_EXIT, e->pid, e->serial, status, 0, usage[0] * 1000000 + usage[1],
                                     usage[2] * 1000000 + usage[3], usage[4], now_ns()};
            break;
        }
}

/* Tells the agent; whether it could not be told all of it yet. */
static int send_exits(void)
{
    int left = 0;
    for (u32 i = 0; i < slots_used; i++)
        if (slots[i].state == SLOT_ENDED && (agent < 0 || send_event(&slots[i].exit, -1)))
            slots[i].state = SLOT_FREE;
        else
            left |= slots[i].state == SLOT_ENDED;
    while (slots_used && slots[slots_used - 1].state == SLOT_FREE)
        slots_used--;
    return left;
}

static void serve_agent(void)
{
    struct pool_request request;
    long n = sys(__NR_recvfrom, agent, &request, sizeof request, 0x40 /* MSG_DONTWAIT */, 0, 0);
    if (n == -E_AGAIN || n == -E_INTR)
        return;
    if (n == sizeof request && request.type == POOL_SPAWN)
        for (u32 i = 0; i < request.count && i < MAX_WORKERS; i++)
            spawn();
    else if (n == sizeof request && request.type == POOL_KILL && request.serial)
        kill_workers(request.serial);
    else {
        kill_workers(0);
        sys(__NR_close, agent);
        agent = -1;
    }
}

static void accept_agent(int listener, i64 peer_uid)
{
    u32 peer[3], size = sizeof peer; /* pid, uid, gid */
    long fd = sys(__NR_accept4, listener, 0, 0, 02000000 /* SOCK_CLOEXEC */);
    if (fd >= 0 && sys(__NR_getsockopt, fd, 1, 17 /* SO_PEERCRED */, peer, &size) == 0 && peer[1] == peer_uid)
        agent = (i32)fd;
    else if (fd >= 0)
        sys(__NR_close, fd);
}

/* Runs until the owner, if there is one, closes its end of standard input, or a signal asks for the end. */
_Noreturn void run_pool(int listener, int signals, int owner, i64 peer_uid, i32 proc)
{
    u8 info[128];
    proc_fd = proc;
    worker.parent = (i32)sys(__NR_getpid);
    for (;;) {
        reap();
        int left = send_exits();
        struct pollfd set[] = {{signals, POLLIN, 0}, {owner, 0, 0}, {agent < 0 ? listener : -1, POLLIN, 0},
                               {agent, (short)(left ? POLLIN | POLLOUT : POLLIN), 0}};
        long n = sys(__NR_poll, set, COUNT(set), -1);
        if (n < 0 && n != -E_INTR)
            die("poll failed", n);
        if (set[0].revents)
            while (sys(__NR_read, signals, info, sizeof info) == sizeof info)
                if (info[0] != 17 /* SIGCHLD */)
                    sys(__NR_exit_group, 0); /* the workers' death signal does the rest */
        if (set[1].revents)
            sys(__NR_exit_group, 0);
        if (set[2].revents)
            accept_agent(listener, peer_uid);
        if (set[3].revents & (POLLIN | POLLHUP | POLLERR))
            serve_agent();
    }
}
