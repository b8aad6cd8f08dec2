#include "folder.h"

#include <stdlib.h>
#include <unistd.h>
#include "fixture.h"

static char folder[] = "/tmp/zrt-tar-XXXXXX";

void shell(const char *command)
{
	char line[4096];
	snprintf(line, sizeof line, "cd %s && { %s; }", folder, command);
	CHECK_EQUAL(system(line), 0);
}

void folder_begin(void)
{
	CHECK(mkdtemp(folder) != 0);
	shell("mkdir -p tree/dir/sub tree/empty && cd tree && printf hello >file && printf deep >dir/sub/x && "
		"ln -s dir/sub/x soft && ln file hard && chmod 640 file && chmod 700 empty && mkfifo fifo && "
		"head -c 200000 /dev/urandom >big && touch -d @1000000000.5 file && touch -d @86400 dir && "
		"long=$(printf 'n%.0s' $(seq 120)) && mkdir -p $long/$long && printf far >$long/$long/$long && "
		"ln -s $long/$long/$long longlink");
}

void folder_end(void)
{
	char line[100];
	snprintf(line, sizeof line, "rm -rf %s", folder);
	CHECK_EQUAL(system(line), 0);
}

int opened(const char *name)
{
	char path[200];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, O_RDWR | O_CREAT, 0644);
	CHECK(fd >= 0);
	return fd;
}
