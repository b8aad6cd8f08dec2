#include "boot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "file.h"
#include "pages.h"
#include "path.h"
#include "proc.h"
#include "report.h"
#include "session.h"
#include "syscalls.h"
#include "timers.h"
#include "trap.h"

static int out_of_memory(void)
{
	zrt_complain("the heap is too small to start", (char *)0);
	return -1;
}

/* A standard channel that cannot be opened in its direction gets /dev/null, so that the numbers 0
 * to 2 never come to mean another file. */
static int standard_descriptors(void)
{
	static const struct { const char *name; int flags; } standard[] = {
		{ "/dev/stdin", O_RDONLY }, { "/dev/stdout", O_WRONLY }, { "/dev/stderr", O_WRONLY },
	};
	for (int fd = 0; fd < 3; fd++)
		if (zrt_sys_openat(AT_FDCWD, standard[fd].name, standard[fd].flags, 0) != fd
		    && zrt_sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0) != fd)
			return -ENOMEM;
	return 0;
}

int zrt_boot(void)
{
	struct zrt_heap heap = zrt_trap_heap();
	struct zrt_node *tmp, *shm;
	zrt_pages_init(heap.start, heap.end);
	if (zrt_channels_load())
		return -1;              /* not even a channel to complain on */
	if (zrt_nodes_init())
		return out_of_memory();
	if (zrt_session_load())
		return -1;
	if (zrt_devices_init() || zrt_proc_init() || standard_descriptors() || zrt_make_directories("/tmp", &tmp)
	    || zrt_make_directories("/dev/shm", &shm))
		return out_of_memory();
	tmp->mode = shm->mode = S_IFDIR | 01777;
	if (zrt_session_mount(0))
		return -1;
	return zrt_session.precache ? zrt_fork() : 0;
}

int zrt_fork(void)
{
	int result = zvm_fork();
	if (result < 0)
		return result;
	zrt_timers_reset();
	if (zrt_channels_load() || zrt_devices_refresh())
		return -ENOMEM;
	return zrt_session_load() || zrt_session_mount(1) ? -EINVAL : 0;
}

static const char *variable(const char *name)
{
	size_t n = strlen(name);
	for (int i = 0; i < zrt_session.env_count; i++)
		if (!strncmp(zrt_session.env[i], name, n) && zrt_session.env[i][n] == '=')
			return zrt_session.env[i] + n + 1;
	return 0;
}

static void write_new(const char *path, const char *const *part)
{
	int fd = (int)zrt_sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, 0644);
	if (fd < 0)
		return;                 /* the image's own */
	for (; *part; part++)
		zrt_sys_write(fd, *part, strlen(*part), -1);
	zrt_fd_close(fd);
}

int zrt_boot_home(void)
{
	struct zrt_node *n;
	const char *home = variable("HOME"), *name = variable("LOGNAME"), *shell = variable("SHELL");
	if (zrt_make_directories("/etc", &n))
		return 0;               /* an image may well have something else there */
	name = name && *name && !strpbrk(name, ":\n") ? name : "guest";
	write_new("/etc/passwd", (const char *const[]){ name, ":x:1000:1000::",
		home && *home == '/' ? home : "/", ":", shell ? shell : "", "\n", 0 });
	write_new("/etc/group", (const char *const[]){ name, ":x:1000:\n", 0 });
	if (home && *home == '/') {
		int error = zrt_make_directories(home, &n);
		if (error) {
			zrt_complain("cannot make the home directory ", home, ": ", zrt_error_text(-error),
				(char *)0);
			return -1;
		}
		zrt_sys_chdir(home);
	}
	return 0;
}

_Noreturn void zrt_exit(int code)
{
	zrt_pages_limit(SIZE_MAX);      /* packing is not the program's doing */
	/* A session whose results could not be exported has failed, whatever its program thinks. */
	if (zrt_session_export() && !code)
		code = 1;
	zvm_exit(code & 0xff);
}

_Noreturn void zrt_die(int code)
{
	zvm_exit(code);
}
