/*
 * System calls with Linux's arguments and results (a negated errno value on failure), grouped by
 * file. syscall.c maps numbers to them. Pointers have been checked against null by the callee.
 */
#ifndef ZRT_SYSCALLS_H
#define ZRT_SYSCALLS_H

#include <stddef.h>
#include <stdint.h>
#include "file.h"

/* The kernel's struct stat of x86-64, which the C library's x32 port shares. */
struct zrt_stat {
	uint64_t dev, ino, nlink;
	uint32_t mode, uid, gid, pad0;
	uint64_t rdev;
	int64_t size;
	int64_t blksize, blocks;
	int64_t atime_sec, atime_nsec, mtime_sec, mtime_nsec, ctime_sec, ctime_nsec;
	int64_t unused[3];
};

/* Seconds and nanoseconds as the C library passes them: above nsec lies padding in its 32-bit
 * layout, so only the low half counts. */
struct zrt_timespec {
	int64_t sec;
	int32_t nsec;
	int32_t pad;
};

struct zrt_iovec {
	void *base;
	size_t size;
};

int zrt_bad_address(const void *p);

/* sys_files.c: descriptors; sys_vectors.c: several pieces at once; sys_wait.c: poll and select */
int64_t zrt_sys_openat(int dirfd, const char *path, int flags, uint32_t mode);
int64_t zrt_sys_read(int fd, void *buffer, size_t size, int64_t offset);
int64_t zrt_sys_write(int fd, const void *buffer, size_t size, int64_t offset);
int64_t zrt_sys_readv(int fd, const struct zrt_iovec *v, int n, int64_t offset);
int64_t zrt_sys_writev(int fd, const struct zrt_iovec *v, int n, int64_t offset);
int64_t zrt_sys_copy(int out, int in, int64_t *out_offset, int64_t *in_offset, size_t size);
int64_t zrt_sys_lseek(int fd, int64_t offset, int whence);
int64_t zrt_sys_dup(int fd);
int64_t zrt_sys_dup3(int from, int to, int flags, int same_is_error);
int64_t zrt_sys_fcntl(int fd, int command, uint64_t arg);
int64_t zrt_sys_flock(int fd, int operation);
int64_t zrt_sys_ioctl(int fd, uint32_t request, void *arg);
int64_t zrt_sys_pipe2(int fds[2], int flags);
int64_t zrt_sys_ftruncate(int fd, int64_t size);
int64_t zrt_sys_fallocate(int fd, int mode, int64_t offset, int64_t size);
int64_t zrt_sys_fsync(int fd);
int64_t zrt_sys_getdents(int fd, void *buffer, size_t size);
int64_t zrt_sys_poll(void *fds, uint32_t n, int64_t timeout_nsec);
int64_t zrt_sys_select(int n, void *in, void *out, void *except, int64_t timeout_nsec);

/* sys_names.c: the tree; sys_stat.c, sys_attributes.c: what is known of its nodes. Flags are AT_
 * flags. */
int64_t zrt_sys_fstatat(int dirfd, const char *path, struct zrt_stat *st, int flags);
int64_t zrt_sys_fstat(int fd, struct zrt_stat *st);
int64_t zrt_sys_statfs(const char *path, void *buffer);
int64_t zrt_sys_fstatfs(int fd, void *buffer);
int64_t zrt_sys_faccessat(int dirfd, const char *path, int mode, int flags);
int64_t zrt_sys_chdir(const char *path);
int64_t zrt_sys_fchdir(int fd);
int64_t zrt_sys_getcwd(char *buffer, size_t size);
int64_t zrt_sys_mkdirat(int dirfd, const char *path, uint32_t mode);
int64_t zrt_sys_mknodat(int dirfd, const char *path, uint32_t mode);
int64_t zrt_sys_unlinkat(int dirfd, const char *path, int flags);
int64_t zrt_sys_linkat(int olddir, const char *old, int newdir, const char *new, int flags);
int64_t zrt_sys_symlinkat(const char *target, int dirfd, const char *path);
int64_t zrt_sys_readlinkat(int dirfd, const char *path, char *buffer, size_t size);
int64_t zrt_sys_renameat2(int olddir, const char *old, int newdir, const char *new, uint32_t flags);
int64_t zrt_sys_truncate(const char *path, int64_t size);
int64_t zrt_sys_fchmodat(int dirfd, const char *path, uint32_t mode);
int64_t zrt_sys_fchmod(int fd, uint32_t mode);
int64_t zrt_sys_fchownat(int dirfd, const char *path, uint32_t uid, uint32_t gid, int flags);
int64_t zrt_sys_fchown(int fd, uint32_t uid, uint32_t gid);
int64_t zrt_sys_utimensat(int dirfd, const char *path, const struct zrt_timespec *t, int flags);
uint32_t zrt_sys_umask(uint32_t mask);
/* zrt_walk() as a *at call begins it. path.h has the flags and the result. */
struct zrt_walk;
int zrt_walk_at(int dirfd, const char *path, int flags, struct zrt_walk *w);
/* The directory that a *at call starts from; null with *error set. */
struct zrt_node *zrt_start_directory(int dirfd, const char *path, int *error);
uint32_t zrt_umask(void);

/* sys_memory.c */
int64_t zrt_sys_brk(uintptr_t to);
int64_t zrt_sys_mmap(void *hint, size_t size, int protection, int flags, int fd, int64_t offset);
int64_t zrt_sys_munmap(void *at, size_t size);
int64_t zrt_sys_msync(void *at, size_t size, int flags);
int64_t zrt_sys_mlock(const void *at, size_t size);
int64_t zrt_sys_mlockall(int flags);
int64_t zrt_sys_munlockall(void);
int64_t zrt_sys_mremap(void *at, size_t old_size, size_t new_size, int flags);
int64_t zrt_sys_mprotect(void *at, size_t size, int protection);

/* sys_clock.c: clocks, sleep, timers */
int64_t zrt_nanoseconds(const struct zrt_timespec *t);
int64_t zrt_sys_clock_gettime(int clock, struct zrt_timespec *t);
int64_t zrt_sys_clock_settime(int clock, const struct zrt_timespec *t);
int64_t zrt_sys_clock_getres(int clock, struct zrt_timespec *resolution);
int64_t zrt_sys_clock_nanosleep(int clock, int flags, const struct zrt_timespec *t, struct zrt_timespec *left);
int64_t zrt_sys_gettimeofday(int64_t tv[2]);
int64_t zrt_sys_times(void *tms);
int64_t zrt_sys_timer_create(int clock, const void *event, int *id);
int64_t zrt_sys_timer_settime(int id, int flags, const struct zrt_timespec new[2], struct zrt_timespec old[2]);
int64_t zrt_sys_timer_gettime(int id, struct zrt_timespec now[2]);
int64_t zrt_sys_timer_getoverrun(int id);
int64_t zrt_sys_timer_delete(int id);
int64_t zrt_sys_getitimer(int which, int64_t now[4]);
int64_t zrt_sys_setitimer(int which, const int64_t new[4], int64_t old[4]);

/* sys_limits.c: limits, priority, name */
int64_t zrt_sys_prlimit(int pid, int resource, const uint64_t *new, uint64_t *old);
int64_t zrt_sys_getpriority(int which, uint32_t who);
int64_t zrt_sys_setpriority(int which, uint32_t who, int value);
/* `real_time`: the answer for the two policies of real time; the others know priority 0 only. */
int64_t zrt_sys_sched_priority(int policy, int real_time);
int64_t zrt_sys_sched_rr_get_interval(int pid, struct zrt_timespec *slice);
int64_t zrt_sys_prctl(int option, char *text);

/* sys_process.c: identity, random, waiting for a lock */
int64_t zrt_sys_getrandom(void *buffer, size_t size);
int64_t zrt_sys_uname(void *name);
int64_t zrt_sys_getrusage(int64_t *usage);
int64_t zrt_sys_sysinfo(void *info);
int64_t zrt_sys_getaffinity(size_t size, void *mask);
int64_t zrt_sys_futex(int *address, int operation, int value, const struct zrt_timespec *timeout);
int64_t zrt_sys_getgroups(int n, uint32_t *list);
int64_t zrt_sys_set_id(uint32_t id);

/* sys_signals.c: signals that the program and its timers send to it */
typedef void zrt_handler(int signal, void *info, void *context);
/* Calls a handler on a stack that ends at `top`. Assembly beside setjmp's. */
void zrt_call_on_stack(void *top, zrt_handler *handler, int signal, void *info, void *context);
int64_t zrt_sys_sigaction(int signal, const void *action, void *old, size_t size);
int64_t zrt_sys_sigprocmask(int how, const uint64_t *set, uint64_t *old, size_t size);
int64_t zrt_sys_sigpending(uint64_t *set, size_t size);
int64_t zrt_sys_sigaltstack(const void *stack, void *old);
int64_t zrt_sys_pause(void);
int64_t zrt_sys_sigsuspend(const uint64_t *set, size_t size);
int64_t zrt_sys_sigtimedwait(const uint64_t *set, void *info, int64_t timeout_nsec, size_t size);
int64_t zrt_sys_kill(int pid, int signal);
int64_t zrt_sys_sigqueue(int pid, int signal, const void *info);
int64_t zrt_sys_tkill(int thread, int signal);

/* Ends the session: packs the writable mounts, then exits. start.c */
_Noreturn void zrt_exit(int code);
/* Ends the session at once, as a fatal signal does. */
_Noreturn void zrt_die(int code);

#endif
