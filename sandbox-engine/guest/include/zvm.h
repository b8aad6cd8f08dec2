/*
 * The raw interface of the sandbox: the manifest record and the six traps. Everything a guest can
 * do ends here. ZRT (the C library's runtime) is built on it; a program may use it directly, and
 * may then do without any C library.
 *
 * Every trap returns a non-negative result, or a negated errno value.
 */
#ifndef ZVM_H
#define ZVM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum zvm_channel_type {
	ZVM_SEQUENTIAL = 0,     /* sequential reads, sequential writes: streams and pipes */
	ZVM_APPEND = 1,         /* random reads, sequential writes */
	ZVM_RANDOM_PUT = 2,     /* sequential reads, random writes */
	ZVM_RANDOM = 3          /* random reads, random writes */
};

/* The order of `limits`: how many reads, how many bytes read, writes, bytes written (remaining). */
enum { ZVM_GETS, ZVM_GET_SIZE, ZVM_PUTS, ZVM_PUT_SIZE };

struct zvm_channel {
	int64_t limits[4];
	int64_t size;           /* at the session's start, in bytes; 0 for sequential channels */
	uint32_t type;          /* enum zvm_channel_type */
	uint32_t name;          /* guest address of the name, a C string such as "/dev/stdin" */
};

/* Read-only; its address is stored at ZVM_MANIFEST_AT. */
struct zvm_manifest {
	uint32_t heap_ptr;      /* first byte after the program's data; not aligned */
	uint32_t heap_size;     /* bytes */
	uint32_t stack_size;    /* bytes */
	int32_t channels;
	uint32_t channel;       /* guest address of `channels` records */
};

#define ZVM_MANIFEST_AT 0xFEFFFFFCu

const struct zvm_manifest *zvm_manifest(void);

/* `channel` is an index into the manifest's records. The offset of a sequential direction is
 * ignored: the sandbox keeps the position. A sequential read blocks until `size` bytes or the end. */
int32_t zvm_pread(int32_t channel, void *buffer, int32_t size, int64_t offset);
int32_t zvm_pwrite(int32_t channel, const void *buffer, int32_t size, int64_t offset);

/* Makes [address, address + size) executable after validation; 64 KiB aligned, in the heap. */
int32_t zvm_jail(void *address, uint32_t size);
int32_t zvm_unjail(void *address, uint32_t size);

/* Turns the session into a template (see zrtapi.h for what a C program should call instead). */
int32_t zvm_fork(void);

_Noreturn void zvm_exit(int32_t code);

#ifdef __cplusplus
}
#endif
#endif
