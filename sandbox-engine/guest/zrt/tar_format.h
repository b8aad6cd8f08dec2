/* The 512-byte header block of POSIX.1-1988 (ustar), field by field. */
#ifndef ZRT_TAR_FORMAT_H
#define ZRT_TAR_FORMAT_H

#define TAR_BLOCK 512

struct tar_header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char sum[8];
	char type;
	char link[100];
	char magic[6];          /* "ustar" and zero (POSIX) or space (GNU) */
	char version[2];
	char owner[32];
	char group[32];
	char major[8];
	char minor[8];
	char prefix[155];
	char pad[12];
};

_Static_assert(sizeof(struct tar_header) == TAR_BLOCK, "a header is one block");

#endif
