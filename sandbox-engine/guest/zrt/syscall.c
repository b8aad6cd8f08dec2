#include "syscall.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include "signals.h"
#include "syscalls.h"
#include "timers.h"

#define P(x) ((void *)(uintptr_t)(x))
#define I(x) ((int)(x))
#define U(x) ((uint32_t)(x))
#define Z(x) ((size_t)(x))

static int64_t timeout_of(const struct zrt_timespec *t)
{
	if (!t)
		return -1;
	return zrt_nanoseconds(t);
}

static int64_t timeout_of_timeval(const int64_t *t)
{
	if (!t)
		return -1;
	return t[0] > INT64_MAX / NSEC_PER_SEC - 1 ? INT64_MAX : t[0] * NSEC_PER_SEC + t[1] * 1000;
}

static int64_t utimes(int dirfd, const char *path, const int64_t *t)
{
	if (!t)
		return zrt_sys_utimensat(dirfd, path, 0, 0);
	if (t[1] < 0 || t[1] >= 1000000 || t[3] < 0 || t[3] >= 1000000)
		return -EINVAL;
	struct zrt_timespec times[2] = { { t[0], (int32_t)t[1] * 1000, 0 }, { t[2], (int32_t)t[3] * 1000, 0 } };
	return zrt_sys_utimensat(dirfd, path, times, 0);
}

/* What is missing here cannot be: processes, sockets, signals from outside, real time. */
static long long answer(long long n, long long a, long long b, long long c, long long d, long long e,
	long long f)
{
	switch (n) {
	case SYS_read:
		return zrt_sys_read(I(a), P(b), Z(c), -1);
	case SYS_write:
		return zrt_sys_write(I(a), P(b), Z(c), -1);
	case SYS_pread64:
		return d < 0 ? -EINVAL : zrt_sys_read(I(a), P(b), Z(c), d);
	case SYS_pwrite64:
		return d < 0 ? -EINVAL : zrt_sys_write(I(a), P(b), Z(c), d);
	case SYS_readv:
		return zrt_sys_readv(I(a), P(b), I(c), -1);
	case SYS_writev:
		return zrt_sys_writev(I(a), P(b), I(c), -1);
	case SYS_preadv:
		return e < 0 ? -EINVAL : zrt_sys_readv(I(a), P(b), I(c), e << 32 | U(d));
	case SYS_pwritev:
		return e < 0 ? -EINVAL : zrt_sys_writev(I(a), P(b), I(c), e << 32 | U(d));
	case SYS_sendfile:
		return zrt_sys_copy(I(a), I(b), 0, P(c), Z(d));
	case SYS_copy_file_range:
		return f ? -EINVAL : zrt_sys_copy(I(c), I(a), P(d), P(b), Z(e));
	case SYS_lseek:
		return zrt_sys_lseek(I(a), b, I(c));
	case SYS_open:
		return zrt_sys_openat(AT_FDCWD, P(a), I(b), U(c));
	case SYS_openat:
		return zrt_sys_openat(I(a), P(b), I(c), U(d));
	case SYS_creat:
		return zrt_sys_openat(AT_FDCWD, P(a), O_CREAT | O_WRONLY | O_TRUNC, U(b));
	case SYS_close:
		return zrt_fd_close(I(a));
	case SYS_dup:
		return zrt_sys_dup(I(a));
	case SYS_dup2:
		return zrt_sys_dup3(I(a), I(b), 0, 0);
	case SYS_dup3:
		return zrt_sys_dup3(I(a), I(b), I(c), 1);
	case SYS_fcntl:
		return zrt_sys_fcntl(I(a), I(b), (uint64_t)c);
	case SYS_flock:
		return zrt_sys_flock(I(a), I(b));
	case SYS_ioctl:
		return zrt_sys_ioctl(I(a), U(b), P(c));
	case SYS_pipe:
		return zrt_sys_pipe2(P(a), 0);
	case SYS_pipe2:
		return zrt_sys_pipe2(P(a), I(b));
	case SYS_ftruncate:
		return zrt_sys_ftruncate(I(a), b);
	case SYS_truncate:
		return zrt_sys_truncate(P(a), b);
	case SYS_fallocate:
		return zrt_sys_fallocate(I(a), I(b), c, d);
	case SYS_fadvise64:
		return zrt_fd(I(a)) ? 0 : -EBADF;
	case SYS_fsync:
	case SYS_fdatasync:
	case SYS_syncfs:
		return zrt_sys_fsync(I(a));
	case SYS_sync:
		return 0;
	case SYS_getdents64:
		return zrt_sys_getdents(I(a), P(b), Z(c));
	case SYS_poll:
		return zrt_sys_poll(P(a), U(b), I(c) < 0 ? -1 : (int64_t)I(c) * 1000000);
	case SYS_ppoll:
		return zrt_sys_poll(P(a), U(b), timeout_of(P(c)));
	case SYS_select:
		return zrt_sys_select(I(a), P(b), P(c), P(d), timeout_of_timeval(P(e)));
	case SYS_pselect6:
		return zrt_sys_select(I(a), P(b), P(c), P(d), timeout_of(P(e)));

	case SYS_stat:
		return zrt_sys_fstatat(AT_FDCWD, P(a), P(b), 0);
	case SYS_lstat:
		return zrt_sys_fstatat(AT_FDCWD, P(a), P(b), AT_SYMLINK_NOFOLLOW);
	case SYS_fstat:
		return zrt_sys_fstat(I(a), P(b));
	case SYS_newfstatat:
		return zrt_sys_fstatat(I(a), P(b), P(c), I(d));
	case SYS_statfs:
		return zrt_sys_statfs(P(a), P(b));
	case SYS_fstatfs:
		return zrt_sys_fstatfs(I(a), P(b));
	case SYS_access:
		return zrt_sys_faccessat(AT_FDCWD, P(a), I(b), 0);
	case SYS_faccessat:
		return zrt_sys_faccessat(I(a), P(b), I(c), 0);
	case SYS_faccessat2:
		return zrt_sys_faccessat(I(a), P(b), I(c), I(d));
	case SYS_chdir:
		return zrt_sys_chdir(P(a));
	case SYS_fchdir:
		return zrt_sys_fchdir(I(a));
	case SYS_getcwd:
		return zrt_sys_getcwd(P(a), Z(b));
	case SYS_mkdir:
		return zrt_sys_mkdirat(AT_FDCWD, P(a), U(b));
	case SYS_mkdirat:
		return zrt_sys_mkdirat(I(a), P(b), U(c));
	case SYS_mknod:
		return zrt_sys_mknodat(AT_FDCWD, P(a), U(b));
	case SYS_mknodat:
		return zrt_sys_mknodat(I(a), P(b), U(c));
	case SYS_rmdir:
		return zrt_sys_unlinkat(AT_FDCWD, P(a), AT_REMOVEDIR);
	case SYS_unlink:
		return zrt_sys_unlinkat(AT_FDCWD, P(a), 0);
	case SYS_unlinkat:
		return zrt_sys_unlinkat(I(a), P(b), I(c));
	case SYS_link:
		return zrt_sys_linkat(AT_FDCWD, P(a), AT_FDCWD, P(b), 0);
	case SYS_linkat:
		return zrt_sys_linkat(I(a), P(b), I(c), P(d), I(e));
	case SYS_symlink:
		return zrt_sys_symlinkat(P(a), AT_FDCWD, P(b));
	case SYS_symlinkat:
		return zrt_sys_symlinkat(P(a), I(b), P(c));
	case SYS_readlink:
		return zrt_sys_readlinkat(AT_FDCWD, P(a), P(b), Z(c));
	case SYS_readlinkat:
		return zrt_sys_readlinkat(I(a), P(b), P(c), Z(d));
	case SYS_rename:
		return zrt_sys_renameat2(AT_FDCWD, P(a), AT_FDCWD, P(b), 0);
	case SYS_renameat:
		return zrt_sys_renameat2(I(a), P(b), I(c), P(d), 0);
	case SYS_renameat2:
		return zrt_sys_renameat2(I(a), P(b), I(c), P(d), U(e));
	case SYS_chmod:
		return zrt_sys_fchmodat(AT_FDCWD, P(a), U(b));
	case SYS_fchmod:
		return zrt_sys_fchmod(I(a), U(b));
	case SYS_fchmodat:
		return zrt_sys_fchmodat(I(a), P(b), U(c));
	case SYS_chown:
		return zrt_sys_fchownat(AT_FDCWD, P(a), U(b), U(c), 0);
	case SYS_lchown:
		return zrt_sys_fchownat(AT_FDCWD, P(a), U(b), U(c), AT_SYMLINK_NOFOLLOW);
	case SYS_fchown:
		return zrt_sys_fchown(I(a), U(b), U(c));
	case SYS_fchownat:
		return zrt_sys_fchownat(I(a), P(b), U(c), U(d), I(e));
	case SYS_utimensat:
		return zrt_sys_utimensat(I(a), P(b), P(c), I(d));
	case SYS_utimes:
		return utimes(AT_FDCWD, P(a), P(b));
	case SYS_umask:
		return zrt_sys_umask(U(a));

	case SYS_brk:
		return zrt_sys_brk((uintptr_t)a);
	case SYS_mmap:
		return zrt_sys_mmap(P(a), Z(b), I(c), I(d), I(e), f);
	case SYS_munmap:
		return zrt_sys_munmap(P(a), Z(b));
	case SYS_mremap:
		return zrt_sys_mremap(P(a), Z(b), Z(c), I(d));
	case SYS_mprotect:
		return zrt_sys_mprotect(P(a), Z(b), I(c));
	case SYS_msync:
		return zrt_sys_msync(P(a), Z(b), I(c));
	case SYS_madvise:
		return 0;
	case SYS_mlock:
	case SYS_munlock:
		return zrt_sys_mlock(P(a), Z(b));
	case SYS_mlockall:
		return zrt_sys_mlockall(I(a));
	case SYS_munlockall:
		return zrt_sys_munlockall();

	case SYS_clock_gettime:
		return zrt_sys_clock_gettime(I(a), P(b));
	case SYS_clock_settime:
		return zrt_sys_clock_settime(I(a), P(b));
	case SYS_settimeofday:
		return -EPERM;
	case SYS_clock_getres:
		return zrt_sys_clock_getres(I(a), P(b));
	case SYS_gettimeofday:
		return zrt_sys_gettimeofday(P(a));
	case SYS_clock_nanosleep:
		return zrt_sys_clock_nanosleep(I(a), I(b), P(c), P(d));
	case SYS_nanosleep:
		return zrt_sys_clock_nanosleep(0, 0, P(a), P(b));
	case SYS_times:
		return zrt_sys_times(P(a));
	case SYS_timer_create:
		return zrt_sys_timer_create(I(a), P(b), P(c));
	case SYS_timer_settime:
		return zrt_sys_timer_settime(I(a), I(b), P(c), P(d));
	case SYS_timer_gettime:
		return zrt_sys_timer_gettime(I(a), P(b));
	case SYS_timer_getoverrun:
		return zrt_sys_timer_getoverrun(I(a));
	case SYS_timer_delete:
		return zrt_sys_timer_delete(I(a));
	case SYS_getitimer:
		return zrt_sys_getitimer(I(a), P(b));
	case SYS_setitimer:
		return zrt_sys_setitimer(I(a), P(b), P(c));
	case SYS_getrandom:
		return zrt_sys_getrandom(P(a), Z(b));
	case SYS_uname:
		return zrt_sys_uname(P(a));
	case SYS_getrusage:
		return zrt_sys_getrusage(P(b));
	case SYS_prlimit64:
		return zrt_sys_prlimit(I(a), I(b), P(c), P(d));
	case SYS_getrlimit:
		return zrt_sys_prlimit(0, I(a), 0, P(b));
	case SYS_setrlimit:
		return zrt_sys_prlimit(0, I(a), P(b), 0);
	case SYS_sysinfo:
		return zrt_sys_sysinfo(P(a));
	case SYS_sched_getaffinity:
		return zrt_sys_getaffinity(Z(b), P(c));
	case SYS_sched_yield:
		return 0;
	case SYS_getcpu:
		if (P(a))
			*(uint32_t *)P(a) = 0;
		if (P(b))
			*(uint32_t *)P(b) = 0;
		return 0;
	case SYS_getpriority:
		return zrt_sys_getpriority(I(a), U(b));
	case SYS_setpriority:
		return zrt_sys_setpriority(I(a), U(b), I(c));
	case SYS_sched_get_priority_max:
		return zrt_sys_sched_priority(I(a), 99);
	case SYS_sched_get_priority_min:
		return zrt_sys_sched_priority(I(a), 1);
	case SYS_sched_rr_get_interval:
		return zrt_sys_sched_rr_get_interval(I(a), P(b));
	case SYS_prctl:
		return zrt_sys_prctl(I(a), P(b));
	case SYS_getpid:
	case SYS_gettid:
	case SYS_getpgrp:
	case SYS_set_tid_address:
		return 1;
	case SYS_getpgid:
	case SYS_getsid:
		return I(a) == 0 || I(a) == 1 ? 1 : -ESRCH;
	case SYS_getppid:
		return 0;
	case SYS_getuid:
	case SYS_geteuid:
		return ZRT_UID;
	case SYS_getgid:
	case SYS_getegid:
		return ZRT_GID;
	case SYS_getresuid:
	case SYS_getresgid:
		*(uint32_t *)P(a) = *(uint32_t *)P(b) = *(uint32_t *)P(c) = ZRT_UID;
		return 0;
	case SYS_setuid:
	case SYS_setgid:
		return zrt_sys_set_id(U(a));
	case SYS_setreuid:
	case SYS_setregid:
		return zrt_sys_set_id(U(a)) | zrt_sys_set_id(U(b));
	case SYS_setresuid:
	case SYS_setresgid:
		return zrt_sys_set_id(U(a)) | zrt_sys_set_id(U(b)) | zrt_sys_set_id(U(c));
	case SYS_getgroups:
		return zrt_sys_getgroups(I(a), P(b));
	case SYS_futex:
		return zrt_sys_futex(P(a), I(b), I(c), P(d));
	case SYS_set_robust_list:
	case SYS_membarrier:
		return 0;

	case SYS_rt_sigaction:
		return zrt_sys_sigaction(I(a), P(b), P(c), Z(d));
	case SYS_rt_sigprocmask:
		return zrt_sys_sigprocmask(I(a), P(b), P(c), Z(d));
	case SYS_rt_sigpending:
		return zrt_sys_sigpending(P(a), Z(b));
	case SYS_sigaltstack:
		return zrt_sys_sigaltstack(P(a), P(b));
	case SYS_rt_sigsuspend:
		return zrt_sys_sigsuspend(P(a), Z(b));
	case SYS_rt_sigtimedwait:
		return zrt_sys_sigtimedwait(P(a), P(b), timeout_of(P(c)), Z(d));
	case SYS_pause:
		return zrt_sys_pause();
	case SYS_kill:
		return zrt_sys_kill(I(a), I(b));
	case SYS_rt_sigqueueinfo:
		return zrt_sys_sigqueue(I(a), I(b), P(c));
	case SYS_tkill:
		return zrt_sys_tkill(I(a), I(b));
	case SYS_tgkill:
		return zrt_sys_tkill(I(b), I(c));

	case SYS_exit:
	case SYS_exit_group:
		zrt_exit(I(a));
	default:
		return -ENOSYS;
	}
}

long long zrt_syscall(long long n, long long a, long long b, long long c, long long d, long long e,
	long long f)
{
	long long result = answer(n, a, b, c, d, e, f);
	if (zrt_clock_elapsed_so_far() >= zrt_timers_first) {
		zrt_timers_expire();
		zrt_signals_handle();
	}
	return result;
}
