/*
 * The tree of names: inodes and directory entries of the memory file system, with the channels
 * and built-in devices under /dev as inodes of their own kind.
 */
#ifndef ZRT_NODE_H
#define ZRT_NODE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include "channel.h"
#include "clock.h"
#include "content.h"

#define ZRT_UID 1000
#define ZRT_GID 1000
#define ZRT_NAME_MAX 255
#define ZRT_LINK_MAX 65000

enum zrt_device { ZRT_NULL = 1, ZRT_ZERO, ZRT_FULL, ZRT_RANDOM, ZRT_URANDOM };

struct zrt_entry {
	struct zrt_entry *same_hash;
	struct zrt_node *parent;
	struct zrt_node *node;
	uint64_t cookie;        /* order of creation within the directory: readdir's position */
	uint32_t hash;
	uint32_t length;
	char name[];
};

struct zrt_node {
	uint64_t ino;
	uint32_t mode;
	uint32_t uid, gid;
	uint32_t links;         /* directory entries, and for directories "." and ".." */
	uint32_t holds;         /* open files and the like: the node outlives its last link */
	struct zrt_time atime, mtime, ctime;
	union {
		struct {
			struct zrt_node *parent;        /* itself for the root */
			struct zrt_entry **entry;       /* by cookie; null where one was removed */
			uint32_t used, capacity, live;
			uint64_t next_cookie;
			int fixed;                      /* /dev, /proc and below: no changes */
			int descriptors;                /* /proc/self/fd: what is open is what it holds */
		} dir;
		struct zrt_content content;
		struct {
			char *target;   /* null: a descriptor's, see proc.h */
			size_t length;
		} link;
		struct {
			struct zrt_pipe *pipe;  /* while it is open */
			int unnamed;            /* made by pipe() */
		};
		struct zrt_channel *channel;
		enum zrt_device device;
	};
	enum { ZRT_FILE, ZRT_DIR, ZRT_SYMLINK, ZRT_FIFO, ZRT_CHANNEL, ZRT_DEVICE } kind;
};

extern struct zrt_node *zrt_root;

int zrt_nodes_init(void);

/* A node with no entry yet; null when memory is short. `mode` has the S_IFMT bits. */
struct zrt_node *zrt_node_new(uint32_t mode);
void zrt_node_hold(struct zrt_node *n);
/* Gives back a hold; frees the node when no entry is left either. */
void zrt_node_release(struct zrt_node *n);

/* Length 1..ZRT_NAME_MAX is the caller's care. Null when absent. */
struct zrt_entry *zrt_dir_find(const struct zrt_node *dir, const char *name, size_t length);
/* Adds an entry; times are left alone. 0 or -ENOSPC. */
int zrt_dir_add(struct zrt_node *dir, const char *name, size_t length, struct zrt_node *node);
void zrt_dir_remove(struct zrt_entry *e);
/* A name of the node; null when it has none. Looks through all names. */
const struct zrt_entry *zrt_node_entry(const struct zrt_node *n);
/* The first entry with a cookie of at least `from`; null at the end. */
struct zrt_entry *zrt_dir_next(const struct zrt_node *dir, uint64_t from);

/* Creates missing directories of an absolute path, whatever it crosses must be a directory (or a
 * link to one); 0 or a negated errno value. */
int zrt_make_directories(const char *path, struct zrt_node **last);

#endif
