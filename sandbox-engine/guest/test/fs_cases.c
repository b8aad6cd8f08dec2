#include "fs_cases.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "fs_words.h"

static fs_call *system_call;

#define SYS(n, ...) ARGS(n, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define ARGS(n, a, b, c, d, e, f, ...) \
	system_call(n, (long long)(intptr_t)(a), (long long)(intptr_t)(b), (long long)(intptr_t)(c), \
		(long long)(intptr_t)(d), (long long)(intptr_t)(e), (long long)(intptr_t)(f))

/* x86-64's struct stat. */
struct status {
	uint64_t dev, ino, nlink;
	uint32_t mode, uid, gid, pad;
	uint64_t rdev;
	int64_t size, blksize, blocks, time[6], unused[3];
};

static void names_of(const char *directory, char *text)
{
	char buffer[4096];
	long long fd = SYS(SYS_open, directory, O_RDONLY | O_DIRECTORY), n;
	char *name[200];
	int count = 0;
	*text = 0;
	while (fd >= 0 && (n = SYS(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
		for (char *p = buffer; p < buffer + n && count < 200; p += *(uint16_t *)(p + 16))
			name[count++] = strdup(p + 19);
	/* Linux's order is its own: sorted for comparison. */
	for (int i = 0; i < count; i++)
		for (int k = i + 1; k < count; k++)
			if (strcmp(name[i], name[k]) > 0) {
				char *t = name[i];
				name[i] = name[k];
				name[k] = t;
			}
	for (int i = 0; i < count; i++) {
		strcat(strcat(text, i ? " " : ""), name[i]);
		free(name[i]);
	}
	SYS(SYS_close, fd);
}

static long long status(const char *what, long long result, const struct status *st)
{
	if (result < 0)
		return result;
	switch (*what) {
	case 's': return st->size;
	case 'm': return st->mode & 07777;
	case 't': return st->mode & S_IFMT;
	case 'l': return (long long)st->nlink;
	case 'u': return st->uid;
	case 'a': return st->time[0];
	case 'M': return st->time[2];
	default: return (long long)st->ino;
	}
}

/* One call; text results go to `text`. Unknown calls give -1000. */
static long long run(char **w, int words, char *text)
{
	struct status st;
	const char *name = w[0];
#define IS(n, count) (!strcmp(name, n) && words == (count) + 1)
#define PATH(i) repeated(w[i])
#define NUM(i) number(w[i])
	if (IS("open", 2)) return SYS(SYS_open, PATH(1), NUM(2));
	if (IS("open", 3)) return SYS(SYS_open, PATH(1), NUM(2), NUM(3));
	if (IS("openat", 4)) return SYS(SYS_openat, NUM(1), PATH(2), NUM(3), NUM(4));
	if (IS("close", 1)) return SYS(SYS_close, NUM(1));
	if (IS("create", 1) || IS("create", 2)) {
		long long fd = SYS(SYS_open, PATH(1), O_CREAT | O_WRONLY | O_EXCL, 0644);
		if (fd < 0) return fd;
		if (words == 3) SYS(SYS_write, fd, w[2], strlen(w[2]));
		return SYS(SYS_close, fd);
	}
	if (IS("write", 2)) return SYS(SYS_write, NUM(1), w[2], strlen(w[2]));
	if (IS("pwrite", 3)) return SYS(SYS_pwrite64, NUM(1), w[2], strlen(w[2]), NUM(3));
	if (IS("read", 2) || IS("pread", 3)) {
		long long n = words == 3 ? SYS(SYS_read, NUM(1), text, NUM(2))
			: SYS(SYS_pread64, NUM(1), text, NUM(2), NUM(3));
		text[n < 0 ? 0 : n] = 0;
		for (long long i = 0; i < n; i++)
			text[i] = !text[i] ? '0' : text[i] == '\n' ? '|' : text[i];
		return n;
	}
	if (IS("lseek", 3)) return SYS(SYS_lseek, NUM(1), NUM(2), NUM(3));
	if (IS("dup", 1)) return SYS(SYS_dup, NUM(1));
	if (IS("dup2", 2)) return SYS(SYS_dup2, NUM(1), NUM(2));
	if (IS("dup3", 3)) return SYS(SYS_dup3, NUM(1), NUM(2), NUM(3));
	if (IS("fcntl", 3)) return SYS(SYS_fcntl, NUM(1), NUM(2), NUM(3));
	if (IS("ftruncate", 2)) return SYS(SYS_ftruncate, NUM(1), NUM(2));
	if (IS("truncate", 2)) return SYS(SYS_truncate, PATH(1), NUM(2));
	if (IS("fallocate", 3)) return SYS(SYS_fallocate, NUM(1), 0, NUM(2), NUM(3));
	if (IS("mkdir", 2)) return SYS(SYS_mkdir, PATH(1), NUM(2));
	if (IS("mknod", 2)) return SYS(SYS_mknod, PATH(1), NUM(2), 0);
	if (IS("rmdir", 1)) return SYS(SYS_rmdir, PATH(1));
	if (IS("unlink", 1)) return SYS(SYS_unlink, PATH(1));
	if (IS("unlinkat", 3)) return SYS(SYS_unlinkat, NUM(1), PATH(2), NUM(3));
	if (IS("link", 2)) return SYS(SYS_link, PATH(1), PATH(2));
	if (IS("linkat", 5)) return SYS(SYS_linkat, NUM(1), PATH(2), NUM(3), PATH(4), NUM(5));
	if (IS("symlink", 2)) return SYS(SYS_symlink, PATH(1), PATH(2));
	if (IS("readlink", 1)) {
		long long n = SYS(SYS_readlink, PATH(1), text, 4096);
		text[n < 0 ? 0 : n] = 0;
		return n;
	}
	if (IS("rename", 2)) return SYS(SYS_rename, PATH(1), PATH(2));
	if (IS("renameat", 4)) return SYS(SYS_renameat, NUM(1), PATH(2), NUM(3), PATH(4));
	if (IS("renameat2", 3)) return SYS(SYS_renameat2, AT_FDCWD, PATH(1), AT_FDCWD, PATH(2), NUM(3));
	if (IS("mkdirat", 3)) return SYS(SYS_mkdirat, NUM(1), PATH(2), NUM(3));
	if (IS("mknodat", 3)) return SYS(SYS_mknodat, NUM(1), PATH(2), NUM(3), 0);
	if (IS("symlinkat", 3)) return SYS(SYS_symlinkat, PATH(1), NUM(2), PATH(3));
	if (IS("readlinkat", 2)) return SYS(SYS_readlinkat, NUM(1), PATH(2), text, 4096);
	if (IS("faccessat", 3)) return SYS(SYS_faccessat, NUM(1), PATH(2), NUM(3));
	if (IS("fchmodat", 3)) return SYS(SYS_fchmodat, NUM(1), PATH(2), NUM(3));
	if (IS("fchownat", 4)) return SYS(SYS_fchownat, NUM(1), PATH(2), NUM(3), NUM(4), 0);
	if (IS("fstatat", 2)) return SYS(SYS_newfstatat, NUM(1), PATH(2), &st, 0);
	if (IS("utimensat", 2)) return SYS(SYS_utimensat, NUM(1), PATH(2), 0, 0);
	if (IS("chdir", 1)) return SYS(SYS_chdir, PATH(1));
	if (IS("fchdir", 1)) return SYS(SYS_fchdir, NUM(1));
	if (IS("chmod", 2)) return SYS(SYS_chmod, PATH(1), NUM(2));
	if (IS("fchmod", 2)) return SYS(SYS_fchmod, NUM(1), NUM(2));
	if (IS("chown", 3)) return SYS(SYS_chown, PATH(1), NUM(2), NUM(3));
	if (IS("lchown", 3)) return SYS(SYS_lchown, PATH(1), NUM(2), NUM(3));
	if (IS("access", 2)) return SYS(SYS_access, PATH(1), NUM(2));
	if (IS("umask", 1)) return SYS(SYS_umask, NUM(1));
	if (IS("utimens", 3)) {
		int64_t t[4] = { NUM(2), 0, NUM(3), 0 };
		return SYS(SYS_utimensat, AT_FDCWD, PATH(1), t, 0);
	}
	if (IS("stat", 2)) return status(w[2], SYS(SYS_stat, PATH(1), &st), &st);
	if (IS("lstat", 2)) return status(w[2], SYS(SYS_lstat, PATH(1), &st), &st);
	if (IS("fstat", 2)) return status(w[2], SYS(SYS_fstat, NUM(1), &st), &st);
	if (IS("list", 1)) {
		names_of(PATH(1), text);
		return 0;
	}
	if (IS("readname", 1)) {
		/* Where a link leads, its last name only: the folders above are not the table's. */
		char target[4096];
		long long n = SYS(SYS_readlink, PATH(1), target, sizeof target - 1);
		target[n < 0 ? 0 : n] = 0;
		const char *slash = strrchr(target, '/');
		strcpy(text, slash ? slash + 1 : target);
		return n;
	}
	/* Limits are those of a resource by number: 1 sizes of files, 7 descriptors, 9 memory. */
	if (IS("setrlimit", 3)) {
		uint64_t limit[2] = { (uint64_t)NUM(2), (uint64_t)NUM(3) };
		return SYS(SYS_prlimit64, 0, NUM(1), limit, 0);
	}
	if (IS("getrlimit", 1)) {
		uint64_t limit[2];
		long long result = SYS(SYS_prlimit64, 0, NUM(1), 0, limit);
		return result < 0 ? result : (long long)limit[0];
	}
	if (IS("getpriority", 2)) return SYS(SYS_getpriority, NUM(1), NUM(2));
	if (IS("setpriority", 3)) return SYS(SYS_setpriority, NUM(1), NUM(2), NUM(3));
	if (IS("sched_get_priority_max", 1)) return SYS(SYS_sched_get_priority_max, NUM(1));
	if (IS("sched_get_priority_min", 1)) return SYS(SYS_sched_get_priority_min, NUM(1));
	if (IS("sched_rr_get_interval", 1)) {
		int64_t slice[2] = { -1, -1 };
		long long result = SYS(SYS_sched_rr_get_interval, NUM(1), slice);
		return result ? result : slice[0];
	}
	if (IS("setname", 1)) return SYS(SYS_prctl, 15, w[1]);
	if (IS("getname", 0)) return SYS(SYS_prctl, 16, text);
	if (IS("prctl", 1)) return SYS(SYS_prctl, NUM(1), 0);
	if (IS("clock_settime", 2)) {
		int64_t t[2] = { NUM(2), 0 };
		return SYS(SYS_clock_settime, NUM(1), t);
	}
	if (IS("timer_create", 1)) {
		struct { void *value; int signal, notify, pad[12]; } event = { 0, 0, 1, { 0 } };
		int id = -1;
		long long result = SYS(SYS_timer_create, NUM(1), &event, &id);
		return result < 0 ? result : id;
	}
	if (IS("timer_settime", 3)) {
		/* Interval and time in seconds; gives the interval before. */
		int64_t new[4] = { NUM(2), 0, NUM(3), 0 }, old[4];
		long long result = SYS(SYS_timer_settime, NUM(1), 0, new, old);
		return result < 0 ? result : old[0];
	}
	if (IS("timer_delete", 1)) return SYS(SYS_timer_delete, NUM(1));
	if (IS("setitimer", 3)) {
		int64_t new[4] = { NUM(2), 0, NUM(3), 0 }, old[4];
		long long result = SYS(SYS_setitimer, NUM(1), new, old);
		return result < 0 ? result : old[0];
	}
	if (IS("pipe", 0)) {
		int fd[2];
		long long result = SYS(SYS_pipe, fd);
		*variable('r') = fd[0];
		*variable('w') = fd[1];
		return result;
	}
	return -1000;
}

static int matches(long long result, const char *text, char *expected)
{
	if (*expected == '$') {
		/* "$x" keeps the result, "=$x" below compares with it. */
		*variable(expected[1]) = result;
		return result >= 0;
	}
	if (*expected == '=')
		return result == number(expected + 1);
	if (*expected == '"') {
		char *close = strrchr(expected + 1, '"');
		if (close)
			*close = 0;
		return result >= 0 && !strcmp(text, expected + 1);
	}
	return result == number(expected);
}

struct fs_result fs_cases(const char *file, char *all, fs_call *call, int is_zrt)
{
	static char text[65536];
	struct fs_result r = { 0, 0 };
	char here[4096], directory[64];
	int line = 0, fresh = 1, serial = 0;
	system_call = call;
	SYS(SYS_getcwd, here, sizeof here);
	SYS(SYS_umask, 022);
	for (char *p = all, *next; p && *p; p = next) {
		char *end = strchr(p, '\n'), *w[8], *expected;
		int words = 0;
		next = end ? end + 1 : 0;
		if (end)
			*end = 0;
		line++;
		if (*p == '#')
			continue;
		if (!p[strspn(p, " \t")]) {
			fresh = 1;
			continue;
		}
		if (!strncmp(p, "zrt ", 4)) {
			if (!is_zrt)
				continue;
			p += 4;
		}
		expected = strstr(p, " -> ");
		if (!expected) {
			fprintf(stderr, "%s:%d: no expectation\n", file, line);
			r.failed++;
			continue;
		}
		*expected = 0;
		expected += 4 + strspn(expected + 4, " ");
		if (fresh) {
			SYS(SYS_chdir, here);
			snprintf(directory, sizeof directory, "case%d", serial++);
			SYS(SYS_mkdir, directory, 0755);
			SYS(SYS_chdir, directory);
			fresh = 0;
		}
		for (char *s = strtok(p, " \t"); s && words < 8; s = strtok(0, " \t"))
			w[words++] = strcmp(s, "''") ? s : (char *)"";
		*text = 0;
		long long result = run(w, words, text);
		char copy[4096];
		snprintf(copy, sizeof copy, "%s", expected);
		if (matches(result, text, expected)) {
			r.passed++;
		} else {
			r.failed++;
			fprintf(stderr, "%s:%d: %s gave %lld \"%.60s\", not %s\n", file, line, w[0], result, text, copy);
		}
	}
	SYS(SYS_chdir, here);
	return r;
}
