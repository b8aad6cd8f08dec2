/*
 * Templates: a guest's writable memory and registers at its fork trap, as a file that later sessions map
 * copy-on-write. The file is as hostile as the guest that it came from: on loading, every range must lie in the
 * guest's writable memory and every register becomes an offset into its 4 GiB again. Text comes from the image.
 */
#include "seal.h"

#define SNAPSHOT_MAGIC 0x50534d5au
#define MAX_EXTENTS 240u
#define GAP (64u << 10) /* shorter runs of zero pages are stored: a mapping costs more */

struct extent {
    u32 address, pages;
    u64 offset;
};

static union {
    struct {
        u32 magic, extents, channels, rw_start, heap_end, mxcsr;
        struct registers registers;
        struct extent extent[MAX_EXTENTS];
    };
    u8 page[PAGE];
} snapshot;

static int zero_page(u64 address)
{
    const u64 *word = (const u64 *)(GUEST_BASE + address);
    for (u32 i = 0; i < PAGE / 8; i += 4)
        if (word[i] | word[i + 1] | word[i + 2] | word[i + 3])
            return 0;
    return 1;
}

/* Adds the runs of pages of [start, end) that are not zero. The last extent of a full table takes all the rest. */
static void find_extents(u64 start, u64 end, u64 *offset, u32 most)
{
    struct extent *last = 0;
    for (u64 at = start; at < end; at += PAGE) {
        if (zero_page(at))
            continue;
        u64 last_end = last ? last->address + last->pages * PAGE : 0;
        if (!last || (at - last_end >= GAP && snapshot.extents < most)) {
            last = &snapshot.extent[snapshot.extents++];
            *last = (struct extent){(u32)at, 0, *offset};
            last_end = at;
        }
        last->pages += (u32)((at - last_end) / PAGE) + 1;
        *offset = last->offset + last->pages * PAGE;
    }
}

static void put(const void *bytes, u64 size, u64 offset)
{
    check(S_SNAPSHOT, write_at(worker.snapshot_fd, bytes, size, offset));
}

_Noreturn void take_snapshot(void)
{
    u64 offset = PAGE;
    if (worker.jailed_any) /* executable pages are not part of a template */
        fail(S_SNAPSHOT, -E_BUSY);
    find_extents(worker.rw_start, worker.heap_end, &offset, MAX_EXTENTS - 16);
    find_extents(STACK_START, GUEST_SIZE, &offset, MAX_EXTENTS);
    snapshot.magic = SNAPSHOT_MAGIC;
    snapshot.channels = worker.channels;
    snapshot.rw_start = worker.rw_start;
    snapshot.heap_end = worker.heap_end;
    snapshot.registers = gate.guest;
    __asm__ volatile("stmxcsr %0" : "=m"(snapshot.mxcsr));
    for (u32 i = 0; i < snapshot.extents; i++)
        put(guest(snapshot.extent[i].address), snapshot.extent[i].pages * PAGE, snapshot.extent[i].offset);
    put(&snapshot, sizeof snapshot, 0);
    finish(C_SNAPSHOT, 0);
}

void load_template(void)
{
    if (!sealed(worker.template_fd))
        fail(S_SEALS, -E_PERM);
    if (sys(__NR_pread64, worker.template_fd, &snapshot, sizeof snapshot, 0) != sizeof snapshot ||
        snapshot.magic != SNAPSHOT_MAGIC || snapshot.extents > MAX_EXTENTS || snapshot.channels != worker.channels ||
        snapshot.rw_start != worker.rw_start || snapshot.heap_end != worker.heap_end)
        fail(S_TEMPLATE, -E_INVAL);
    for (u32 i = 0; i < snapshot.extents; i++) {
        const struct extent *e = &snapshot.extent[i];
        u64 size = e->pages * PAGE;
        if (size == 0 || e->address % PAGE || e->offset % PAGE || !writable(e->address, size))
            fail(S_TEMPLATE, -E_INVAL);
        check(S_TEMPLATE, sys(__NR_mmap, guest(e->address), size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, worker.template_fd, e->offset));
    }
    gate.guest = snapshot.registers;
    gate.guest.rsp = GUEST_BASE + (u32)gate.guest.rsp;
    gate.guest.rbp = GUEST_BASE + (u32)gate.guest.rbp;
    if (!writable((u32)gate.guest.rsp, 8))
        fail(S_TEMPLATE, -E_INVAL);
    u32 mxcsr = snapshot.mxcsr & 0xFFFF; /* reserved bits would fault */
    __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
}
