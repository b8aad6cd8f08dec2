/*
 * The trap. Every argument is hostile: channel numbers, pointers, sizes and offsets are checked here and nowhere
 * else. The order of the checks is the original's, guests depend on which error comes first.
 *
 * No function that makes a system call returns on the way back to the guest: a kernel that hardens its own returns
 * leaves the processor's stack of predictions useless, and each return here would cost as much as the whole trap.
 */
#include "worker.h"

enum { F_READ = 0x64616552, F_WRITE = 0x74697257, F_JAIL = 0x6c69614a, F_UNJAIL = 0x6c6a6e55, F_EXIT = 0x74697845,
       F_FORK = 0x6b726f46 };
enum { GETS, GET_BYTES, PUTS, PUT_BYTES };

static int random_gets(const struct channel *c) { return c->type & 1; }
static int random_puts(const struct channel *c) { return c->type & 2; }

/* Moves bytes until size, the end of the source (told in *end), or an error after which nothing was moved. */
static inline __attribute__((always_inline)) i64 move(struct channel *c, int put, u8 *buffer, i64 size, i64 offset, u8 *end)
{
    static const u8 calls[2][2] = {{__NR_read, __NR_write}, {__NR_pread64, __NR_pwrite64}};
    long call = calls[c->backing == B_FILE][put];
    i64 done = 0;
    *end = c->backing == B_NOTHING;
    if (*end)
        return put ? size : 0;
    while (done < size && !*end) {
        i64 n = sys(call, c->fd, buffer + done, size - done, c->base + offset + done);
        if (n == -E_INTR)
            continue;
        if (n < 0)
            return done ? done : n;
        *end = n == 0;
        done += n;
    }
    return done;
}

static inline __attribute__((always_inline)) i64 get(u32 number, u32 address, i64 size, i64 offset)
{
    if (number >= worker.channels)
        return -E_INVAL;
    struct channel *c = &worker.channel[number];
    if (size > 0 && !writable(address, (u64)size))
        return -E_INVAL;
    if (!random_gets(c))
        offset = c->get_position;
    else if (offset >= 0)
        size = MIN(size, c->size - offset);
    if (size == 0)
        return 0;
    if (size < 0)
        return -E_FAULT;
    if (offset < 0)
        return -E_INVAL;
    if (c->eof)
        return 0;
    if (c->backing == B_FILE && offset >= c->size)
        return 0;
    i64 left = c->limits[GET_BYTES] - c->counters[GET_BYTES];
    if (c->counters[GETS] >= c->limits[GETS] || left < 1)
        return -E_DQUOT;
    size = MIN(size, left);
    /* A region may be a part of a file: what lies behind it is somebody else's. */
    i64 take = c->backing == B_FILE ? MIN(size, c->size - offset) : size;
    u8 end;
    i64 n = move(c, 0, guest(address), take, offset, &end);
    if (n < 0)
        return n;
    if (end && c->backing == B_FILE) /* it has lost bytes that it had at the start: half an input is none */
        finish(C_INPUT, (i32)number);
    c->counters[GETS]++;
    c->counters[GET_BYTES] += n;
    if (!random_gets(c)) {
        c->get_position += n;
        c->eof = end || (n == take && take < size);
    }
    digest_add(&c->digest, guest(address), (u64)n);
    return n;
}

static inline __attribute__((always_inline)) i64 put(u32 number, u32 address, i64 size, i64 offset)
{
    if (number >= worker.channels)
        return -E_INVAL;
    struct channel *c = &worker.channel[number];
    if (size > 0 && !readable(address, (u64)size))
        return -E_INVAL;
    if (size == 0)
        return 0;
    if (size < 0)
        return -E_FAULT;
    if (!random_puts(c))
        offset = c->put_position;
    if (offset < 0)
        return -E_INVAL;
    if (c->counters[PUTS] >= c->limits[PUTS])
        return -E_DQUOT;
    i64 left = c->limits[PUT_BYTES] - c->counters[PUT_BYTES];
    int read_too = c->limits[GETS] && c->limits[GET_BYTES];
    if (random_puts(c)) {
        i64 end = read_too ? (left > INT64_MAX - c->size ? INT64_MAX : c->size + left) : c->limits[PUT_BYTES];
        if (offset >= end)
            return -E_INVAL;
        size = MIN(size, end - offset);
    }
    size = MIN(size, left);
    if (size < 1)
        return -E_DQUOT;
    u8 end;
    i64 n = move(c, 1, guest(address), size, offset, &end);
    if (n < 0)
        return n;
    c->counters[PUTS]++;
    c->counters[PUT_BYTES] += n;
    if (!random_puts(c))
        c->put_position += n;
    if (c->backing == B_FILE)
        c->size = MAX(c->size, offset + n);
    digest_add(&c->digest, guest(address), (u64)n);
    return n;
}

static inline __attribute__((always_inline)) i64 answer(u32 address)
{
    volatile const u64 *a = guest(address); /* each is looked at once */
    if (!readable(address, 2 * sizeof *a))
        return -E_INVAL;
    /* A call with few arguments may lie at the very end of the guest's memory. */
    u64 call = a[0];
    u64 count = call == F_READ || call == F_WRITE ? 6 : call == F_JAIL || call == F_UNJAIL ? 4 : call == F_EXIT ? 3 : 2;
    if (!readable(address, count * sizeof *a))
        return -E_INVAL;
    switch (call) {
    case F_READ:
        return get((u32)a[2], (u32)a[3], (i32)a[4], (i64)a[5]);
    case F_WRITE:
        return put((u32)a[2], (u32)a[3], (i32)a[4], (i64)a[5]);
    case F_JAIL:
        return jail((u32)a[2], (i32)a[3]);
    case F_UNJAIL:
        return unjail((u32)a[2], (i32)a[3]);
    case F_EXIT:
        finish(C_EXIT, (i32)a[2]);
    case F_FORK:
        if (worker.flags & R_SNAPSHOT)
            take_snapshot();
        return 0;
    default:
        return -E_PERM;
    }
}

_Noreturn void trap(u32 address) { resume_guest(answer(address)); }
