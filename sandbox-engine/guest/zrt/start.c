/* The entry from the sandbox: brings the runtime up, lays out what Linux would have put on the
 * stack (arguments, environment, auxiliary vector), and enters the C library. */
#include <elf.h>
#include <string.h>
#include "boot.h"
#include "kmem.h"
#include "pages.h"
#include "proc.h"
#include "random.h"
#include "report.h"
#include "session.h"
#include "syscalls.h"

enum { EX_CONFIG = 78, AUXILIARY = 10 };

/* The program's thread-local data, by the linker script. */
extern char __tdata_start[], __tdata_size[], __tls_size[];

int main(int, char **, char **);
int __libc_start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
	void (*)(void));

static Elf32_Phdr tls;
static unsigned char random_start[16];

static void describe_tls(void)
{
	uintptr_t start = (uintptr_t)__tdata_start, size = (uintptr_t)__tls_size;
	tls.p_type = PT_TLS;
	tls.p_vaddr = start;
	tls.p_filesz = (uintptr_t)__tdata_size;
	tls.p_memsz = size;
	/* The script rounds both to the segment's alignment, which hence is the largest power of two
	 * that divides them. */
	uintptr_t both = start | size | PAGE_SIZE;
	tls.p_align = both & -both;
}

_Noreturn void __start_c(void)
{
	char **argv;
	if (zrt_boot())
		zrt_die(EX_CONFIG);
	int argc = zrt_session_arguments(&argv);
	if (argc < 0 || zrt_proc_arguments(argc, argv) || zrt_boot_home())
		zrt_die(EX_CONFIG);

	int env = zrt_session.env_count;
	size_t words = (size_t)argc + 1 + (size_t)env + 1 + 2 * AUXILIARY;
	uintptr_t *stack = zrt_kalloc(words * sizeof *stack), *p = stack;
	if (!stack) {
		zrt_complain("the heap is too small for the arguments and environment", (char *)0);
		zrt_die(EX_CONFIG);
	}
	for (int i = 0; i < argc; i++)
		*p++ = (uintptr_t)argv[i];
	p++;
	for (int i = 0; i < env; i++)
		*p++ = (uintptr_t)zrt_session.env[i];
	p++;
	zrt_random_bytes(random_start, sizeof random_start);
	describe_tls();
	const uintptr_t auxiliary[AUXILIARY][2] = {
		{ AT_PAGESZ, PAGE_SIZE }, { AT_RANDOM, (uintptr_t)random_start },
		{ AT_PHDR, (uintptr_t)&tls }, { AT_PHENT, sizeof tls }, { AT_PHNUM, tls.p_memsz != 0 },
		{ AT_UID, ZRT_UID }, { AT_EUID, ZRT_UID }, { AT_GID, ZRT_GID }, { AT_EGID, ZRT_GID }, { AT_NULL, 0 },
	};
	_Static_assert(sizeof(size_t) == sizeof *p, "the C library reads the vector as size_t");
	memcpy(p, auxiliary, sizeof auxiliary);
	__libc_start_main(main, argc, (char **)stack, 0, 0, 0);
	zrt_die(EX_CONFIG);
}
