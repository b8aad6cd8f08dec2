#include "fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "boot.h"
#include "proc.h"
#include "session.h"

static void arguments_and_environment(void)
{
	char **argv;
	boot("[args]\nargs = prog a\\x20b \"c d\" \"\"\n[env]\nname=A, value=1\\x2c2\nname=B, value=\nname=A, value=3\n");
	CHECK_EQUAL(zrt_session_arguments(&argv), 4);
	CHECK_TEXT(argv[0], "prog");
	CHECK_TEXT(argv[1], "a b");
	CHECK_TEXT(argv[2], "c d");
	CHECK_TEXT(argv[3], "");
	CHECK(!argv[4]);
	CHECK_EQUAL(zrt_session.env_count, 2);
	CHECK_TEXT(zrt_session.env[0], "A=3");
	CHECK_TEXT(zrt_session.env[1], "B=");
}

static void proc_tells_of_the_program(void)
{
	char **argv, name[16], target[100] = "";
	prepare("[args]\nargs = /bin/prog two\\x20words\n");
	host_channel("/dev/self", 3, "r", text_file("the program"), 100);
	CHECK_EQUAL(zrt_boot(), 0);
	int argc = zrt_session_arguments(&argv);
	CHECK_EQUAL(zrt_proc_arguments(argc, argv), 0);
	int fd = (int)CALL(SYS_open, "/proc/self/cmdline", O_RDONLY);
	CHECK_EQUAL(CALL(SYS_read, fd, target, sizeof target), 20);
	CHECK(!memcmp(target, "/bin/prog\0two words", 20));
	CHECK_TEXT(get_file("/proc/self/exe"), "the program");
	CHECK_EQUAL(CALL(SYS_prctl, 16, name), 0);
	CHECK_TEXT(name, "prog");
	CHECK_EQUAL(CALL(SYS_readlink, "/dev/fd/1", target, sizeof target), 11);
	CHECK(!memcmp(target, "/dev/stdout", 11));
	CHECK_TEXT(list("/proc/self/fd"), "0 1 2 3 4");
}

static void defaults_without_nvram(void)
{
	char **argv;
	prepare(0);
	CHECK_EQUAL(zrt_boot(), 0);
	CHECK_EQUAL(zrt_session_arguments(&argv), 1);
	CHECK_TEXT(argv[0], "stub");
	CHECK_EQUAL(zrt_clock_peek().sec, 0);
	CHECK_EQUAL(zrt_session.env_count, 0);
}

static void start(const char *nvram)
{
	prepare(nvram);
	int result = zrt_boot();
	sprintf(shared, "%d\n%s", result, contents(standard[2]));
}

static void complaints(const char *nvram, const char *said)
{
	apart(start, nvram);
	CHECK_TEXT(shared, said);
}

static void wrong_records_are_told_and_skipped(void)
{
	complaints("[env]\nname=A\n[nonsense]\na=b\n[time]\nseconds=soon\n",
		"0\nzrt: /dev/nvram line 2: [env] a variable needs the keys name and value\n"
		"zrt: /dev/nvram line 4: [nonsense] unknown section\n"
		"zrt: /dev/nvram line 6: [time] seconds must be a number of seconds since 1970\n");
}

static void a_wrong_mount_stops_the_start(void)
{
	complaints("[fstab]\nchannel=/dev/x, mountpoint=/, access=ro\n",
		"-1\nzrt: /dev/nvram line 2: [fstab] the session has no such channel\n");
	complaints("[fstab]\nchannel=/dev/nvram, mountpoint=/, access=ra\n",
		"-1\nzrt: /dev/nvram line 2: [fstab] access must be ro, wo or rw\n");
}

static void the_clock_starts_at_time_and_ticks_when_looked_at(void)
{
	boot("[time]\nseconds=1700000000\n");
	struct zrt_timespec t;
	struct zrt_stat st;
	CALL(SYS_clock_gettime, 0, &t);
	CHECK_EQUAL(t.sec, 1700000000);
	CHECK_EQUAL(t.nsec, 1000);
	CALL(SYS_stat, "/", &st);
	CALL(SYS_clock_gettime, 0, &t);
	CHECK_EQUAL(t.nsec, 3000);
	CALL(SYS_clock_gettime, 1, &t);
	CHECK_EQUAL(t.sec, 0);
	CHECK_EQUAL(t.nsec, 4000);
	struct zrt_timespec wait = { 10, 500, 0 }, none = { 0, 0, 0 };
	CHECK_EQUAL(CALL(SYS_nanosleep, &wait, 0), 0);
	CHECK_EQUAL(CALL(SYS_nanosleep, &none, 0), 0);
	CALL(SYS_clock_gettime, 0, &t);
	CHECK_EQUAL(t.sec, 1700000010);
	CHECK_EQUAL(t.nsec, 6500);
	int64_t day[2];
	CALL(SYS_gettimeofday, day, 0);
	CHECK_EQUAL(day[0], 1700000010);
	CHECK_EQUAL(day[1], 7);
	struct zrt_timespec until = { 1700000020, 0, 0 };
	CHECK_EQUAL(CALL(SYS_clock_nanosleep, 0, 1, &until, 0), 0);
	CHECK_EQUAL(zrt_clock_peek().sec, 1700000020);
	CHECK_EQUAL(CALL(SYS_clock_settime, 0, &t), -EPERM);
	CHECK_EQUAL(CALL(SYS_clock_gettime, 12, &t), -EINVAL);
	CHECK_EQUAL(CALL(SYS_clock_gettime, -1, &t), -EINVAL);
	CHECK_EQUAL(CALL(SYS_clock_gettime, -6, &t), 0);
}

static void draw_shared(const char *nvram)
{
	boot(nvram);
	CHECK_EQUAL(CALL(SYS_getrandom, shared, 16, 0), 16);
	long long fd = CALL(SYS_open, "/dev/random", O_RDONLY);
	CHECK_EQUAL(CALL(SYS_read, fd, shared + 16, 16), 16);
}

static void draw(const char *nvram, unsigned char *bytes)
{
	apart(draw_shared, nvram);
	memcpy(bytes, shared, 32);
}

static void random_bytes_depend_on_the_seed_alone(void)
{
	unsigned char a[32], b[32], c[32], d[32];
	draw("[time]\nseconds=5\n", a);
	draw("[time]\nseconds=5\n", b);
	draw("[time]\nseconds=6\n", c);
	draw("[time]\nseconds=5, seed=other\n", d);
	CHECK(!memcmp(a, b, 32));
	CHECK(memcmp(a, c, 32) && memcmp(a, d, 32) && memcmp(c, d, 32));
	CHECK(memcmp(a, a + 16, 16));
}

static void home_is_made_and_entered(void)
{
	char cwd[100];
	boot("[env]\nname=HOME, value=/home/me\nname=LOGNAME, value=me\n");
	CHECK_EQUAL(zrt_boot_home(), 0);
	CALL(SYS_getcwd, cwd, sizeof cwd);
	CHECK_TEXT(cwd, "/home/me");
	CHECK_TEXT(get_file("/etc/passwd"), "me:x:1000:1000::/home/me:\n");
}

static void new_request(void)
{
	host_replace("/dev/nvram", text_file("[time]\nseconds=200\n[env]\nname=A, value=2\n"
		"[args]\nargs=other\n[mapping]\nchannel=/dev/stdin, mode=file\n"));
	host_replace("/dev/stdin", text_file("second request\n"));
	host_channel("/dev/late", 3, "r", text_file("late"), 100);
}

static void a_fork_renews_the_session(void)
{
	unsigned char before[16], after[16], ordinary[32];
	char **argv;
	draw("[time]\nseconds=200\n", ordinary);
	boot("[time]\nseconds=100\n[env]\nname=A, value=1\nname=B, value=1\n[args]\nargs=first\n");
	CHECK_EQUAL(zrt_session_arguments(&argv), 1);
	put_file("/kept", "warm");
	CALL(SYS_getrandom, before, 16, 0);
	struct zrt_timespec wait = { 1000, 0, 0 };
	CALL(SYS_nanosleep, &wait, 0);
	host_on_fork = new_request;
	CHECK_EQUAL(zrt_fork(), 0);
	CHECK_TEXT(argv[0], "first");
	CHECK_EQUAL(zrt_clock_peek().sec, 200);
	CHECK_EQUAL(zrt_session.env_count, 2);
	CHECK_TEXT(zrt_session.env[0], "A=2");
	CHECK_TEXT(zrt_session.env[1], "B=1");
	CHECK_TEXT(get_file("/kept"), "warm");
	CHECK_TEXT(get_file("/dev/late"), "late");
	struct zrt_stat st;
	CALL(SYS_fstat, 0, &st);
	CHECK_EQUAL(st.mode & S_IFMT, S_IFREG);
	char line[64] = "";
	CHECK_EQUAL(CALL(SYS_read, 0, line, sizeof line), 15);
	CHECK_TEXT(line, "second request\n");
	CALL(SYS_getrandom, after, 16, 0);
	CHECK(memcmp(before, after, 16));
	CHECK(!memcmp(after, ordinary, 16));
}

static int image_of(const char *name, const char *text)
{
	char command[300];
	char path[] = "/tmp/zrt-image-XXXXXX";
	int fd = mkstemp(path);
	snprintf(command, sizeof command, "d=$(mktemp -d) && printf %s >$d/%s && tar -C $d -cf %s %s; rm -r $d",
		text, name, path, name);
	CHECK_EQUAL(system(command), 0);
	unlink(path);
	return fd;
}

static int next_image;

static void new_image(void)
{
	host_replace("/dev/user", next_image);
}

static void removable_images_change_with_the_request(void)
{
	prepare("[fstab]\nchannel=/dev/base, mountpoint=/, access=ro\n"
		"channel=/dev/user, mountpoint=/app, access=ro, removable=yes\n");
	host_channel("/dev/base", 3, "r", image_of("base", "base"), 1 << 20);
	host_channel("/dev/user", 3, "r", image_of("old", "mount"), 1 << 20);
	next_image = image_of("new", "remount");
	CHECK_EQUAL(zrt_boot(), 0);
	CHECK_TEXT(get_file("/app/old"), "mount");
	put_file("/base-note", "warm");
	host_on_fork = new_image;
	CHECK_EQUAL(zrt_fork(), 0);
	CHECK_TEXT(get_file("/app/new"), "remount");
	CHECK_TEXT(list("/app"), "new");
	CHECK_TEXT(get_file("/base"), "base");
	CHECK_TEXT(get_file("/base-note"), "warm");
}

static void precaching_forks_before_arguments_are_read(void)
{
	char **argv;
	prepare("[precache]\nprecache=yes\n");
	host_on_fork = new_request;
	CHECK_EQUAL(zrt_boot(), 0);
	CHECK_EQUAL(zrt_session_arguments(&argv), 1);
	CHECK_TEXT(argv[0], "other");
	CHECK_TEXT(zrt_session.env[0], "A=2");
}

const struct test session_tests[] = {
	TEST(arguments_and_environment),
	TEST(proc_tells_of_the_program),
	TEST(defaults_without_nvram),
	TEST(wrong_records_are_told_and_skipped),
	TEST(a_wrong_mount_stops_the_start),
	TEST(the_clock_starts_at_time_and_ticks_when_looked_at),
	TEST(random_bytes_depend_on_the_seed_alone),
	TEST(home_is_made_and_entered),
	TEST(a_fork_renews_the_session),
	TEST(removable_images_change_with_the_request),
	TEST(precaching_forks_before_arguments_are_read),
	{ 0 }
};
