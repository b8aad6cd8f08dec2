/*
 * Code made at run time. The worker never judges code: it hands whole pages to the agent, which validates a
 * sealed copy, and maps that copy. What the guest does to its own bytes meanwhile or later changes nothing.
 */
#include "seal.h"

enum { FREE, FIRST, NEXT }; /* of worker.jailed: what the page is within a jailed range */

/*
 * Whether address cuts a jailed range in two. A range is judged as one piece, its own jumps may land between
 * bundles, so it comes and goes as one piece: part of it, rewritten and judged alone, would meet old jumps.
 */
static int cuts(u64 address)
{
    return worker.jailed[address / PAGE] == NEXT;
}

/* The length in whole pages, or 0 if this is no range of the heap. */
static u64 range(u32 address, i32 size)
{
    u64 length = ROUND_UP((u64)(u32)size, PAGE);
    if (size <= 0 || address % GUEST_UNIT || address < worker.heap_start || address + length > worker.heap_end)
        return 0;
    return length;
}

i32 jail(u32 address, i32 size)
{
    u64 length = range(address, size);
    if (!(worker.flags & R_JAIL))
        return -E_ACCES;
    if (!length || cuts(address) || cuts(address + length))
        return -E_INVAL;
    if (length > JAIL_MAX)
        return -E_NOMEM;
    long written = write_at(worker.jail_fd, guest(address), length, 0);
    if (written < 0)
        return (i32)written;
    struct jail_question question = {JAIL_MAGIC, address, (u32)length, 0};
    struct jail_answer answer;
    i32 fd;
    u32 fds = 0;
    if (sys(__NR_write, CONTROL_FD, &question, sizeof question) != sizeof question)
        fail(S_JAIL, -E_PROTO);
    if (receive_packet(&answer, sizeof answer, &fd, 1, &fds) != sizeof answer)
        fail(S_JAIL, -E_PROTO);
    if (answer.result)
        return answer.result;
    if (fds != 1 || !sealed(fd))
        fail(S_SEALS, -E_PROTO);
    long at = sys(__NR_mmap, guest(address), length, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd, 0);
    sys(__NR_close, fd);
    if (at < 0) /* the kernel's limit of mappings; it looks before it unmaps anything */
        return (i32)at;
    worker.jailed_any = 1;
    memset(worker.jailed + address / PAGE, NEXT, length / PAGE);
    worker.jailed[address / PAGE] = FIRST;
    return 0;
}

i32 unjail(u32 address, i32 size)
{
    u64 length = range(address, size);
    if (!(worker.flags & R_JAIL))
        return -E_ACCES;
    if (!length || cuts(address) || cuts(address + length))
        return -E_INVAL;
    for (u64 page = address / PAGE; page < (address + length) / PAGE; page++)
        if (worker.jailed[page] == FREE)
            return -E_INVAL;
    long result = sys(__NR_mprotect, guest(address), length, PROT_READ | PROT_WRITE);
    if (result < 0)
        return (i32)result;
    memset(worker.jailed + address / PAGE, FREE, length / PAGE);
    return 0;
}
