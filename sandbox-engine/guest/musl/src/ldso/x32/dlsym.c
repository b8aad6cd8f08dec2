#include <dlfcn.h>
#include "dynlink.h"

void *dlsym(void *restrict handle, const char *restrict name)
{
	return __dlsym(handle, name, 0);
}
