/*
 * The supervisor. `zerocloud-supervisor --socket PATH` listens there for agents and keeps their workers;
 * `--worker` serves one session on the socket that is its standard input, for measurements of a cold start.
 *
 *   --owner-stdin     end when standard input is closed (started by an agent as its child)
 *   --peer-uid N      user id of the agents that may connect; default: the supervisor's own
 *   --guest-uid N     first of 8192 user ids for guests if the supervisor is root; default 2113929216
 *   --debug           workers can be traced, and namespaces are not entered
 */
#include "seal.h"

#define DEFAULT_GUEST_UID 0x7E000000u

struct gate gate;
struct worker worker;
struct options options;

static int same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static u32 number(const char *text)
{
    u64 value = 0;
    const char *at = text;
    for (; at && *at >= '0' && *at <= '9' && value < 1ul << 32; at++)
        value = value * 10 + (u64)(*at - '0');
    if (!at || at == text || *at || value >= 1ul << 32)
        die("an option wants a number", 0);
    return (u32)value;
}

static int listen_at(const char *path, int others)
{
    struct { u16 family; char path[108]; } address = {1, {0}};
    u32 status[36] = {0}; /* struct stat: st_mode is at byte 24 */
    for (u32 n = 0; path[n]; n++)
        if (n < 107)
            address.path[n] = path[n];
        else
            die("the socket's path is longer than 107 bytes", 0);
    long fd, result;
    sys(__NR_umask, 0177);
    /* The kernel may still be ending processes of one that was just killed: they hold its socket for a moment. */
    for (int attempt = 0;; attempt++) {
        fd = sys(__NR_socket, 1, 5 | 02000000 | 04000 /* never waits for a place in a queue */, 0);
        /* One that was killed leaves its socket. Connecting to a file is refused too, so it must be a socket. */
        if (!sys(__NR_lstat, path, status) && (status[6] & 0170000) == 0140000 &&
            sys(__NR_connect, fd, &address, sizeof address) == -E_CONNREFUSED)
            sys(__NR_unlink, path);
        result = fd < 0 ? fd : sys(__NR_bind, fd, &address, sizeof address);
        if (result != -E_ADDRINUSE || attempt == 10)
            break;
        sys(__NR_close, fd);
        sys(__NR_poll, 0, 0, 100 /* ms */);
    }
    if (result == 0 && others)
        result = sys(__NR_chmod, path, 0666); /* SO_PEERCRED decides */
    if (result == 0)
        result = sys(__NR_listen, fd, 16);
    if (result < 0)
        die("cannot listen at the socket", result);
    return (int)fd;
}

static int watch_signals(void)
{
    u64 mask = 1ul << (17 - 1) | 1ul << (15 - 1) | 1ul << (2 - 1) | 1ul << (1 - 1); /* CHLD TERM INT HUP */
    sys(__NR_rt_sigprocmask, 0, &mask, 0, 8);
    long fd = sys(__NR_signalfd4, -1, &mask, 8, 02000000 | 04000);
    if (fd < 0)
        die("cannot watch signals", fd);
    return (int)fd;
}

_Noreturn void start(u64 *stack);
__attribute__((optimize("no-stack-protector"))) _Noreturn void start(u64 *stack)
{
    u64 argc = stack[0], minimum_signal_stack = 4096;
    char **argv = (char **)(stack + 1), *socket = 0;
    u64 *aux = stack + argc + 2;
    int owner = -1, one = 0;
    while (*aux++)
        ;
    for (; aux[0]; aux += 2)
        if (aux[0] == 25 /* AT_RANDOM */)
            memcpy(&gate.canary, (void *)aux[1], 8);
        else if (aux[0] == 51 /* AT_MINSIGSTKSZ */)
            minimum_signal_stack = aux[1];
    i64 peer_uid = sys(__NR_geteuid);
    options.uid = options.gid = DEFAULT_GUEST_UID;
    for (u64 i = 1; i < argc; i++)
        if (same(argv[i], "--socket"))
            socket = argv[++i];
        else if (same(argv[i], "--owner-stdin"))
            owner = 0;
        else if (same(argv[i], "--worker"))
            one = 1;
        else if (same(argv[i], "--debug"))
            options.dumpable = 1;
        else if (same(argv[i], "--peer-uid")) {
            peer_uid = number(argv[++i]);
            options.others = 1;
        } else if (same(argv[i], "--guest-uid"))
            options.uid = options.gid = number(argv[++i]);
        else
            die("unknown option", 0);
    worker.uid = options.uid;
    if (options.uid == 0 || options.uid > ~0u - MAX_WORKERS)
        die("guests cannot be root, nor have user ids beyond the last", 0);
    gate.entry = (u64)trap_gate;
    reserve_guest();
    reserve_signal_stack(minimum_signal_stack);
    if (one) {
        for (int p = 0; p <= P_CGROUP_NS; p++)
            worker.state[p] = -1;
        worker.serial = 1;
        worker.parent = (i32)sys(__NR_getppid);
        serve(0, (int)sys(__NR_open, "/proc", 0200000 /* O_DIRECTORY */, 0));
    }
    if (!socket)
        die("needs --socket PATH", 0);
    if (owner >= 0)
        sys(__NR_setsid); /* a terminal's signals are the owner's: it ends its guests itself */
    int listener = listen_at(socket, options.others), signals = watch_signals();
    int proc = (int)sys(__NR_open, "/proc", 0200000 | 02000000, 0);
    isolate(!options.dumpable);
    sys(__NR_write, 1, "ready\n", 6);
    sys(__NR_close, 1);
    run_pool(listener, signals, owner, peer_uid, proc);
}
