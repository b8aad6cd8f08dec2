/* Other implementations of a function to test besides the one that the library calls: none. */
#include <stdbool.h>
#include <stddef.h>

struct libc_ifunc_impl {
	const char *name;
	void (*fn)(void);
	bool usable;
};

static inline size_t __libc_ifunc_impl_list(const char *name, struct libc_ifunc_impl *list, size_t max)
{
	return 0;
}
