/* From path names to nodes. */
#ifndef ZRT_PATH_H
#define ZRT_PATH_H

#include "node.h"

#define ZRT_PATH_MAX 4096       /* with the terminating zero, as on Linux */

enum zrt_walk_flags {
	ZRT_FOLLOW = 1,         /* a symbolic link as last component is followed */
	ZRT_CREATE = 2          /* the last component may be missing; `directory` is the caller's to check */
};

struct zrt_walk {
	struct zrt_node *dir;   /* that holds the last component */
	struct zrt_node *node;  /* null when missing (ZRT_CREATE) */
	struct zrt_entry *entry;/* null when missing, and for "/", "." and ".." */
	size_t length;          /* of name */
	int directory;          /* the path ended in a slash, "." or "..": only a directory will do */
	enum { ZRT_NAMED, ZRT_DOT, ZRT_DOT_DOT, ZRT_TOP } last;
	char name[ZRT_NAME_MAX + 1];
};

/* `start` is where a relative path begins. Returns 0 or a negated errno value. */
int zrt_walk(struct zrt_node *start, const char *path, int flags, struct zrt_walk *w);

/* Writes the absolute path of a node, of a file with several names one of them; its length, -ENOENT if
 * it has none any more, or -ERANGE. */
int zrt_path_of(const struct zrt_node *node, char *buffer, size_t size);

#endif
