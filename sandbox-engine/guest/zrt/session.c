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

static int whole_number(const char *text, int64_t *value)
{
	int64_t v = 0;
	if (!*text)
		return -1;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (v > (INT64_MAX - 9) / 10)
			return -1;
		v = v * 10 + (*text - '0');
	}
	/* A fraction of a second is dropped. */
	if (*text == '.')
		for (text++; *text >= '0' && *text <= '9'; text++)
			;
	*value = v;
	return *text ? -1 : 0;
}

static char *decoded(const char *text)
{
	char *copy = zrt_kalloc(strlen(text) + 1);
	return copy && nvram_unescape(strcpy(copy, text)) >= 0 ? copy : 0;
}

static const char *take_fstab(const struct nvram_record *r)
{
	const char *channel = nvram_get(r, "channel"), *mountpoint = nvram_get(r, "mountpoint");
	const char *access = nvram_get(r, "access"), *removable = nvram_get(r, "removable");
	const char *fsname = nvram_get(r, "fsname");
	zrt_session.broken = 1;
	if (!channel || !mountpoint || !access)
		return "a mount needs the keys channel, mountpoint and access";
	struct zrt_mount *m = zrt_kalloc(sizeof *m);
	char *name = decoded(channel), *where = decoded(mountpoint);
	if (!m || !name || !where)
		return "malformed \\xHH escape";
	if (*where != '/')
		return "mountpoint must begin with '/'";
	m->access = !strcmp(access, "ro") ? ZRT_READ_ONLY : !strcmp(access, "wo") ? ZRT_WRITE_ONLY
		: !strcmp(access, "rw") ? ZRT_READ_WRITE : 0;
	if (!m->access)
		return "access must be ro, wo or rw";
	if (removable && strcmp(removable, "yes") && strcmp(removable, "no"))
		return "removable must be yes or no";
	if (fsname && strcmp(fsname, "tar"))
		return "fsname must be tar";
	m->channel = zrt_channel_find(name);
	if (!m->channel || m->channel->index < 0)
		return "the session has no such channel";
	if ((m->access & ZRT_WRITE_ONLY) && !m->channel->writable)
		return "the channel is not writable";
	m->mountpoint = where;
	m->removable = removable && !strcmp(removable, "yes");
	m->line = r->line;
	struct zrt_mount **last = &zrt_session.mounts;
	while (*last)
		last = &(*last)->next;
	*last = m;
	zrt_session.broken = 0;
	return 0;
}

static const char *take_mapping(const struct nvram_record *r)
{
	const char *channel = nvram_get(r, "channel"), *mode = nvram_get(r, "mode");
	if (!channel || !mode)
		return "a mapping needs the keys channel and mode";
	char *name = decoded(channel);
	struct zrt_channel *c = name ? zrt_channel_find(name) : 0;
	if (!c)
		return "the session has no such channel";
	if (!strcmp(mode, "file"))
		c->format = S_IFREG;
	else if (!strcmp(mode, "pipe"))
		c->format = S_IFIFO;
	else if (!strcmp(mode, "char"))
		c->format = S_IFCHR;
	else if (!strcmp(mode, "block"))
		c->format = S_IFBLK;
	else
		return "mode must be file, pipe, char or block";
	return 0;
}

/* Whether the definition is of the variable that `setting` ("NAME=value") sets. */
static int same_name(const char *definition, const char *setting)
{
	size_t n = strcspn(setting, "=") + 1;
	return !strncmp(definition, setting, n);
}

static const char *take_env(const struct nvram_record *r)
{
	const char *name = nvram_get(r, "name"), *value = nvram_get(r, "value");
	struct zrt_session *s = &zrt_session;
	if (!name || !value)
		return "a variable needs the keys name and value";
	char *plain_name = decoded(name), *plain = decoded(value);
	if (!plain_name || !plain)
		return "malformed \\xHH escape";
	if (!*plain_name || strchr(plain_name, '='))
		return "a variable's name must not be empty or hold '='";
	size_t length = strlen(plain_name);
	char *both = zrt_kalloc(length + strlen(plain) + 2);
	if (!both)
		return "the heap is full";
	memcpy(both, plain_name, length);
	both[length] = '=';
	strcpy(both + length + 1, plain);
	for (int i = 0; i < s->env_count; i++) {
		if (same_name(s->env[i], both)) {
			s->env[i] = both;
			return 0;
		}
	}
	if (s->env_count + 1 >= s->env_capacity) {
		int larger = s->env_capacity ? s->env_capacity * 2 : 32;
		char **env = zrt_krealloc(s->env, (size_t)s->env_capacity * sizeof *env,
			(size_t)larger * sizeof *env);
		if (!env)
			return "the heap is full";
		s->env = env;
		s->env_capacity = larger;
	}
	s->env[s->env_count++] = both;
	s->env[s->env_count] = 0;
	return 0;
}

static const char *take_args(const struct nvram_record *r)
{
	const char *args = nvram_get(r, "args");
	if (!args)
		return "the key must be args";
	size_t old = zrt_session.args ? strlen(zrt_session.args) : 0, more = strlen(args);
	char *joined = zrt_kalloc(old + more + 2);
	if (!joined)
		return "the heap is full";
	if (old) {
		memcpy(joined, zrt_session.args, old);
		joined[old++] = ' ';
	}
	memcpy(joined + old, args, more + 1);
	zrt_session.args = joined;
	return 0;
}

static const char *take_time(const struct nvram_record *r)
{
	const char *seconds = nvram_get(r, "seconds"), *seed = nvram_get(r, "seed");
	if (seed && !(zrt_session.seed = decoded(seed)))
		return "malformed \\xHH escape";
	if (seconds && whole_number(seconds, &zrt_session.seconds))
		return "seconds must be a number of seconds since 1970";
	return seconds || seed ? 0 : "the key must be seconds or seed";
}

static const char *take(void *context, const struct nvram_record *r)
{
	(void)context;
	if (!strcmp(r->section, "fstab"))
		return take_fstab(r);
	if (!strcmp(r->section, "mapping"))
		return take_mapping(r);
	if (!strcmp(r->section, "env"))
		return take_env(r);
	if (!strcmp(r->section, "args"))
		return take_args(r);
	if (!strcmp(r->section, "time"))
		return take_time(r);
	if (!strcmp(r->section, "debug")) {
		const char *level = nvram_get(r, "verbosity");
		if (!level || *level < '0' || *level > '4' || level[1])
			return "verbosity must be 0 to 4";
		zrt_debug_level(*level - '0');
		return 0;
	}
	if (!strcmp(r->section, "precache")) {
		const char *precache = nvram_get(r, "precache");
		if (!precache || (strcmp(precache, "yes") && strcmp(precache, "no")))
			return "precache must be yes or no";
		zrt_session.precache = !strcmp(precache, "yes");
		return 0;
	}
	return "unknown section";
}

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
			nvram_parse(text, take, complain, 0);
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
