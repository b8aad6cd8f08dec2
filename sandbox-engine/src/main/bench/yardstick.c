/*
 * What `zerocloud bench engine` measures without a JVM in the path.
 *   yardstick cold SUPERVISOR IMAGE REQUEST COUNT   medians of /bin/true and of a worker's whole life, in ns
 *   yardstick pread COUNT                           processor time of a 1-byte pread64 in a process confined as a
 *                                                   worker is, that of a run without any taken off, in ps
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void need(int holds, const char *what)
{
    if (!holds) {
        perror(what);
        exit(1);
    }
}

static size_t read_file(const char *path, void *into, size_t most)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    need(fd >= 0, path);
    ssize_t n = read(fd, into, most);
    need(n >= 0, path);
    close(fd);
    return (size_t)n;
}

static int sealed(const char *path)
{
    static char bytes[1 << 20];
    size_t size = read_file(path, bytes, sizeof bytes);
    int fd = memfd_create("image", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    need(fd >= 0 && write(fd, bytes, size) == (ssize_t)size, "memfd");
    need(fcntl(fd, F_ADD_SEALS, 0xf) == 0, "seals");
    return fd;
}

static int64_t run_true(void)
{
    char *arguments[] = {"/bin/true", 0};
    pid_t pid;
    int status;
    int64_t start = now();
    need(posix_spawn(&pid, "/bin/true", 0, 0, arguments, environ) == 0, "/bin/true");
    waitpid(pid, &status, 0);
    return now() - start;
}

static int64_t run_worker(char *supervisor, int image, const char *request, size_t size)
{
    char *arguments[] = {supervisor, "--worker", 0}, answer[65536], control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec part = {(void *)request, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    posix_spawn_file_actions_t actions;
    int ends[2], status;
    pid_t pid;
    int64_t start = now();
    need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 0);
    need(posix_spawn(&pid, supervisor, &actions, 0, arguments, environ) == 0, supervisor);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    need(read(ends[0], answer, sizeof answer) > 0, "no hello of the worker");
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &image, sizeof image);
    need(sendmsg(ends[0], &message, MSG_NOSIGNAL) == (ssize_t)size, "sendmsg");
    need(read(ends[0], answer, sizeof answer) > 8 && answer[4] == 0, "the guest did not exit");
    waitpid(pid, &status, 0);
    close(ends[0]);
    return now() - start;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void cold(char **arguments)
{
    static char request[65536];
    int image = sealed(arguments[1]), count = atoi(arguments[3]);
    size_t size = read_file(arguments[2], request, sizeof request);
    int64_t *trues = calloc((size_t)count, 8), *workers = calloc((size_t)count, 8);
    need(trues && workers, "memory");
    for (int i = -20; i < count; i++) {
        int64_t a = run_true(), b = run_worker(arguments[0], image, request, size);
        if (i >= 0) {
            trues[i] = a;
            workers[i] = b;
        }
    }
    qsort(trues, (size_t)count, 8, compare);
    qsort(workers, (size_t)count, 8, compare);
    printf("%lld %lld\n", (long long)trues[count / 2], (long long)workers[count / 2]);
}

/* filters.c: of filter.c, as the supervisor's workers have them. */
long install_waiting_filter(void);
void install_final_filter(void);

/* Processor time in ns of a process set up as a worker that reads a byte `count` times. */
static int64_t reader(int fd, long count)
{
    static char byte;
    pid_t pid = fork();
    need(pid >= 0, "fork");
    if (pid == 0) {
        struct rlimit none = {0, 0};
        uid_t guest = 0x7E000000;
        need(geteuid() != 0 || (setresgid(guest, guest, guest) == 0 && setresuid(guest, guest, guest) == 0), "uid");
        need(setrlimit(RLIMIT_CORE, &none) == 0 && setrlimit(RLIMIT_NPROC, &none) == 0, "setrlimit");
        need(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "prctl");
        need(install_waiting_filter() == 0, "seccomp");
        install_final_filter();
        need(prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0) == 0, "prctl");
        for (long i = 0; i < count; i++) {
            long result;
            register long offset __asm__("r10") = 0;
            __asm__ volatile("syscall" : "=a"(result) : "a"(SYS_pread64), "D"(fd), "S"(&byte), "d"(1), "r"(offset) : "rcx", "r11", "memory");
            if (result != 1)
                _exit(1);
        }
        _exit(0);
    }
    struct rusage usage;
    int status;
    need(wait4(pid, &status, 0, &usage) == pid && status == 0, "the reader failed");
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000ll +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000ll;
}

static void pread_time(long count)
{
    char byte = 1, path[64];
    int file = memfd_create("byte", MFD_CLOEXEC);
    need(file >= 0 && write(file, &byte, 1) == 1, "memfd");
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int fd = open(path, O_RDONLY | O_CLOEXEC); /* as channels get theirs */
    need(fd >= 0, path);
    if (unshare(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS | CLONE_NEWCGROUP) != 0)
        errno = 0; /* no more than the supervisor may do here */
    int64_t none = reader(fd, 0), all = reader(fd, count);
    printf("%lld\n", (long long)((all - none) / (count / 1000)));
}

int main(int count, char **arguments)
{
    if (count == 6 && !strcmp(arguments[1], "cold"))
        cold(arguments + 2);
    else if (count == 3 && !strcmp(arguments[1], "pread"))
        pread_time(atol(arguments[2]));
    else
        return 2;
    return 0;
}
