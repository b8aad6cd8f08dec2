/* The front of `zerocloud cc': hands its command line to the compile server and passes on what it answers.
 * Without a server it becomes the ordinary command, which compiles and starts one.
 *
 *     front HOME cc|c++ ARGUMENTS...
 *
 * The protocol is described in CompileProtocol.java. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

extern char **environ;

static uint64_t mix(uint64_t hash, const void *data, size_t size) {
    const unsigned char *p = data;
    while (size--) hash = (hash ^ *p++) * 0x100000001b3ULL;
    return hash;
}

/* One server for each build of the project, place of it and umask: what a server's answers depend on. */
static int socket_path(const char *home, char *path, size_t size) {
    const char *cache = getenv("XDG_CACHE_HOME"), *user_home = getenv("HOME");
    char built[4096];
    struct stat st;
    uint64_t hash = mix(0xcbf29ce484222325ULL, home, strlen(home));
    mode_t mask = umask(022);
    umask(mask);
    hash = mix(hash, &mask, sizeof mask);
    /* In a source tree and in a distribution. */
    static const char *const marks[] = {"%s/deploy/target/dist/built", "%s/built", "%s/lib"};
    for (unsigned i = 0; i < sizeof marks / sizeof *marks; i++) {
        snprintf(built, sizeof built, marks[i], home);
        if (stat(built, &st) == 0) {
            hash = mix(hash, &st.st_mtim, sizeof st.st_mtim);
            break;
        }
    }
    int n = cache && cache[0] == '/'
        ? snprintf(path, size, "%s/zerocloud/cc/%016llx", cache, (unsigned long long)hash)
        : snprintf(path, size, "%s/.cache/zerocloud/cc/%016llx", user_home ? user_home : "", (unsigned long long)hash);
    return n > 0 && (size_t)n < size ? 0 : -1;
}

/* The directory must be ours alone: whoever can put a socket there reads our sources and answers for the compiler. */
static int private_directory(const char *path) {
    char directory[sizeof ((struct sockaddr_un *)0)->sun_path];
    struct stat st;
    strcpy(directory, path);
    *strrchr(directory, '/') = 0;
    return lstat(directory, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

static char *request;
static size_t used, capacity;

static void put(const void *data, size_t size) {
    if (used + size > capacity) {
        capacity = (used + size) * 2;
        request = realloc(request, capacity);
        if (!request) abort();
    }
    memcpy(request + used, data, size);
    used += size;
}

static void put_number(uint32_t n) {
    unsigned char b[4] = {n >> 24, n >> 16, n >> 8, n};
    put(b, 4);
}

static void put_word(const char *word) {
    put_number(strlen(word));
    put(word, strlen(word));
}

static void put_words(char **words) {
    uint32_t n = 0;
    while (words[n]) n++;
    put_number(n);
    while (*words) put_word(*words++);
}

static void put_standard_input(void) {
    size_t at = used;
    char buffer[65536];
    ssize_t n;
    put_number(0);
    while ((n = read(0, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0) put(buffer, n);
    uint32_t size = used - at - 4;
    unsigned char b[4] = {size >> 24, size >> 16, size >> 8, size};
    memcpy(request + at, b, 4);
}

static int write_all(int fd, const char *data, size_t size) {
    while (size) {
        ssize_t n = fd > 2 ? send(fd, data, size, MSG_NOSIGNAL) : write(fd, data, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return -1;
        data += n;
        size -= n;
    }
    return 0;
}

static int read_all(int fd, void *data, size_t size) {
    char *p = data;
    while (size) {
        ssize_t n = read(fd, p, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return -1;
        p += n;
        size -= n;
    }
    return 0;
}

static int relay(int fd) {
    unsigned char head[5];
    char buffer[65536];
    while (read_all(fd, head, 5) == 0) {
        uint32_t size = (uint32_t)head[1] << 24 | head[2] << 16 | head[3] << 8 | head[4];
        if (head[0] == 'x') {
            if (size != 4 || read_all(fd, buffer, 4)) break;
            return (unsigned char)buffer[3];
        }
        while (size) {
            uint32_t part = size < sizeof buffer ? size : sizeof buffer;
            if (read_all(fd, buffer, part)) goto lost;
            if (write_all(head[0] == 'o' ? 1 : 2, buffer, part) && head[0] == 'o') return 1;
            size -= part;
        }
    }
lost:
    fputs("zerocloud cc: error: the compile server went away; try again\n", stderr);
    return 1;
}

int main(int argc, char **argv) {
    char path[sizeof ((struct sockaddr_un *)0)->sun_path];
    if (argc < 3) return 2;
    const char *home = argv[1];
    int fd = -1;
    if (socket_path(home, path, sizeof path) == 0) {
        setenv("ZEROCLOUD_CC_SOCKET", path, 1);
        setenv("ZEROCLOUD_HOME", home, 1);
        if (private_directory(path)) fd = connect_to(path);
    }
    if (fd < 0) {
        char command[4096];
        snprintf(command, sizeof command, "%s/zerocloud", home);
        setenv("ZEROCLOUD_CC_FRONT", "0", 1);
        argv[1] = command;
        execv(command, argv + 1);
        perror(command);
        return 127;
    }
    char *directory = getcwd(NULL, 0);
    if (!directory) {
        perror("zerocloud cc: current directory");
        return 1;
    }
    put("ZCC1", 4);
    put_words(argv + 2);
    put_word(directory);
    put_words(environ);
    int standard_input = 0;
    for (char **a = argv + 3; *a; a++) standard_input |= strcmp(*a, "-") == 0;
    if (standard_input) put_standard_input(); else put_number(0);
    if (write_all(fd, request, used)) {
        fputs("zerocloud cc: error: the compile server went away; try again\n", stderr);
        return 1;
    }
    return relay(fd);
}
