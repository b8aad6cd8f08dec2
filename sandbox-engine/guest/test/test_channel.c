#include "fixture.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "boot.h"

static void standard_streams(void)
{
	char line[100];
	boot("");
	CHECK_EQUAL(CALL(SYS_read, 0, line, sizeof line), 13);
	CHECK(!memcmp(line, "first\nsecond\n", 13));
	CHECK_EQUAL(CALL(SYS_read, 0, line, sizeof line), 0);
	CHECK_EQUAL(CALL(SYS_write, 1, "out", 3), 3);
	CHECK_EQUAL(CALL(SYS_write, 2, "err", 3), 3);
	CHECK_TEXT(contents(standard[1]), "out");
	CHECK_TEXT(contents(standard[2]), "err");
	CHECK_EQUAL(CALL(SYS_write, 0, "x", 1), -EBADF);
	CHECK_EQUAL(CALL(SYS_read, 1, line, 1), -EBADF);
	CHECK_EQUAL(CALL(SYS_lseek, 0, 0, SEEK_CUR), 13);
	CHECK_EQUAL(CALL(SYS_lseek, 1, 0, SEEK_CUR), 3);
	CHECK_EQUAL(CALL(SYS_lseek, 0, 0, SEEK_SET), -ESPIPE);
	CHECK_EQUAL(CALL(SYS_lseek, 0, 1, SEEK_CUR), -ESPIPE);
	CHECK_EQUAL(CALL(SYS_pread64, 0, line, 1, 0), -ESPIPE);
	CHECK_EQUAL(CALL(SYS_pwrite64, 1, "x", 1, 0), -ESPIPE);
}

static void a_missing_direction_becomes_dev_null(void)
{
	host_reset(16 << 20);
	host_channel("/dev/stdout", 0, "w", text_file(""), 100);
	CHECK_EQUAL(zrt_boot(), 0);
	char byte;
	CHECK_EQUAL(CALL(SYS_read, 0, &byte, 1), 0);
	CHECK_EQUAL(CALL(SYS_write, 2, "x", 1), 1);
	CHECK_EQUAL(CALL(SYS_open, "/dev/null", O_RDONLY), 3);
}

static void a_terminal_is_read_by_lines(void)
{
	char line[100];
	boot("[mapping]\nchannel=/dev/stdin, mode=char\n");
	CHECK_EQUAL(CALL(SYS_read, 0, line, sizeof line), 6);
	CHECK(!memcmp(line, "first\n", 6));
	CHECK_EQUAL(CALL(SYS_read, 0, line, 3), 3);
	CHECK_EQUAL(CALL(SYS_read, 0, line, sizeof line), 4);
	CHECK_EQUAL(CALL(SYS_read, 0, line, sizeof line), 0);
}

static struct zrt_stat status(const char *path)
{
	struct zrt_stat st = { 0 };
	CHECK_EQUAL(CALL(SYS_stat, path, &st), 0);
	return st;
}

static void types_as_files(void)
{
	prepare("[mapping]\nchannel=/dev/f, mode=file\nchannel=/dev/c, mode=char\nchannel=/dev/p, mode=pipe\n");
	host_channel("/dev/rw", 3, "rw", text_file("12345"), 100);
	host_channel("/dev/r1", 1, "r", text_file(""), 100);
	host_channel("/dev/w1", 1, "w", text_file("123"), 100);
	host_channel("/dev/r2", 2, "r", text_file(""), 100);
	host_channel("/dev/w2", 2, "w", text_file(""), 100);
	host_channel("/dev/rw0", 0, "rw", text_file(""), 100);
	host_channel("/dev/f", 3, "r", text_file("1"), 100);
	host_channel("/dev/c", 3, "r", text_file("1"), 100);
	host_channel("/dev/p", 3, "r", text_file("1"), 100);
	host_channel("/dev/in/map-1", 0, "r", text_file("1"), 100);
	host_channel("/dev/in/map-2", 0, "r", text_file("1"), 100);
	host_channel("/dev/out/reduce-1", 0, "w", text_file(""), 100);
	host_channel("other", 0, "w", text_file(""), 100);
	CHECK_EQUAL(zrt_boot(), 0);
	CHECK_EQUAL(status("/dev/stdin").mode, S_IFIFO | 0400);
	CHECK_EQUAL(status("/dev/stdout").mode, S_IFIFO | 0200);
	CHECK_EQUAL(status("/dev/rw").mode, S_IFBLK | 0600);
	CHECK_EQUAL(status("/dev/r1").mode, S_IFBLK | 0400);
	CHECK_EQUAL(status("/dev/w1").mode, S_IFIFO | 0200);
	CHECK_EQUAL(status("/dev/r2").mode, S_IFIFO | 0400);
	CHECK_EQUAL(status("/dev/w2").mode, S_IFBLK | 0200);
	CHECK_EQUAL(status("/dev/rw0").mode, S_IFBLK | 0600);
	CHECK_EQUAL(status("/dev/f").mode, S_IFREG | 0400);
	CHECK_EQUAL(status("/dev/c").mode, S_IFCHR | 0400);
	CHECK_EQUAL(status("/dev/p").mode, S_IFIFO | 0400);
	CHECK_EQUAL(status("/dev/rw").size, 5);
	CHECK_EQUAL(status("/dev/stdin").ino, 11);
	CHECK_EQUAL(status("/dev/stdin").dev, 2049);
	CHECK_EQUAL(status("/dev/stdin").uid, 1000);
	/* Programs size their buffers by it, and each read is a trap: never 1, as the original had it. */
	CHECK_EQUAL(status("/dev/stdin").blksize, 4096);
	CHECK_EQUAL(status("/dev/f").blksize, 4096);
	CHECK_EQUAL(status("/dev").mode, S_IFDIR | 0500);
	CHECK_EQUAL(status("/dev/in").mode, S_IFDIR | 0500);
	CHECK_TEXT(list("/dev/in"), "map-1 map-2");
	CHECK_TEXT(list("/dev/out"), "reduce-1");
	CHECK_TEXT(list("/dev"), "stdin stdout stderr nvram rw r1 w1 r2 w2 rw0 f c p in out null zero full "
		"random urandom fd shm");
	CHECK_EQUAL(CALL(SYS_access, "/dev/f", 4), 0);
	CHECK_EQUAL(CALL(SYS_access, "/dev/f", 2), -EACCES);
	CHECK_EQUAL(CALL(SYS_open, "/dev/in/map-3", O_RDONLY), -ENOENT);
	CHECK_EQUAL(CALL(SYS_mkdir, "/dev/in/x", 0755), -EACCES);
	CHECK_EQUAL(CALL(SYS_chown, "/dev/f", 1, 1), -EPERM);
}

static void opening_follows_the_limits_and_types(void)
{
	prepare("[mapping]\nchannel=/dev/fresh, mode=file\nchannel=/dev/old, mode=file\n"
		"channel=/dev/cdr, mode=file\nchannel=/dev/stdout, mode=file\n");
	host_channel("/dev/fresh", 3, "w", text_file(""), 100);
	host_channel("/dev/old", 3, "rw", text_file("old"), 100);
	host_channel("/dev/cdr", 1, "rw", text_file("abc"), 100);
	CHECK_EQUAL(zrt_boot(), 0);
	CHECK_EQUAL(CALL(SYS_open, "/dev/stdin", O_WRONLY), -EACCES);
	CHECK_EQUAL(CALL(SYS_open, "/dev/stdin", O_RDWR), -EACCES);
	CHECK_EQUAL(CALL(SYS_open, "/dev/fresh", O_RDONLY), -EACCES);
	CHECK_EQUAL(CALL(SYS_open, "/dev/old", O_RDWR | O_TRUNC), -EPERM);
	CHECK_EQUAL(CALL(SYS_open, "/dev/cdr", O_RDWR), -EPERM);
	CHECK(CALL(SYS_open, "/dev/cdr", O_RDWR | O_APPEND) > 0);
	CHECK_EQUAL(CALL(SYS_open, "/dev/fresh", O_WRONLY | O_CREAT | O_EXCL), -EEXIST);
	/* What fopen(path, "w") asks for works on an output that is still empty. */
	long long fd = CALL(SYS_open, "/dev/fresh", O_WRONLY | O_CREAT | O_TRUNC, 0666);
	CHECK(fd > 0);
	CHECK_EQUAL(CALL(SYS_write, fd, "x", 1), 1);
	CHECK_EQUAL(CALL(SYS_open, "/dev/fresh", O_WRONLY | O_TRUNC), -EPERM);
	CHECK(CALL(SYS_open, "/dev/fresh", O_WRONLY | O_APPEND) > 0);
	CHECK_EQUAL(CALL(SYS_write, 1, "x", 1), 1);
	CHECK(CALL(SYS_open, "/dev/stdout", O_WRONLY | O_TRUNC) > 0);
	CHECK_EQUAL(CALL(SYS_ftruncate, fd, 0), -EINVAL);
}

static void positions(void)
{
	char text[10] = "";
	prepare("");
	int file = text_file("0123456789"), log = text_file("old");
	host_channel("/dev/rw", 3, "rw", file, 1000);
	host_channel("/dev/cdr", 1, "rw", log, 1000);
	host_channel("/dev/seq", 2, "r", text_file("abcdef"), 1000);
	host_channel("/dev/rand", 2, "w", text_file(""), 1000);
	CHECK_EQUAL(zrt_boot(), 0);
	long long fd = CALL(SYS_open, "/dev/rw", O_RDWR), other = CALL(SYS_open, "/dev/rw", O_RDONLY);
	CHECK_EQUAL(CALL(SYS_lseek, fd, 5, SEEK_SET), 5);
	CHECK_EQUAL(CALL(SYS_read, fd, text, 3), 3);
	CHECK_TEXT(text, "567");
	CHECK_EQUAL(CALL(SYS_pread64, fd, text, 2, 0), 2);
	CHECK_EQUAL(CALL(SYS_pwrite64, fd, "x", 1, 1), 1);
	CHECK_EQUAL(CALL(SYS_lseek, fd, 0, SEEK_CUR), 8);
	CHECK_EQUAL(CALL(SYS_read, other, text, 3), 3);
	CHECK_TEXT(text, "0x2");
	CHECK_EQUAL(CALL(SYS_lseek, fd, 2, SEEK_END), 12);
	CHECK_EQUAL(CALL(SYS_write, fd, "end", 3), 3);
	CHECK_EQUAL(CALL(SYS_lseek, fd, 0, SEEK_END), 15);
	CHECK_EQUAL(status("/dev/rw").size, 15);
	CHECK_EQUAL(CALL(SYS_lseek, fd, -16, SEEK_END), -EINVAL);
	CHECK_EQUAL(CALL(SYS_lseek, fd, 0, 77), -EINVAL);
	CHECK_EQUAL(CALL(SYS_lseek, fd, 100, SEEK_SET), 100);
	CHECK_EQUAL(CALL(SYS_read, fd, text, 1), 0);

	long long cdr = CALL(SYS_open, "/dev/cdr", O_RDWR | O_APPEND);
	CHECK_EQUAL(CALL(SYS_write, cdr, "new", 3), 3);
	CHECK_EQUAL(CALL(SYS_lseek, cdr, 1, SEEK_SET), 1);
	CHECK_EQUAL(CALL(SYS_read, cdr, text, 4), 4);
	CHECK(!memcmp(text, "ldne", 4));
	CHECK_EQUAL(CALL(SYS_write, cdr, "er", 2), 2);
	CHECK_TEXT(contents(log), "oldnewer");

	long long seq = CALL(SYS_open, "/dev/seq", O_RDONLY);
	CHECK_EQUAL(CALL(SYS_read, seq, text, 2), 2);
	CHECK_EQUAL(CALL(SYS_lseek, seq, 0, SEEK_CUR), 2);
	CHECK_EQUAL(CALL(SYS_lseek, seq, 0, SEEK_SET), -ESPIPE);
	long long rand = CALL(SYS_open, "/dev/rand", O_WRONLY);
	CHECK_EQUAL(CALL(SYS_lseek, rand, 4, SEEK_SET), 4);
	CHECK_EQUAL(CALL(SYS_write, rand, "x", 1), 1);
	CHECK_EQUAL(status("/dev/rand").size, 5);
}

static void a_used_up_limit_is_edquot(void)
{
	prepare("");
	host_channel("/dev/in", 3, "r", text_file("0123456789"), 4);
	host_channel("/dev/out", 0, "w", text_file(""), 4);
	CHECK_EQUAL(zrt_boot(), 0);
	char text[10];
	long long in = CALL(SYS_open, "/dev/in", O_RDONLY), out = CALL(SYS_open, "/dev/out", O_WRONLY);
	CHECK_EQUAL(CALL(SYS_read, in, text, 10), 4);
	CHECK_EQUAL(CALL(SYS_read, in, text, 10), -EDQUOT);
	CHECK_EQUAL(CALL(SYS_write, out, "0123456789", 10), 4);
	CHECK_EQUAL(CALL(SYS_write, out, "456789", 6), -EDQUOT);
}

static void mapping_a_channel_copies_it(void)
{
	prepare("");
	host_channel("/dev/in", 3, "r", text_file("0123456789"), 4000);
	CHECK_EQUAL(zrt_boot(), 0);
	long long in = CALL(SYS_open, "/dev/in", O_RDONLY);
	char *p = (char *)CALL(SYS_mmap, 0, 10, 1, 2, in, 0);
	CHECK(!memcmp(p, "0123456789", 11));
	CHECK_EQUAL(CALL(SYS_mmap, 0, 10, 1, 2, 0, 0), -ENODEV);
}

const struct test channel_tests[] = {
	TEST(standard_streams),
	TEST(a_missing_direction_becomes_dev_null),
	TEST(a_terminal_is_read_by_lines),
	TEST(types_as_files),
	TEST(opening_follows_the_limits_and_types),
	TEST(positions),
	TEST(a_used_up_limit_is_edquot),
	TEST(mapping_a_channel_copies_it),
	{ 0 }
};
