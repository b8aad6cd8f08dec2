/* Messages of the runtime to the program's user, on standard error, and its debug log. */
#ifndef ZRT_REPORT_H
#define ZRT_REPORT_H

#include <stdint.h>

/* Joins the strings up to a null and writes them as one line "zrt: ...". */
void zrt_complain(const char *text, ...);
/* The same to /dev/debug, if there is one, when `level` is at most the configured verbosity. */
void zrt_debug(int level, const char *text, ...);
void zrt_debug_level(int level);

/* Decimal digits in a buffer of at least 24 bytes. */
const char *zrt_decimal(int64_t value, char *buffer);
/* A short text for a (positive) errno value. */
const char *zrt_error_text(int error);

#endif
