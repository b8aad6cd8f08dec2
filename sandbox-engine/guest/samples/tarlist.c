/* tarlist [DIRECTORY]: what the mounted images have put there, as tar -tv would list it. */
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int show(const char *path, const struct stat *st, int type, struct FTW *where)
{
	static const char letters[] = "rwxrwxrwx";
	char mode[11] = "-", when[32], target[4096];
	if (where->level == 0)
		return 0;
	if (type == FTW_D && S_ISDIR(st->st_mode) && st->st_dev != 2050)
		return 0;               /* /dev: channels, not an image's */
	mode[0] = S_ISDIR(st->st_mode) ? 'd' : S_ISLNK(st->st_mode) ? 'l' : '-';
	for (int i = 0; i < 9; i++)
		mode[1 + i] = st->st_mode >> (8 - i) & 1 ? letters[i] : '-';
	strftime(when, sizeof when, "%Y-%m-%d %H:%M", gmtime(&st->st_mtime));
	printf("%s %9lld %s %s", mode, S_ISREG(st->st_mode) ? (long long)st->st_size : 0, when, path);
	if (S_ISLNK(st->st_mode)) {
		ssize_t n = readlink(path, target, sizeof target);
		printf(" -> %.*s", n < 0 ? 0 : (int)n, target);
	}
	putchar('\n');
	return 0;
}

int main(int argc, char **argv)
{
	return nftw(argc > 1 ? argv[1] : "/", show, 16, FTW_PHYS | FTW_MOUNT) ? 1 : 0;
}
