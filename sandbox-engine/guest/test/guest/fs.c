/* The table of file system calls, within the sandbox: fs <fs_cases.txt */
#include "../fs_cases.h"

#include <stdio.h>
#include "../../zrt/syscall.h"

int main(void)
{
	static char text[1 << 17];
	text[fread(text, 1, sizeof text - 1, stdin)] = 0;
	struct fs_result r = fs_cases("fs_cases.txt", text, zrt_syscall, 1);
	printf("%d passed, %d failed\n", r.passed, r.failed);
	return r.failed != 0;
}
