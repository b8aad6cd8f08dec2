/*
 * From the agent's request to the guest's first instruction. The agent is trusted more than a guest, but every
 * number is checked all the same: a slip there must not become a mapping outside the guest.
 */
#include "seal.h"

#define MAX_FDS (MAX_CHANNELS + 4)
enum { RLIMIT_FSIZE = 1, RLIMIT_DATA = 2 };
enum { MSG_TRUNC = 0x20, MSG_CTRUNC = 8 };
#define OWN_DATA (8ul << 20) /* the supervisor's own writable memory, at most */

static union {
    struct request head;
    u8 bytes[MAX_REQUEST];
} request;
static i32 fds[MAX_FDS];
static u64 tsc_start, ns_start;

static u64 tsc(void)
{
    u32 low, high;
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
    return (u64)high << 32 | low;
}

/* One packet: its length, 0 at the end of the connection, or -errno. */
long receive_packet(void *bytes, u64 size, i32 *into, u32 max_fds, u32 *fd_count)
{
    struct part part = {bytes, size};
    struct rights control;
    struct packet message = {.part = &part, .parts = 1, .control = &control, .control_size = sizeof control};
    long n;
    while ((n = sys(__NR_recvmsg, CONTROL_FD, &message, 0)) == -E_INTR)
        message.control_size = sizeof control;
    if (n <= 0)
        return n;
    u32 got = 0;
    if (message.control_size >= 16 && control.level == 1 && control.type == 1)
        got = (u32)(control.size - 16) / 4;
    if (message.flags & (MSG_TRUNC | MSG_CTRUNC) || got > max_fds)
        return -E_PROTO;
    memcpy(into, control.fds, got * 4ul);
    *fd_count += got;
    return n;
}

static _Noreturn void bad_request(void) { fail(S_REQUEST, -E_INVAL); }

static u64 receive_all(u32 *fd_count)
{
    u64 length = 0;
    do {
        long n = receive_packet(request.bytes + length, sizeof request - length, fds + *fd_count, MAX_FDS - *fd_count,
                                fd_count);
        if (n == 0) /* the agent is gone or does not need this worker */
            sys(__NR_exit_group, 0);
        if (n < 0)
            fail(S_REQUEST, n);
        length += (u64)n;
        if (length < sizeof request.head || request.head.version != WIRE_VERSION)
            bad_request();
    } while (length < request.head.total_bytes);
    return length;
}

static void take_channel(struct channel *c, const struct wire_channel *w, const i32 *channel_fds, u32 fd_count)
{
    int file = w->backing == B_FILE, nothing = w->backing == B_NOTHING;
    if (w->type > 3 || w->backing > B_STREAM || w->digest > D_SHA1 || w->size < 0 || w->base < 0 ||
        w->size > INT64_MAX - w->base || (nothing ? w->fd != -1 : (u32)w->fd >= fd_count))
        bad_request();
    for (int i = 0; i < 4; i++) {
        if (w->limits[i] < 0)
            bad_request();
        c->limits[i] = w->limits[i];
    }
    c->type = w->type;
    c->backing = w->backing;
    c->fd = nothing ? -1 : channel_fds[w->fd];
    c->size = file ? w->size : nothing ? 0 : INT64_MAX;
    c->base = w->base;
    c->put_position = file && w->type == 1 ? w->size : 0;
    digest_start(&c->digest, w->digest);
}

/* Waits for the request; afterwards worker holds all of it but the mappings. */
void receive_session(void)
{
    const struct request *r = &request.head;
    u32 fd_count = 0, named = 1;
    ns_start = now_ns();
    tsc_start = tsc();
    u64 length = receive_all(&fd_count);
    if (length != r->total_bytes || fd_count != r->total_fds || r->channels > MAX_CHANNELS ||
        length != sizeof *r + r->channels * sizeof(struct wire_channel) + r->alias_bytes || fd_count < 1)
        bad_request();
    worker.flags = r->flags;
    worker.image_fd = fds[0];
    worker.template_fd = r->flags & R_TEMPLATE ? fds[named++] : -1;
    worker.snapshot_fd = r->flags & R_SNAPSHOT ? fds[named++] : -1;
    worker.jail_fd = r->flags & R_JAIL ? fds[named++] : -1;
    if (named > fd_count || r->memory_digest > D_SHA1)
        bad_request();
    worker.memory_digest = r->memory_digest;
    worker.channels = r->channels;
    const struct wire_channel *w = (const void *)(request.bytes + sizeof *r);
    for (u32 i = 0; i < r->channels; i++)
        take_channel(&worker.channel[i], &w[i], fds + named, fd_count - named);
    if (!sealed(worker.image_fd))
        fail(S_SEALS, -E_PERM);
}

static void limit(u32 kind, u64 value)
{
    u64 pair[2] = {value, value};
    check(S_LIMITS, sys(__NR_setrlimit, kind, pair));
}

static void map(u32 address, u64 size, int protection, int fd, u64 offset)
{
    int flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE | (fd < 0 ? MAP_ANONYMOUS : 0);
    if (size)
        check(S_MAP, sys(__NR_mmap, guest(address), size, protection, flags, fd, offset));
}

/* The image file holds text and fill, then rodata, then the file part of data, without gaps. */
static void map_image(void)
{
    const struct request *r = &request.head;
    u64 text = r->text_end - TEXT_START, heap_end = ROUND_UP(r->memory, (u64)GUEST_UNIT);
    u32 units = r->text_end | r->ro_address | r->ro_size | r->rw_address;
    if (units % GUEST_UNIT || r->text_end <= TEXT_START || r->entry < TEXT_START || r->entry >= r->text_end ||
        r->entry % 32 || (u64)r->ro_address + r->ro_size > STACK_START || r->memory > GUEST_SIZE ||
        (r->ro_size && r->ro_address < r->text_end))
        bad_request();
    u32 low = r->ro_size ? r->ro_address + r->ro_size : r->text_end;
    heap_end = heap_end < STACK_SIZE ? 0 : heap_end - STACK_SIZE;
    worker.text_end = r->text_end;
    worker.ro_start = r->ro_address;
    worker.ro_end = r->ro_address + r->ro_size;
    worker.manifest_start = (MANIFEST_POINTER - 24 - 48 * r->channels - r->alias_bytes) & ~(GUEST_UNIT - 1);
    if (r->rw_end) {
        if (r->rw_address < low || r->rw_file_size % PAGE || r->rw_end < r->rw_address)
            bad_request();
        worker.rw_start = r->rw_address;
        worker.heap_start = r->rw_end;
        worker.heap_end = (u32)MIN(heap_end, worker.manifest_start);
        if (worker.heap_end < worker.rw_start || worker.heap_end - worker.rw_start <= 8u << 20 ||
            worker.heap_end <= r->rw_end || (u64)r->rw_address + r->rw_file_size > worker.heap_end)
            fail(S_MEMORY, -E_NOMEM);
    } else if (low > MIN(worker.manifest_start, ROUND_UP(r->memory, GUEST_UNIT)))
        fail(S_MEMORY, -E_NOMEM);
    map(TEXT_START, text, PROT_READ | PROT_EXEC, worker.image_fd, 0);
    map(r->ro_address, r->ro_size, PROT_READ, worker.image_fd, text);
    map(r->rw_address, r->rw_file_size, PROT_READ | PROT_WRITE, worker.image_fd, text + r->ro_size);
    if (r->rw_end) {
        u32 anonymous = r->rw_address + r->rw_file_size;
        map(anonymous, worker.heap_end - anonymous, PROT_READ | PROT_WRITE, -1, 0);
    }
    map(worker.manifest_start, GUEST_SIZE - worker.manifest_start, PROT_READ | PROT_WRITE, -1, 0);
}

/* The record that tells a guest its heap and channels; its place and layout are the ABI's. */
static void write_user_manifest(void)
{
    const struct request *r = &request.head;
    u32 at = STACK_START - 24 - 48 * r->channels, names = at - r->alias_bytes;
    const struct wire_channel *w = (const void *)(request.bytes + sizeof *r);
    const u8 *aliases = (const u8 *)(w + r->channels);
    const u32 head[] = {worker.heap_start, worker.heap_end - worker.heap_start, STACK_SIZE, r->channels, at + 20};
    memcpy(guest(at), head, sizeof head);
    memcpy(guest(names), aliases, r->alias_bytes);
    u32 name = 0;
    for (u32 i = 0; i < r->channels; i++) {
        u8 *entry = (u8 *)guest(at + 20 + 48 * i);
        u32 tail[2] = {w[i].type, names + name};
        memcpy(entry, w[i].limits, 32);
        memcpy(entry + 32, w[i].type ? &w[i].size : &(i64){0}, 8);
        memcpy(entry + 40, tail, 8);
        while (name < r->alias_bytes && aliases[name])
            name++;
        if (name++ >= r->alias_bytes)
            bad_request();
    }
    *(u32 *)guest(MANIFEST_POINTER) = at;
    check(S_MAP, sys(__NR_mprotect, guest(worker.manifest_start), STACK_START - worker.manifest_start, PROT_READ));
}

static void start_timeout(u64 microseconds)
{
    u64 timer[4] = {0, 0, microseconds / 1000000, microseconds % 1000000};
    check(S_LIMITS, microseconds ? sys(__NR_setitimer, 0 /* ITIMER_REAL */, timer, 0) : -E_INVAL);
}

/* The clock is a system call that the final filter refuses: its last steps are counted in the processor's ticks. */
static u64 stamp(u64 tsc_now, u64 ns_now)
{
    u64 ns = ns_now - ns_start, ticks = tsc_now - tsc_start, since = tsc() - tsc_now;
    while (ns >> 30 || ticks >> 40)
        ns >>= 1, ticks >>= 1;
    return ns_now + (ticks ? since * ns / ticks : 0);
}

_Noreturn void enter_session(void)
{
    const struct request *r = &request.head;
    limit(RLIMIT_DATA, r->memory + OWN_DATA);
    limit(RLIMIT_FSIZE, r->file_limit);
    map_image();
    write_user_manifest();
    if (worker.flags & R_TEMPLATE)
        load_template();
    else
        memcpy(guest(0u - 56 + 16), (const u32[]){1, 0xFFFFFFF0}, 8);
    start_timeout(r->timeout_us);
    u64 ns = now_ns(), ticks = tsc();
    install_final_filter();
    worker.entered_ns = stamp(ticks, ns);
    check(S_FILTER, sys(__NR_prctl, 26 /* PR_SET_TSC */, 2 /* PR_TSC_SIGSEGV */, 0, 0, 0));
    if (worker.flags & R_TEMPLATE) {
        gate.host_rsp = (u64)__builtin_frame_address(0) & ~15ul;
        resume_guest(0);
    }
    enter_guest(GUEST_BASE + r->entry);
}
