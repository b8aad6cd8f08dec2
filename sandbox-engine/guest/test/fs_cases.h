/*
 * Runs a table of file system calls: a line is a call, its arguments and, after "->", what it must
 * give: a number, an errno name, or for the calls that give text (read, readlink, list) the text.
 * Lines of a case stand together; an empty line begins the next one in a new directory. '#' begins
 * a comment. Lines beginning with "zrt" hold for ZRT only, not for Linux.
 */
#ifndef FS_CASES_H
#define FS_CASES_H

/* The system under test: a system call by number, giving a result or a negated errno value. */
typedef long long fs_call(long long n, long long a, long long b, long long c, long long d,
	long long e, long long f);

struct fs_result {
	int passed, failed;
};

/* `text` is cut up in place. Each case runs in a new directory below the current one. */
struct fs_result fs_cases(const char *file, char *text, fs_call *call, int is_zrt);

#endif
