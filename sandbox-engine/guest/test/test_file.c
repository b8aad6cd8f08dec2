#include "fixture.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include "fs_cases.h"

static void table_of_calls(void)
{
	char text[1 << 17];
	const char *file = "fs_cases.txt";
	FILE *f = fopen(file, "r");
	CHECK(f);
	text[f ? fread(text, 1, sizeof text - 1, f) : 0] = 0;
	boot("");
	struct fs_result r = fs_cases(file, text, zrt_syscall, 1);
	CHECK_EQUAL(r.failed, 0);
	CHECK(r.passed > 300);
}

static void directories_list_in_the_order_of_creation(void)
{
	char name[32], expected[8192] = "";
	boot("");
	CALL(SYS_mkdir, "/d", 0755);
	for (int i = 0; i < 300; i++) {
		sprintf(name, "/d/%d", (i * 7919) % 1000);
		put_file(name, "");
	}
	for (int i = 0; i < 300; i++) {
		sprintf(name, "/d/%d", (i * 7919) % 1000);
		if (i % 3)
			CHECK_EQUAL(CALL(SYS_unlink, name), 0);
		else
			sprintf(expected + strlen(expected), "%s%s", i ? " " : "", name + 3);
	}
	CHECK_TEXT(list("/d"), expected);
}

static void reading_a_directory_survives_its_removal_entry_by_entry(void)
{
	char name[300], buffer[600];
	boot("");
	CALL(SYS_mkdir, "/d", 0755);
	for (int i = 0; i < 100; i++) {
		sprintf(name, "/d/%d", i);
		put_file(name, "");
	}
	long long fd = CALL(SYS_open, "/d", O_RDONLY | O_DIRECTORY), n;
	int seen = 0;
	while ((n = CALL(SYS_getdents64, fd, buffer, sizeof buffer)) > 0) {
		for (char *p = buffer; p < buffer + n; p += *(uint16_t *)(p + 16)) {
			if (p[19] == '.')
				continue;
			sprintf(name, "/d/%s", p + 19);
			CHECK_EQUAL(CALL(SYS_unlink, name), 0);
			seen++;
		}
	}
	CHECK_EQUAL(seen, 100);
	CHECK_EQUAL(CALL(SYS_rmdir, "/d"), 0);
	CHECK_EQUAL(CALL(SYS_lseek, fd, 0, SEEK_SET), 0);
	CHECK_EQUAL(CALL(SYS_getdents64, fd, buffer, sizeof buffer), -ENOENT);
}

/* A file against a plain array: the same bytes after any sequence of operations. */
static void contents_agree_with_a_model(void)
{
	enum { MOST = 300000 };
	static unsigned char model[MOST], piece[40000], back[MOST];
	long long size = 0;
	boot("");
	srand(4);
	long long fd = CALL(SYS_open, "/f", O_RDWR | O_CREAT, 0644);
	for (int round = 0; round < 4000; round++) {
		long long at = rand() % 250000, n = rand() % 40000;
		if (rand() % 4 == 0)
			at = rand() % 600, n = rand() % 300;
		switch (rand() % 4) {
		case 0:
		case 1:
			for (long long i = 0; i < n; i++)
				piece[i] = (unsigned char)rand();
			CHECK_EQUAL(CALL(SYS_pwrite64, fd, piece, n, at), n);
			memcpy(model + at, piece, (size_t)n);
			if (n && at + n > size)
				size = at + n;
			break;
		case 2:
			CHECK_EQUAL(CALL(SYS_ftruncate, fd, at), 0);
			if (at < size)
				memset(model + at, 0, (size_t)(size - at));
			size = at;
			break;
		default: {
			long long expected = at >= size ? 0 : size - at < n ? size - at : n;
			CHECK_EQUAL(CALL(SYS_pread64, fd, back, n, at), expected);
			CHECK(!memcmp(back, model + at, (size_t)expected));
		}
		}
	}
}

static void a_sparse_file_costs_nothing(void)
{
	boot("");
	long long fd = CALL(SYS_open, "/f", O_RDWR | O_CREAT, 0644);
	char byte = 1;
	CHECK_EQUAL(CALL(SYS_ftruncate, fd, 1LL << 39), 0);
	CHECK_EQUAL(CALL(SYS_pread64, fd, &byte, 1, 1LL << 38), 1);
	CHECK_EQUAL(byte, 0);
	CHECK_EQUAL(CALL(SYS_ftruncate, fd, (1LL << 40) + 1), -EFBIG);
	CHECK_EQUAL(CALL(SYS_pwrite64, fd, "x", 1, 1LL << 34), 1);
	CHECK_EQUAL(CALL(SYS_pread64, fd, &byte, 1, 1LL << 34), 1);
	CHECK_EQUAL(byte, 'x');
}

static void a_full_heap_is_enospc_and_leaves_the_file_whole(void)
{
	static char block[1 << 20];
	boot("");
	long long fd = CALL(SYS_open, "/f", O_RDWR | O_CREAT, 0644), n, total = 0;
	while ((n = CALL(SYS_write, fd, block, sizeof block)) > 0)
		total += n;
	CHECK_EQUAL(n, -ENOSPC);
	CHECK(total > 50 << 20);
	struct zrt_stat st;
	CHECK_EQUAL(CALL(SYS_fstat, fd, &st), 0);
	CHECK_EQUAL(st.size, total);
	CHECK_EQUAL(CALL(SYS_ftruncate, fd, 0), 0);
	CHECK_EQUAL(CALL(SYS_pwrite64, fd, block, sizeof block, 0), sizeof block);
}

static void vectors_and_copies(void)
{
	boot("");
	struct zrt_iovec v[3] = { { "ab", 2 }, { 0, 0 }, { "cde", 3 } };
	long long fd = CALL(SYS_open, "/f", O_RDWR | O_CREAT, 0644);
	CHECK_EQUAL(CALL(SYS_writev, fd, v, 3), 5);
	CHECK_TEXT(get_file("/f"), "abcde");
	CHECK_EQUAL(CALL(SYS_pwritev, fd, v, 3, 10), 5);
	char a[3] = "", b[4] = "";
	struct zrt_iovec r[2] = { { a, 2 }, { b, 3 } };
	CHECK_EQUAL(CALL(SYS_preadv, fd, r, 2, 0), 5);
	CHECK_TEXT(a, "ab");
	CHECK_TEXT(b, "cde");
	long long out = CALL(SYS_open, "/g", O_RDWR | O_CREAT, 0644);
	int64_t from = 1;
	CHECK_EQUAL(CALL(SYS_sendfile, out, fd, &from, 3), 3);
	CHECK_EQUAL(from, 4);
	CHECK_TEXT(get_file("/g"), "bcd");
}

static void waiting_returns_at_once_with_the_clock_advanced(void)
{
	boot("");
	struct pollfd p[2] = { { 0, POLLIN, 0 }, { 99, POLLIN, 0 } };
	CHECK_EQUAL(CALL(SYS_poll, p, 1, -1), 1);
	CHECK_EQUAL(p[0].revents, POLLIN);
	CHECK_EQUAL(CALL(SYS_poll, p, 2, 0), 2);
	CHECK_EQUAL(p[1].revents, POLLNVAL);
	int ends[2];
	CHECK_EQUAL(CALL(SYS_pipe2, ends, 0), 0);
	struct pollfd q = { ends[0], POLLIN, 0 };
	struct zrt_timespec before, after;
	CALL(SYS_clock_gettime, 1, &before);
	CHECK_EQUAL(CALL(SYS_poll, &q, 1, 5000), 0);
	CALL(SYS_clock_gettime, 1, &after);
	CHECK_EQUAL(after.sec - before.sec, 5);
	fd_set in;
	FD_ZERO(&in);
	FD_SET(ends[0], &in);
	FD_SET(0, &in);
	CHECK_EQUAL(CALL(SYS_select, ends[0] + 1, &in, 0, 0, 0), 1);
	CHECK(FD_ISSET(0, &in) && !FD_ISSET(ends[0], &in));
	int64_t wait[2] = { 3, 500000 };
	CALL(SYS_clock_gettime, 1, &before);
	CHECK_EQUAL(CALL(SYS_select, 0, 0, 0, 0, wait), 0);
	CALL(SYS_clock_gettime, 1, &after);
	CHECK_EQUAL((after.sec - before.sec) * 1000000000 + after.nsec - before.nsec, 3500001000);
}

static void descriptors_run_out_with_emfile(void)
{
	boot("");
	long long fd, n = 0;
	while ((fd = CALL(SYS_open, "/dev/null", O_RDONLY)) >= 0)
		n++;
	CHECK_EQUAL(fd, -EMFILE);
	CHECK_EQUAL(n, 1024 - 3);
	CHECK_EQUAL(CALL(SYS_dup, 0), -EMFILE);
	CHECK_EQUAL(CALL(SYS_close, 500), 0);
	CHECK_EQUAL(CALL(SYS_dup, 0), 500);
}

static void what_cannot_be_says_so(void)
{
	static const int missing[] = { SYS_fork, SYS_vfork, SYS_clone, SYS_execve, SYS_wait4, SYS_socket,
		SYS_connect, SYS_mount, SYS_chroot, SYS_ptrace, SYS_alarm, SYS_inotify_init };
	boot("");
	for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
		CHECK_EQUAL(CALL(missing[i], 0), -ENOSYS);
	CHECK_EQUAL(CALL(100000, 0), -ENOSYS);
	CHECK_EQUAL(CALL(SYS_open, 0, O_RDONLY), -EFAULT);
	CHECK_EQUAL(CALL(SYS_stat, "/", 0), -EFAULT);
	CHECK_EQUAL(CALL(SYS_read, 0, 0, 1), -EFAULT);
	CHECK_EQUAL(CALL(SYS_getpid, 0), 1);
}

static int signals_seen;

static void on_signal(int signal)
{
	signals_seen = signals_seen * 100 + signal;
	if (signal == 10)
		CALL(SYS_kill, 1, 12);
}

static void a_program_may_signal_itself(void)
{
	struct { void (*handler)(int); unsigned long flags; void *restorer; unsigned mask[2]; } a = {
		on_signal, 0, 0, { 1u << 11, 0 } };
	boot("");
	CHECK_EQUAL(CALL(SYS_rt_sigaction, 10, &a, 0, 8), 0);
	CHECK_EQUAL(CALL(SYS_rt_sigaction, 12, &a, 0, 8), 0);
	CHECK_EQUAL(CALL(SYS_rt_sigaction, 9, &a, 0, 8), -EINVAL);
	CHECK_EQUAL(CALL(SYS_kill, 1, 10), 0);
	/* The second was blocked while the first was handled, and came right after. */
	CHECK_EQUAL(signals_seen, 1012);
	uint64_t set = 1 << 9;
	CHECK_EQUAL(CALL(SYS_rt_sigprocmask, 0, &set, 0, 8), 0);
	signals_seen = 0;
	CALL(SYS_tkill, 1, 10);
	CHECK_EQUAL(signals_seen, 0);
	CHECK_EQUAL(CALL(SYS_rt_sigprocmask, 1, &set, 0, 8), 0);
	CHECK_EQUAL(signals_seen, 1012);
	CHECK_EQUAL(CALL(SYS_kill, 1, 17), 0);
	CHECK_EQUAL(CALL(SYS_kill, 2, 10), -ESRCH);
	if (!setjmp(host_exit)) {
		CALL(SYS_kill, 1, 6);
		CHECK(0);
	}
	CHECK_EQUAL(host_exit_code, 128 + 6);
}

const struct test file_tests[] = {
	TEST(table_of_calls),
	TEST(directories_list_in_the_order_of_creation),
	TEST(reading_a_directory_survives_its_removal_entry_by_entry),
	TEST(contents_agree_with_a_model),
	TEST(a_sparse_file_costs_nothing),
	TEST(a_full_heap_is_enospc_and_leaves_the_file_whole),
	TEST(vectors_and_copies),
	TEST(waiting_returns_at_once_with_the_clock_advanced),
	TEST(descriptors_run_out_with_emfile),
	TEST(what_cannot_be_says_so),
	TEST(a_program_may_signal_itself),
	{ 0 }
};
