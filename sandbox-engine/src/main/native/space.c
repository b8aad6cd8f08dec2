/*
 * The guest's address space: reserved once by the pool's parent, inherited by every worker. Pages outside the
 * ranges below have no access, and the ranges below are what traps check a guest's pointers against.
 */
#include "seal.h"

static void map_trampoline(void)
{
    /* A file's pages are shared between workers and cost an idle one nothing. */
    long fd = sys(__NR_memfd_create, "zerocloud-trampoline", 3 | 8 /* MFD_NOEXEC_SEAL */);
    if (fd == -E_INVAL) /* before Linux 6.3 */
        fd = sys(__NR_memfd_create, "zerocloud-trampoline", 3);
    long size = TEXT_START - TRAMPOLINE;
    if (fd < 0 || sys(__NR_ftruncate, fd, size) < 0)
        die("cannot make the trampoline", fd);
    u8 *page = (u8 *)sys(__NR_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if ((long)page < 0)
        die("cannot fill the trampoline", (long)page);
    memset(page, 0xF4, (size_t)size); /* hlt: any other slot faults and the handler tells which */
    static const u8 jump[] = {0x65, 0xFF, 0x24, 0x25, offsetof(struct gate, entry), 0, 0, 0}; /* jmp *%gs:8 */
    memcpy(page, jump, sizeof jump);
    sys(__NR_munmap, page, size);
    if (sys(__NR_fcntl, fd, F_ADD_SEALS, ALL_SEALS) < 0)
        die("cannot seal the trampoline", 0);
    long at = sys(__NR_mmap, guest(TRAMPOLINE), size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd, 0);
    if (at < 0)
        die("cannot map the trampoline", at);
    sys(__NR_close, fd);
}

void reserve_guest(void)
{
    u64 start = GUEST_BASE - GUARD_SIZE;
    long at = sys(__NR_mmap, start, GUARD_SIZE + GUEST_SIZE + GUARD_SIZE, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (at != (long)start)
        die("cannot reserve 84 GiB of address space for guests (ulimit -v?)", at < 0 ? at : -E_NOMEM);
    map_trampoline();
}

/* End of the mapped range that holds address, or 0. Text and trampoline adjoin, manifest and stack too. */
static u64 range_end(u64 address)
{
    if (address >= TRAMPOLINE && address < worker.text_end)
        return worker.text_end;
    if (address >= worker.ro_start && address < worker.ro_end)
        return worker.ro_end;
    if (address >= worker.rw_start && address < worker.heap_end)
        return worker.heap_end;
    if (address >= worker.manifest_start && address < GUEST_SIZE)
        return GUEST_SIZE;
    return 0;
}

int readable(u32 address, u64 size)
{
    u64 end = address + size;
    if (end > GUEST_SIZE) /* nothing lies behind it, and the walk below would not end there */
        return 0;
    for (u64 at = address; at < end;)
        if (!(at = range_end(at)))
            return 0;
    return 1;
}

int writable(u32 address, u64 size)
{
    u64 end = address + size;
    if (size == 0)
        return 1;
    if (address >= STACK_START)
        return end <= GUEST_SIZE;
    if (address < worker.rw_start || end > worker.heap_end)
        return 0;
    if (worker.jailed_any)
        for (u64 at = address & ~(PAGE - 1); at < end; at += PAGE)
            if (worker.jailed[at / PAGE])
                return 0;
    return 1;
}
