#include "session.h"

#include <string.h>
#include "kmem.h"
#include "nvram.h"
#include "report.h"

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

const char *zrt_session_take(void *context, const struct nvram_record *r)
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
