/*
 * The pool's parent: forks workers on request, hands the agent one end of each worker's socket and forgets it,
 * reaps, and kills on request. It never sees a session's data.
 */
#include "seal.h"

#define MAX_WORKERS 8192u
#define MAX_CLIENTS 8u

enum { SLOT_FREE, SLOT_ALIVE, SLOT_ENDED };
struct slot {
    struct pool_event exit;
    u8 state, client;
};
struct pollfd {
    i32 fd;
    short events, revents;
};
enum { POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16 };
struct timeval {
    i64 seconds, microseconds;
};
struct rusage {
    struct timeval user, system;
    i64 peak_kib, rest[13];
};
struct packet {
    void *name;
    u32 name_size, pad;
    struct {
        const void *base;
        u64 size;
    } *iov;
    u64 iov_count;
    void *control;
    u64 control_size;
    i32 flags, pad2;
};

static struct slot slots[MAX_WORKERS];
static u32 slots_used; /* slots behind this one are free */
static i32 clients[MAX_CLIENTS];
static u64 next_serial = 1;
static i32 proc_fd;

u64 now_ns(void)
{
    u64 time[2] = {0, 0};
    sys(__NR_clock_gettime, 1 /* CLOCK_MONOTONIC */, time);
    return time[0] * 1000000000 + time[1];
}

/* Whether the event left; a full socket keeps it for later, a dead client is noticed by poll. */
static int send_event(u32 client, const struct pool_event *event, i32 fd)
{
    struct {
        const void *base;
        u64 size;
    } iov = {event, sizeof *event};
    struct {
        u64 size;
        i32 level, type, fd, pad;
    } control = {20, 1, 1, fd, 0};
    struct packet packet = {.iov = (void *)&iov, .iov_count = 1};
    if (fd >= 0) {
        packet.control = &control;
        packet.control_size = sizeof control;
    }
    long n = sys(__NR_sendmsg, clients[client], &packet, 0x4040 /* MSG_DONTWAIT | MSG_NOSIGNAL */);
    return n != -E_AGAIN;
}

static struct slot *free_slot(void)
{
    for (u32 i = 0; i < slots_used; i++)
        if (slots[i].state == SLOT_FREE)
            return &slots[i];
    return slots_used < MAX_WORKERS ? &slots[slots_used++] : 0;
}

static void spawn(u32 client)
{
    i32 ends[2];
    struct pool_event event = {.type = POOL_NO_WORKER};
    struct slot *slot = free_slot();
    long result = slot ? sys(__NR_socketpair, 1, 5 | 02000000 /* SOCK_SEQPACKET, CLOEXEC */, 0, ends) : -E_AGAIN;
    if (result == 0) {
        worker.serial = next_serial++;
        result = sys(__NR_fork);
        if (result == 0)
            serve(ends[1], proc_fd);
        sys(__NR_close, ends[1]);
        if (result > 0) {
            event.type = POOL_WORKER;
            event.pid = (i32)result;
            event.serial = worker.serial;
            slot->exit = event;
            slot->client = (u8)client;
            slot->state = SLOT_ALIVE;
        }
    }
    if (result < 0)
        event.status = (i32)-result;
    /* A packet that does not fit is lost, and with it the socket's last end: the worker sees that and ends. */
    send_event(client, &event, result > 0 ? ends[0] : -1);
    if (event.type == POOL_WORKER)
        sys(__NR_close, ends[0]);
}

static void kill_workers(u32 client, u64 serial)
{
    for (u32 i = 0; i < slots_used; i++)
        if (slots[i].state == SLOT_ALIVE && slots[i].client == client && (!serial || slots[i].exit.serial == serial))
            sys(__NR_kill, slots[i].exit.pid, 9);
}

static void reap(void)
{
    struct rusage usage;
    i32 status;
    long pid;
    while ((pid = sys(__NR_wait4, -1, &status, 1 /* WNOHANG */, &usage)) > 0)
        for (u32 i = 0; i < slots_used; i++) {
            struct slot *s = &slots[i];
            if (s->state != SLOT_ALIVE || s->exit.pid != pid)
                continue;
            s->state = SLOT_ENDED;
            s->exit.type = POOL_EXIT;
            s->exit.status = status;
            s->exit.user_us = (u64)(usage.user.seconds * 1000000 + usage.user.microseconds);
            s->exit.system_us = (u64)(usage.system.seconds * 1000000 + usage.system.microseconds);
            s->exit.peak_kib = (u64)usage.peak_kib;
            s->exit.ended_ns = now_ns();
            break;
        }
}

/* Tells the agents; whether some could not be told yet is left in the poll set. */
static void send_exits(struct pollfd *poll_clients)
{
    for (u32 i = 0; i < MAX_CLIENTS; i++)
        poll_clients[i].events = POLLIN;
    for (u32 i = 0; i < slots_used; i++) {
        struct slot *s = &slots[i];
        if (s->state != SLOT_ENDED)
            continue;
        if (clients[s->client] < 0 || send_event(s->client, &s->exit, -1))
            s->state = SLOT_FREE;
        else
            poll_clients[s->client].events = POLLIN | POLLOUT;
    }
    while (slots_used && slots[slots_used - 1].state == SLOT_FREE)
        slots_used--;
}

static void close_client(u32 client)
{
    kill_workers(client, 0);
    sys(__NR_close, clients[client]);
    clients[client] = -1;
}

static void serve_client(u32 client)
{
    struct pool_request request;
    long n = sys(__NR_recvfrom, clients[client], &request, sizeof request, 0x40 /* MSG_DONTWAIT */, 0, 0);
    if (n == -E_AGAIN || n == -E_INTR)
        return;
    if (n != sizeof request)
        close_client(client);
    else if (request.type == POOL_SPAWN)
        for (u32 i = 0; i < request.count && i < MAX_WORKERS; i++)
            spawn(client);
    else if (request.type == POOL_KILL)
        kill_workers(client, request.serial ? request.serial : ~0ul);
    else
        close_client(client);
}

static void accept_client(int listener, i64 peer_uid)
{
    struct {
        i32 pid;
        u32 uid, gid;
    } peer;
    u32 size = sizeof peer;
    long fd = sys(__NR_accept4, listener, 0, 0, 02000000 /* SOCK_CLOEXEC */);
    if (fd < 0)
        return;
    for (u32 i = 0; i < MAX_CLIENTS; i++)
        if (clients[i] < 0 && sys(__NR_getsockopt, fd, 1, 17 /* SO_PEERCRED */, &peer, &size) == 0 &&
            peer.uid == peer_uid) {
            clients[i] = (i32)fd;
            return;
        }
    sys(__NR_close, fd); /* a stranger, or one agent too many */
}

/* Runs until the owner, if there is one, closes its end of standard input, or a signal asks for the end. */
_Noreturn void run_pool(int listener, int signals, int owner, i64 peer_uid, i32 proc)
{
    struct pollfd set[3 + MAX_CLIENTS] = {{signals, POLLIN, 0}, {listener, POLLIN, 0}, {owner, 0, 0}};
    u8 info[128];
    proc_fd = proc;
    worker.parent = (i32)sys(__NR_getpid);
    for (u32 i = 0; i < MAX_CLIENTS; i++)
        clients[i] = -1;
    for (;;) {
        reap();
        send_exits(set + 3);
        for (u32 i = 0; i < MAX_CLIENTS; i++)
            set[3 + i].fd = clients[i];
        long n = sys(__NR_poll, set, COUNT(set), -1);
        if (n < 0 && n != -E_INTR)
            die("poll failed", n);
        if (set[0].revents)
            while (sys(__NR_read, signals, info, sizeof info) == sizeof info)
                if (info[0] != 17 /* SIGCHLD */)
                    sys(__NR_exit_group, 0); /* the workers' death signal does the rest */
        if (set[2].revents)
            sys(__NR_exit_group, 0);
        if (set[1].revents)
            accept_client(listener, peer_uid);
        for (u32 i = 0; i < MAX_CLIENTS; i++)
            if (set[3 + i].fd >= 0 && set[3 + i].revents & (POLLIN | POLLHUP | POLLERR))
                serve_client(i);
    }
}
