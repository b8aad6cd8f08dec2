/* Tar images: mounting one into the tree, packing a tree into one. POSIX ustar and pax, and GNU's
 * long names; what else a stream may hold is refused with its reason. */
#ifndef ZRT_TAR_H
#define ZRT_TAR_H

#include "channel.h"
#include "node.h"

struct zrt_tar_error {
	int64_t offset;         /* of the member's header in the channel */
	char text[200];
};

/* Adds the image's members below `at`, over what is there. Contents stay in the channel. Returns
 * 0, or -1 with *error filled; what was added until then stays. */
int zrt_tar_mount(struct zrt_channel *image, struct zrt_node *at, struct zrt_tar_error *error);

/* Writes everything below `from` (but /dev) as a tar stream to the channel, from its start. */
int zrt_tar_pack(struct zrt_node *from, struct zrt_channel *to, struct zrt_tar_error *error);

/* Removes the files below `from` whose bytes are those of `image`. */
void zrt_tar_forget(struct zrt_node *from, const struct zrt_channel *image);

#endif
