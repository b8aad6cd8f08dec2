/* The thread pointer is a variable: guests have no segment registers. The tool chain reads it for
 * every access to thread-local data. */
extern char *__nacl_tp;

static inline uintptr_t __get_tp()
{
	return (uintptr_t)__nacl_tp;
}

#define MC_PC gregs[REG_RIP]

#define CANARY_PAD

#define tls_mod_off_t unsigned long long
