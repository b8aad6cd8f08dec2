#include "fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "kmem.h"
#include "pages.h"

static void *map(size_t size)
{
	return (void *)CALL(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static int all_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return 0;
	return 1;
}

static void pages_are_zero_when_handed_out_again(void)
{
	boot("");
	unsigned char *a = map(100000);
	memset(a, 0xff, 100000);
	CHECK_EQUAL(CALL(SYS_munmap, a, 100000), 0);
	unsigned char *b = map(50000), *c = map(50000);
	CHECK(all_zero(b, 50000));
	CHECK(all_zero(c, 50000));
	CHECK(b != c);
}

static void locking_is_for_what_is_there(void)
{
	boot("");
	char *some = map(100000);
	CHECK_EQUAL(CALL(SYS_mlock, some + 5, 90000), 0);
	CHECK_EQUAL(CALL(SYS_munlock, some, 100000), 0);
	CHECK_EQUAL(CALL(SYS_mlock, &some, sizeof some), 0);
	CHECK_EQUAL(CALL(SYS_munmap, some, 100000), 0);
	CHECK_EQUAL(CALL(SYS_mlock, some, 100000), -ENOMEM);
	CHECK_EQUAL(CALL(SYS_mlock, some - (1 << 20), 4096), -ENOMEM);
	CHECK_EQUAL(CALL(SYS_mlock, some, ~(size_t)0), -ENOMEM);
	CHECK_EQUAL(CALL(SYS_mlockall, 0), -EINVAL);
	CHECK_EQUAL(CALL(SYS_mlockall, 8), -EINVAL);
	CHECK_EQUAL(CALL(SYS_mlockall, 4), -EINVAL);
	some = map(4096);
	CHECK_EQUAL(CALL(SYS_mlockall, 1), 0);
	CHECK_EQUAL(CALL(SYS_msync, some, 4096, MS_SYNC | MS_INVALIDATE), -EBUSY);
	CHECK_EQUAL(CALL(SYS_munlockall), 0);
	CHECK_EQUAL(CALL(SYS_msync, some, 4096, MS_SYNC | MS_INVALIDATE), 0);
}

static void a_limit_on_memory_is_kept_to(void)
{
	uint64_t before[2], limit[2] = { 8 << 20, 32 << 20 };
	boot("");
	CHECK_EQUAL(CALL(SYS_prlimit64, 0, 9, 0, before), 0);
	CHECK((int64_t)map(20 << 20) > 0);
	CHECK_EQUAL(CALL(SYS_prlimit64, 0, 9, limit, 0), 0);
	CHECK_EQUAL((int64_t)map(1 << 20), -ENOMEM);
	limit[0] = 32 << 20;
	CHECK_EQUAL(CALL(SYS_prlimit64, 0, 9, limit, 0), 0);
	void *some = map(8 << 20);
	CHECK((int64_t)some > 0);
	CHECK_EQUAL((int64_t)map(8 << 20), -ENOMEM);
	CHECK_EQUAL(CALL(SYS_mremap, some, 8 << 20, 16 << 20, MREMAP_MAYMOVE), -ENOMEM);
	intptr_t end = CALL(SYS_brk, 0);
	CHECK_EQUAL(CALL(SYS_brk, end + (8 << 20)), end);
	CHECK_EQUAL(CALL(SYS_munmap, some, 8 << 20), 0);
	CHECK((int64_t)map(8 << 20) > 0);
	CHECK_EQUAL(CALL(SYS_prlimit64, 0, 9, before, 0), -EPERM);
}

static void heap_ends_with_enomem_and_recovers(void)
{
	enum { MOST = 4096 };
	static void *taken[MOST];
	boot("");
	int n = 0;
	while (n < MOST && (long long)(taken[n] = map(1 << 20)) != -ENOMEM)
		n++;
	CHECK(n > 50 && n < 64);
	for (int i = 0; i < n; i += 2)
		CHECK_EQUAL(CALL(SYS_munmap, taken[i], 1 << 20), 0);
	CHECK_EQUAL((long long)map(2 << 20), -ENOMEM);
	for (int i = 0; i < n; i += 2)
		CHECK((long long)map(1 << 20) > 0);
	CHECK_EQUAL((long long)map(1 << 20), -ENOMEM);
}

static void break_and_mappings_do_not_meet(void)
{
	boot("");
	long long start = CALL(SYS_brk, 0);
	long long end = start + (8 << 20);
	CHECK_EQUAL(CALL(SYS_brk, end), end);
	memset((void *)start, 1, 8 << 20);
	CHECK_EQUAL(CALL(SYS_brk, start), start);
	CHECK_EQUAL(CALL(SYS_brk, end), end);
	CHECK(all_zero((void *)start, 8 << 20));
	CHECK_EQUAL(CALL(SYS_brk, start + (1LL << 30)), end);
	memset((void *)start, 1, 8 << 20);
	CHECK_EQUAL(CALL(SYS_brk, start), start);
	unsigned char *rest;
	while ((long long)(rest = map(1 << 20)) > 0)
		CHECK(all_zero(rest, 1 << 20));
}

static void random_use_of_pages_never_overlaps(void)
{
	enum { SLOTS = 200, ROUNDS = 20000 };
	static struct { unsigned char *at; size_t size; } slot[SLOTS];
	boot("");
	srand(1);
	for (int round = 0; round < ROUNDS; round++) {
		int i = rand() % SLOTS;
		if (!slot[i].at) {
			slot[i].size = (size_t)(rand() % 20 + 1) * 4096 - (size_t)(rand() % 4096);
			size_t align = rand() % 3 ? 4096 : 65536;
			slot[i].at = zrt_pages_alloc_aligned(slot[i].size, align);
			CHECK((uintptr_t)slot[i].at % align == 0);
			if (!slot[i].at)
				continue;
			CHECK(all_zero(slot[i].at, slot[i].size));
			memset(slot[i].at, i + 1, slot[i].size);
		} else {
			int intact = 1;
			for (size_t k = 0; k < slot[i].size; k += 97)
				intact &= slot[i].at[k] == (unsigned char)(i + 1);
			CHECK(intact);
			if (rand() % 3) {
				CHECK_EQUAL(zrt_pages_free(slot[i].at, slot[i].size), 0);
				slot[i].at = 0;
			} else {
				size_t larger = slot[i].size + (size_t)(rand() % 5) * 4096;
				if (!zrt_pages_extend(slot[i].at, slot[i].size, larger)) {
					slot[i].size = larger;
					memset(slot[i].at, i + 1, larger);
				}
			}
		}
	}
}

static void small_blocks_are_zero_and_apart(void)
{
	enum { SLOTS = 500 };
	static struct { unsigned char *at; size_t size; } slot[SLOTS];
	boot("");
	srand(2);
	for (int round = 0; round < 50000; round++) {
		int i = rand() % SLOTS;
		if (slot[i].at) {
			CHECK(slot[i].at[0] == (unsigned char)i && slot[i].at[slot[i].size - 1] == (unsigned char)i);
			zrt_kfree(slot[i].at, slot[i].size);
		}
		slot[i].size = 1 + (size_t)rand() % (rand() % 50 ? 300 : 70000);
		slot[i].at = zrt_kalloc(slot[i].size);
		CHECK(slot[i].at && all_zero(slot[i].at, slot[i].size));
		memset(slot[i].at, i, slot[i].size);
	}
}

static void mremap_keeps_contents(void)
{
	boot("");
	unsigned char *a = map(8192), *b = map(4096);
	memset(a, 7, 8192);
	unsigned char *c = (void *)CALL(SYS_mremap, a, 8192, 65536, MREMAP_MAYMOVE);
	CHECK((long long)c > 0 && c[0] == 7 && c[8191] == 7 && all_zero(c + 8192, 65536 - 8192));
	CHECK_EQUAL(CALL(SYS_mremap, c, 65536, 4096, 0), c);
	CHECK_EQUAL(CALL(SYS_mremap, b, 4096, 1LL << 30, MREMAP_MAYMOVE), -ENOMEM);
}

static void code_cannot_be_mapped(void)
{
	boot("");
	CHECK_EQUAL(CALL(SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		-EACCES);
	void *p = map(4096);
	CHECK_EQUAL(CALL(SYS_mprotect, p, 4096, PROT_READ | PROT_EXEC), -EACCES);
}

static void file_mappings(void)
{
	boot("");
	long long fd = CALL(SYS_open, "/f", O_RDWR | O_CREAT, 0644);
	CHECK_EQUAL(CALL(SYS_write, fd, "hello", 5), 5);
	char *private = (void *)CALL(SYS_mmap, 0, 5, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	CHECK(!memcmp(private, "hello", 5));
	private[0] = 'J';
	CHECK_TEXT(get_file("/f"), "hello");
	/* A shared one is the file: SQLite's write-ahead index lives on that. */
	CHECK_EQUAL(CALL(SYS_ftruncate, fd, 200000), 0);
	char *shared = (void *)CALL(SYS_mmap, 0, 200000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK((long long)shared > 0 && !memcmp(shared, "hello", 5));
	shared[0] = 'J';
	shared[150000] = 'x';
	char byte[2] = "";
	CHECK_EQUAL(CALL(SYS_pread64, fd, byte, 1, 150000), 1);
	CHECK_TEXT(byte, "x");
	CHECK_EQUAL(CALL(SYS_pwrite64, fd, "y", 1, 70000), 1);
	CHECK_EQUAL(shared[70000], 'y');
	char *again = (void *)CALL(SYS_mmap, 0, 4096, PROT_READ, MAP_SHARED, fd, 65536);
	CHECK_EQUAL(again[70000 - 65536], 'y');
	CHECK_EQUAL(CALL(SYS_unlink, "/f"), 0);
	CHECK_EQUAL(CALL(SYS_close, fd), 0);
	CHECK_EQUAL(shared[150000], 'x');
	CHECK_EQUAL(CALL(SYS_munmap, shared, 200000), 0);
	CHECK_EQUAL(CALL(SYS_munmap, again, 4096), 0);
}

static void mappings_move_times_and_refuse_nonsense(void)
{
	struct zrt_stat before, after;
	boot("");
	long long fd = CALL(SYS_open, "/f", O_RDWR | O_CREAT, 0644);
	CHECK_EQUAL(CALL(SYS_ftruncate, fd, 8192), 0);
	char *shared = (void *)CALL(SYS_mmap, 0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK((long long)shared > 0);
	CHECK_EQUAL(zrt_sys_fstat((int)fd, &before), 0);
	CHECK_EQUAL(CALL(SYS_msync, shared, 8192, MS_SYNC), 0);
	CHECK_EQUAL(zrt_sys_fstat((int)fd, &after), 0);
	CHECK(after.mtime_nsec > before.mtime_nsec && after.ctime_nsec > before.ctime_nsec);
	CHECK_EQUAL(CALL(SYS_msync, shared, 8192, MS_SYNC | MS_ASYNC), -EINVAL);
	CHECK_EQUAL(CALL(SYS_msync, shared + 1, 8192, MS_SYNC), -EINVAL);
	CHECK_EQUAL(CALL(SYS_munmap, shared, 8192), 0);
	CHECK_EQUAL(CALL(SYS_msync, (char *)0 + 4096, 8192, MS_SYNC), -ENOMEM);
	CHECK_EQUAL(CALL(SYS_mmap, 0, 4096, PROT_READ, 0, fd, 0), -EINVAL);
	CHECK_EQUAL(CALL(SYS_mmap, shared + 1, 4096, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0), -EINVAL);
	/* A copy at a chosen place would lose what is written to it. */
	char *own = (void *)CALL(SYS_mmap, 0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK_EQUAL(CALL(SYS_mmap, own, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0), -ENODEV);
	int ends[2];
	CHECK_EQUAL(CALL(SYS_pipe2, ends, 0), 0);
	CHECK_EQUAL(CALL(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ends[1], 0), -ENODEV);
}

const struct test memory_tests[] = {
	TEST(pages_are_zero_when_handed_out_again),
	TEST(locking_is_for_what_is_there),
	TEST(a_limit_on_memory_is_kept_to),
	TEST(heap_ends_with_enomem_and_recovers),
	TEST(break_and_mappings_do_not_meet),
	TEST(random_use_of_pages_never_overlaps),
	TEST(small_blocks_are_zero_and_apart),
	TEST(mremap_keeps_contents),
	TEST(code_cannot_be_mapped),
	TEST(file_mappings),
	TEST(mappings_move_times_and_refuse_nonsense),
	{ 0 }
};
