#include "pthread_impl.h"
#include "syscall.h"

/* The only thread can only cancel itself: at once, or when it next allows it. */

hidden long __cancel(void), __syscall_cp_c();

long __cancel(void)
{
	pthread_t self = __pthread_self();
	if (self->canceldisable == PTHREAD_CANCEL_ENABLE || self->cancelasync)
		pthread_exit(PTHREAD_CANCELED);
	self->canceldisable = PTHREAD_CANCEL_DISABLE;
	return -ECANCELED;
}

void __testcancel(void)
{
	pthread_t self = __pthread_self();
	if (self->cancel && !self->canceldisable)
		__cancel();
}

long __syscall_cp_c(syscall_arg_t nr, syscall_arg_t u, syscall_arg_t v, syscall_arg_t w,
	syscall_arg_t x, syscall_arg_t y, syscall_arg_t z)
{
	pthread_t self = __pthread_self();
	if (self->cancel && self->canceldisable == PTHREAD_CANCEL_ENABLE && nr != SYS_close)
		return __cancel();
	return zrt_syscall(nr, u, v, w, x, y, z);
}

int pthread_cancel(pthread_t t)
{
	a_store(&t->cancel, 1);
	if (t == __pthread_self() && t->canceldisable == PTHREAD_CANCEL_ENABLE && t->cancelasync)
		pthread_exit(PTHREAD_CANCELED);
	return 0;
}
