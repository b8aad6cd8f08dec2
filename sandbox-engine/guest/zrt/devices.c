#include "session.h"

#include <errno.h>
#include <string.h>
#include "path.h"

static struct zrt_node *fixed_directory(struct zrt_node *parent, const char *name, size_t length)
{
	struct zrt_entry *e = zrt_dir_find(parent, name, length);
	if (e)
		return e->node->kind == ZRT_DIR ? e->node : 0;
	struct zrt_node *n = zrt_node_new(S_IFDIR | 0500);
	if (!n || zrt_dir_add(parent, name, length, n))
		return 0;
	n->dir.fixed = 1;
	return n;
}

/* Names that do not fit the rules of a path are reachable by the raw interface only. */
static int add_channel(struct zrt_node *dev, struct zrt_channel *c)
{
	static const char prefix[] = "/dev/";
	const char *p = c->name + sizeof prefix - 1;
	struct zrt_node *dir = dev;
	if (strncmp(c->name, prefix, sizeof prefix - 1))
		return 0;
	for (;;) {
		size_t length = strcspn(p, "/");
		int dots = (length == 1 && *p == '.') || (length == 2 && p[0] == '.' && p[1] == '.');
		if (!length || length > ZRT_NAME_MAX || dots)
			return 0;
		if (!p[length]) {
			if (zrt_dir_find(dir, p, length))
				return 0;
			struct zrt_node *n = zrt_node_new(S_IFCHR | 0600);
			if (!n)
				return -ENOMEM;
			n->kind = ZRT_CHANNEL;
			n->channel = c;
			return zrt_dir_add(dir, p, length, n);
		}
		dir = fixed_directory(dir, p, length);
		if (!dir)
			return 0;
		p += length + 1;
	}
}

static struct zrt_node *dev_directory(void)
{
	return fixed_directory(zrt_root, "dev", 3);
}

int zrt_devices_refresh(void)
{
	struct zrt_node *dev = dev_directory();
	for (int i = 0; dev && i < zrt_channel_count(); i++) {
		int error = add_channel(dev, zrt_channel_at(i));
		if (error)
			return error;
	}
	return dev ? 0 : -ENOMEM;
}

int zrt_devices_init(void)
{
	static const struct { const char *name; enum zrt_device device; } builtin[] = {
		{ "null", ZRT_NULL }, { "zero", ZRT_ZERO }, { "full", ZRT_FULL },
		{ "random", ZRT_RANDOM }, { "urandom", ZRT_URANDOM },
	};
	struct zrt_node *dev = dev_directory();
	int error = dev ? zrt_devices_refresh() : -ENOMEM;
	for (size_t i = 0; !error && i < sizeof builtin / sizeof *builtin; i++) {
		/* A channel of that name goes before. */
		if (zrt_dir_find(dev, builtin[i].name, strlen(builtin[i].name)))
			continue;
		struct zrt_node *n = zrt_node_new(S_IFCHR | 0666);
		if (!n)
			return -ENOMEM;
		n->kind = ZRT_DEVICE;
		n->device = builtin[i].device;
		error = zrt_dir_add(dev, builtin[i].name, strlen(builtin[i].name), n);
	}
	return error;
}
