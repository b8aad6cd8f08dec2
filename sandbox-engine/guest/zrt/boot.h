/* Bringing the runtime up, before the C library and again after a fork. */
#ifndef ZRT_BOOT_H
#define ZRT_BOOT_H

/* Heap, channels, configuration, file system, descriptors 0 to 2, mounts. 0, or -1 after a
 * complaint on standard error. */
int zrt_boot(void);

/* The fork trap and what must be new after it, except the C library's environment (which is in
 * zrt_session.env). 0, or a negated errno value. */
int zrt_fork(void);

/* $HOME comes into being and becomes the working directory; a user data base is made up when the
 * images brought none. */
int zrt_boot_home(void);

#endif
