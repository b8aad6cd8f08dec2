/* Trees packed by the runtime when the program ends, read by the machine's own tar. */
#include "fixture.h"

#include <errno.h>
#include <sys/syscall.h>
#include "boot.h"
#include "folder.h"

static void finish(void)
{
	if (!setjmp(host_exit)) {
		CALL(SYS_exit_group, 0);
		CHECK(0);
	}
}

static void a_tree_is_exported_at_the_end(void)
{
	char name[121], path[400];
	folder_begin();
	prepare("[fstab]\nchannel=/dev/export, mountpoint=/out, access=wo\n[time]\nseconds=1700000000\n");
	host_channel("/dev/export", 0, "w", opened("export"), 1 << 30);
	CHECK_EQUAL(zrt_boot(), 0);
	CALL(SYS_mkdir, "/out/dir", 0750);
	put_file("/out/dir/file", "hello");
	CALL(SYS_link, "/out/dir/file", "/out/hard");
	CALL(SYS_symlink, "dir/file", "/out/soft");
	put_file("/out/empty", "");
	put_file("/not-out", "x");
	memset(name, 'n', 120);
	name[120] = 0;
	sprintf(path, "/out/%s", name);
	CALL(SYS_mkdir, path, 0755);
	sprintf(path, "/out/%s/%s", name, name);
	put_file(path, "far");
	long long fd = CALL(SYS_open, "/out/big", O_WRONLY | O_CREAT, 0600);
	static char block[300000];
	for (size_t i = 0; i < sizeof block; i++)
		block[i] = (char)(i * 7919 >> 8);
	CHECK_EQUAL(CALL(SYS_write, fd, block, sizeof block), sizeof block);
	finish();
	CHECK_EQUAL(host_exit_code, 0);
	shell("mkdir got && tar -C got -xf export && cd got && test \"$(cat dir/file)\" = hello && "
		"test dir/file -ef hard && test \"$(readlink soft)\" = dir/file && test ! -s empty && "
		"test \"$(stat -c %a dir)\" = 750 && test \"$(stat -c %Y dir/file)\" = 1700000000 && "
		"test \"$(cat n*/n*)\" = far && test \"$(stat -c %s big)\" = 300000 && test \"$(ls -A | wc -l)\" = 6");
	shell("tar -tvf export >/dev/null 2>errors; test ! -s errors");
	folder_end();
}

static void a_failed_export_fails_the_session(void)
{
	prepare("[fstab]\nchannel=/dev/export, mountpoint=/out, access=wo\n");
	host_channel("/dev/export", 0, "w", text_file(""), 600);
	CHECK_EQUAL(zrt_boot(), 0);
	put_file("/out/file", "hello");
	finish();
	CHECK_EQUAL(host_exit_code, 1);
	CHECK(strstr(contents(standard[2]), "cannot export /out to /dev/export"));
}

static void an_image_can_be_changed_in_place(void)
{
	folder_begin();
	shell("rm -r tree/nnn* tree/longlink && tar -C tree -cf image .");
	prepare("[fstab]\nchannel=/dev/image, mountpoint=/, access=rw\n");
	host_channel("/dev/image", 3, "rw", opened("image"), 1 << 30);
	CHECK_EQUAL(zrt_boot(), 0);
	CHECK_EQUAL(CALL(SYS_unlink, "/soft"), 0);
	put_file("/dir/new", "new");
	finish();
	CHECK_EQUAL(host_exit_code, 0);
	shell("mkdir got && tar -C got -xf image && rm -r got/tmp && cmp got/big tree/big && "
		"test \"$(cat got/dir/new)\" = new && test ! -e got/soft && test ! -e got/dev && test ! -e got/proc");
	folder_end();
}

const struct test export_tests[] = {
	TEST(a_tree_is_exported_at_the_end),
	TEST(a_failed_export_fails_the_session),
	TEST(an_image_can_be_changed_in_place),
	{ 0 }
};
