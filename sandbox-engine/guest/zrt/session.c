#include "session.h"

#include <errno.h>
#include <string.h>
#include "kmem.h"
#include "nvram.h"
#include "path.h"
#include "random.h"
#include "report.h"
#include "tar.h"

enum { MOST_NVRAM = 4 << 20, MOST_ARGUMENTS = 65536 };

struct zrt_session zrt_session;

static void complain(void *context, int line, const char *text, const char *detail)
{
	char digits[24];
	(void)context;
	zrt_complain("/dev/nvram line ", zrt_decimal(line, digits), ": ", detail ? "[" : "",
		detail ? detail : "", detail ? "] " : "", text, (char *)0);
}

/* The whole text, zero-terminated; null when there is no such channel or it cannot be read. */
static char *read_all(struct zrt_channel *c)
{
	size_t capacity = 16 * 1024, used = 0;
	char *text = zrt_kalloc(capacity);
	while (text) {
		int64_t n = zrt_channel_read(c, text + used, capacity - used - 1, (int64_t)used);
		if (n <= 0)
			return n < 0 ? 0 : text;
		used += (size_t)n;
		if (used + 1 == capacity) {
			if (capacity == MOST_NVRAM)
				return 0;
			text = zrt_krealloc(text, capacity, capacity * 4);
			capacity *= 4;
		}
	}
	return 0;
}

int zrt_session_load(void)
{
	struct zrt_session *s = &zrt_session;
	struct zrt_channel *c = zrt_channel_find("/dev/nvram");
	s->seconds = 0;
	s->seed = "";
	s->precache = 0;
	s->args = 0;
	s->mounts = 0;
	s->broken = 0;
	if (c && c->readable) {
		char *text = read_all(c);
		if (text)
			nvram_parse(text, zrt_session_take, complain, 0);
		else
			zrt_complain("/dev/nvram cannot be read or is larger than 4 MiB", (char *)0);
		s->broken |= !text;
	}
	zrt_clock_start(s->seconds);
	zrt_random_seed(s->seconds, s->seed);
	return s->broken ? -1 : 0;
}

int zrt_session_arguments(char ***argv)
{
	static char *lone[] = { "stub", 0 };
	size_t length = zrt_session.args ? strlen(zrt_session.args) : 0;
	*argv = lone;
	if (!length)
		return 1;
	size_t most = length / 2 + 1;
	if (most > MOST_ARGUMENTS)
		most = MOST_ARGUMENTS;
	char **words = zrt_kalloc((most + 1) * sizeof *words);
	int n = words ? nvram_words(zrt_session.args, words, (int)most) : -1;
	if (n < 0) {
		zrt_complain("/dev/nvram: [args] ", n == -2 ? "malformed \\xHH escape"
			: "more than 65536 arguments, or the heap is full", (char *)0);
		return -1;
	}
	if (!n)
		return 1;
	*argv = words;
	return n;
}

static int mount_one(const struct zrt_mount *m)
{
	struct zrt_node *at;
	struct zrt_tar_error error = { 0 };
	char digits[24];
	int made = zrt_make_directories(m->mountpoint, &at);
	if (made) {
		zrt_complain("cannot mount ", m->channel->name, " on ", m->mountpoint, ": ",
			zrt_error_text(-made), (char *)0);
		return -1;
	}
	if (!(m->access & ZRT_READ_ONLY) || !zrt_tar_mount(m->channel, at, &error))
		return 0;
	zrt_complain("cannot mount ", m->channel->name, " on ", m->mountpoint, ": at byte ",
		zrt_decimal(error.offset, digits), ": ", error.text, (char *)0);
	return -1;
}

int zrt_session_mount(int again)
{
	for (struct zrt_mount *m = zrt_session.mounts; again && m; m = m->next)
		if (m->removable)
			zrt_tar_forget(zrt_root, m->channel);
	for (struct zrt_mount *m = zrt_session.mounts; m; m = m->next) {
		if (again && !m->removable && m->access == ZRT_READ_ONLY)
			continue;
		if (again && !m->removable && m->access == ZRT_READ_WRITE)
			continue;
		if (mount_one(m))
			return -1;
	}
	return 0;
}

int zrt_session_export(void)
{
	int result = 0;
	for (struct zrt_mount *m = zrt_session.mounts; m; m = m->next) {
		struct zrt_walk w;
		struct zrt_tar_error error = { 0 };
		if (!(m->access & ZRT_WRITE_ONLY))
			continue;
		int failed = zrt_walk(zrt_root, m->mountpoint, ZRT_FOLLOW, &w);
		if (!failed && w.node->kind != ZRT_DIR)
			failed = -ENOTDIR;
		if (failed || zrt_tar_pack(w.node, m->channel, &error)) {
			zrt_complain("cannot export ", m->mountpoint, " to ", m->channel->name, ": ",
				failed ? zrt_error_text(-failed) : error.text, (char *)0);
			result = -1;
		}
	}
	return result;
}
