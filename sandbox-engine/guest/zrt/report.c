#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include "channel.h"

/* printf is not usable here: messages appear before the C library is up. */
static void write_line(const char *channel, const char *text, va_list more)
{
	static const char prefix[] = "zrt: ";
	char line[512];
	size_t used = sizeof prefix - 1;
	memcpy(line, prefix, used);
	for (const char *s = text; s; s = va_arg(more, const char *)) {
		size_t n = strlen(s);
		if (n > sizeof line - 1 - used)
			n = sizeof line - 1 - used;
		memcpy(line + used, s, n);
		used += n;
	}
	line[used++] = '\n';
	struct zrt_channel *c = zrt_channel_find(channel);
	if (c)
		zrt_channel_write(c, line, used, c->put_position);
}

static int verbosity = 1;

void zrt_debug_level(int level)
{
	verbosity = level;
}

void zrt_complain(const char *text, ...)
{
	va_list more;
	va_start(more, text);
	write_line("/dev/stderr", text, more);
	va_end(more);
}

void zrt_debug(int level, const char *text, ...)
{
	if (level > verbosity)
		return;
	va_list more;
	va_start(more, text);
	write_line("/dev/debug", text, more);
	va_end(more);
}

const char *zrt_decimal(int64_t value, char *buffer)
{
	char *p = buffer + 23;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	*p = 0;
	do {
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		*--p = '-';
	return p;
}

const char *zrt_error_text(int error)
{
	static char number[40];
	char digits[24];
	switch (error) {
	case ENOMEM: return "the heap is full";
	case ENOSPC: return "the heap is full";
	case EIO: return "input/output error";
	case EDQUOT: return "a limit of the channel is used up";
	case EACCES: return "permission denied";
	case ENOTDIR: return "not a directory";
	case EISDIR: return "is a directory";
	case ENOTEMPTY: return "directory not empty";
	case ENAMETOOLONG: return "name too long";
	case ELOOP: return "too many symbolic links";
	case ENOENT: return "no such file or directory";
	case EINVAL: return "invalid argument";
	default:
		strcpy(number, "error ");
		return strcat(number, zrt_decimal(error, digits));
	}
}
