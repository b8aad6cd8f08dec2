/* Assertions for the native tests: one counts, a failed one prints where and what. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

extern int checks_passed, checks_failed;

#define CHECK(condition) \
	((condition) ? (void)checks_passed++ \
	 : (void)(checks_failed++, fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition)))

#define CHECK_EQUAL(actual, expected) do { \
	long long a_ = (long long)(actual), e_ = (long long)(expected); \
	if (a_ == e_) \
		checks_passed++; \
	else { \
		checks_failed++; \
		fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #actual, a_, e_); \
	} \
} while (0)

#define CHECK_TEXT(actual, expected) do { \
	const char *a_ = (actual), *e_ = (expected); \
	if (a_ && !strcmp(a_, e_)) \
		checks_passed++; \
	else { \
		checks_failed++; \
		fprintf(stderr, "%s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, #actual, \
			a_ ? a_ : "(null)", e_); \
	} \
} while (0)

/* Each test runs in a process of its own: the runtime's state is global. */
struct test {
	const char *name;
	void (*run)(void);
};

#define TEST(function) { #function, function }

extern const struct test memory_tests[], nvram_tests[], file_tests[], tar_tests[], channel_tests[],
	session_tests[], signal_tests[], export_tests[];

#endif
