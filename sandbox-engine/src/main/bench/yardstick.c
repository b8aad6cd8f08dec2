/*
 * What `zerocloud bench engine` measures without a JVM in the path.
 *   yardstick cold SUPERVISOR IMAGE REQUEST COUNT   medians of /bin/true and of a worker's whole life, in ns
 *   yardstick pread COUNT                           processor time of a 1-byte pread64 under a filter, in ps
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
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

static void pread_loop(long count)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mount, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {4, code};
    int fd = memfd_create("byte", MFD_CLOEXEC);
    char byte = 1;
    need(fd >= 0 && write(fd, &byte, 1) == 1, "memfd");
    need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_seccomp, 1, 0, &program) == 0, "seccomp");
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    int64_t start = t.tv_sec * 1000000000ll + t.tv_nsec;
    for (long i = 0; i < count; i++) {
        long result;
        register long offset __asm__("r10") = 0;
        __asm__ volatile("syscall" : "=a"(result) : "a"(SYS_pread64), "D"(fd), "S"(&byte), "d"(1), "r"(offset) : "rcx", "r11", "memory");
        need(result == 1, "pread64");
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    printf("%lld\n", (long long)((t.tv_sec * 1000000000ll + t.tv_nsec - start) / (count / 1000)));
}

int main(int count, char **arguments)
{
    if (count == 6 && !strcmp(arguments[1], "cold"))
        cold(arguments + 2);
    else if (count == 3 && !strcmp(arguments[1], "pread"))
        pread_loop(atol(arguments[2]));
    else
        return 2;
    return 0;
}
