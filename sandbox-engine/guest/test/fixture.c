#include "fixture.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "boot.h"

int standard[3];

char *shared;

void apart(void (*run)(const char *argument), const char *argument)
{
	int status;
	if (!shared)
		shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(shared, 0, 4096);
	fflush(0);
	pid_t child = fork();
	if (!child) {
		run(argument);
		fflush(0);
		_exit(checks_failed != 0);
	}
	waitpid(child, &status, 0);
	CHECK_EQUAL(status, 0);
}

int memory_file(const void *data, size_t size)
{
	int fd = memfd_create("channel", 0);
	if (fd < 0 || (size && write(fd, data, size) != (ssize_t)size))
		abort();
	lseek(fd, 0, SEEK_SET);
	return fd;
}

int text_file(const char *text)
{
	return memory_file(text, strlen(text));
}

char *contents(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = calloc(1, (size_t)size + 1);
	if (!text || pread(fd, text, (size_t)size, 0) != size)
		abort();
	return text;
}

void prepare(const char *nvram)
{
	static const char *const name[] = { "/dev/stdin", "/dev/stdout", "/dev/stderr" };
	host_reset(64 << 20);
	for (int i = 0; i < 3; i++) {
		standard[i] = text_file(i ? "" : "first\nsecond\n");
		host_channel(name[i], 0, i ? "w" : "r", standard[i], 1 << 30);
	}
	if (nvram)
		host_channel("/dev/nvram", 3, "r", text_file(nvram), 1 << 30);
}

void boot(const char *nvram)
{
	prepare(nvram);
	int result = zrt_boot();
	if (result)
		fprintf(stderr, "%s", contents(standard[2]));
	CHECK_EQUAL(result, 0);
}

void put_file(const char *path, const char *text)
{
	long long fd = CALL(SYS_open, path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
	CHECK(fd >= 0);
	CHECK_EQUAL(CALL(SYS_write, fd, text, strlen(text)), strlen(text));
	CHECK_EQUAL(CALL(SYS_close, fd), 0);
}

const char *get_file(const char *path)
{
	static char text[4][65536];
	static int turn;
	char *to = text[turn++ % 4];
	long long fd = CALL(SYS_open, path, O_RDONLY);
	long long n = fd < 0 ? 0 : CALL(SYS_read, fd, to, sizeof text[0] - 1);
	if (fd >= 0)
		CALL(SYS_close, fd);
	to[n < 0 ? 0 : n] = 0;
	return to;
}

const char *list(const char *path)
{
	static char names[65536];
	char buffer[4096];
	long long fd = CALL(SYS_open, path, O_RDONLY | O_DIRECTORY), n;
	*names = 0;
	while (fd >= 0 && (n = CALL(SYS_getdents64, fd, buffer, sizeof buffer)) > 0) {
		for (char *p = buffer; p < buffer + n; p += *(uint16_t *)(p + 16)) {
			char *name = p + 19;
			if (!strcmp(name, ".") || !strcmp(name, ".."))
				continue;
			if (*names)
				strcat(names, " ");
			strcat(names, name);
		}
	}
	CALL(SYS_close, fd);
	return names;
}
