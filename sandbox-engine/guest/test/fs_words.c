#include "fs_words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct { const char *name; int value; } errors[] = {
	{ "EACCES", EACCES }, { "EBADF", EBADF }, { "EBUSY", EBUSY }, { "EEXIST", EEXIST },
	{ "EFAULT", EFAULT }, { "EFBIG", EFBIG }, { "EINVAL", EINVAL }, { "EISDIR", EISDIR },
	{ "ELOOP", ELOOP }, { "EMLINK", EMLINK }, { "ENAMETOOLONG", ENAMETOOLONG },
	{ "ENOENT", ENOENT }, { "ENOSPC", ENOSPC }, { "ENOTDIR", ENOTDIR },
	{ "ENOTEMPTY", ENOTEMPTY }, { "ENXIO", ENXIO }, { "EPERM", EPERM }, { "ESPIPE", ESPIPE },
	{ "EXDEV", EXDEV }, { "ENODEV", ENODEV }, { "EAGAIN", EAGAIN }, { "EPIPE", EPIPE },
	{ "EMFILE", EMFILE }, { "ESRCH", ESRCH }, { "EOVERFLOW", EOVERFLOW }, { "ENOTTY", ENOTTY }, { "EOPNOTSUPP", EOPNOTSUPP },
};

static const struct { const char *name; int value; } flags[] = {
	{ "O_RDONLY", O_RDONLY }, { "O_WRONLY", O_WRONLY }, { "O_RDWR", O_RDWR },
	{ "O_CREAT", O_CREAT }, { "O_EXCL", O_EXCL }, { "O_TRUNC", O_TRUNC },
	{ "O_APPEND", O_APPEND }, { "O_DIRECTORY", O_DIRECTORY }, { "O_NOFOLLOW", O_NOFOLLOW },
	{ "O_CLOEXEC", O_CLOEXEC }, { "O_NONBLOCK", O_NONBLOCK }, { "O_PATH", O_PATH },
	{ "O_TMPFILE", O_TMPFILE },
	{ "SEEK_SET", SEEK_SET }, { "SEEK_CUR", SEEK_CUR }, { "SEEK_END", SEEK_END },
	{ "AT_FDCWD", AT_FDCWD }, { "AT_SYMLINK_NOFOLLOW", AT_SYMLINK_NOFOLLOW },
	{ "AT_SYMLINK_FOLLOW", AT_SYMLINK_FOLLOW }, { "AT_REMOVEDIR", AT_REMOVEDIR },
	{ "F_DUPFD", F_DUPFD }, { "F_GETFD", F_GETFD }, { "F_SETFD", F_SETFD },
	{ "F_GETFL", F_GETFL }, { "F_SETFL", F_SETFL }, { "FD_CLOEXEC", FD_CLOEXEC },
	{ "S_IFIFO", S_IFIFO }, { "S_IFREG", S_IFREG }, { "S_IFCHR", S_IFCHR },
	{ "RENAME_NOREPLACE", 1 },
};

long long *variable(char name)
{
	static long long results[26];
	return &results[name - 'a'];
}

long long number(const char *text)
{
	long long value = 0;
	char part[64];
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (!strcmp(text, errors[i].name))
			return -errors[i].value;
	while (*text) {
		size_t n = strcspn(text, "|"), i;
		snprintf(part, sizeof part, "%.*s", (int)n, text);
		text += n + (text[n] == '|');
		for (i = 0; i < sizeof flags / sizeof *flags; i++)
			if (!strcmp(part, flags[i].name))
				break;
		if (i < sizeof flags / sizeof *flags)
			value |= flags[i].value;
		else if (*part == '$')
			value |= *variable(part[1]);
		else {
			char *end;
			value |= strtoll(part, &end, 0);
			if (end == part || *end) {
				fprintf(stderr, "the table has no word \"%s\"\n", part);
				exit(1);
			}
		}
	}
	return value;
}

const char *repeated(const char *text)
{
	static char expanded[4][8192];
	static int turn;
	char *to = expanded[turn++ % 4], *star = strchr(text, '*');
	if (!star) {
		strcpy(to, text);
		return to;
	}
	*to = 0;
	for (long k = strtol(star + 1, 0, 10); k > 0; k--)
		strncat(to, text, (size_t)(star - text));
	const char *tail = star + 1 + strspn(star + 1, "0123456789");
	return strcat(to, tail);
}
