#include "pthread_impl.h"

char *__nacl_tp;

hidden int __set_thread_area(void *p)
{
	__nacl_tp = p;
	return 0;
}
