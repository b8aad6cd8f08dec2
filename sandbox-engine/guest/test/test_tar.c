/* Images made by the machine's own tar, read by the runtime. */
#include "fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "boot.h"
#include "folder.h"

static struct zrt_stat status(const char *path)
{
	struct zrt_stat st = { 0 };
	CHECK_EQUAL(CALL(SYS_lstat, path, &st), 0);
	return st;
}

static int boots(const char *nvram, const char *image)
{
	prepare(nvram);
	host_channel("/dev/image", 3, "r", opened(image), 1 << 30);
	return zrt_boot();
}

#define MOUNT(point) "[fstab]\nchannel=/dev/image, mountpoint=" point ", access=ro\n"

static void image_of(const char *format, int long_names)
{
	char line[200], path[600], name[121];
	folder_begin();
	snprintf(line, sizeof line, "tar -C tree --format=%s %s -cf image .", format,
		long_names ? "" : "--exclude='nnn*' --exclude=longlink");
	shell(line);
	CHECK_EQUAL(boots(MOUNT("/"), "image"), 0);
	CHECK_TEXT(contents(standard[2]), "");
	CHECK_TEXT(get_file("/file"), "hello");
	CHECK_TEXT(get_file("/dir/sub/x"), "deep");
	CHECK_TEXT(get_file("/soft"), "deep");
	CHECK_EQUAL(status("/file").mode, S_IFREG | 0640);
	CHECK_EQUAL(status("/empty").mode, S_IFDIR | 0700);
	CHECK_EQUAL(status("/file").mtime_sec, 1000000000);
	CHECK_EQUAL(status("/file").mtime_nsec, strcmp(format, "pax") ? 0 : 500000000);
	CHECK_EQUAL(status("/dir").mtime_sec, 86400);
	CHECK_EQUAL(status("/file").nlink, 2);
	CHECK_EQUAL(status("/file").ino, status("/hard").ino);
	CHECK_EQUAL(status("/soft").mode, S_IFLNK | 0777);
	if (strcmp(format, "v7"))
		CHECK_EQUAL(status("/fifo").mode & S_IFMT, S_IFIFO);
	CHECK_EQUAL(status("/big").size, 200000);
	if (long_names) {
		memset(name, 'n', 120);
		name[120] = 0;
		sprintf(path, "/%s/%s/%s", name, name, name);
		CHECK_TEXT(get_file(path), "far");
		CHECK_TEXT(get_file("/longlink"), "far");
	}
	folder_end();
}

static void images_in_pax_format(void) { image_of("pax", 1); }
static void images_in_gnu_format(void) { image_of("gnu", 1); }
static void images_in_ustar_format(void) { image_of("ustar", 0); }
static void images_in_v7_format(void)
{
	char line[400];
	folder_begin();
	snprintf(line, sizeof line, "rm tree/fifo; tar -C tree --format=v7 --exclude='nnn*' --exclude=longlink -cf image .");
	shell(line);
	CHECK_EQUAL(boots(MOUNT("/"), "image"), 0);
	CHECK_TEXT(get_file("/dir/sub/x"), "deep");
	folder_end();
}

static void a_prefix_joins_the_name(void)
{
	folder_begin();
	shell("d=$(printf 'p%.0s' $(seq 90)); mkdir -p tree/$d && printf x >tree/$d/$d && "
		"tar -C tree --format=ustar -cf image ./$d/$d");
	CHECK_EQUAL(boots(MOUNT("/m"), "image"), 0);
	char path[300] = "/m/";
	for (int i = 0; i < 181; i++)
		strcat(path, i == 90 ? "/" : "p");
	CHECK_TEXT(get_file(path), "x");
	folder_end();
}

static void contents_stay_in_the_image_until_written(void)
{
	folder_begin();
	shell("head -c 40000000 /dev/zero | tr '\\0' a >tree/huge && head -c 30000000 /dev/zero >tree/huge2 && "
		"tar -C tree -cf image .");
	/* More bytes than the heap has. */
	CHECK_EQUAL(boots(MOUNT("/"), "image"), 0);
	long long fd = CALL(SYS_open, "/huge", O_RDWR);
	char text[4] = "";
	CHECK_EQUAL(CALL(SYS_pwrite64, fd, "b", 1, 20000001), 1);
	CHECK_EQUAL(CALL(SYS_pread64, fd, text, 3, 20000000), 3);
	CHECK_TEXT(text, "aba");
	CHECK_EQUAL(CALL(SYS_pread64, fd, text, 3, 39999999), 1);
	CHECK_EQUAL(CALL(SYS_ftruncate, fd, 100), 0);
	CHECK_EQUAL(CALL(SYS_ftruncate, fd, 102), 0);
	text[0] = text[1] = text[2] = 'z';
	CHECK_EQUAL(CALL(SYS_pread64, fd, text, 3, 99), 3);
	CHECK(text[0] == 'a' && !text[1] && !text[2]);
	CHECK_EQUAL(CALL(SYS_lseek, fd, 0, SEEK_END), 102);
	folder_end();
}

static void images_stack_in_order(void)
{
	folder_begin();
	shell("tar -C tree -cf image . && mkdir -p two/dir two/soft && printf new >two/file && printf y >two/dir/y && "
		"rmdir two/soft && printf plain >two/soft && tar -C two -cf second .");
	prepare("[fstab]\nchannel=/dev/image, mountpoint=/, access=ro\n"
		"channel=/dev/second, mountpoint=/, access=ro, removable=no\n"
		"channel=/dev/second, mountpoint=/other/place, access=ro\n");
	host_channel("/dev/image", 3, "r", opened("image"), 1 << 30);
	host_channel("/dev/second", 3, "r", opened("second"), 1 << 30);
	CHECK_EQUAL(zrt_boot(), 0);
	CHECK_TEXT(get_file("/file"), "new");
	CHECK_TEXT(get_file("/hard"), "hello");
	CHECK_TEXT(list("/dir"), "sub y");
	CHECK_EQUAL(status("/soft").mode & S_IFMT, S_IFREG);
	CHECK_TEXT(get_file("/other/place/file"), "new");
	folder_end();
}

static void an_image_cannot_touch_dev_and_proc(void)
{
	folder_begin();
	shell("mkdir -p tree/dev/pts tree/proc/self/fd tree/proc/2 && printf evil >tree/dev/stdout && printf x >tree/dev/new && "
		"printf x >tree/dev/pts/0 && printf x >tree/proc/self/fd/1 && printf x >tree/proc/2/comm && "
		"printf x >tree/proc/cpuinfo && tar -C tree -cf image .");
	CHECK_EQUAL(boots(MOUNT("/"), "image"), 0);
	CHECK_TEXT(list("/dev"), "stdin stdout stderr nvram image null zero full random urandom fd shm");
	CHECK_TEXT(list("/proc"), "1 self");
	CHECK_EQUAL(CALL(SYS_write, 1, "x", 1), 1);
	folder_end();
}

static void refused(const char *make, const char *reason)
{
	folder_begin();
	shell(make);
	CHECK_EQUAL(boots(MOUNT("/"), "image"), -1);
	const char *said = contents(standard[2]);
	CHECK(strstr(said, "cannot mount /dev/image on /"));
	if (!strstr(said, reason)) {
		CHECK(!"reason");
		fprintf(stderr, "said: %s", said);
	}
	folder_end();
}

static void a_broken_image_stops_the_start(void)
{
	refused("tar -C tree -czf image .", "checksum");
}

static void a_device_gets_no_name_in_an_image(void)
{
	refused("mkdir tree/dev && printf x >tree/dev/stdin && ln tree/dev/stdin tree/leak && "
		"tar -C tree -cf image dev/stdin leak", "a hard link's target");
}

static void a_truncated_image_stops_the_start(void)
{
	refused("tar -C tree -cf image big && truncate -s 100000 image", "ends in the middle of a member");
}

static void a_cut_header_stops_the_start(void)
{
	refused("tar -C tree -cf image big && truncate -s 200 image", "ends in the middle of a header");
}

static void garbage_stops_the_start(void)
{
	refused("head -c 5000 /dev/urandom >image", "checksum");
}

static void a_name_with_dots_stops_the_start(void)
{
	refused("cd tree/dir && tar -P -cf ../../image ../file", "'..'");
}

static void a_sparse_member_stops_the_start(void)
{
	refused("truncate -s 1M tree/hole && printf x >>tree/hole && tar -C tree -S -cf image hole", "sparse");
}

static void an_empty_image_is_fine(void)
{
	folder_begin();
	shell(": >image");
	CHECK_EQUAL(boots(MOUNT("/x/y"), "image"), 0);
	CHECK_TEXT(list("/x"), "y");
	folder_end();
}

/* Whatever the bytes, mounting ends, with an image or with a reason. */
static void any_image_is_survived(void)
{
	folder_begin();
	shell("rm tree/big; tar -C tree --format=pax -cf image .");
	int fd = opened("image");
	char *good = contents(fd);
	off_t size = lseek(fd, 0, SEEK_END);
	char *bad = malloc((size_t)size);
	srand(5);
	for (int round = 0; round < 600; round++) {
		memcpy(bad, good, (size_t)size);
		/* A wrong byte in a header needs a right checksum to be looked at. */
		int header = rand() % (int)(size / 512) * 512;
		for (int k = rand() % 4; k >= 0; k--)
			bad[header + rand() % (rand() % 2 ? 148 : 512)] = (char)(rand() % 3 ? rand() : "0 /.\0x"[rand() % 6]);
		unsigned sum = 8 * ' ';
		for (int i = 0; i < 512; i++)
			sum += i >= 148 && i < 156 ? 0 : (unsigned char)bad[header + i];
		if (bad[header + 257] == 'u')
			sprintf(bad + header + 148, "%06o", sum);
		pid_t child = fork();
		if (!child) {
			prepare(MOUNT("/"));
			host_channel("/dev/image", 3, "r", memory_file(bad, (size_t)size), 1 << 30);
			_exit(zrt_boot() ? 1 : 0);
		}
		int status;
		waitpid(child, &status, 0);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
	}
	folder_end();
}

const struct test tar_tests[] = {
	TEST(images_in_pax_format),
	TEST(images_in_gnu_format),
	TEST(images_in_ustar_format),
	TEST(images_in_v7_format),
	TEST(a_prefix_joins_the_name),
	TEST(contents_stay_in_the_image_until_written),
	TEST(images_stack_in_order),
	TEST(an_image_cannot_touch_dev_and_proc),
	TEST(a_device_gets_no_name_in_an_image),
	TEST(a_broken_image_stops_the_start),
	TEST(a_truncated_image_stops_the_start),
	TEST(a_cut_header_stops_the_start),
	TEST(garbage_stops_the_start),
	TEST(a_name_with_dots_stops_the_start),
	TEST(a_sparse_member_stops_the_start),
	TEST(an_empty_image_is_fine),
	TEST(any_image_is_survived),
	{ 0 }
};
