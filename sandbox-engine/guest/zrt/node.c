#include "node.h"

#include <errno.h>
#include <string.h>
#include "kmem.h"

struct zrt_node *zrt_root;

/* All entries of all directories, by parent and name. */
static struct zrt_entry **buckets;
static uint32_t bucket_count, entry_count;
static uint64_t next_ino = 2;

static uint32_t hash_of(const struct zrt_node *dir, const char *name, size_t length)
{
	uint32_t h = 2166136261u ^ (uint32_t)dir->ino * 2654435761u;
	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)name[i]) * 16777619u;
	return h ^ h >> 15;
}

static int grow(void)
{
	uint32_t larger = bucket_count ? bucket_count * 2 : 256;
	struct zrt_entry **table = zrt_kalloc(larger * sizeof *table);
	if (!table)
		return -ENOSPC;
	for (uint32_t i = 0; i < bucket_count; i++) {
		for (struct zrt_entry *e = buckets[i], *next; e; e = next) {
			next = e->same_hash;
			e->same_hash = table[e->hash & (larger - 1)];
			table[e->hash & (larger - 1)] = e;
		}
	}
	zrt_kfree(buckets, bucket_count * sizeof *buckets);
	buckets = table;
	bucket_count = larger;
	return 0;
}

int zrt_nodes_init(void)
{
	zrt_root = zrt_node_new(S_IFDIR | 0755);
	if (!zrt_root || grow())
		return -ENOMEM;
	zrt_root->dir.parent = zrt_root;
	zrt_root->links = 2;
	return 0;
}

struct zrt_node *zrt_node_new(uint32_t mode)
{
	struct zrt_node *n = zrt_kalloc(sizeof *n);
	if (!n)
		return 0;
	n->ino = next_ino++;
	n->mode = mode;
	n->uid = ZRT_UID;
	n->gid = ZRT_GID;
	n->atime = n->mtime = n->ctime = zrt_clock_peek();
	switch (mode & S_IFMT) {
	case S_IFDIR:
		n->kind = ZRT_DIR;
		break;
	case S_IFLNK:
		n->kind = ZRT_SYMLINK;
		break;
	case S_IFIFO:
		n->kind = ZRT_FIFO;
		break;
	default:
		n->kind = ZRT_FILE;
	}
	return n;
}

static void destroy(struct zrt_node *n)
{
	if (n->kind == ZRT_FILE)
		zrt_content_free(&n->content);
	else if (n->kind == ZRT_SYMLINK)
		zrt_kfree(n->link.target, n->link.length + 1);
	else if (n->kind == ZRT_DIR)
		zrt_kfree(n->dir.entry, n->dir.capacity * sizeof *n->dir.entry);
	struct zrt_node *parent = n->kind == ZRT_DIR ? n->dir.parent : 0;
	zrt_kfree(n, sizeof *n);
	if (parent)
		zrt_node_release(parent);
}

void zrt_node_hold(struct zrt_node *n)
{
	n->holds++;
}

void zrt_node_release(struct zrt_node *n)
{
	if (!--n->holds && !n->links)
		destroy(n);
}

struct zrt_entry *zrt_dir_find(const struct zrt_node *dir, const char *name, size_t length)
{
	uint32_t h = hash_of(dir, name, length);
	for (struct zrt_entry *e = buckets[h & (bucket_count - 1)]; e; e = e->same_hash)
		if (e->hash == h && e->parent == dir && e->length == length
		    && !memcmp(e->name, name, length))
			return e;
	return 0;
}

const struct zrt_entry *zrt_node_entry(const struct zrt_node *n)
{
	for (uint32_t i = 0; i < bucket_count; i++)
		for (const struct zrt_entry *e = buckets[i]; e; e = e->same_hash)
			if (e->node == n)
				return e;
	return 0;
}

/* Closes the gaps that removals left, once they are the greater part. */
static void compact(struct zrt_node *dir)
{
	uint32_t to = 0;
	for (uint32_t i = 0; i < dir->dir.used; i++)
		if (dir->dir.entry[i])
			dir->dir.entry[to++] = dir->dir.entry[i];
	dir->dir.used = to;
}

int zrt_dir_add(struct zrt_node *dir, const char *name, size_t length, struct zrt_node *node)
{
	if (entry_count >= bucket_count)
		grow();         /* a fuller table is slower, not wrong */
	if (dir->dir.used == dir->dir.capacity) {
		uint32_t larger = dir->dir.capacity ? dir->dir.capacity * 2 : 4;
		struct zrt_entry **table = zrt_krealloc(dir->dir.entry,
			dir->dir.capacity * sizeof *table, larger * sizeof *table);
		if (!table)
			return -ENOSPC;
		dir->dir.entry = table;
		dir->dir.capacity = larger;
	}
	struct zrt_entry *e = zrt_kalloc(sizeof *e + length + 1);
	if (!e)
		return -ENOSPC;
	e->parent = dir;
	e->node = node;
	e->cookie = dir->dir.next_cookie++;
	e->hash = hash_of(dir, name, length);
	e->length = (uint32_t)length;
	memcpy(e->name, name, length);
	e->same_hash = buckets[e->hash & (bucket_count - 1)];
	buckets[e->hash & (bucket_count - 1)] = e;
	entry_count++;
	dir->dir.entry[dir->dir.used++] = e;
	dir->dir.live++;
	node->links++;
	if (node->kind == ZRT_DIR) {
		node->dir.parent = dir;
		node->links++;
		dir->links++;
	}
	return 0;
}

/* Index of the first slot whose entry has a cookie of at least `from`. */
static uint32_t slot_of(const struct zrt_node *dir, uint64_t from)
{
	uint32_t low = 0, high = dir->dir.used;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2, probe = middle;
		while (probe < high && !dir->dir.entry[probe])
			probe++;
		if (probe == high)
			high = middle;
		else if (dir->dir.entry[probe]->cookie < from)
			low = probe + 1;
		else
			high = middle;
	}
	return low;
}

struct zrt_entry *zrt_dir_next(const struct zrt_node *dir, uint64_t from)
{
	for (uint32_t i = slot_of(dir, from); i < dir->dir.used; i++)
		if (dir->dir.entry[i])
			return dir->dir.entry[i];
	return 0;
}

void zrt_dir_remove(struct zrt_entry *e)
{
	struct zrt_node *dir = e->parent, *node = e->node;
	struct zrt_entry **link = &buckets[e->hash & (bucket_count - 1)];
	while (*link != e)
		link = &(*link)->same_hash;
	*link = e->same_hash;
	entry_count--;
	uint32_t i = slot_of(dir, e->cookie);
	while (dir->dir.entry[i] != e)
		i++;
	dir->dir.entry[i] = 0;
	dir->dir.live--;
	if (dir->dir.used > 16 && dir->dir.live < dir->dir.used / 2)
		compact(dir);
	zrt_kfree(e, sizeof *e + e->length + 1);
	node->links--;
	if (node->kind == ZRT_DIR) {
		node->links--;
		dir->links--;
		/* ".." goes on working in a removed directory that is still somebody's working one. */
		if (!node->links)
			zrt_node_hold(dir);
	}
	if (!node->links && !node->holds)
		destroy(node);
}
