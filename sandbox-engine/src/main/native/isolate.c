/*
 * What is entered once for a whole pool: namespaces and an empty root. Each is taken if the host permits it and
 * reported either way; the protections that must hold are those of each worker (seal.c).
 */
#include "seal.h"

enum { CLONE_NEWNS = 0x20000, CLONE_NEWCGROUP = 0x2000000, CLONE_NEWUTS = 0x4000000, CLONE_NEWIPC = 0x8000000,
       CLONE_NEWUSER = 0x10000000, CLONE_NEWPID = 0x20000000, CLONE_NEWNET = 0x40000000 };
enum { MS_RDONLY = 1, MS_NOSUID = 2, MS_NODEV = 4, MS_NOEXEC = 8, MS_REC = 0x4000, MS_PRIVATE = 0x40000,
       MS_REMOUNT = 32, MNT_DETACH = 2 };

static long write_file(const char *path, const char *text, u64 size)
{
    long fd = sys(__NR_open, path, 1 /* O_WRONLY */, 0);
    if (fd < 0)
        return fd;
    long result = sys(__NR_write, fd, text, size);
    sys(__NR_close, fd);
    return result;
}

/* "<id> <id> 1": this user stays what it is and is the only one in there. */
static u64 identity_map(char *text, u32 id)
{
    u64 n = 0;
    for (int copy = 0; copy < 2; copy++) {
        n += digits(text + n, id);
        text[n++] = ' ';
    }
    text[n++] = '1';
    return n;
}

static void enter_user_namespace(void)
{
    char text[32];
    u32 uid = (u32)sys(__NR_geteuid), gid = (u32)sys(__NR_getegid);
    if (uid == 0 || options.others) { /* root needs none; inside one, the user of an agent is not to be seen */
        worker.state[P_USER_NS] = -1;
        return;
    }
    long result = sys(__NR_unshare, CLONE_NEWUSER);
    if (result == 0) {
        write_file("/proc/self/setgroups", "deny", 4);
        result = write_file("/proc/self/uid_map", text, identity_map(text, uid));
        if (result >= 0)
            result = write_file("/proc/self/gid_map", text, identity_map(text, gid));
    }
    note(P_USER_NS, result);
}

static long empty_root(void)
{
    long result = sys(__NR_unshare, CLONE_NEWNS);
    if (result == 0)
        result = sys(__NR_mount, "none", "/", 0, MS_REC | MS_PRIVATE, 0);
    if (result == 0)
        result = sys(__NR_mount, "none", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,nr_inodes=2");
    if (result == 0)
        result = sys(__NR_chdir, "/tmp");
    if (result == 0)
        result = sys(__NR_pivot_root, ".", "."); /* the old root lies on top of the new one and goes next */
    if (result == 0)
        result = sys(__NR_umount2, ".", MNT_DETACH);
    if (result == 0)
        result = sys(__NR_mount, "none", "/", 0, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
    return result;
}

/* Outside the process namespace: ends as the pool ends, and with it if this one is killed. */
static _Noreturn void monitor(long child, int alive)
{
    i32 status = 0;
    sys(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, &(u64){0}, 0, 8); /* a signal ends it, and the pool with it */
    sys(__NR_dup2, alive, 0);
    sys(__NR_close_range, 1, ~0u, 0);
    while (sys(__NR_wait4, child, &status, 0, 0) == -E_INTR)
        ;
    sys(__NR_exit_group, status & 0x7f ? 70 : status >> 8);
    __builtin_unreachable();
}

/* Returns in the process that is to be the pool's parent; what waits for it outside does not return. */
void isolate(int wanted)
{
    static const struct {
        enum protection protection;
        u32 flag;
    } simple[] = {{P_NET_NS, CLONE_NEWNET}, {P_IPC_NS, CLONE_NEWIPC}, {P_UTS_NS, CLONE_NEWUTS},
                  {P_CGROUP_NS, CLONE_NEWCGROUP}};
    for (int p = P_USER_NS; p <= P_CGROUP_NS; p++)
        worker.state[p] = -1;
    if (!wanted)
        return;
    enter_user_namespace();
    for (u32 i = 0; i < COUNT(simple); i++)
        note(simple[i].protection, sys(__NR_unshare, simple[i].flag));
    long result = sys(__NR_unshare, CLONE_NEWPID);
    note(P_PID_NS, result);
    if (result == 0) {
        i32 alive[2]; /* the monitor holds the end for writing: it is closed when the monitor has died */
        if (sys(__NR_pipe2, alive, 0) < 0)
            die("cannot make a pipe", 0);
        long child = sys(__NR_fork);
        if (child < 0)
            die("cannot fork", child);
        if (child)
            monitor(child, alive[1]);
        /* First process of the namespace: the kernel kills all of it when this one ends. */
        sys(__NR_close, alive[1]);
        sys(__NR_prctl, 1 /* PR_SET_PDEATHSIG */, 9, 0, 0, 0);
        struct pollfd outside = {alive[0], 0, 0};
        if (sys(__NR_poll, &outside, 1, 0) != 0) /* it died before the signal was asked for */
            sys(__NR_exit_group, 0);
        sys(__NR_close, alive[0]);
    }
    note(P_MOUNT_NS, empty_root());
}
