/* What glibc's tests expect of a header that musl has not: they are declarations only. */
#ifndef _SYS_CDEFS_H
#define _SYS_CDEFS_H
#define __BEGIN_DECLS
#define __END_DECLS
#define __THROW
#define __THROWNL
#define __nonnull(arguments)
#define __returns_nonnull
#define __wur
#define __attribute_malloc__
#define __attribute_alloc_size__(arguments)
#define __attribute_alloc_align__(argument)
#define __attribute_noinline__ __attribute__((noinline))
#define __attribute_maybe_unused__ __attribute__((unused))
#define __attr_dealloc(function, argument)
#define __attr_dealloc_free
#define __attr_dealloc_fclose
#define __glibc_unlikely(condition) (condition)
#define __glibc_likely(condition) (condition)
#define __REDIRECT(name, arguments, other) name arguments
#define __LDBL_REDIR_DECL(name)
#define __STRING(text) #text
#define __CONCAT(a, b) a##b
#endif
