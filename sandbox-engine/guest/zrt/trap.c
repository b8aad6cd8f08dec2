#include "trap.h"

#include "pages.h"

/* Slot 0 of the trampoline, the sandbox's only entry. The call is indirect, so the tool chain
 * aligns its end to a bundle as the entry demands. */
#define TRAP ((int32_t (*)(const uint64_t *))0x10000)

enum {
	TRAP_READ = 0x64616552,
	TRAP_WRITE = 0x74697257,
	TRAP_JAIL = 0x6c69614a,
	TRAP_UNJAIL = 0x6c6a6e55,
	TRAP_EXIT = 0x74697845,
	TRAP_FORK = 0x6b726f46
};

static int32_t trap(uint64_t code, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	const uint64_t args[6] = { code, 0, a, b, c, d };
	int32_t (*volatile entry)(const uint64_t *) = TRAP;
	__asm__ volatile ("" : : : "memory");
	int32_t result = entry(args);
	__asm__ volatile ("" : : : "memory");
	return result;
}

const struct zvm_manifest *zvm_manifest(void)
{
	uintptr_t at = ZVM_MANIFEST_AT;
	__asm__ ("" : "+r"(at));        /* hides the constant: no object lives there for the compiler */
	return (const struct zvm_manifest *)(uintptr_t)*(const uint32_t *)at;
}

int32_t zvm_pread(int32_t channel, void *buffer, int32_t size, int64_t offset)
{
	return trap(TRAP_READ, (uint32_t)channel, (uintptr_t)buffer, (uint32_t)size, (uint64_t)offset);
}

int32_t zvm_pwrite(int32_t channel, const void *buffer, int32_t size, int64_t offset)
{
	return trap(TRAP_WRITE, (uint32_t)channel, (uintptr_t)buffer, (uint32_t)size, (uint64_t)offset);
}

int32_t zvm_jail(void *address, uint32_t size)
{
	return trap(TRAP_JAIL, (uintptr_t)address, size, 0, 0);
}

int32_t zvm_unjail(void *address, uint32_t size)
{
	return trap(TRAP_UNJAIL, (uintptr_t)address, size, 0, 0);
}

int32_t zvm_fork(void)
{
	return trap(TRAP_FORK, 0, 0, 0, 0);
}

_Noreturn void zvm_exit(int32_t code)
{
	trap(TRAP_EXIT, (uint32_t)code, 0, 0, 0);
	__builtin_trap();
}

struct zrt_heap zrt_trap_heap(void)
{
	const struct zvm_manifest *m = zvm_manifest();
	uint32_t start = (m->heap_ptr + PAGE_SIZE - 1) & ~(uint32_t)(PAGE_SIZE - 1);
	uint32_t end = (m->heap_ptr + m->heap_size) & ~(uint32_t)(PAGE_SIZE - 1);
	return (struct zrt_heap){ (unsigned char *)(uintptr_t)start, (unsigned char *)(uintptr_t)end };
}

const char *zrt_trap_channel_name(const struct zvm_channel *c)
{
	return (const char *)(uintptr_t)c->name;
}

const struct zvm_channel *zrt_trap_channels(int *count)
{
	const struct zvm_manifest *m = zvm_manifest();
	*count = m->channels;
	return (const struct zvm_channel *)(uintptr_t)m->channel;
}
