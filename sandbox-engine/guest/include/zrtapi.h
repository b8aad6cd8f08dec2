/* What ZRT offers beyond POSIX. */
#ifndef ZRTAPI_H
#define ZRTAPI_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Marks the point up to which a program's start-up work is the same for every request. In a
 * session started as a template the state is kept and the session ends here; in each request made
 * from it zfork() returns 0 with memory as it was. In an ordinary session it returns 0 at once.
 *
 * After it: standard output and error hold nothing unflushed, input buffered from sequential
 * channels is dropped, /dev/nvram has been read again (environment, mapping, time, debug and the
 * removable mounts apply; argv stays), the clock restarts from [time] and the random generators
 * are seeded anew. Returns -1 with errno set if the sandbox refuses, or the new configuration is
 * wrong (EINVAL; the reason is on standard error).
 */
int zfork(void);

#ifdef __cplusplus
}
#endif
#endif
