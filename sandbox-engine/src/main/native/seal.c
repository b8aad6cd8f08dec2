/*
 * A worker's sealing, in the order that leaves no window: descriptors first, then rights, then the ties to the
 * parent (a change of user clears them), then what keeps rights from coming back, the filter last.
 */
#include "seal.h"
#include <linux/capability.h>

enum { PR_SET_PDEATHSIG = 1, PR_SET_DUMPABLE = 4, PR_SET_NO_NEW_PRIVS = 38, PR_SET_TSC = 26, SECCOMP = 2 };
enum { RLIMIT_CORE = 4, RLIMIT_NPROC = 6, RLIMIT_MEMLOCK = 8 };

void note(enum protection protection, long result)
{
    worker.state[protection] = result < 0 ? (i32)-result : 0;
}

/* The kernel's first victim when memory runs out: guests before the agent. Raising it needs no right. */
static void offer_to_the_oom_killer(int proc)
{
    long fd = proc < 0 ? proc : sys(__NR_openat, proc, "self/oom_score_adj", 1 /* O_WRONLY */, 0);
    note(P_OOM_SCORE, fd < 0 ? fd : sys(__NR_write, fd, "1000", 4));
}

static void drop_user(void)
{
    long result = 0;
    if (sys(__NR_geteuid) == 0) {
        u32 uid = worker.uid, gid = options.gid;
        result = sys(__NR_setgroups, 0, 0);
        for (int attempt = 0; attempt < 2 && result == 0; attempt++) {
            result = sys(__NR_setresgid, gid, gid, gid);
            if (result == 0)
                result = sys(__NR_setresuid, uid, uid, uid);
            if (result != -E_INVAL || attempt)
                break;
            uid = gid = 65534; /* a user namespace with few users: nobody, shared by all guests */
            result = 0;
        }
        if (result == 0 && (sys(__NR_geteuid) == 0 || sys(__NR_getuid) == 0))
            result = -E_PERM;
    }
    note(P_UID, result);
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0}};
    note(P_CAPABILITIES, sys(__NR_capset, &header, none));
}

static void tie_to_parent(void)
{
    note(P_DEATH_SIGNAL, sys(__NR_prctl, PR_SET_PDEATHSIG, 9, 0, 0, 0));
    /* The parent may have gone before the signal was asked for. */
    if (sys(__NR_getppid) != worker.parent)
        sys(__NR_exit_group, 0);
}

static void limit_resources(void)
{
    static const u32 kinds[] = {RLIMIT_CORE, RLIMIT_NPROC, RLIMIT_MEMLOCK};
    u64 zero[2] = {0, 0};
    long result = 0;
    for (u32 i = 0; i < COUNT(kinds) && result == 0; i++)
        result = sys(__NR_setrlimit, kinds[i], zero);
    note(P_RLIMITS, result);
}

/* In a worker just forked: control is its one socket, proc a directory descriptor or negative. */
_Noreturn void serve(int control, int proc)
{
    offer_to_the_oom_killer(proc);
    if (control != CONTROL_FD)
        sys(__NR_dup2, control, CONTROL_FD);
    note(P_CLOSE_RANGE, sys(__NR_close_range, CONTROL_FD + 1, ~0u, 0));
    drop_user();
    tie_to_parent();
    catch_signals();
    worker.state[P_DUMPABLE] = -1;
    if (!options.dumpable)
        note(P_DUMPABLE, sys(__NR_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0));
    limit_resources();
    note(P_NO_NEW_PRIVS, sys(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
#ifdef WITHOUT_SECCOMP
    worker.state[P_SECCOMP] = -1;
#else
    note(P_SECCOMP, install_waiting_filter());
#endif
    worker.state[P_TSC] = 0; /* set just before the guest runs; the filter admits nothing but that */
    struct worker_hello hello = {WIRE_VERSION, P_COUNT, worker.serial, {0}, 0};
    memcpy(hello.state, worker.state, sizeof hello.state);
    hello.fatal = worker.state[P_SECCOMP] > 0 || worker.state[P_NO_NEW_PRIVS] > 0 || worker.state[P_UID] > 0 ||
                  worker.state[P_CLOSE_RANGE] > 0 || worker.state[P_CAPABILITIES] > 0 ||
                  worker.state[P_DEATH_SIGNAL] > 0;
    sys(__NR_write, CONTROL_FD, &hello, sizeof hello);
    if (hello.fatal)
        sys(__NR_exit_group, 72);
    receive_session();
    enter_session();
}
