/* Read before each of glibc's test sources: names of glibc's own headers that they take for granted. */
#include <limits.h>
#include <sys/cdefs.h>

#define TIMEOUTFACTOR 1
#define OBJPFX ""
#define SRCDIR_PATH "."
#define OBJDIR_PATH "."
#define OBJDIR_ELF_LDSO_PATH ""
#define INSTDIR_PATH ""
#define LIBDIR_PATH ""
#define SLIBDIR_PATH ""
#define BINDIR_PATH ""
#define SBINDIR_PATH ""
#define ROOTSBINDIR_PATH ""
#define ROOTLIBDIR_PATH ""
#define COMPLOCALEDIR_PATH ""
#define SYSCONFDIR_PATH ""
#define loff_t long long
#define __off64_t long long
#define __time_t time_t
#define __timespec64 timespec
#define __GNUC_PREREQ(major, minor) 1
#define __GLIBC_USE(feature) 0
#define M_PERTURB -6
#define strerrorname_np(number) ""
#define strerrordesc_np(number) ""
#define iszero(number) ((number) == 0)
#define TEMP_FAILURE_RETRY(expression) \
	({ \
		long result_; \
		do \
			result_ = (long)(expression); \
		while (result_ == -1 && errno == EINTR); \
		result_; \
	})

#define alloca __builtin_alloca

int mallopt(int parameter, int value);
